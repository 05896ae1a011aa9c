/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is on a device, told by bytes written here at the places that the formats themselves
 * prescribe: all of it, and not only what libblkid would name first.
 */

#include "signature.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tap.h"

enum { DEVICE_BYTES = 8 << 20, SECTOR = 512, SECTORS = DEVICE_BYTES / SECTOR };

static unsigned char device[DEVICE_BYTES];

static void put(size_t at, const void *bytes, size_t length)
{
	memcpy(device + at, bytes, length);
}

static void put_u32(size_t at, uint32_t number)
{
	for (size_t i = 0; i < 4; i++)
		device[at + i] = (unsigned char)(number >> 8 * i);
}

static uint32_t crc32_of(const unsigned char *bytes, size_t length, uint32_t crc)
{
	while (length--) {
		crc ^= *bytes++;
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

/* ---- contents ---- */

static void put_dos(void)
{
	put(510, "\x55\xaa", 2);
	device[450] = 0x83;
	put_u32(454, 2048);
	put_u32(458, 1024);
}

/* UEFI 2.10, 5.3.2; no partition. */
static void put_gpt_header(uint32_t mine, uint32_t other, uint32_t entries)
{
	static const unsigned char no_entries[128 * 128];
	size_t at = mine * SECTOR;

	put(at, "EFI PART\0\0\1\0\x5c", 13);
	put_u32(at + 24, mine);
	put_u32(at + 32, other);
	put_u32(at + 40, 34);
	put_u32(at + 48, SECTORS - 34);
	put(at + 56, "0123456789abcdef", 16);
	put_u32(at + 72, entries);
	put_u32(at + 80, 128);
	put_u32(at + 84, 128);
	put_u32(at + 88, ~crc32_of(no_entries, sizeof(no_entries), UINT32_MAX));
	put_u32(at + 16, ~crc32_of(device + at, 92, UINT32_MAX));
}

static void put_gpt(void)
{
	put(510, "\x55\xaa", 2);
	device[450] = 0xee;
	put_u32(454, 1);
	put_u32(458, SECTORS - 1);
	put_gpt_header(1, SECTORS - 1, 2);
	put_gpt_header(SECTORS - 1, 1, SECTORS - 33);
}

static void put_second_gpt(void)
{
	put_gpt();
	memset(device, 0, 2 * SECTOR);
}

static void put_luks(void)
{
	put(0, "LUKS\xba\xbe\0\1aes\0", 12);
}

static void put_lvm(void)
{
	put(512, "LABELONE\1\0\0\0\0\0\0\0\0\0\0\0\x20\0\0\0LVM2 001", 32);
	put_u32(512 + 16, crc32_of(device + 512 + 20, SECTOR - 20, 0xf597a6cf));
}

static void put_md(void)
{
	put(4096, "\xfc\x4e\x2b\xa9\1\0\0\0", 8);
	put_u32(4096 + 128, 8); /* sectors from the start to this superblock */
	put_u32(4096 + 128 + 16, 8);
}

static void put_iso(void)
{
	put(32768, "\1CD001\1", 7);
}

static void put_swap(size_t page_bytes, const char *magic)
{
	put_u32(1024, 1);
	put_u32(1028, 31);
	put(1036, "0123456789abcdef", 16);
	put(page_bytes - 10, magic, strlen(magic));
}

static void put_swap_4k(void)
{
	put_swap(4096, "SWAPSPACE2");
}

static void put_swap_64k(void)
{
	put_swap(65536, "SWAPSPACE2");
}

static void put_image(void)
{
	put_swap(4096, "S1SUSPEND");
}

static void put_swap_over_iso(void)
{
	put_iso();
	put_swap_4k();
}

static void put_nothing(void)
{
}

static void put_three(void)
{
	put_luks();
	put_iso();
	put_gpt();
}

/* ---- cases ---- */

static const struct {
	const char *story;
	void (*fill)(void);
	const char *expected; /* TYPE@OFFSET+LENGTH, in the order found */
} cases[] = {
	{"nothing", put_nothing, ""},
	{"a DOS partition table", put_dos, " dos@510+2"},
	{"a GPT, its second header and protective MBR", put_gpt,
	 " gpt@512+8 gpt@8388096+8 gpt@510+2"},
	{"a GPT of which only the second header is left", put_second_gpt, " gpt@8388096+8"},
	{"LUKS", put_luks, " crypto_LUKS@0+6"},
	{"a volume of LVM", put_lvm, " LVM2_member@536+8"},
	{"a member of a RAID", put_md, " linux_raid_member@4096+4"},
	{"an ISO image", put_iso, " iso9660@32769+5"},
	{"swap", put_swap_4k, " swap@4086+10"},
	{"swap of a kernel with 64 KiB pages", put_swap_64k, " swap@65526+10"},
	{"a suspended system", put_image, " suspend@4086+9"},
	{"swap on what was an ISO image", put_swap_over_iso, " swap@4086+10 iso9660@32769+5"},
	{"three at once", put_three,
	 " crypto_LUKS@0+6 iso9660@32769+5 gpt@512+8 gpt@8388096+8 gpt@510+2"},
};

static void test_case(size_t index, int fd)
{
	struct signatures found = {0};
	char got[512] = "";
	size_t length = 0;

	memset(device, 0, sizeof(device));
	cases[index].fill();
	if (pwrite(fd, device, sizeof(device), 0) != (ssize_t)sizeof(device))
		return (void)ok(false, "write the test device");
	ok(signatures_find(fd, &found) == 0 && !found.is_partial, "%s: is looked at",
	   cases[index].story);
	for (size_t i = 0; i < found.count; i++)
		length += (size_t)snprintf(
			got + length, sizeof(got) - length, " %s@%ju+%zu", found.array[i].type,
			(uintmax_t)found.array[i].offset_bytes, found.array[i].length);
	is_text(got, cases[index].expected, "%s: is found", cases[index].story);
	signatures_free(&found);
}

int main(void)
{
	int fd;

	setenv("LIBBLKID_DEBUG", "all", 1); /* must not matter */
	fd = memfd_create("device", 0);
	if (!ok(fd >= 0, "a file for the test opens"))
		return done_testing();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		test_case(i, fd);
	close(fd);
	return done_testing();
}
