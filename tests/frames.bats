#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap frames, thp and map on a made tree, whose every frame is known: RAM of two nodes with a
# hole, and a process with folios whole, moved and in part.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2034,SC2154
load helpers

setup()
{
	tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree/proc/self" "$tree/proc/300"
	words 1:6 1:1000 2:0 >"$tree/proc/self/auxv" # AT_PAGESZ
	printf '%s\n' '00000000-0000ffff : Reserved' '00010000-0007ffff : System RAM' \
		'00100000-001fffff : System RAM' >"$tree/proc/iomem"
	printf '%s\n' 'Node 0, zone Normal' '  spanned 256' '  start_pfn: 0' \
		'Node 1, zone Normal' '  spanned 256' '  start_pfn: 256' >"$tree/proc/zoneinfo"
	make_frames >"$tree/proc/kpageflags"
	words 280:0 32:7 200:0 >"$tree/proc/kpagecgroup"
	make_process
}

# words COUNT:HEX...: so many words of eight bytes, little endian.
words()
{
	local word count bytes i

	for word in "$@"; do
		count=${word%%:*}
		printf -v word %016x "0x${word##*:}"
		bytes=
		for ((i = 14; i >= 0; i -= 2)); do
			bytes+="\\x${word:i:2}"
		done
		for ((i = 0; i < count; i++)); do
			# shellcheck disable=SC2059 # of hexadecimal digits
			printf "$bytes"
		done
	done
}

# Frames by number, in hexadecimal: 0 to f reserved, 10 to 1f slab, 20 to 3f without a flag, 40 to
# 4f page tables, 50 to 7f free, 80 to ff no frames; 100 on, an anonymous folio of 16, one of 16 of
# which half is mapped, pages by themselves, a file, clean and dirty, a broken one, a merged one,
# which counts as anonymous (whether the flag tells the truth is not in a tree), and what is free.
make_frames()
{
	words 16:100000000 16:80 32:0 16:4000000 48:400 128:0 \
		1:40d828 15:415828 1:40d828 15:415828 8:5828 8:86c 4:838 1:85868 1:205828 202:400
}

# Entries are present, of anonymous pages or of a file.
make_process()
{
	local process=$tree/proc/300 frame entries=()

	echo '300 (maker) S 1 300 300 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0' \
		>"$process/stat"
	printf '%s\n' '00010000-00020000 rw-p 00000000 00:00 0' \
		'00021000-00031000 rw-p 00000000 00:00 0          [heap]' \
		'00040000-00060000 r--p 00000000 08:01 5          /a file' >"$process/maps"
	for ((frame = 0x100; frame < 0x110; frame++)); do
		entries+=("$(printf 1:81%014x $frame)")
	done
	words 16:0 "${entries[@]}" 1:0 >"$process/pagemap"
	entries=()
	for ((frame = 0x110; frame < 0x118; frame++)); do
		entries+=("$(printf 1:81%014x $frame)")
	done
	words "${entries[@]}" 1:8100000000000120 1:8100000000000125 6:0 15:0 \
		1:a100000000000128 1:a100000000000129 30:0 >>"$process/pagemap"
}

@test "pagemap frames: classes, flags, nodes and cgroups of a tree, and the sums of each" {
	quietly "$PAGEMAP" frames --sysroot "$tree"
	is "$(sed -n 1p <<<"$output")" 'frames  ram 1.5M  free 1000K  holes 512K'
	is "$(sed 1,2d <<<"$output" | awk '{ print $1, $2, $4, $5, $6 }')" 'free 1000K 0 0 0
anon 36K 36K 0 0
anon-thp 128K 128K 128K 0
file 32K 32K 0 0
dirty 16K 16K 0 16K
slab 64K 0 0 0
tables 64K 0 0 0
reserved 64K 0 0 0
poison 4K 4K 0 0
other 128K 0 0 0'
	quietly "$PAGEMAP" frames --by node --csv -o node,size,free,slab,other --sysroot "$tree"
	is "$output" "node,size_bytes,free_bytes,slab_bytes,other_bytes
0,524288,196608,65536,131072
1,1048576,827392,0,0"
	quietly "$PAGEMAP" frames --by cgroup --tsv -o inode,size,anon-thp,file --sysroot "$tree"
	is "$(sed 1d <<<"$output")" $'0\t1441792\t98304\t0\n7\t131072\t32768\t32768'
}

@test "pagemap frames: however many kinds of frames there are, each frame is counted once" {
	local inode

	for ((inode = 1; inode <= 512; inode++)); do
		words "$(printf 1:%x $inode)"
	done >"$tree/proc/kpagecgroup"
	quietly "$PAGEMAP" frames --by cgroup --json --sysroot "$tree"
	json_is '.cgroups | length' 384 # without those that are no frames
	json_true 'all(.cgroups[]; .size_bytes == 4096)'
	json_is '[.cgroups[].cgroup_inode] | unique | length' 384
}

