/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The address in a line of the kernel's log about an error of memory, as EDAC, machine checks, APEI
 * and the memory failure code print it. Pure. The forms are those of drivers/edac/edac_mc.c,
 * arch/x86/kernel/cpu/mce/core.c, drivers/edac/mce_amd.c, drivers/firmware/efi/cper.c,
 * mm/memory-failure.c and mm/madvise.c, of today and of older kernels.
 */

#include <errno.h>
#include <string.h>

#include "procmm-owners.h"
#include "scan.h"

enum form {
	FORM_ADDRESS, /* of the byte */
	FORM_FRAME,
	FORM_FRAME_AND_OFFSET,
};

/* What stands in front of the number. */
static const struct {
	const char *front;
	enum form form;
} fronts[] = {
	{"page:", FORM_FRAME_AND_OFFSET}, /* EDAC MC0: 1 CE ... (... page:0x4a0d75 offset:0x900 */
	{"page ", FORM_FRAME_AND_OFFSET}, /* EDAC MC0: CE page 0x283, offset 0xce0 */
	{"physical_address: ", FORM_ADDRESS}, /* {1}[Hardware Error]:   physical_address: 0x */
	{"physical fault address: ", FORM_ADDRESS},
	{"Error Addr: ", FORM_ADDRESS}, /* [Hardware Error]: Error Addr: 0x */
	{"Error Address: ", FORM_ADDRESS},
	{"ADDR ", FORM_ADDRESS}, /* [Hardware Error]: TSC 0 ADDR 4a0d75900 MISC 86 */
	{"memory error in user-access at ", FORM_ADDRESS},
	{"Memory failure: ", FORM_FRAME}, /* Memory failure: 0x4a0d75: recovery action */
	{"memory failure for pfn ", FORM_FRAME},
	{"MCE ", FORM_FRAME},
	{"soft offline: ", FORM_FRAME},
	{"soft_offline: ", FORM_FRAME},
	{"Soft offlining pfn ", FORM_FRAME},
};

static bool is_of_word(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/* Hexadecimal, with 0x or, WITHOUT_0X, perhaps not; a whole word. */
static bool take_number(struct scan *scan, bool without_0x, uint64_t *ret_number)
{
	struct scan at = *scan;

	if (!scan_text(&at, "0x") && !without_0x)
		return false;
	if (!scan_hex(&at, ret_number) || (!scan_at_end(&at) && is_of_word(*at.at)))
		return false;
	*scan = at;
	return true;
}

/* The byte that is meant; false if it does not fit. Nothing is at 0: it stands for not known. */
static bool address_of(uint64_t frame, uint64_t offset, uint64_t page_bytes, uint64_t *ret_address)
{
	return !__builtin_mul_overflow(frame, page_bytes, ret_address) && offset < page_bytes &&
	       (*ret_address += offset) != 0;
}

static bool take_form(struct scan at, enum form form, uint64_t page_bytes, uint64_t *ret_address)
{
	uint64_t number, offset;

	if (!take_number(&at, form == FORM_ADDRESS, &number))
		return false;
	if (form == FORM_ADDRESS)
		return address_of(number / page_bytes, number % page_bytes, page_bytes,
				  ret_address);
	if (form == FORM_FRAME)
		return address_of(number, 0, page_bytes, ret_address);
	scan_text(&at, ",");
	if (!scan_text(&at, " offset:") && !scan_text(&at, " offset "))
		return false;
	return take_number(&at, false, &offset) &&
	       address_of(number, offset, page_bytes, ret_address);
}

int pmm_hardware_error_parse(const char *line, uint64_t page_bytes, uint64_t *ret_address)
{
	struct scan scan = scan_over(line, strlen(line));
	uint64_t address;

	for (; !scan_at_end(&scan); scan.at++) {
		if (scan.at > line && is_of_word(scan.at[-1]))
			continue; /* only where a word begins */
		for (size_t i = 0; i < sizeof(fronts) / sizeof(*fronts); i++) {
			struct scan at = scan;

			if (scan_text(&at, fronts[i].front) &&
			    take_form(at, fronts[i].form, page_bytes, &address)) {
				*ret_address = address;
				return 0;
			}
		}
	}
	return -ENODATA;
}
