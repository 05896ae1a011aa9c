#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# swapctl off on captured trees: would it fit, and the plan if it does. Nothing is ever done there.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

# put_meminfo TREE NAME KIB
put_meminfo()
{
	sed -i "s/^$2:.*/$2: $3 kB/" "$1/proc/meminfo"
}

@test "off --check: what must come into memory, and what there is for it" {
	local tree

	quietly "$SWAPCTL" off --check /swapfile "$(at zswap)"
	matches "$output" '^NAME +NEED +MEMORY +RESERVE +OTHER-SWAP +SHORT +FITS +CGROUP'
	matches "$output" $'\n/swapfile +[0-9.]+M +[0-9.]+G +[0-9]+M +0 +0 +yes +-$'
	tree=$(spoilable zswap)
	put_meminfo "$tree" MemAvailable 65536
	put_meminfo "$tree" MemTotal 1048576
	put_meminfo "$tree" SwapCached 1024
	put_meminfo "$tree" Zswap 2048
	run --separate-stderr "$SWAPCTL" off --check --json /swapfile --sysroot "$tree"
	is "$status" 3 "exit status"
	is "$(json '.fit[] | "\(.need_bytes) \(.memory_bytes) \(.reserve_bytes) \(.fits)"')" \
		"$((60416 * 1024)) $((67584 * 1024)) $((64 << 20)) false"
	is "$(json '.fit[0].short_bytes')" $(((60416 - 2048) * 1024))
	put_meminfo "$tree" MemAvailable $((63488 + 60416))
	quietly "$SWAPCTL" off --check --tsv -o name,fits,cgroup /swapfile --sysroot "$tree"
	is "$output" $'name\tfits\tcgroup\n/swapfile\ttrue\t'
}

@test "off: one that does not fit is refused with the bytes, unless --force; the others go on" {
	local tree

	tree=$(spoilable swap-storm)
	for instant in "$tree"/*/; do
		put_meminfo "$instant" MemAvailable 65536
	done
	refused 3 "$SWAPCTL" off --dry-run /swapfile --sysroot "$tree"
	matches "$stderr" '/swapfile: what is in it fits nowhere else: .* [0-9]{8,9} bytes '
	has "$stderr" --force
	run --separate-stderr "$SWAPCTL" off --dry-run --force /swapfile --sysroot "$tree"
	is "$status" 0 "exit status"
	has "$stderr" 'forced, although'
	has "$output" '1. deactivate /swapfile'
	run --separate-stderr "$SWAPCTL" off --dry-run /swapfile /none --sysroot "$tree"
	is "$status" 7 "exit status"
	has "$stderr" '/none: there is no such file or device'
}

@test "off: a full cgroup is named, with its bytes; others below it are judged as well" {
	local tree group=sys/fs/cgroup/ci.slice/job

	tree=$(spoilable zswap)
	mkdir -p "$tree/$group"
	echo memory >"$tree/sys/fs/cgroup/cgroup.controllers"
	for file in current swap.current; do
		echo 41943040 | tee "$tree/$group/memory.$file" >"$tree/${group%/job}/memory.$file"
	done
	echo max >"$tree/$group/memory.max"
	echo 52428800 >"$tree/${group%/job}/memory.max"
	for file in "$tree/$group" "$tree/${group%/job}"; do
		echo 'inactive_file 0' >"$file/memory.stat"
	done
	refused 3 "$SWAPCTL" off --dry-run /swapfile --sysroot "$tree"
	has "$stderr" 'cgroup /ci.slice would be over its memory limit'
	has "$stderr" '31457280 bytes'
	run --separate-stderr "$SWAPCTL" off --check --json /swapfile --sysroot "$tree"
	is "$(json '.fit[] | "\(.cgroup) \(.fits) \(.memory_bytes)"' | tail -n 2)" \
		$'/ci.slice false 10485760\n/ci.slice/job true null'
}

@test "off --all: every active area by its true name, and none is no failure" {
	quietly "$SWAPCTL" off --all --dry-run "$(at many-areas)"
	is "$(grep -c '^  1. deactivate ' <<<"$output")" 28
	is_plain "$output"
	quietly "$SWAPCTL" off --all --check --json "$(at many-areas)"
	is "$(json '[.fit[].name]')" \
		"$("$SWAPCTL" --json "$(at many-areas)" | jq '[.areas[].name]')"
	quietly "$SWAPCTL" off --all --dry-run "$(at idle)"
	is "$output" 'no swap configured'
	quietly "$SWAPCTL" off --all --dry-run --json "$(at idle)"
	json_is '.steps | length' 0
	quietly "$SWAPCTL" off --all --check --json "$(at idle)"
	json_is '.fit | length' 0
	run --separate-stderr "$SWAPCTL" off --all --dry-run "$(at broken)"
	is "$status" 1 "exit status"
	has "$stderr" 'heading expected'
}
