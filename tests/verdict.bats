#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What vmtop says of pressure: in the report, in JSON, as a plugin for monitoring; and which rows
# there are beside it.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

@test "vmtop: the report begins with the verdict, why, who suffers and what helps" {
	quietly "$VMTOP" -n 1 "$(at swap-storm)"
	has "$output" $'\n\nTHRASHING: at least 27% of the time went to paging, 24% of a processor'
	has "$output" $' to the work (a 2.6 s look; --check takes 10 s)\n'
	has "$output" $'\n  because  100% of evicted pages were needed again (8145/s); 100% of disk'
	has "$output" $' reads are paging; memory stall 12%, I/O stall 21%\n'
	has "$output" $'\n  victims  cc1plus(7010) 8134 major faults/s\n'
	has "$output" $'\n  try      see whose memory limit is full (vmtop -S cgroup): the host'
	quietly "$VMTOP" -n 1 "$(at no-swap)"
	has "$output" $'\n\nok: what is needed is in memory (a 1.3 s look; --check takes 10 s)\n'
	# Who suffers is said of all processes, whichever are shown.
	quietly "$VMTOP" -n 1 -p 7008 "$(at swap-storm)"
	has "$output" $'\n  victims  cc1plus(7010) 8134 major faults/s\n'
	has_not "$output" $'\n7010 '
	# Of one instant there is none.
	quietly "$VMTOP" "$(at idle)"
	matches "$output" $'^[^\n]+\n\nmemory '
	quietly "$VMTOP" --json "$(at idle)"
	json_is '.verdict' null
}

@test "vmtop: a kswapd that takes a whole processor is found, and what may help it is said" {
	local advice='raise vm.watermark_scale_factor: kswapd takes a whole processor' tree

	quietly "$VMTOP" -n 1 "$(at swap-storm)"
	has_not "$output" "$advice"
	# Field 15: ticks of a hundredth of a second in the kernel; 2.59 s lie between the two.
	tree=$(spoilable swap-storm)
	sed -i 's/^\(45 (kswapd0) S 2\( [^ ]*\)\{10\}\) 0 /\1 200 /' "$tree/2/proc/45/stat"
	quietly "$VMTOP" -n 1 --sysroot "$tree"
	has_not "$output" "$advice"
	sed -i 's/ 200 / 240 /' "$tree/2/proc/45/stat"
	quietly "$VMTOP" -n 1 --sysroot "$tree"
	has "$output" "$advice"
}

@test "vmtop: report, JSON and CSV have one verdict, and its numbers are the same" {
	local json key

	quietly "$VMTOP" -n 1 --json "$(at swap-storm)"
	json=$output
	json_is '.verdict | [.state, .scope, .confidence] | join(" ")' 'thrashing / low'
	json_true '.verdict.sentence | startswith("THRASHING: at least 27% of the time")'
	json_true '.verdict.evidence | map(.key) | contains(["reuse_ratio", "lost_percent"])'
	json_true '.verdict.evidence[] | select(.key == "lost_percent") | .value >= .limit'
	json_true '(.verdict.remedies | length) > 0 and .verdict.victims != null'
	json_true '.cgroups[0] | .path == "/" and .state == "thrashing"'
	# A short look claims no more than the kernel's average over 10 s; the metric is the look's.
	json_true '.cgroups[0].lost_percent == .verdict.lost_percent'
	json_true '.system.lost_percent >= .verdict.lost_percent'
	for row in system cgroup; do
		quietly "$VMTOP" -n 1 --csv -S $row -o state,lost_percent,reuse_ratio \
			"$(at swap-storm)"
		is "${output##*$'\n'}" "$(jq -r "(.${row}s[0]? // .$row) |
			\"\\(.state),\\(.lost_percent),\\(.reuse_ratio)\"" <<<"$json")"
	done
	for key in pid major_faults_per_second rss_growth_bytes_per_second \
		swap_growth_bytes_per_second; do
		row=$key
		quietly "$VMTOP" -n 1 --csv -o name,$key -m 1 "$(at swap-storm)"
		is "${output##*,}" "$(jq -r ".processes[0].$key" <<<"$json")"
	done
}

# checks STATUS WORD OPTION...: --check ends so, with one line of that form.
checks()
{
	local status_expected=$1 word=$2

	shift 2
	run --separate-stderr "$VMTOP" --check "$@"
	is "$status" "$status_expected" "exit status of $*"
	has_lines "$output" 1
	matches "$output" "^VMTOP $word - [^|]+"
}

# What other tests do to real swap would be found on the live system, and rightly so.
await_calm()
{
	lock_real_swap
}

