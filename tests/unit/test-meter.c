/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rate and time left, of what gets less steadily, in jumps, not at all, or more. */

#include "meter.h"

#include "tap.h"

static const uint64_t SECOND = 1000000000;
static const uint64_t MIB = 1 << 20;

static void test_steady(void)
{
	struct meter meter;

	meter_start(&meter, "/s", 100 * MIB, 5 * SECOND);
	ok(isnan(meter.shown.bytes_per_second), "at the start there is no rate");
	is_u64(meter.shown.left_ns, PMM_ABSENT, "nor a time");
	for (uint64_t i = 1; i <= 9; i++)
		meter_update(&meter, (100 - 10 * i) * MIB, (5 + i) * SECOND);
	is_real(meter.shown.bytes_per_second, 10.0 * (double)MIB, "a steady rate is that rate");
	is_u64(meter.shown.left_ns, SECOND, "a tenth is left for the tenth second");
	is_u64(meter.shown.total_bytes, 100 * MIB, "the total stays");
	meter_update(&meter, 0, 15 * SECOND);
	is_u64(meter.shown.left_ns, 0, "nothing left takes no time");
}

static void test_odd(void)
{
	struct meter meter;

	meter_start(&meter, "/s", 100 * MIB, 0);
	meter_update(&meter, 100 * MIB, SECOND);
	is_u64(meter.shown.left_ns, PMM_ABSENT, "of what does not get less the end is not known");
	meter_update(&meter, 90 * MIB, 2 * SECOND);
	ok(meter.shown.bytes_per_second > 0 && meter.shown.bytes_per_second < 10.0 * (double)MIB,
	   "a jump counts, and not alone");
	meter_update(&meter, 95 * MIB, 3 * SECOND);
	is_u64(meter.shown.left_bytes, 90 * MIB, "what is shown never grows");
	meter_update(&meter, 10 * MIB, 3 * SECOND);
	is_u64(meter.shown.left_bytes, 90 * MIB, "without time nothing is counted");
	meter_start(&meter, "/s", UINT64_MAX, 0);
	meter_update(&meter, UINT64_MAX - 1, SECOND);
	is_u64(meter.shown.left_ns, PMM_ABSENT, "weeks are no estimate");
}

int main(void)
{
	test_steady();
	test_odd();
	return done_testing();
}
