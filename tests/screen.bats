#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The screen of vmtop, typed on and looked at in a terminal of any size, over captured trees.

# bats and helpers.bash set and read:
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load helpers
load screen

setup()
{
	require_command tmux
	storm="$VMTOP --screen $(at swap-storm)"
}

teardown()
{
	undo_all
}

@test "screen: the system view of a machine that thrashes, at 80x24" {
	terminal 80 24 "exec $storm"
	see 'last 60 s' q:quit
	press Space
	see 23:42:30Z THRASHING
	screen_is <<-'END'
	vmtop  swap-storm  23:42:30Z  over 2.6 s  up 22m18s  2 CPU    [1]Sys 2Cgrp 3Proc
	!! THRASHING 5s  at least 34% of time lost to paging, 26% useful
	Mem   23.5G  avail 23.1G  anon 113M  file 262M  shm 8.6M  slab 82.4M  dirty 788K
	Swap   512M  used 256M  cached 95.2M  /swapfile prio 10
	Comp  zram -  zswap off
	stall %     now   10s   60s  300s  last 60 s                paging        /s
	mem some   12.2   9.8   2.9   0.7                       ▅▅  swap in      8.0K
	mem full   12.2   9.8   2.9   0.7                       ▅▅  swap out     8.0K
	io  full   22.8  18.4   5.6   1.5                       ▆▆  majflt       8.0K
	lost >=    34.1                                         ▆▆  refault      8.0K
	why  100% of evicted pages were needed again (8074/s); 100% of disk reads are p+
	try  see whose memory limit is full (vmtop -S cgroup): the host has 23.1G left
	who  cc1plus(7010) 8011 major faults/s
	    PID USER     S   LOST MAJF/S   SWAP  SWAP+    RSS   RSS+ CGROUP      COMMAND
	   7010 0        D      -   8.0K   161M  -7.8K  96.6M   7.8K /batch      cc1plus
	   7008 0        S   0.0%      0    40M      0   1.6M      0 /init/id    reports







	?:help q:quit s:sort /:find f:filter c:columns w:why P:pss z:freeze
	END
	press e
	see 'evicted anon        8.0K' 'OOM kills              0'
	press e w
	see_not 'of evicted pages were needed again'
	see_not 'OOM kills'
	press Space
	see 'the captured tree ends here'
}