@test "vmtop --check: exit status, a line and performance data as monitoring has them" {
	checks 2 CRITICAL "$(at swap-storm)"
	matches "$output" \
		'\| lost=2[0-9](\.[0-9])?%;1;10;0;100 swapin=[0-9]+(\.[0-9])?;;;0 reuse=1;;;0;1 '
	matches "$output" ' swap_used=268[0-9]+B;;;0;536866816$'
	checks 1 WARNING --critical 90 "$(at swap-storm)"
	matches "$output" 'lost=[0-9.]+%;1;90;0;100'
	checks 0 OK --warning 90 --critical 95 "$(at swap-storm)"
	checks 0 OK "$(at no-swap)"
	has "$output" '; no swap |'
	checks 1 WARNING --no-swap warning "$(at no-swap)"
	checks 2 CRITICAL --no-swap critical "$(at no-swap)"
	checks 3 UNKNOWN --no-swap unknown "$(at no-swap)"
	checks 3 UNKNOWN "$(at idle)"
	checks 3 UNKNOWN "$(at broken)"
	await_calm
	checks 0 OK -w 1
	matches "$output" '\(a [0-9.]+ s look; --check takes 10 s'
	# Nothing that is no finding is taken for one.
	for row in '--frobnicate' '--check=1' '-d never' 'operand' '--json' '--wait ok' \
		'--warning 50 --critical 2' '--no-swap maybe' '-w 0' '--sysroot /nowhere' \
		'-d 5' '-g /batch' '-p 1' '-m 3' '--sort rss' '--pss' '--bytes' '--output-all'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr "$VMTOP" --check $row
		is "$status" 3 "exit status"
		[ -n "$stderr" ] || fail "no word on stderr"
	done
	run --separate-stderr bash -c '"$VMTOP" --check "$1" >/dev/full' _ "$(at no-swap)"
	is "$status" 3 "exit status of a full stdout"
}

@test "vmtop --check: a kill for lack of memory is critical whatever the state" {
	local tree

	tree=$(spoilable no-swap)
	sed -i 's/^oom_kill .*/oom_kill 1000/' "$tree"/2/proc/vmstat
	checks 2 CRITICAL --sysroot "$tree"
	has "$output" 'killed for lack of memory: '
}

@test "vmtop --wait: ends when the state is there, and with 124 when it is not in time" {
	await_calm
	run --separate-stderr timeout 60 "$VMTOP" --wait ok --timeout 50s
	is "$status" 0 "exit status"
	matches "$output" '^ok'
	run --separate-stderr timeout 60 "$VMTOP" --wait severe --timeout 100ms
	is "$status" 124 "exit status"
	is "$output$stderr" ""
	refused 1 "$VMTOP" --wait ok "$(at idle)"
	for row in '--wait unknown' '--wait bad' '--timeout 3' '--wait ok --timeout 0' \
		'--wait ok -n 3'; do
		# shellcheck disable=SC2086 # several words
		refused 2 "$VMTOP" $row
	done
}

@test "vmtop --explain: every field and state, by key and heading, with the thresholds in force" {
	local word

	quietly "$VMTOP" --explain
	for word in $("$VMTOP" --list-fields --tsv | awk -F '\t' 'NR > 1 { print $3 }') ok \
		reclaiming pressure thrashing severe unknown; do
		grep -q "^$word\( \|$\)" <<<"$output" || fail "$word is not explained"
	done
	quietly "$VMTOP" --explain --critical 33 thrashing majf/s
	has "$output" 'lost_percent >= 33 and'
	has "$output" $'major_faults_per_second  (of processes)\n    meaning   page faults that'
	quietly "$VMTOP" --explain verdict pressure_io_full_avg10_percent
	matches "$output" $'^verdict\n    meaning   A verdict looks back on 10 s'
	has "$output" $'\n    meaning   all tasks waited for disks, average of 10 s\n'
	has "$output" $'\n    from      proc/pressure/io: full avg10'
	refused 1 "$VMTOP" --explain frobnication
	refused 2 "$VMTOP" thrashing
}

