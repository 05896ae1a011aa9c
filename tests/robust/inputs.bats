#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a command may be given: swap images that are broken or lie, options and numbers that make no
# sense, fstab files of all kinds, names of all bytes, and a directory that others exchange while it
# is used. Whatever it is, the exit status is one of those documented, nobody dies of a signal, no
# control byte reaches the terminal, and what was there is as it was.

# What robust.bash sets and reads, and texts that are for other programs:
# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2034,SC2088,SC2154
load robust

setup_file()
{
	lock_real_swap
}

setup()
{
	robust_setup
	make_volume ext4
}

teardown()
{
	undo_all
}

# try EXPECTED COMMAND...: an exit status of those in EXPECTED, and nothing on the terminal that
# steers it.
try()
{
	local expected=$1 status=0

	shift
	points=$((points + 1))
	at_point="${row:-} $(printf '%q ' "$@")"
	timeout 20 "$SWAPCTL" "$@" >"$work/told" 2>"$complaints" </dev/null || status=$?
	last_status=$status
	[[ " $expected " == *" $status "* ]] || violation "exit status $status, expected $expected"
	! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' "$work/told" "$complaints" ||
		violation "a control byte: $(cat -v "$work/told" | head -n 3)"
	[ "$status" -eq 0 ] || [ -s "$complaints" ] || [ -s "$work/told" ] || violation "no word"
}

# ---- images ----

# poke OFFSET BYTES: as of printf, into the area.
poke()
{
	printf '%b' "$2" | dd of="$area" bs=1 seek="$1" conv=notrunc status=none
}

# make_image NAME: 40 KiB as mkswap makes it, and then one thing about it different.
make_image()
{
	reset nothing
	(umask 077 && head -c 40K /dev/zero >"$area")
	case $1 in
	v0) poke 4086 'SWAP-SPACE' && return ;;
	random) head -c 40K /dev/urandom >"$area" && return ;;
	empty) : >"$area" && return ;;
	tiny) truncate -s 4095 "$area" && return ;;
	ext4) truncate -s 1M "$area" && mkfs.ext4 -q -F -O ^has_journal "$area" && return ;;
	holes) truncate -s 0 "$area" && truncate -s 40K "$area" ;;
	esac
	mkswap -U "$uuid" -L "$label" "$area" >/dev/null 2>&1
	case $1 in
	label-nonul) poke 1052 'sixteen-letters!' ;;
	label-esc) poke 1052 '\x1b]0;x\x07\xff\n' ;;
	bigendian) poke 1024 '\0\0\0\x01\0\0\0\x09' ;;
	suspend) poke 4086 'S1SUSPEND\0' ;;
	suspend2) poke 4086 'LINHIB0001' ;;
	two) truncate -s 8K "$area" && poke 1028 '\x01' ;;
	pg8k) poke 4086 '\0\0\0\0\0\0\0\0\0\0' && poke 8182 SWAPSPACE2 ;;
	pg64k) poke 4086 '\0\0\0\0\0\0\0\0\0\0' && truncate -s 128K "$area" &&
		poke 65526 SWAPSPACE2 ;;
	lastpage-huge) poke 1028 '\xff\xff\xff\xff' ;;
	lastpage-zero) poke 1028 '\0\0\0\0' ;;
	nbad-huge) poke 1032 '\xff\xff\xff\x7f' ;;
	nbad-dup) poke 1032 '\x02' && poke 1536 '\x03\0\0\0\x03' ;;
	nbad-all) poke 1032 '\x09' ;;
	badpage-oob) poke 1032 '\x01' && poke 1536 '\xff\xff' ;;
	version2) poke 1024 '\x02' ;;
	short) truncate -s 20K "$area" ;;
	esac
}

# What `on` must say: 0 as the kernel, 3 or 1 where it would refuse, or where it would do harm.
images='ok:0 label-nonul:0 label-esc:0 bigendian:0 suspend:3 suspend2:3 two:0 holes:3 ext4:3 pg8k:3
pg64k:3 lastpage-huge:3 lastpage-zero:3 nbad-huge:3 nbad-dup:3 nbad-all:3 badpage-oob:3 version2:3
short:3 tiny:3 v0:3 random:3 empty:3'

