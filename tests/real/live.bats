#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# On the running kernel, as root: the commands against free, vmstat, swapon and pmap, with real swap
# areas made for the test and undone by name.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load ../helpers
load swap

setup_file()
{
	lock_real_swap
}

setup()
{
	require_root
	hold_settings
	user=$(build_program memory-user)
	directory=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
	undo_later rmdir "$directory"
}

teardown()
{
	undo_all
}

# meminfo NAME [FILE]
meminfo()
{
	awk -v name="$1:" '$1 == name { printf "%.0f", $2 * 1024 }' "${2:-/proc/meminfo}"
}

# swapped_pages: that went out since boot.
swapped_pages()
{
	vmstat -s | awk '/pages swapped out/ { print $1 }'
}

@test "vmtop says of memory and swap what the kernel and free say" {
	local metric value copy=$BATS_TEST_TMPDIR/meminfo

	require_mount_namespace
	make_area plain 8192
	# From one moment to the next the kernel says otherwise: what it said once is for all of us.
	cat /proc/meminfo >"$copy"
	run --separate-stderr unshare --mount sh -c 'mount --bind "$1" /proc/meminfo || exit 77
		"$0" -n 1 -d 10ms --json && free -b >"$1.free"' "$VMTOP" "$copy"
	[ "$status" -ne 77 ] || skip_or_fail "nothing can be mounted on a file of proc"
	is "$status" 0 "exit status"
	forget_estimates
	is "$stderr" ""
	for metric in mem_total_bytes:MemTotal swap_total_bytes:SwapTotal shmem_bytes:Shmem \
		swap_cached_bytes:SwapCached unevictable_bytes:Unevictable dirty_bytes:Dirty \
		writeback_bytes:Writeback hugetlb_bytes:Hugetlb mem_free_bytes:MemFree \
		mem_available_bytes:MemAvailable anon_bytes:AnonPages slab_bytes:Slab \
		page_tables_bytes:PageTables; do
		json_is ".system.${metric%:*}" "$(meminfo "${metric#*:}" "$copy")"
	done
	is "$(json .system.mem_total_bytes)" "$(awk '/^Mem:/ { print $2 }' "$copy.free")"
	# What free calls used has changed over time.
	value=$(($(json .system.mem_used_bytes) - $(awk '/^Mem:/ { print $3 }' "$copy.free")))
	[ ${value#-} -lt $((256 << 20)) ] || fail "used memory: $value off"
	is "$(json .system.swap_total_bytes)" "$(awk '/^Swap:/ { print $2 }' "$copy.free")"
	is "$(json .host.name)" "$(uname -n)"
	is "$(json .host.kernel)" "$(uname -r)"
	is "$(json .host.cpus)" "$(getconf _NPROCESSORS_ONLN)"
}

@test "vmtop waits its interval, and says how long that was" {
	local began=${EPOCHREALTIME/./} took

	quietly_live "$VMTOP" -n 1 -d 3 --json
	took=$((${EPOCHREALTIME/./} - began))
	json_true ".interval_seconds >= 3 and .interval_seconds * 1000000 <= $took"
}

@test "vmtop counts what was swapped out while it looked: no less, no more" {
	local before after inner_before inner_after counted vmtop_pid

	make_area plain 40960
	before=$(swapped_pages)
	"$VMTOP" -b -d 0.5 --json >"$BATS_TEST_TMPDIR/said" 3>&- 8>&- &
	vmtop_pid=$!
	undo_later end_process $vmtop_pid
	await has_said 1 || fail "it says nothing"
	inner_before=$(swapped_pages)
	start_user sleeper 16 pageout
	inner_after=$(swapped_pages)
	# What it says next it may have seen already.
	await has_said $(($(wc -l <"$BATS_TEST_TMPDIR/said") + 2)) || fail "it says no more"
	end_process $vmtop_pid
	after=$(swapped_pages)
	output=$(<"$BATS_TEST_TMPDIR/said")
	counted=$(jq -s 'map(.interval_seconds * .system.swap_out_pages_per_second) | add | round' \
		<<<"$output")
	[ $((inner_after - inner_before)) -ge 4096 ] || fail "less than 16 MiB went out"
	[ "$counted" -ge $((inner_after - inner_before)) ] || fail "$counted: too few"
	[ "$counted" -le $((after - before)) ] || fail "$counted: too many"
}

@test "swap areas are those of swapon, in both commands" {
	local area

	make_area plain 8192
	make_area second 4096
	area=$(swapon --show=NAME,TYPE,SIZE,USED,PRIO --bytes --raw --noheadings | sort)
	quietly "$SWAPCTL" list --json
	is "$(json '.areas[] | "\(.name) \(.type) \(.size_bytes) \(.used_bytes) \(.priority)"' |
		sed -E 's/ (zram|loop) / partition /' | sort)" "$area"
	quietly_live "$VMTOP" -n 1 -d 10ms --json
	is "$(json '.areas[] | "\(.name) \(.type) \(.size_bytes) \(.used_bytes) \(.priority)"' |
		sed -E 's/ (zram|loop) / partition /' | sort)" "$area"
	quietly "$SWAPCTL" -q
}

@test "the true names of swap areas are shown where swapon prints wrong ones" {
	local name hex
	local odd=('with space' $'tab\there' $'new\nline' 'back\slash' 'octal\040'
		'gone (deleted)' $'\e[2J' $'\xff\xfe' 'quote"' $'\xc2\x9b')

	for name in "${odd[@]}"; do
		make_area "$name" 64
	done
	quietly "$SWAPCTL" list --json
	is_utf8 "$output"
	for name in "${odd[@]}"; do
		hex=$(printf %s "$directory/$name" | od -An -v -tx1 | tr -d ' \n')
		row=$hex
		jq -e --arg name "$directory/$name" --arg hex "$hex" '[.areas[] |
			select(if has("name_hex") then .name_hex == $hex else .name == $name end)] |
			length == 1' <<<"$output" >/dev/null || fail "not there"
	done
	quietly "$SWAPCTL" list --noheadings
	is_plain "$output"
	has_lines "$output" $(($(wc -l </proc/swaps) - 1))
}