@test "vmtop: -S chooses the rows of a table, and -p, -u, -g and -r which of them" {
	quietly "$VMTOP" -n 1 -S cgroup "$(at swap-storm)"
	matches "$output" $'^STATE +LOST +MEMF +IOF +USE .* CGROUP\nthrashing +2[0-9.]+% '
	quietly "$VMTOP" -n 1 -S process "$(at swap-storm)"
	matches "$output" $'^ +PID USER'
	has_lines "$output" 3
	quietly "$VMTOP" -n 1 -S system -o state,lost_percent "$(at swap-storm)"
	matches "$output" $' state +lost_percent\n +thrashing +33.4%$'
	quietly "$VMTOP" -n 1 -S process -p 7008,1 --raw -o pid "$(at swap-storm)"
	is "$output" $'PID\n7008'
	quietly "$VMTOP" -n 1 -S process -r --raw -o pid "$(at swap-storm)"
	is "$output" $'PID\n7008\n7010'
	quietly "$VMTOP" -n 1 -r --sort rss --raw -o pid "$(at swap-storm)"
	is "$output" $'PID\n7008\n7010'
	quietly "$VMTOP" -n 1 -u 0 --raw -o pid --noheadings "$(at swap-storm)"
	has_lines "$output" 2
	# What is empty by what was asked for says so: once, and nothing has failed.
	for row in '-u 12345' '-u nobody-here' '-p 4711' '-g /elsewhere'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr "$VMTOP" $row --raw -o pid --noheadings "$(at swap-storm)"
		is "$status" 0 "exit status"
		is "$output" ""
		is "$stderr" 'vmtop: no process is one of those that -p, -u and -g ask for'
	done
	run --separate-stderr "$VMTOP" -S cgroup -g /elsewhere --csv "$(at swap-storm)"
	is "$stderr" 'vmtop: /elsewhere: no such control group'
	run --separate-stderr "$VMTOP" -n 1 -d 10ms -p $$ -u "$(id -un)" --json -o pid,user
	json_is '.processes | map("\(.pid) \(.user)") | join(",")' "$$ $(id -un)"
	quietly "$VMTOP" -n 1 -S process -o time,pid -p 7010 --time epoch --csv "$(at swap-storm)"
	is "$output" $'time,pid\n1795390947.65,7010'
	quietly "$VMTOP" -n 1 --json --time epoch "$(at swap-storm)"
	json_true '.time | type == "number"'
	for row in '-S frob' '-p x' '-p 1,' '-p 0' '-g here' '--time now' '-o path,pid' \
		'-S cgroup -o pid' '-S process -o limit_path'; do
		# shellcheck disable=SC2086 # several words
		refused 2 "$VMTOP" -n 1 $row "$(at swap-storm)"
	done
}

# A pipe that somebody waits to write to: he goes on only when it is opened to be read.
was_opened()
{
	! kill -0 "$writer" 2>/dev/null
}

@test "vmtop: no page table is walked unless --pss asks for it, and then of the rows shown" {
	local tree fifo writer

	tree=$(spoilable swap-storm)
	for fifo in "$tree/2/proc/7008/smaps_rollup" "$tree/2/proc/7010/smaps_rollup"; do
		mkfifo "$fifo"
	done
	echo 'Pss: 12 kB' >"$tree/2/proc/7008/smaps_rollup" 3>&- &
	writer=$!
	undo_later kill "$writer"
	quietly "$VMTOP" -n 1 --json --sysroot "$tree"
	quietly "$VMTOP" -n 1 --pss -m 1 --json --sysroot "$tree"
	! was_opened || fail "it was opened"
	quietly "$VMTOP" -n 1 --pss -p 7008 --json --sysroot "$tree"
	await was_opened || fail "it was not opened"
	rm "$BATS_TEST_TMPDIR/undo" "$tree"/2/proc/*/smaps_rollup
	printf 'Pss: 12 kB\nSwapPss: 8 kB\n' >"$tree/2/proc/7008/smaps_rollup"
	quietly "$VMTOP" -n 1 --pss --json --sysroot "$tree"
	json_is '[.processes[] | .pss_bytes, .swap_pss_bytes] | tostring' '[null,null,12288,8192]'
}

# peak_kib LINES: the most memory of vmtop by then, of a tree whose instants are two in turn.
peak_kib()
{
	local pid

	"$VMTOP" --json --sysroot "$BATS_TEST_TMPDIR/tree" >"$BATS_TEST_TMPDIR/lines" 3>&- &
	pid=$!
	{
		head -n "$1" >/dev/null
		# It waits for a reader of what else it has to say.
		awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status"
	} <"$BATS_TEST_TMPDIR/lines"
	wait "$pid" 2>/dev/null || true
}

@test "vmtop: thousands of refreshes take no more memory than a few" {
	local refreshes=1000 few many

	without_quarantine
	[ -z "${PROCMM_LONG:-}" ] || refreshes=10000
	mkdir "$BATS_TEST_TMPDIR/tree"
	cp -r "$(fixture swap-storm)"/[12] "$BATS_TEST_TMPDIR/tree"
	perl -e 'chdir shift; symlink $_ % 2 + 1, $_ for 3 .. shift' "$BATS_TEST_TMPDIR/tree" \
		$((refreshes + 500))
	mkfifo "$BATS_TEST_TMPDIR/lines"
	few=$(peak_kib 50)
	many=$(peak_kib $refreshes)
	[ "$many" -le $((few + 256)) ] || fail "$few KiB of few, $many KiB of many"
}