@test "screen: where there is less room, what matters least is left out" {
	terminal 40 12 "exec $storm"
	see q:quit
	press Space
	see THRASHING
	screen_is <<-'END'
	vmtop  swap-storm     [1]Sys 2Cgrp 3Proc
	!! THRASHING 5s  at least 34% of time l+
	Mem   23.5G  avail 23.1G  anon 113M
	Swap   512M  used 256M  cached 95.2M
	lost 34.1%  mem 12.2  io 22.0  in 8.1K
	why  100% of evicted pages were needed +
	try  see whose memory limit is full (vm+
	    PID   LOST MAJF/S   SWAP COMMAND
	   7010      -   8.0K   161M cc1plus
	   7008   0.0%      0    40M reports

	?:help q:quit s:sort /:find f:filter
	END
	terminal 20 4 "exec $storm"
	see UNKNOWN cc1p
	press Space
	see THRASHING
	screen_is <<-'END'
	!! THRASHING 5s  at+
	lost 34.1%  mem 12.2
	    PID   LOST COMM+
	   7010      - cc1p+
	END
	terminal 10 3 "exec $storm"
	see '? L'
	press Space
	see '!! L'
	screen_is <<-'END'
	!! L34%
	END
}

@test "screen: it fills a terminal of any size, and follows it when it changes" {
	local size

	for size in '200 60' '500 200' '80 24' '20 4'; do
		row=$size
		# shellcheck disable=SC2086 # two numbers
		terminal $size "exec $storm"
		see UNKNOWN cc1p
		screen_gives "${size#* }" wc -l
		is "$(awk -v width="${size% *}" 'length > width' <<<"$shown")" '' 'lines too long'
	done
	row=storm
	for size in '80 24' '20 4' '10 3' '200 60' '1 1' '500 200' '40 12' '2 200' '500 1' \
		'80 24'; do
		on_tmux resize-window -x "${size% *}" -y "${size#* }"
	done
	see 'last 60 s' cc1plus q:quit
	# Of a terminal that was small for a moment only the size is as before.
	row=WINCH
	printf '\e[2J' >"$(on_tmux display-message -p '#{pane_tty}')"
	see_not 'last 60 s'
	kill -s WINCH "$(terminal_pid)"
	see 'last 60 s' cc1plus q:quit
	press q
	see_not vmtop
}

pids_in_order()
{
	awk '/^ +70/ { print $1 }' | xargs
}

@test "screen: keys choose the view, the order and the processes" {
	terminal 110 24 "exec $storm"
	see q:quit
	press 3
	see '[3]Proc'
	see_not 'stall %'
	screen_gives '7010 7008' pids_in_order
	press S
	see 'sorted by PID'
	press r
	see_not 'sorted by'
	screen_gives '7008 7010' pids_in_order
	press f rep Enter
	see 'only name rep'
	see_not cc1plus
	press f Enter
	see cc1plus
	# What is asked for and a sample at once.
	press f cc1 Enter Space
	see 'only name cc1' 23:42:30Z
	screen_gives 7010 pids_in_order
	press f Enter
	see reports
	press g /batch Enter
	see 'only cgroup /batch'
	see_not reports
	press g Enter
	see reports
	press u 65534 Enter
	see_not reports
	press u Enter
	see reports
	press / nonsense Enter
	see 'not found: nonsense'
	press P
	see ' PSS '
	press P '?'
	see 'keys, states and words' 'this help'
	press End
	see 'step for each of'
	press q
	see '[3]Proc'
	press z
	see frozen
}

# put_cgroup PATH INSTANT MEBIBYTES SWAP LIMIT STALLED PAGES: a cgroup of version 2 in $tree, which
# was stalled for so many microseconds, and has evicted so many pages that came back.
put_cgroup()
{
	local folder=$tree/$2/sys/fs/cgroup$1 mebi=1048576

	mkdir -p "$folder"
	echo $(($3 * mebi)) >"$folder/memory.current"
	echo $(($4 * mebi)) >"$folder/memory.swap.current"
	echo "$5" >"$folder/memory.max"
	echo max | tee "$folder/memory.high" "$folder/memory.swap.max" >/dev/null
	printf '%s avg10=0.00 avg60=0.00 avg300=0.00 total=%s\n' some "$6" full "$6" |
		tee "$folder/io.pressure" >/dev/null
	printf '%s avg10=0.00 avg60=0.00 avg300=0.00 total=%s\n' some 0 full 0 \
		>"$folder/memory.pressure"
	printf '%s %s\n' pgsteal "$7" pgscan "$7" pswpin "$7" pswpout "$7" pgmajfault "$7" \
		workingset_refault_anon "$7" workingset_refault_file 0 workingset_activate_file 0 \
		workingset_restore_anon 0 workingset_restore_file 0 >"$folder/memory.stat"
	echo "8:0 rbytes=$(($7 * 4096)) wbytes=0 rios=0 wios=0 dbytes=0 dios=0" >"$folder/io.stat"
	printf 'usage_usec 0\nuser_usec %s\nsystem_usec 0\n' $(($2 * 50000)) >"$folder/cpu.stat"
	printf '%s\n' 'low 0' 'high 0' "max $(($2 * 800))" 'oom 0' 'oom_kill 0' \
		>"$folder/memory.events"
}

@test "screen: the tree of control groups, opened, closed and entered" {
	local i tree

	tree=$(spoilable swap-storm)
	for i in 1 2 3; do
		rm -rf "$tree/$i/sys/fs/cgroup"
		mkdir -p "$tree/$i/sys/fs/cgroup"
		echo memory >"$tree/$i/sys/fs/cgroup/cgroup.controllers"
		put_cgroup /system.slice $i 540 1500 max 0 0
		put_cgroup /system.slice/build.service $i 96 161 $((96 << 20)) $((i * 1806000)) \
			$((i * 20000))
		put_cgroup /system.slice/db.service $i 310 1200 1073741824 0 0
		put_cgroup /user.slice $i 60 0 max 0 0
		echo 0::/system.slice/build.service >"$tree/$i/proc/7010/cgroup"
	done
	terminal 80 16 "exec $VMTOP --screen --sysroot $tree"
	see UNKNOWN
	press 2 w Space
	see '[2]Cgrp' THRASHING
	screen_is <<-'END'
	vmtop  swap-storm  23:42:30Z  over 2.6 s  up 22m18s  2 CPU    1Sys [2]Cgrp 3Proc
	!!! THRASHING (severe) 5s  /build.service: at least 70% of time lost to paging,+
	CGROUP            STATE       LOST  MEMF   IOF    USE  LIMIT   SWAP BACK/S REUSE
	/ (system)        THRASHING   34.1  12.2  22.0   456M  23.5G   256M   8.1K  100%
	|-system.slice    cold swap    0.0   0.0   0.0   540M      -   1.5G      0     -
	| |-build.service THRASHING   70.0   0.0  70.0    96M    96M   161M   7.8K  100%
	| `-db.service    cold swap    0.0   0.0   0.0   310M     1G   1.2G      0     -
	`-user.slice      ok           0.0   0.0   0.0    60M      -      0      0     -






	in 5 s: high -, max -, OOM kills 0
	?:help q:quit Right:open Left:close Enter:processes /:find w:why z:freeze
	END
	press Down Left
	see '|+system.slice'
	see_not -build
	press Right
	see -build
	press Down Enter
	see '[3]Proc' 'only cgroup /system.slice/build.service' cc1plus
	see_not reports
	press 2 / db. Enter
	see 'memory.max of /system.slice/db.service'
	press Left
	see 'max '
	# The table of the system has its numbers, whichever cgroup the state is of.
	terminal 80 24 "exec $VMTOP --screen --sysroot $tree"
	see 'last 60 s'
	press Space
	see '/build.service: at least 70%' 'lost >=    34.1'
	# The line in its place has those of the state, all of them.
	terminal 60 12 "exec $VMTOP --screen --sysroot $tree"
	see UNKNOWN
	press Space
	see 'lost 70.0%  mem 0.0  io 70.0  in '
}

@test "screen: the help fits 80 columns, and each of its keys stands in the manual" {
	local key manual

	manual=$(sed -n '/^\.Ss Keys/,/^\.S[hs] [^K]/s/^\.It Ic //p' "$tests/../man/vmtop.1" |
		sed 's/ , /\n/g; s/\\&//g')
	terminal 80 60 "exec $storm"
	see q:quit
	press '?'
	see 'this help' 'step for each'
	[ "$(wc -l <<<"$manual")" -gt 30 ] || fail "few keys in the manual"
	while read -r key; do
		row=$key
		grep -qxF -e "$key" <<<"$manual" || fail "the manual does not have it"
	done < <(awk 'NR > 1 && !NF { exit } NR > 1 { print $1 }' <<<"$shown")
	is "$(awk 'length > 80' <<<"$shown")" ''
}

@test "screen: columns are chosen, and kept for the next time" {
	local file=$BATS_TEST_TMPDIR/config/procmm/vmtop

	terminal 80 24 "exec $storm"
	see SWAP+ CGROUP
	press c
	see 'Columns of processes' '[x] PID'
	press Down Down Space Enter
	see_not USER
	press q
	see 'tmux.'
	has "$(<"$file")" $'\ncolumns pid,state,'
	is "$(stat -c %a "$file")" 600
	terminal 80 24 "exec $storm"
	see RSS cc1plus
	see_not USER
	press C
	see USER
	press q
	see 'tmux.'
	has "$(<"$file")" ',user,'

	# A file with a fault is told with its line, and left alone.
	printf '#\ncolumns pid,nonsense\n' >"$file"
	terminal 200 24 "$storm; read -r line"
	see USER
	press C q
	see "config/procmm/vmtop:2: unknown field: nonsense; it is not used"
	is "$(tail -n 1 "$file")" 'columns pid,nonsense'
	terminal 80 24 "$storm -o pid,rss --sort rss; read -r line"
	see '    PID    RSS'
	press q
	see 'not used'
}

@test "screen: without colour and without UTF-8 it says the same" {
	local plain last_row='7008 0        S   0.0%      0    40M'

	terminal 80 24 "exec $storm"
	see q:quit
	press Space
	see "$last_row" # and all above it
	plain=$shown
	has "$(on_tmux capture-pane -p -e)" $'\e[31m' # red
	for row in 'NO_COLOR=1 TERM=screen' 'TERM=screen' 'TERM=vt100'; do
		terminal 80 24 "exec env $row $storm --color=$([ "$row" = TERM=screen ] &&
			echo never || echo auto)"
		see q:quit
		press Space
		see "$plain"
		has_not "$(on_tmux capture-pane -p -e)" $'\e[31m'
	done
	row='ASCII'
	terminal 80 24 "LC_ALL=C; export LC_ALL; exec $storm"
	see q:quit
	press Space
	see THRASHING "$last_row" '12.2   9.8   2.9   0.7                       ||'
	is_plain "$shown"
}

