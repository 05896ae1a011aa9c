#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap file on the running kernel, held against mincore(2), fincore(1), smaps and PID/maps: on
# each file system, with and without cachestat(2); and files that are hard to look at.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154

load ../helpers
load process
load volume

setup()
{
	require_root
}

teardown()
{
	undo_all
}

# make_directory FS: $directory is on such a file system.
make_directory()
{
	if [ "$1" = tmpfs ]; then
		directory=$(mktemp -d)
		undo_later rmdir "$directory"
		mount -t tmpfs none "$directory"
		undo_later umount "$directory"
	else
		make_volume "$1"
		directory=$volume
	fi
}

# lines PATH OPTION...: what is listed of it, without headings, separated by tabs.
lines()
{
	local path=$1

	shift
	"$PAGEMAP" file --tsv --noheadings "$@" "$path"
}

# Every range of the file is in one of the lists, once, and no two neighbours are in the same.
is_partition()
{
	local faults

	faults=$(sort -n "$2" | awk -v size="$(stat -c %s "$1")" '
		$1 != at { print "at " at ": " $0 }
		NR > 1 && $3 == last { print "twice the same kind at " $1 }
		{ at = $1 + $2; last = $3 }
		END { if (at != size) print "ends at " at ", not " size }')
	is "$faults" ""
}

# The kernel may evict pages meanwhile: then all is asked again.
agrees_with_mincore()
{
	local path=$1 before='' resident='' list=$BATS_TEST_TMPDIR/list try

	shift
	for try in {1..20}; do
		before=$("$program" list "$path")
		lines "$path" --ranges -o offset,length "$@" | tr '\t' ' ' >"$list.ranges"
		lines "$path" -o resident,ranges "$@" >"$list.sums"
		resident=$(fincore -b -n -o RES "$path" | tr -d ' ')
		lines "$path" --ranges -o offset,length,cached "$@" >"$list.both"
		lines "$path" --missing -o offset,length,cached "$@" >>"$list.both"
		lines "$path" --missing --ranges -o offset,length,cached "$@" >"$list.at-once"
		[ "$("$program" list "$path")" != "$before" ] || break
	done
	is "$(cat "$list.ranges")" "$before" "ranges"
	is "$(cat "$list.sums")" "$resident"$'\t'"$(wc -l <<<"$before")"
	is_partition "$path" "$list.both"
	cmp "$list.at-once" <(sort -n "$list.both") || fail "both kinds at once"
}

@test "pagemap file: what is resident is what mincore and fincore say, on each file system" {
	local system seed

	program=$(build_program file-cache)
	for system in ext4 xfs btrfs tmpfs; do
		make_directory $system
		for seed in 1 2 3; do
			row="$system, seed $seed"
			"$program" make "$directory/file" 4000 $seed
			[ "$("$program" list "$directory/file" | wc -l)" -ge 100 ] || fail "few"
			agrees_with_mincore "$directory/file"
			agrees_with_mincore "$directory/file" --disable=cachestat
		done
	done
}

@test "pagemap file: pages are dirty until they are written, and evicted when they were" {
	program=$(build_program file-cache)
	make_directory ext4
	await is_dirty_when_written "$directory/file" || fail "$output"
	sync -f "$directory"
	is "$(lines "$directory/file" -o resident,dirty,writeback)" $'2097152\t0\t0'
	start_pageout "$directory/file"
	is "$(lines "$directory/file" -o resident,evicted,recent,swap)" $'0\t2097152\t2097152\t0'
	is "$(lines "$directory/file" --missing -o offset,length,evicted)" $'0\t2097152\t2097152'
	is "$(lines "$directory/file" --disable=cachestat -o resident,dirty 2>/dev/null)" \
		$'0\t'
}

# The kernel may write some of it before we have looked: then it is written anew.
is_dirty_when_written()
{
	dd if=/dev/zero of="$1" bs=1M count=2 status=none
	output=$(lines "$1" -o resident,dirty,evicted)
	[ "$output" = $'2097152\t2097152\t0' ]
}

start_pageout()
{
	"$program" pageout "$1" >"$BATS_TEST_TMPDIR/lines" 3>&- &
	pid=$!
	undo_later end_process $pid
	await_ready
}

@test "pagemap file: of tmpfs, what is in swap is what smaps says, and no range is lost" {
	local try=0

	lock_real_swap
	program=$(build_program file-cache)
	make_directory tmpfs
	dd if=/dev/urandom of="$BATS_TEST_TMPDIR/area" bs=1M count=64 status=none
	chmod 600 "$BATS_TEST_TMPDIR/area"
	mkswap -q "$BATS_TEST_TMPDIR/area"
	swapon -p 32000 "$BATS_TEST_TMPDIR/area" || skip_or_fail "no swap can be made here"
	undo_later swapoff "$BATS_TEST_TMPDIR/area"
	dd if=/dev/urandom of="$directory/file" bs=1M count=4 status=none
	start_pageout "$directory/file"
	is "$(lines "$directory/file" -o swap,evicted,dirty)" \
		"$(awk '/^Swap:/ { sum += $2 } END { print sum * 1024 "\t0\t" }' /proc/$pid/smaps)"
	[ "$(lines "$directory/file" -o swap)" -ge 2097152 ] || fail "little was swapped"
	lines "$directory/file" --ranges --missing -o offset,length,cached \
		>"$BATS_TEST_TMPDIR/both"
	is_partition "$directory/file" "$BATS_TEST_TMPDIR/both"
	is "$(awk '$3 == "true" { sum += $2 } END { print sum + 0 }' "$BATS_TEST_TMPDIR/both")" \
		"$(lines "$directory/file" -o resident)"
}

@test "pagemap file: 2 TB of holes are looked at in no time, and no page of them is lost" {
	local file at expected='' count=0

	file=$(mktemp -p "${TMPDIR:-/var/tmp}")
	undo_later rm -f "$file"
	truncate -s 2T "$file"
	for at in 0 12345 268435456 536870911; do
		dd if=/dev/zero of="$file" bs=4096 seek=$at count=1 conv=notrunc status=none
		expected+="$((at * 4096)) 4096"$'\n'
	done
	is "$(timeout 20 "$PAGEMAP" file --ranges --raw --noheadings -o offset,length "$file")" \
		"${expected%$'\n'}"
	is "$(timeout 20 "$PAGEMAP" file --bytes --noheadings -o size,resident "$file")" \
		'2199023255552    16384'
	run timeout 20 "$PAGEMAP" file --map "$file"
	has "$output" "16K of 2T"
	# Sizes whose sum no number holds have none, however many follow.
	make_directory tmpfs
	for expected in 7E 14E - -; do
		truncate -s 7E "$directory/$((++count))"
		output=$("$PAGEMAP" file --noheadings -o size "$directory"/*)
		is "$(awk 'END { print $1 }' <<<"$output")" $expected "$count files"
	done
	refused 1 "$PAGEMAP" file --sort size --noheadings "$directory/none"
}

@test "pagemap file: who is no owner is told that it is hidden, not that all is there" {
	local option expected

	cd "$BATS_TEST_TMPDIR" && chmod 755 . # not below what others cannot search
	for option in --bytes --disable=cachestat --ranges --map; do
		row=$option
		expected=0
		run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$PAGEMAP" file $option /bin/ls /bin/cat
		# An empty list of ranges must not pass for one of a file that is not there.
		[ $option != --ranges ] || expected=1
		is "$status" $expected "exit status"
		is "$(grep -c 'neither own nor may write' <<<"$stderr")" 1 "lines about it"
		has_not "$output" 100%
	done
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PAGEMAP" file --json /bin/ls
	json_true '.files[0].size_bytes > 0 and .files[0].resident_bytes == null'
	json_is '"\(.total.resident_bytes) \(.complete)"' 'null true'
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PAGEMAP" file --missing --json /bin/ls
	is "$status" 1 "exit status"
	json_is '"\(.ranges) \(.complete)"' '[] false'
}

@test "pagemap file: processes that may not be asked who maps it make the answer incomplete" {
	local option

	cd "$BATS_TEST_TMPDIR" && chmod 755 .
	sleep 1000 3>&- &
	pid=$!
	undo_later end_process $pid
	until [ "$(cat /proc/$pid/comm)" = sleep ]; do :; done
	for option in --who '-o mappers'; do
		row=$option
		# shellcheck disable=SC2086 # an option with its argument
		run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$PAGEMAP" file --json $option /bin/sleep
		is "$status" 1 "exit status"
		json_is .complete false
		matches "$stderr" 'pagemap: incomplete: processes that may not be read: [0-9]+; '
	done
}

@test "pagemap file: each inode counts once, and nothing but files is opened" {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir -p tree/a/b tree/other
	mount -t tmpfs none tree/other
	undo_later umount "$PWD/tree/other"
	echo text | tee tree/other/file >tree/a/b/file
	ln tree/a/b/file tree/link
	ln -s a/b/file tree/symbolic
	ln -s ../.. tree/a/up
	mkfifo tree/fifo
	mknod tree/console c 5 1
	quietly timeout 10 "$PAGEMAP" file -r --raw --noheadings -o path,size tree tree/link tree/a/
	is "$output" "tree/a/b/file 5"
	quietly "$PAGEMAP" file --raw --noheadings -o path,size tree/symbolic tree/symbolic
	is "$output" "tree/symbolic 5"
	quietly "$PAGEMAP" file -r --json tree tree/other
	json_is '.files | length' 2
	json_is .total.size_bytes 10
	run --separate-stderr timeout 10 "$PAGEMAP" file tree/{fifo,console,,none,link}
	is "$status" 1 "exit status"
	has "$stderr" "tree/fifo: is a FIFO"
	has "$stderr" "tree/console: is a character device"
	has "$stderr" "tree/: is a directory; -r looks below it"
	has "$stderr" "tree/none: No such file or directory"
	has "$output" tree/link
}

@test "pagemap file: a block device is looked at, or it is said what keeps it from us" {
	local device

	device=$(lsblk -dpno NAME | tail -n 1)
	if head -c 0 "$device" 2>/dev/null; then
		quietly "$PAGEMAP" file --raw --noheadings -o size,path "$device"
		is "$output" "$(blockdev --getsize64 "$device") $device"
	else
		refused 1 "$PAGEMAP" file --ranges --noheadings "$device"
		is "$stderr" "pagemap: $device: Operation not permitted: a cgroup (devices) or a \
security module keeps this process from devices"
	fi
	run --separate-stderr "$PAGEMAP" file --noheadings ""
	is "$status $output $stderr" "1  pagemap: '': No such file or directory"
}

@test "pagemap file -r: what cannot be read is told, and no depth stops it" {
	local i part

	cd "$BATS_TEST_TMPDIR" && chmod 755 .
	mkdir -m 755 readable && mkdir -m 700 secret
	echo text >readable/file
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PAGEMAP" file -r --raw --noheadings -o path readable secret
	is "$status" 1 "exit status"
	is "$output" readable/file
	has "$stderr" "secret: Permission denied"
	# What is behind it in the order of names is not lost with it, whichever right is missing.
	mkdir -m 755 tree tree/{a,b,c,d} && touch tree/{a,b,c,d}/file
	chmod 700 tree/b
	chmod 744 tree/c
	run --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$PAGEMAP" file -r --raw --noheadings -o path tree
	is "$status" 1 "exit status"
	is "$output" $'tree/a/file\ntree/d/file'
	is "$(grep -c 'tree/[bc]: Permission denied' <<<"$stderr")" 2
	has_not "$stderr" 'tree: '
	mkdir deep
	(
		cd -P deep || exit
		printf -v part '%.s0123456789/' {1..300}
		for i in {1..4}; do
			mkdir -p "$part" && cd -P "$part" || exit
		done
		echo text >bottom
		cd ..
		echo text >last
	)
	run --separate-stderr bash -c 'ulimit -n 16; "$0" file -r --tsv deep' "$PAGEMAP"
	is "$status" 0 "exit status"
	is "$(grep -o '[^/]*$' <<<"$output" | tail -n +2 | tr '\n' ' ')" "bottom last "
}

@test "pagemap file: a name cannot bite in any format" {
	local format name=$'new\nline\t\e[31m"\xff\\'

	cd "$BATS_TEST_TMPDIR" || return 1
	echo text >"$name"
	for format in --noheadings --bytes --raw --pairs --csv --tsv --json; do
		for view in --ranges --who --map -r; do
			[ "$view $format" != "--map --${format#--}" ] || continue
			row="$view $format"
			run --separate-stderr "$PAGEMAP" file $view $format "$name"
			case $view in
			--map) ;;
			--who) is "$status" "$(fails_if_told)" ;;
			*) is "$status" 0 ;;
			esac
			is_utf8 "$output"
			has_not "$output$stderr" $'\e'
			has_not "$output" $'line\t'
		done
	done
	row=
	quietly "$PAGEMAP" file --json "$name"
	json_is '.files[0].path_hex' "$(printf %s "$name" | od -An -v -tx1 | tr -d ' \n')"
	refused 2 "$PAGEMAP" file
	refused 2 "$PAGEMAP" file --map --json x
	refused 2 "$PAGEMAP" file --ranges --who x
	refused 2 "$PAGEMAP" file --missing --sort path x
	refused 1 "$PAGEMAP" file "$(at idle)" x
	has "$stderr" "a captured tree has no page cache"
}

@test "pagemap file --who: the mappings are those that the processes list, on btrfs too" {
	local system

	for system in ext4 btrfs tmpfs; do
		row=$system
		make_directory $system
		cp "$(command -v sleep)" "$directory/program"
		"$directory/program" 1000 3>&- &
		pid=$!
		undo_later end_process $pid
		await grep -q "$directory/program" /proc/$pid/maps || fail "it does not run"
		quietly_but_denied "$PAGEMAP" file --who --raw --noheadings \
			-o pid,process,address,offset,size,perm,path "$directory/program" /bin/ls
		is "$(grep "^$pid " <<<"$output")" "$(mappings_of "$directory/program")"
		is "$(lines "$directory/program" -o mappers 2>/dev/null)" 1
	done
}

# What PID/maps has of a path, in the words of --who.
mappings_of()
{
	local range permissions offset rest

	while read -r range permissions offset rest; do
		[[ $rest != *" $1" ]] || echo "$pid program 0x${range%-*} $((0x$offset))" \
			"$((0x${range#*-} - 0x${range%-*})) $permissions $1"
	done </proc/$pid/maps
}

fails_if_told()
{
	if [ -z "$stderr" ]; then
		echo 0
	else
		echo 1
	fi
}

# Processes with more rights than root has here may be there: that, and only that, is told.
quietly_but_denied()
{
	run --separate-stderr "$@"
	is "$status" "$(fails_if_told)" "exit status"
	is "$(grep -v '^pagemap: incomplete: processes that may not be read: ' <<<"$stderr")" ""
}

@test "pagemap file: to look does not change when a file was read last" {
	local option

	make_directory ext4
	mkdir "$directory/d"
	echo text >"$directory/d/file"
	touch -a -d 2001-01-01 "$directory/d/file" "$directory/d"
	for option in --ranges --missing --who --disable=cachestat; do
		run --separate-stderr "$PAGEMAP" file -r $option "$directory/d"
		[ "$status" -le 1 ] || fail "exit status $status"
		is "$(stat -c %X "$directory/d" "$directory/d/file" | sort -u)" \
			"$(date -d 2001-01-01 +%s)" "$option"
	done
}