@test "pagemap frames: of the frames that are asked for, by flags and classes" {
	quietly "$PAGEMAP" frames -k anon --sysroot "$tree"
	is "$(sed -n 1p <<<"$output")" 'frames  ram 1.5M  free 1000K  holes 512K  chosen 164K'
	is "$(sed 1,2d <<<"$output" | awk '{ print $1, $2, $3 }')" 'anon 36K 2.3%
anon-thp 128K 8.3%'
	for row in buddy:1024000 slab,~dirty:65536 'file,dirty|hwpoison:20480' \
		'flags&0x400:1024000'; do
		quietly "$PAGEMAP" frames -k "${row%:*}" --json --sysroot "$tree"
		json_is '[.classes[].size_bytes] | add' "${row#*:}"
		json_is '"\(.ram_bytes) \(.chosen_bytes)"' "1572864 ${row#*:}"
	done
	row=
	quietly "$PAGEMAP" frames -k 'dirty,~anon' --by flags --csv -o frames,flags \
		--sysroot "$tree"
	is "$output" $'frames,flags\n4,"uptodate,dirty,lru,mmap"'
	quietly "$PAGEMAP" frames --json --sysroot "$tree"
	json_is .chosen_bytes 1572864
	run --separate-stderr "$PAGEMAP" frames -k writeback --sysroot "$tree"
	is "$status" 3 "exit status"
	refused 2 "$PAGEMAP" frames -k writebak --sysroot "$tree"
	refused 2 "$PAGEMAP" frames -k anon --map --sysroot "$tree"
	refused 2 "$PAGEMAP" frames -k anon,exclusive --sysroot "$tree"
	has "$stderr" 'of page tables, not of frames'
}

@test "pagemap frames: what is missing in a tree is said once" {
	refused 1 "$PAGEMAP" frames --sysroot "$(fixture 16k-pages)"
	matches "$stderr" '^pagemap: flags of frames hidden: '
	rm "$tree/proc/kpagecgroup"
	refused 1 "$PAGEMAP" frames --by cgroup --sysroot "$tree"
	matches "$stderr" '^pagemap: cgroups of frames hidden: '
	run --separate-stderr "$PAGEMAP" frames --json -o +mappings --sysroot "$tree"
	is "$status" 0 "exit status"
	matches "$stderr" '^pagemap: map counts hidden: '
	json_true '.complete and all(.classes[]; .mappings == null)'
	rm "$tree/proc/iomem" "$tree/proc/zoneinfo"
	run --separate-stderr "$PAGEMAP" frames --json --sysroot "$tree"
	has "$stderr" 'where RAM is cannot be told'
	json_is .hole_bytes 0
	run --separate-stderr "$PAGEMAP" frames --map --sysroot "$tree"
	is "$status" 1 "exit status"
}

@test "pagemap frames --map: RAM in its order, with holes and a legend of what is drawn" {
	quietly "$PAGEMAP" frames --map --width 80 --sysroot "$tree"
	is "$output" "$(
		cat <<'END'
             0 rrrrrrrrrrrrrrrrssssssssssssssssoooooooooooooooooooooooooooooooo
       0x40000 tttttttttttttttt................................................
      0x100000 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAaaaaaaaaffffffffddddXa..........
      0x140000 ................................................................
      0x180000 ................................................................
      0x1c0000 ................................................................
X poison  A anon-thp  a anon  f file  d dirty  s slab  t tables  r reserved
o other  . free    1 cell = 4K
END
	)"
}

@test "pagemap thp: folios of a tree, whole, moved and in part, and runs" {
	quietly "$PAGEMAP" thp --sysroot "$tree" 300
	is "$output" 'PID 300 maker   ram 112K  large 85.7%  huge -
in RAM as 5 runs  half of it in those from 64K  longest 64K
FOLIO LEAF RAM ANON FILE SHMEM ALIGNED UNALIGNED PARTIAL
  64K    - 96K  96K    0     0     64K         0     32K
   4K    - 16K   8K   8K     0       -         -       -'
	quietly "$PAGEMAP" thp --by mapping --csv -o ram,large,partial,runs,longest,name \
		--sysroot "$tree" 300
	is "$(sed 1d <<<"$output")" '65536,65536,0,1,65536,
40960,32768,32768,3,32768,[heap]
8192,0,0,1,8192,/a file'
	quietly "$PAGEMAP" thp --by run --tsv --noheadings -o from,runs,ram --sysroot "$tree" 300
	is "$output" $'65536\t1\t65536\n32768\t1\t32768\n8192\t1\t8192\n4096\t2\t8192'
	quietly "$PAGEMAP" thp --json --sysroot "$tree" 300
	json_is '.processes[0] | "\(.large_bytes) \(.huge_bytes) \(.run_count)"' '98304 null 5'
}

