#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Swap files whose names try to be something else: an option, a tag, a comment, an escape, a line, a
# terminal's command. Each goes through create, list, fstab, swapon -a, off, on and rm.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load ../helpers
load volume

setup_file()
{
	lock_real_swap
}

setup()
{
	require_root
	make_volume ext4
	cd "$volume" || return 1
	undo_later cd /
}

teardown()
{
	undo_all
}

# names_an_area NAME: list --json has it, byte for byte.
names_an_area()
{
	local hex

	hex=$(printf %s "$volume/$1" | od -An -v -tx1 | tr -d ' \n')
	quietly "$SWAPCTL" list --json
	is_utf8 "$output"
	jq -e --arg name "$volume/$1" --arg hex "$hex" '[.areas[] |
		select(if has("name_hex") then .name_hex == $hex else .name == $name end)] |
		length == 1' <<<"$output" >/dev/null || fail "not in the list"
}

# is_active_by_name NAME: in /proc/swaps, which the shell unescapes.
is_active_by_name()
{
	local name

	while IFS= read -r -d '' name; do
		[ "$name" != "$volume/$1" ] || return 0
	done < <(active_names)
	fail "not active"
}

@test "odd names are made, listed, persisted, activated by swapon -a, taken off and removed" {
	local name operand
	local odd=('with space' $'tab\there' $'new\nline' 'back\slash' 'octal\040' 'gone (deleted)'
		'#comment' '-x' '--size=1G' 'UUID=x' 'LABEL=y' 'zram0' $'\e]0;PWN\a' $'\xff\xfe'
		'quote"' "it's" '$(reboot)' '*' $'\xc2\x9b' $'cr\rhere' 'a,b=c' '%s%n' ' ' \\
		"$(printf '%0255d' 0)")

	for name in "${odd[@]}"; do
		row=$(printf %s "$name" | od -An -v -c -N40 | tr -d ' \n')
		# A relative path: what looks like a tag or a device needs ./ in front.
		operand=$name
		[[ $name != *=* && $name != zram0 ]] || operand=./$name
		quietly swapctl create -s 256K --reserve 0 --persist -- "$operand"
		is_plain "$output"
		is_active_by_name "$name"
		is "$(stat -c '%a %s' -- "$volume/$name")" "600 262144"
		names_an_area "$name"
		is "$(wc -l <"$fstab")" 3 "lines in fstab"

		run --separate-stderr swapctl off -- "$operand"
		is "$status" 0 "status of off"
		run --separate-stderr env LIBMOUNT_FSTAB="$fstab" swapon -a
		is "$status" 0 "status of swapon -a: $stderr"
		is_active_by_name "$name"
		run --separate-stderr swapctl create -s 256K --persist --json -- "$operand"
		is "$status" 0 "the same again"
		is_utf8 "$output"
		json_true '.changed == false'

		quietly "$SWAPCTL" prio -- "$operand" 7
		quietly "$SWAPCTL" resize --reserve 0 -- "$operand" 128K
		is_active_by_name "$name"
		quietly swapctl rm -- "$operand"
		nothing_left
	done
}

@test "names in messages are obeyed by no terminal, and in commands to copy are quoted" {
	local name=$'a\e[2J b\xff'

	echo plain >"$name"
	refused 3 swapctl create -s 256K --reserve 0 "$name"
	is_plain "$stderr"
	has "$stderr" 'a\x1b[2J b\xff'
	rm "$name"
	quietly swapctl create -s 256K --reserve 0 --no-activate "it's"
	chmod 644 "it's"
	refused 3 swapctl on "it's"
	has "$stderr" "try: chmod 600 '$volume/it'\\''s'"
	run --separate-stderr swapctl rm --dry-run --json $'no\nsuch\xff'
	is_utf8 "$output"
	is_plain "$stderr"
}