# Without its node an area cannot be named to swapoff: it is made again for that.
node_make() # NODE MAJOR MINOR
{
	[ -b "$1" ] || mknod -m 600 "$1" b "$2" "$3"
}

@test "a device whose node was removed has its name without what the kernel adds" {
	local loop number file=$directory/backing node=$directory/node

	head -c 1M /dev/zero >"$file"
	undo_later rm -f "$file"
	loop=$(losetup -f --show "$file") || skip_or_fail "no loop device"
	undo_later losetup -d "$loop"
	read -r -a number < <(stat -c '%Hr %Lr' "$loop")
	node_make "$node" "${number[@]}"
	undo_later rm -f "$node"
	mkswap "$node" >/dev/null 2>&1
	swapon "$node"
	undo_later swapoff "$node"
	undo_later node_make "$node" "${number[@]}"
	rm "$node"
	quietly "$SWAPCTL" list --json
	has "$(cat /proc/swaps)" "$node\\040(deleted)"
	json_is ".areas[] | select(.name | startswith(\"$node\")).name" "$node"
}

@test "a process pushed to swap is on top of vmtop with its VmSwap, and pagemap finds its slots" {
	local swapped

	make_area plain 65536
	start_user sleeper 32 pageout
	swapped=$(status_bytes "$pid" VmSwap)
	[ "$swapped" -ge $((30 << 20)) ] || fail "only $swapped bytes went to swap"
	quietly_live "$VMTOP" -n 1 -d 50ms -m 99 -o pid,swap_bytes,rss_bytes,user,name --json
	json_is ".processes[] | select(.pid == $pid) | \"\(.swap_bytes) \(.user) \(.name)\"" \
		"$swapped root sleeper"
	is "$(status_bytes "$pid" VmRSS)" "$(json ".processes[] | select(.pid == $pid).rss_bytes")"
	quietly_live "$VMTOP" -n 1 -d 50ms --sort swap_bytes
	matches "$output" "(^|"$'\n'") *$pid root "

	kill -STOP "$pid"
	quietly "$PAGEMAP" --json "$pid"
	json_is '.processes[0].total.swap_bytes' "$(status_bytes "$pid" VmSwap)"
	json_is '.processes[0].complete' true
	kill -CONT "$pid"
}

