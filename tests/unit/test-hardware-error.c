/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Lines of the kernel's log about errors of memory, and the address that is in them. */

#include "procmm-owners.h"
#include "tap.h"

static const struct {
	const char *line;
	uint64_t address; /* 0: none */
} cases[] = {
	/* EDAC */
	{"EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0 "
	 "page:0x4a0d75 offset:0x900 grain:32 syndrome:0x0 - area:DRAM err_code:0001:0091 socket:0 "
	 "ha:0 channel_mask:2 rank:1)",
	 0x4a0d75900},
	{"[12345.678901] EDAC MC1: 1 UE ie31200 UE on mc#0csrow#2channel#1 (csrow:2 channel:1 "
	 "page:0x1f4c3 offset:0x0 grain:8)",
	 0x1f4c3000},
	{"Nov 28 03:11:02 db1 kernel: EDAC MC0: CE page 0x283, offset 0xce0, grain 8, "
	 "syndrome 0x6ec3, row 0, channel 1, label \"DIMM_B1\": amd76x_edac",
	 0x283ce0},
	{"EDAC sbridge MC1: TSC 0 ADDR 4c0f9b3c0", 0x4c0f9b3c0},
	{"EDAC MC0: 1 CE on unknown memory (page:0x0 offset:0x0 grain:0 syndrome:0x0)", 0},
	{"EDAC MC0: 1 CE on DIMM0 (page:0x4a0d75 grain:32)", 0},
	{"EDAC MC0: 1 CE on DIMM0 (page:0x4a0d75 offset:0x1000 grain:32)", 0},
	{"EDAC MC0: 1 CE on DIMM0 (page:4a0d75 offset:900 grain:32)", 0},
	/* machine checks */
	{"mce: [Hardware Error]: TSC 0 ADDR 36b2b3b40 MISC 140200a", 0x36b2b3b40},
	{"[Hardware Error]: TSC 0 ADDR 0x1a3f5d2c0 MISC d01a0ffd00000000 SYND 4d000000 IPID 96000",
	 0x1a3f5d2c0},
	{"mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 7: 8c00004000010090", 0},
	{"MISC 1540d1 ADDR 3f5a4b0c0", 0x3f5a4b0c0},
	{"[Hardware Error]: Error Addr: 0x00000000deadb000", 0xdeadb000},
	{"[Hardware Error]: MC4 Error Address: 0x0000000a1b2c3d40", 0xa1b2c3d40},
	{"mce: Uncorrected hardware memory error in user-access at 3f5a4b0c0", 0x3f5a4b0c0},
	{"mce: [Hardware Error]: PROCESSOR 0:406f1 TIME 1480000000 SOCKET 0 APIC 0", 0},
	{"[Hardware Error]: PADDR 1234000", 0},
	{"ADDR 1234000zebra", 0},
	{"ADDR ", 0},
	{"ADDR", 0},
	/* APEI */
	{"{1}[Hardware Error]:    physical_address: 0x000000004a0d7500", 0x4a0d7500},
	{"{1}[Hardware Error]:   physical_address_mask: 0xfffffffffffff000", 0},
	{"{3}[Hardware Error]:    physical fault address: 0x0000009ac4c3b040", 0x9ac4c3b040},
	/* memory failure */
	{"Memory failure: 0x4a0d75: recovery action for dirty LRU page: Recovered", 0x4a0d75000},
	{"MCE 0x3f5a4b: dirty LRU page recovery: Recovered", 0x3f5a4b000},
	{"Injecting memory failure for pfn 0x1c712f at process virtual address 0x7f1c0012f000",
	 0x1c712f000},
	{"Soft offlining pfn 0x1c712f at process virtual address 0x7f1c0012f000", 0x1c712f000},
	{"soft offline: 0x1c712f: page already poisoned", 0x1c712f000},
	{"soft_offline: 0x1c712f: invalidated", 0x1c712f000},
	{"Memory failure: 0x10000000000000: unhandlable page", 0},
	/* other lines */
	{"", 0},
	{"page allocation failure: order:0, mode:0x40dc0", 0},
	{"BUG: Bad page state in process bash  pfn:4a0d75", 0},
};

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t address = 0;

		pmm_hardware_error_parse(cases[i].line, 4096, &address);
		is_u64(address, cases[i].address, "%s", *cases[i].line ? cases[i].line : "nothing");
	}
	return done_testing();
}