@test "inputs: hostile images are told for what they are, and change nothing" {
	local image on sum

	for image in $images; do
		on=${image#*:}
		row=${image%:*}
		make_image "$row"
		sum=$(cksum <"$area")
		try "0 1" check "$area"
		try "0 1" check --json "$area"
		try "0 1 3" show "$area"
		try "0 1 3" show --json "$area"
		try "0 1 3" on --dry-run "$area"
		try "0 1 3" format --dry-run "$area"
		try "0 1 3" format --dry-run --keep-id "$area"
		try "0 1 3" resize --dry-run "$area" 80K
		try "0 1 3" rm --dry-run --fstab "$fstab" "$area"
		try "0 1 3" persist --dry-run --fstab "$fstab" "$area"
		try "0 3" create --dry-run --reserve 0 --size 40K --fstab "$fstab" "$area"
		[ "$(cksum <"$area")" = "$sum" ] || violation "a dry run wrote to it"
		try "$on" on "$area"
		if [ "$last_status" -eq 0 ]; then
			try 0 list --output-all --fstab "$fstab"
			try 0 off "$area"
		fi
		# The kernel turns the bytes of that one round in its cache. sys_swapon()
		[ "$row" = bigendian ] || [ "$(cksum <"$area")" = "$sum" ] ||
			violation "an activation wrote to it"
	done
	tally inputs
}

# ---- command lines ----

@test "inputs: options and operands that make no sense are refused" {
	local line words

	reset inactive-area
	while IFS=: read -r expected line; do
		row=$line
		read -ra words <<<"${line//AREA/$area}"
		try "$expected" "${words[@]}"
	done <<-'END'
		2:--no-such-option
		2:no-such-command
		2:create
		2:create AREA
		2:create --size
		2:create --size 1M
		2:create --size 1M AREA AREA
		2:create --size 1M --size
		2:create --discard=sometimes --size 1M AREA
		1 2 3:create --uuid=none --size 1M AREA
		1 2 3:create --uuid=5eed5eed12344321 --size 1M AREA
		1 2 3:create --label=12345678901234567 --size 1M AREA
		2:create --reserve=-1 --size 1M AREA
		2:create --timeout=5 --size 1M AREA
		2:on
		2:on --priority AREA
		2:on --size 1M AREA
		2:off
		2:off --timeout=soon AREA
		2:off --timeout=-1 AREA
		2:off --priority=3 AREA
		2:resize AREA
		2:resize AREA 1M 2M
		2:resize AREA +
		2:resize AREA -
		2:resize AREA 1M%
		2:prio AREA
		2:prio AREA high
		2:prio AREA -5
		2:prio AREA 32768
		2:prio AREA 1 2
		2:rm
		2:rm --keep AREA --no-such
		2:persist
		2:persist --priority=-1 AREA
		2:unpersist
		2:unpersist --fstab
		2:format
		2:format --page-size=5000 AREA
		1 2 3:format --uuid=x AREA
		2:list --sort=nothing
		2:list -o nothing
		2:list AREA
		2:-l -s
		5:on /nowhere/area
		5:off /nowhere/area
		5:resize /nowhere/area 1M
		5:prio /nowhere/area 3
		1 3:format /dev/null
		1 3:on /dev/null
		1 3 5:on /
		5:on UUID=00000000-0000-0000-0000-000000000000
		5:off LABEL=no-such-label
		2 5:on UUID=
	END
	tally inputs
}

@test "inputs: numbers are taken whole or not at all" {
	local size priority

	reset nothing
	for size in 0 1 4095 36K 39K 40959 '' ' ' -1 -40K +40K 0x10000 1e6 1.5.5G 40KB 1GiBs 1Gi K \
		nan inf 18446744073709551615 18446744073709551616 16777216T \
		99999999999999999999999 \
		'4 0K' '40K,' 101% -5% %% 0% ram/0 ram/-1 ram/x ramm ٤٠K $'40K\n' $'\e[2J'; do
		row="size $size"
		try "1 2 3" create --dry-run --reserve 0 --size "$size" --fstab "$fstab" "$area"
	done
	for size in 40K 40k 40960 40961 41K 1M 1MiB 1.5M 0.5M; do
		row="size $size"
		try 0 create --dry-run --reserve 0 --size "$size" --fstab "$fstab" "$area"
	done
	for priority in -1 -2 32768 65536 4294967296 18446744073709551616 abc '' \
		' 1' 1.5 0x1 ++1 1e1 $'1\n'; do
		row="priority $priority"
		try 2 create --dry-run --reserve 0 --size 1M --priority "$priority" "$area"
		try 2 on --dry-run --priority "$priority" "$area"
	done
	for priority in 0 1 32767; do
		row="priority $priority"
		try 0 create --dry-run --reserve 0 --size 1M --priority "$priority" "$area"
	done
	[ ! -e "$area" ] || violation "a dry run made it"
	tally inputs
}

# ---- fstab ----

# The text of one, with %A for the area's path; as of printf.
fstabs()
{
	local s='none swap sw 0 0'

	cat <<-END
		/dev/sda1 / ext4 defaults 0 1\n
		/dev/sda1 / ext4 defaults 0 1
		\n
		\n\n\n
		# only a comment\n
		# a comment without an end
		/dev/sda1\t/\text4\tdefaults\t0\t1\r\n
		a\r\nb\r\n%A $s\r\n
		%A $s\n
		%A $s
		  %A   none\tswap   sw\n
		%A none swap\n
		%A none swap sw 0\n
		%A none swap sw,pri=5,nofail 0 0\n
		%A none swap sw,pri=abc 0 0\n
		%A none swap sw,pri=99999999999999 0 0\n
		%A none swap noauto 0 0\n
		%A $s # a comment after it\n
		%A $s\n%A $s\n
		%A $s\n/dev/sda1 / ext4 defaults 0 1\n%A none swap pri=3 0 0\n
		#%A $s\n
		%A2 $s\n
		x%A $s\n
		%A/ $s\n
		%A none ext4 defaults 0 0\n
		none %A swap sw 0 0\n
		UUID=$uuid $s\n
		LABEL=$label $s\n
		UUID=\"$uuid\" $s\n
		uuid=$uuid $s\n
		UUID= $s\n
		LABEL= $s\n
		UUID=00000000-0000-0000-0000-000000000000 $s\n
		PARTUUID=1234 $s\n
		/dev/sda1 / ext4 defaults 0 1 more fields than that\n
		one\n
		one two\n
		one two three\n
		\x01\x02\x03\n
		\xff\xfe\n
		\x1b[2J / ext4 defaults 0 1\n
		/a\\040b none swap sw 0 0\n
		/a\\\\b none swap sw 0 0\n
		/a\\999 none swap sw 0 0\n
		/a\\ none swap sw 0 0\n
		/a\\134040 none swap sw 0 0\n
		\"%A\" $s\n
		=%A $s\n
		%A none SWAP sw 0 0\n
		%A swap swap defaults 0 0\n
		%A - swap - 0 0\n
		%A none swap sw,discard=once 0 0\n
		%A none swap , 0 0\n
		%A none swap sw -1 -1\n
		%A none swap sw x y\n
		tmpfs /tmp tmpfs size=1G 0 0\nproc /proc proc defaults 0 0\n
		/dev/sda1 / ext4 x-systemd.device-timeout=5,x-initrd.mount 0 1\n
		overlay / overlay lowerdir=/a:/b,upperdir=/c,workdir=/d 0 0\n
		//server/share /mnt cifs credentials=/x,uid=0 0 0\n
		server:/export /mnt nfs ro 0 0\n
		ünïcödé /mnt ext4 defaults 0 0\n
	END
	printf 'long %s\\n\n' "$(printf '%0100000d' 0)"
}

# Lines that are none of the area's, in their order.
other_lines()
{
	LC_ALL=C grep -avE "^[[:blank:]]*($area|(UUID|uuid)=\"?$uuid\"?|LABEL=$label)[[:blank:]]" \
		"$1" || true
}

@test "inputs: fstab files of all kinds keep every other byte" {
	local text

	reset inactive-area
	while IFS= read -r text; do
		row=${text:0:60}
		printf '%b' "${text//%A/$area}" >"$fstab"
		cp "$fstab" "$work/before"
		try "0 1" list -a --fstab "$fstab"
		try "0 1" list -a --json --fstab "$fstab"
		[ "$last_status" -ne 0 ] || jq . "$work/told" >/dev/null || violation "no JSON"
		cmp -s "$fstab" "$work/before" || violation "it was read, and changed"
		try "0 1 3" persist --fstab "$fstab" "$area"
		keeps_others "$last_status" persist
		cp "$fstab" "$work/before"
		try "0 1 3" unpersist --fstab "$fstab" "$area"
		keeps_others "$last_status" unpersist
	done < <(fstabs)
	tally inputs
}

# keeps_others STATUS WHAT: all lines but the area's; all bytes if it failed.
keeps_others()
{
	if [ "$1" -ne 0 ]; then
		cmp -s "$fstab" "$work/before" || violation "$2 failed, and changed it"
		return
	fi
	diff -q <(other_lines "$work/before") <(other_lines "$fstab") >/dev/null ||
		violation "$2 changed other lines:" \
			"$(diff "$work/before" "$fstab" | head -n 6 | cat -v)"
}

# ---- names ----

@test "inputs: a name may hold any byte, from create to rm" {
	local name path long

	long=$(printf '%0255d' 0)
	printf '/dev/sda1 / ext4 defaults 0 1\n' >"$fstab"
	cp "$fstab" "$work/before"
	for name in 'a b' $'tab\there' $'new\nline' 'back\slash' 'oct\040al' 'x (deleted)' '#x' \
		'-x' '--x' 'UUID=x' 'zram0' $'\e[2J\a' $'\xff\xfe' "quote'\"" '$HOME' '*' '~' \
		'a,b=c' 'ü' "$long"; do
		row=$name
		path=$directory/$name
		try 0 create --size 40K --reserve 0 --persist --fstab "$fstab" "$path"
		try 0 list --fstab "$fstab"
		try 0 list --json --fstab "$fstab"
		is_listed "$path" || violation "list has another name for it"
		try 0 create --size 40K --reserve 0 --persist --fstab "$fstab" "$path"
		try 0 off "$path"
		LIBMOUNT_FSTAB=$fstab swapon -a 2>/dev/null || true
		[[ $name == *' (deleted)' ]] || grep -qF "$directory" /proc/swaps ||
			violation "swapon -a cannot find it by its line"
		try 0 rm --fstab "$fstab" "$path"
		[ ! -e "$path" ] || violation "it is still there"
		cmp -s "$fstab" "$work/before" || violation "fstab is not as before"
	done
	(cd "$directory" && try 0 create --size 40K --reserve 0 --no-activate -- -x && rm ./-x)
	tally inputs
}

# By its bytes: those of a name that is no UTF-8 are in name_hex.
is_listed()
{
	local hex name names

	hex=$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')
	jq -j '.areas[] | (.name_hex // .name), "\u0000"' "$work/told" >"$work/names"
	mapfile -d '' names <"$work/names"
	for name in "${names[@]}"; do
		[ "$name" != "$1" ] && [ "$name" != "$hex" ] || return 0
	done
	return 1
}

# ---- a directory that others exchange ----

@test "inputs: nobody who owns a directory on the way turns a create aside" {
	local flip pid number base=$volume/others victim=$volume/victim

	flip=$(compile flip)
	mkdir -m 700 "$victim"
	mkdir "$base" "$base/p"
	ln -s "$victim" "$base/q"
	chown -R -h 65534:65534 "$base"
	chmod 755 "$work" "$volume"
	"$flip" 65534 "$base/p" "$base/q" 8>&- 3>&- &
	pid=$!
	undo_later end_process "$pid"
	for ((number = 0; number < 300; number++)); do
		row="race $number"
		try "1 3 5" create --size 40K --reserve 0 --no-activate "$base/p/area"
		[ -z "$(find "$victim" -mindepth 1)" ] || {
			violation "it was made where nobody asked for it"
			rm -f "$victim"/*
		}
	done
	kill -0 "$pid" || violation "the race was none"
	tally inputs
}