@test "pagemap counts the same pages in RAM as pmap, mapping by mapping" {
	local lent

	start_user sleeper 8 idle
	kill -STOP "$pid"
	quietly "$PAGEMAP" --json "$pid"
	# What the kernel lends, [vvar] and the like, is not in the resident memory that pmap has.
	lent=$(json '[.processes[0].mappings[] | select(.name // "" | test("^\\[v")) |
		.address[2:]] | join("|")')
	is "$(json ".processes[0].mappings[] | select(.name // \"\" | test(\"^\\\\[v\") | not) |
		\"\(.address[2:]) \(.size_bytes) \(.ram_bytes)\"")" "$(pmap -x "$pid" |
		awk '$1 ~ /^[0-9a-f]+$/ && NF > 5 { print $1, $2 * 1024, $3 * 1024 }' |
		sed 's/^0*//' | grep -vE "^($lent) ")"
	kill -CONT "$pid"
}

@test "pagemap at: frame and slot of an address are those in /proc/PID/pagemap" {
	local address entry

	make_area plain 65536
	start_user sleeper 16 pageout
	kill -STOP "$pid"
	address=$("$PAGEMAP" --json "$pid" |
		jq -r '.processes[0].mappings | max_by(.swap_bytes).address')
	entry=$(page_entry "$pid" $((address + 4096)))
	[ $((entry >> 62 & 1)) -eq 1 ] || fail "the second page is not in swap"
	quietly "$PAGEMAP" at --json "$pid" "$(printf 0x%x $((address + 4096 + 5)))"
	json_is '.processes[0].addresses[0] | "\(.state) \(.swap_type) \(.swap_slot)"' \
		"swap $((entry & 31)) $((entry >> 5 & (1 << 50) - 1))"
	json_is '.processes[0].addresses[0].page_offset_bytes' 5

	# The last page of the stack has the name of the program: it was read.
	address=$("$PAGEMAP" --json --output-all "$pid" |
		jq -r '.processes[0].mappings[] | select(.name == "[stack]").end_address')
	address=$((address - 1))
	entry=$(page_entry "$pid" $address)
	quietly "$PAGEMAP" at --json "$pid" "$(printf 0x%x $address)"
	json_is '.processes[0].addresses[0] | "\(.state) \(.frame)"' \
		"ram $(printf 0x%x $((entry & (1 << 55) - 1)))"
	kill -CONT "$pid"
}

# page_entry PID ADDRESS: as the kernel gives it, a signed number to the shell. dd seeks; od -j
# would read all that stands before.
page_entry()
{
	dd if="/proc/$1/pagemap" bs=8 skip=$(($2 / $(getconf PAGESIZE))) count=1 status=none |
		od -An -v -td8 | tr -d ' '
}

@test "a live process with a hostile name is shown, and obeyed by no terminal" {
	start_user $'\e]0;PWN\a\xff' 4 idle
	LC_ALL=C.UTF-8 quietly_live "$VMTOP" -n 1 -d 10ms -m 1000 -o pid,name
	has "$output" '\x1b]0;PWN\x07\xff'
	quietly_live "$VMTOP" -n 1 -d 10ms -m 1000 -o pid,name --json
	json_is ".processes[] | select(.pid == $pid).name_hex" 1b5d303b50574e07ff
	quietly "$PAGEMAP" "$pid"
	is_plain "$output"
}

# as_nobody COMMAND...: an unprivileged user, if the command is within reach of one.
as_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

@test "unprivileged, vmtop and swapctl say as much, and pagemap says what is hidden" {
	as_nobody test -x "$VMTOP" || skip_or_fail "the build directory is closed to others"
	make_area plain 65536
	start_user sleeper 16 pageout
	quietly_live as_nobody "$VMTOP" -n 1 -d 50ms -m 99 --json
	json_is .system.mem_total_bytes "$(meminfo MemTotal)"
	json_is ".processes[] | select(.pid == $pid).swap_bytes" "$(status_bytes "$pid" VmSwap)"
	run --separate-stderr as_nobody "$VMTOP" -n 1 -d 50ms --pss -p "$pid" --json
	json_is '.processes[0].pss_bytes' null
	forget_estimates
	is "$stderr" 'vmtop: PSS of some processes is hidden: it needs CAP_SYS_PTRACE'
	leniently as_nobody "$SWAPCTL" list --json
	json_is ".areas[] | select(.name == \"$directory/plain\").size_bytes" $((65532 * 1024))
	refused 1 as_nobody "$PAGEMAP" "$pid"
	matches "$stderr" 'permission denied|not permitted'
	# The shell is looked at: built with sanitizers, the command itself has terabytes of shadow.
	run --separate-stderr as_nobody sh -c '"$0" $$; exit' "$PAGEMAP"
	is "$status" 0 "exit status"
	run --separate-stderr as_nobody sh -c '"$0" at --json $$ 0x$(
		sed -n "s/^\([0-9a-f]*\)-.* r-xp .*/\1/p" /proc/$$/maps | head -n 1)' "$PAGEMAP"
	is "$status" 0 "exit status"
	matches "$stderr" 'hidden.*CAP_SYS_ADMIN'
	json_is '.processes[0].addresses[0] | "\(.state) \(.frame)"' 'ram null'
}