@test "screen: nothing from the system reaches the terminal raw" {
	local view hostile

	hostile="exec $VMTOP --screen $(at hostile)"
	terminal 132 50 "$hostile"
	see q:quit 'x1b[2J' 'x1b]0;PWN'
	has_not "$shown" $'\u202e'
	is "$(on_tmux display-message -p '#{pane_title}' | grep -c PWN)" 0 'a title'
	screen_locale=C terminal 132 50 "$hostile"
	for view in 1 2 3; do
		press "$view"
		see "[$view]" q:quit 'x1b]0;PWN'
		is_plain "$shown"
	done
}

@test "screen: whatever it reads, each view is shown" {
	local tree view

	for tree in "$tests"/fixtures/*/; do
		[ -d "$tree/proc" ] || [ -d "$tree/1/proc" ] || continue
		row=$tree
		terminal 80 24 "$VMTOP --screen --sysroot $tree; echo ended \$?; read -r line"
		see '[1]Sys'
		for view in 2 3 1; do
			press "$view" Space e
			see "[$view]"
		done
		press q
		see 'ended '
		matches "$shown" 'ended [01]'
	done
}

@test "screen: however it ends, the terminal is as it was" {
	local before=$BATS_TEST_TMPDIR/before after=$BATS_TEST_TMPDIR/after

	for row in q C-c TERM HUP QUIT SEGV ABRT; do
		rm -f "$after"
		terminal 80 24 "trap : INT QUIT; echo first; stty -g >$before
			bash -c 'echo \$\$ >$BATS_TEST_TMPDIR/pid; exec $storm'
			status=\$?; stty -g >$after; echo \"status \$status\"; read -r line"
		see q:quit
		case $row in
		q | C-*) press "$row" ;;
		*) kill -s "$row" "$(<"$BATS_TEST_TMPDIR/pid")" ;;
		esac
		see first 'status '
		has_not "$shown" q:quit
		cmp "$before" "$after" || fail "the modes of the terminal"
		case $row in
		q) has "$shown" 'status 0' ;;
		C-c) has "$shown" "status $((128 + $(kill -l INT)))" ;;
		*) has "$shown" "status $((128 + $(kill -l "$row")))" ;;
		esac
	done
}

@test "screen: Ctrl-Z gives the terminal back, and it goes on in front" {
	terminal 80 24 "env PS1='ready> ' bash --norc --noprofile -i"
	see 'ready>'
	press "$storm" Enter
	see q:quit
	press C-z
	see Stopped
	has_not "$shown" q:quit
	press 'stty -a | grep -o -e -*icanon -e -*echo' Enter
	see $'\necho\n'
	has "$shown" $'\nicanon\n'
	press fg Enter
	see q:quit
	press 3
	see '[3]Proc'
	press q
	see_not q:quit
}

@test "screen: a paste of keys, and a terminal that goes away" {
	local pid

	terminal 80 24 "exec $storm"
	see q:quit
	pid=$(terminal_pid)
	head -c 100000 /dev/urandom | tr -dc 'a-pr-zA-Z0-9/<>?+=\n -' >"$BATS_TEST_TMPDIR/keys"
	on_tmux load-buffer "$BATS_TEST_TMPDIR/keys"
	on_tmux paste-buffer
	on_tmux send-keys Escape Escape
	[ -d "/proc/$pid" ] || fail "it has ended"
	on_tmux send-keys Escape '?' Escape 1
	see 'vmtop'
	close_terminal
	await has_ended "$pid" || fail "it goes on without a terminal"
}

has_ended()
{
	[ ! -d "/proc/$1" ]
}

@test "screen: what cannot show it is told, with what can" {
	run --separate-stderr "$VMTOP" --screen "$(at idle)" </dev/null
	is "$status" 1
	has "$stderr" 'vmtop -b'
	for row in 'TERM=dumb' 'TERM=' 'TERM=nonsense' '-u TERM'; do
		# Of a type that it does not know newterm(3X) forgets what it had allocated.
		terminal 80 24 "export ASAN_OPTIONS=detect_leaks=0:exitcode=99
			env $row $VMTOP; echo status \$?; read -r line"
		see 'cannot show the screen' 'vmtop -b' 'status 1'
	done
	row=
	for row in -b '-n 1' --json --csv '-o swap_used_bytes' --bytes '-S cgroup'; do
		# shellcheck disable=SC2086 # an option with its argument
		run --separate-stderr "$VMTOP" --screen $row
		has "$stderr" 'vmtop: --screen goes with nothing that'
	done
	refused 2 "$VMTOP" --screen --color=maybe
}

reads()
{
	awk '/^syscr/ { print $2 }' "/proc/$1/io"
}

has_read()
{
	[ "$(reads "$1")" -ge "$2" ]
}

# wait_for_reads PID COUNT: until the process has read so many times more, a thousand at a time.
wait_for_reads()
{
	local left

	for ((left = $2; left > 0; left -= 1000)); do
		await has_read "$1" $(($(reads "$1") + 1000)) || fail "it does not read"
	done
}

data_kib()
{
	awk '/^VmData/ { print $2 }' "/proc/$1/status"
}

@test "screen: of the live system it takes samples by itself, and no memory for them" {
	local pid round before after

	without_quarantine
	terminal 80 24 "exec $VMTOP -d 0.01"
	see 'over '
	pid=$(terminal_pid)
	wait_for_reads "$pid" 20000
	# More processes than before take more memory once; what is lost at each sample, each time.
	for round in 1 2 3 4 5; do
		before=$(data_kib "$pid")
		wait_for_reads "$pid" 80000
		after=$(data_kib "$pid")
		[ "$after" -gt $((before + 512)) ] || break
	done
	[ "$after" -le $((before + 512)) ] || fail "from $before to $after KiB, $round times"
	press q
}