@test "pagemap: a frame that has no flag, and one whose flags are hidden, read differently" {
	echo '00010000-00011000 rw-p 00000000 00:00 0' >"$tree/proc/300/maps"
	words 16:0 1:8100000000000020 >"$tree/proc/300/pagemap"
	echo 'flags : fpu' >"$tree/proc/cpuinfo"
	for row in 'pages -o flags 300' 'at 300 0x10000' 'who pfn:0x20' \
		'decode -o flags kpageflags:0' 'frames --by flags -o flags'; do
		# shellcheck disable=SC2086 # words of a command
		run --separate-stderr "$PAGEMAP" --sysroot "$tree" $row # who finds nobody
		is "$stderr" ''
		matches "$output" $'(^|[ \n])""($|\n)'
		has_not "$output" 'FLAGS -'
	done
	row=
	quietly "$PAGEMAP" at --json --sysroot "$tree" 300 0x10000
	json_is '.processes[0].addresses[0].flags' ''
	rm "$tree/proc/kpageflags"
	quietly "$PAGEMAP" at --sysroot "$tree" 300 0x10000
	has_not "$output" FLAGS
	quietly "$PAGEMAP" at --json --sysroot "$tree" 300 0x10000
	json_is '.processes[0].addresses[0].flags' null
	run --separate-stderr "$PAGEMAP" pages --noheadings -o flags --sysroot "$tree" 300
	is "$output" -
}

@test "pagemap map: strips of the captured process" {
	local sums numbers='"\(.address) \(.size_bytes) \(.ram_bytes)"'

	quietly "$PAGEMAP" map --sysroot "$(fixture 16k-pages)" 300
	is "$output" 'PID 300 database   mapped 576K  ram 176K  swap 48K
ADDRESS PICTURE          CELL SIZE RAM SWAP NAME
0x10000 ####              16K  64K 64K    0 /usr/bin/database
0x40000 ###.ssgupm##s...  16K 256K 80K  48K [heap]
0x80000 ##......          16K 128K 32K    0 /dev/shm/pool\012two (deleted)
0xa0000 ........          16K 128K   0    0 -
p poison  s swap  g guard  # ram  + half  - few  u uffd-wp  m migrating  . none'
	quietly "$PAGEMAP" map --tsv --noheadings -o picture,ram --sort ram \
		--sysroot "$(fixture 16k-pages)" 300
	is "$(head -n 2 <<<"$output")" $'###.ssgupm##s...\t81920\n####\t65536'
	# What is left out by the filter is not drawn.
	quietly "$PAGEMAP" map -n '[heap]' --sysroot "$(fixture 16k-pages)" 300
	has "$output" '[heap]'
	has_not "$output" /usr/bin/database
	quietly "$PAGEMAP" map -k swap --sysroot "$(fixture 16k-pages)" 300
	is "$output" 'PID 300 database   mapped 48K  ram 0  swap 48K
ADDRESS PICTURE          CELL SIZE RAM SWAP NAME
0x40000 ....ss......s...  16K  48K   0  48K [heap]
s swap  . none'
	# As vmas has it, a range counts as far as it goes.
	for row in 0x40000-0x48000 0x40000-0x90000; do
		quietly "$PAGEMAP" --json -a $row --sysroot "$(fixture 16k-pages)" 300
		sums=$(json ".processes[0].mappings[] | $numbers")
		quietly "$PAGEMAP" map --json -a $row --sysroot "$(fixture 16k-pages)" 300
		json_is ".processes[0].strips[] | $numbers" "$sums"
	done
	row=
	run "$PAGEMAP" map -k guard,poison --sysroot "$(fixture 16k-pages)" 300
	is "$status $output" "3 "
}

@test "pagemap: pictures and tables that do not go together are refused" {
	refused 2 "$PAGEMAP" frames --map --json
	refused 2 "$PAGEMAP" frames --map --by node
	refused 2 "$PAGEMAP" frames --map -o size
	refused 2 "$PAGEMAP" frames --by size
	has "$stderr" "--by: 'size': class, flags, node or cgroup expected"
	refused 2 "$PAGEMAP" frames 1
	refused 2 "$PAGEMAP" thp --by node 1
	refused 2 "$PAGEMAP" thp
	refused 2 "$PAGEMAP" map --width 19 1
	refused 2 "$PAGEMAP" map --width 10001 1
	refused 2 "$PAGEMAP" map --width x 1
	refused 2 "$PAGEMAP" --by class 1
	refused 2 "$PAGEMAP" pages --ascii 1
	refused 2 "$PAGEMAP" frames --sort address
	refused 2 "$PAGEMAP" frames --width 40
	has "$stderr" 'go with --map'
	refused 2 "$PAGEMAP" file --ascii "$PAGEMAP"
	refused 2 "$PAGEMAP" swap --by area --ascii
}