@test "where hidepid hides other users' processes, vmtop says so" {
	require_mount_namespace
	as_nobody test -x "$VMTOP" || skip_or_fail "the build directory is closed to others"
	as_nobody sleep 60 3>&- 8>&- &
	undo_later end_process $!
	run --separate-stderr unshare --mount sh -c '
		mount -t proc -o hidepid=2 proc /proc || exit 77
		exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0" -d 10ms --json' \
		"$VMTOP"
	[ "$status" -ne 77 ] || skip_or_fail "no proc of its own can be mounted"
	is "$status" 0 "exit status"
	forget_estimates
	has_lines "$stderr" 1
	has "$stderr" '/proc: other users'"'"' processes are hidden'
	json_true '.processes | length > 0 and all(.user == "nobody")'
}

@test "a kernel without pressure stall information is told once, with what turns it on" {
	require_mount_namespace
	run --separate-stderr unshare --mount sh -c '
		mount -t tmpfs none /proc/pressure || exit 77
		exec "$0" -n 3 -d 10ms --json' "$VMTOP"
	[ "$status" -ne 77 ] || skip_or_fail "nothing can be mounted"
	is "$status" 0 "exit status"
	is "$stderr" "vmtop: /proc/pressure: this kernel keeps no pressure stall information \
(boot it with psi=1)"
	json_true '.system.pressure_io_full_percent == null'
}

@test "in a container, vmtop says once what is its own there" {
	require_mount_namespace
	run --separate-stderr unshare --mount --pid --fork sh -c '
		mount -t proc proc /proc || exit 77
		exec "$0" -n 3 -d 10ms --json' "$VMTOP"
	[ "$status" -ne 77 ] || skip_or_fail "no proc of its own can be mounted"
	is "$status" 0 "exit status"
	has_lines "$stderr" 1
	matches "$stderr" '^vmtop: in a container with its own processes[;,]'
}

@test "where proc has processes only, no kernel is said to lack what is not shown" {
	require_mount_namespace
	run --separate-stderr unshare --mount sh -c '
		mount -t proc -o subset=pid proc /proc || exit 77
		exec "$0" -d 10ms --json' "$VMTOP"
	[ "$status" -ne 77 ] || skip_or_fail "no proc of its own can be mounted"
	is "$status" 1 "exit status"
	has "$stderr" 'vmtop: /proc/pressure: not there; is proc mounted with subset=pid?'
	has_not "$stderr" psi=1
}

@test "what record-fixture records of this machine, the commands read" {
	local tree=$BATS_TEST_TMPDIR/recorded id=0123456789abcdef0123456789abcdef path

	make_cgroup memory "procmm-$id"
	path=$(cgroup_path memory "procmm-$id")
	limit_memory "procmm-$id" 1G
	user_cgroup=$path
	# It must be among the largest, which may be gone before they are recorded.
	start_user sleeper 200 idle
	run "$tests/record-fixture" --instants 2 --interval 0.2 --processes 3 --maps "$tree"
	is "$status" 0 "exit status"
	leniently "$VMTOP" --json --sysroot "$tree"
	is "$status" 0 "exit status"
	has_lines "$output" 1
	json_is .system.mem_total_bytes "$(meminfo MemTotal)"
	json_is .host.name recorded
	json_true '.system.faults_per_second > 0 and (.processes | length) >= 1'
	# Its cgroup is among the largest; the identifier is in no path.
	path=$(json '.cgroups[] | select(.path | startswith("/procmm-id")) |
		select(.limit_bytes == 1073741824 and .current_bytes > 200000000).path')
	matches "$path" '^/procmm-id[0-9]+$'
	grep -qx "[0-9]*:memory:$path" "$tree/1/proc/$pid/cgroup" || grep -qx "0::$path" \
		"$tree/1/proc/$pid/cgroup" || fail "the process is not in $path"
	! grep -rqF $id "$tree" || fail "an identifier is in it"
	! grep -rqF "$(uname -n)" "$tree" --include=hostname || fail "the host's name is in it"
	quietly "$SWAPCTL" --sysroot "$tree"
}
