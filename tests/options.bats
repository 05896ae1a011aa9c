#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of all three commands: what --help promises is taken, all else is refused.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
load helpers

commands="$VMTOP $SWAPCTL $PAGEMAP"

# The long options of a command, a line each, as it says itself.
long_options()
{
	"$1" --print-options | awk -F '\t' '$1 ~ /^.$/ { print "--" $2 }' | sort -u
}

@test "help and version go to stdout, exit 0, and fit 80 columns" {
	local command name

	for command in $commands; do
		name=${command##*/}
		for row in --help -h; do
			quietly "$command" $row
			matches "$output" "^[Uu]sage: $name"
			is "$(awk 'length > 80' <<<"$output")" "" "lines over 80 columns"
			is_plain "$output"
			has "$output" --help
			has "$output" --version
			has "$output" "man $name" || has "$output" "$name("
			has_not "$output" --print-options
		done
		for row in --version -V; do
			quietly "$command" $row
			matches "$output" "^$name .*[0-9]+\.[0-9]+"
		done
		# Whatever else stands there, and without a word about it.
		row='--help first'
		quietly "$command" --help --nonsense
	done
}

@test "an unknown option or a missing argument is refused with exit 2 and one pointer to the help" {
	local command name

	for command in $commands; do
		name=${command##*/}
		for row in --nonsense -@ --nonsense=1 --sysroot --output --sort --help=yes \
			--json=1 '-o nonsense' '--sort nonsense' '--output=' '--output=pid,,pid' \
			--sysroot= '-J --csv' '--csv --tsv'; do
			# shellcheck disable=SC2086 # an option with its argument
			refused 2 "$command" $row
			has_lines "$stderr" 2
			matches "${stderr%%$'\n'*}" "^$name: "
			matches "${stderr##*$'\n'}" "^Try '$name --(help|list-fields)'\$"
			is_plain "$stderr"
		done
		row='an empty argument'
		refused 2 "$command" -o ''
		has "$stderr" "$name: --output needs an argument: LIST"
		row='two formats'
		refused 2 "$command" -J --csv
		has "$stderr" "$name: --json and --csv exclude each other"
		row='escape in an option'
		refused 2 "$command" --$'\e[2Jred\xff'
		is_plain "$stderr"
	done
}

@test "every long option that a command lists is one that it takes, and each is in its help" {
	local command option help options

	for command in $commands; do
		help=$("$command" --help)
		options=$(long_options "$command")
		[ "$(wc -l <<<"$options")" -gt 8 ] || fail "${command##*/}: few options"
		for option in $options; do
			row="${command##*/} $option"
			has "$help" "$option"
			run --separate-stderr timeout 10 "$command" "$option=" "$(at idle)"
			has_not "$stderr" 'unknown option'
		done
		while read -r option; do
			row="${command##*/} $option"
			has "$options" "$option"
		done < <(grep -oE -e '(^|[ ,])--[a-z][a-z-]*' <<<"$help" | tr -d ' ,')
	done
}

@test "--list-fields knows every default column, and -o takes every field by key and by heading" {
	local command keys list operands

	for command in $commands; do
		row=${command##*/} operands=
		[ "$command" != "$PAGEMAP" ] || operands=300
		quietly "$command" --list-fields
		list=$output
		# shellcheck disable=SC2086 # none or one
		quietly "$command" $operands --csv "$(at 16k-pages)"
		keys=${output%%$'\n'*}
		# The same in JSON, and each with all of its words.
		quietly "$command" -J --list-fields
		json_is .schema "$row/1"
		is "$(json '.fields[].name')" \
			"$(awk 'NF > 4 && $1 != "FIELD" { print $2 }' <<<"$list")"
		json_true 'all(.fields[]; .part and .heading and .unit and .meaning and .source)'
		is "$(tr , '\n' <<<"$keys" | grep -vwFf <(tr -s ' ' '\n' <<<"$list"))" '' unlisted
		keys=$(awk 'NR > 1 { print $2 }' <<<"$list" | paste -sd ,)
		[ "$command" != "$VMTOP" ] || keys=time,mem_total_bytes,swap_in_pages_per_second
		# shellcheck disable=SC2086
		leniently "$command" $operands -o "$keys" --csv "$(at 16k-pages)"
		is "${output%%$'\n'*}" "$keys"
		# shellcheck disable=SC2086
		leniently "$command" $operands -o "${keys^^}" --csv "$(at 16k-pages)"
		is "${output%%$'\n'*}" "$keys"
	done
}

@test "vmtop: every metric and field is listed with unit, meaning and source" {
	local key

	quietly "$VMTOP" --list-fields
	local list=$output
	quietly "$VMTOP" --json --output-all "$(at swap-storm)"
	for key in $(jq -rs '.[0] | (.system, .processes[0]) | keys[]' <<<"$output"); do
		row=$key
		[ "$(grep -wF -m 1 -e "$key" <<<"$list" | wc -w)" -ge 4 ] || fail "not in full"
	done
}

@test "vmtop: a field of the other list is named as such, not as unknown" {
	for row in '-o pid,mem_total_bytes' '-o mem_total_bytes,pid' '-o +swap,mem_total_bytes'; do
		# shellcheck disable=SC2086 # an option with its argument
		refused 2 "$VMTOP" $row
		has "$stderr" 'vmtop: mem_total_bytes: a field of the system, and not of processes'
	done
	refused 2 "$VMTOP" --sort mem_total_bytes
	has "$stderr" 'vmtop: mem_total_bytes: a field of the system; only processes are sorted'
	refused 2 "$VMTOP" --sort limit_path
	has "$stderr" 'vmtop: limit_path: a field of cgroups; only processes are sorted'
	refused 2 "$VMTOP" -S system -o pid
	has "$stderr" 'vmtop: pid: a field of processes, and not of the system'
	refused 2 "$VMTOP" -o swap,limit_path
	has "$stderr" 'vmtop: limit_path: a field of cgroups, and not of processes'
	refused 2 "$VMTOP" -o pid,nonsense,mem_total_bytes
}

@test "a field list adds to the default by +, and headings can be left away" {
	local with without

	with=$("$SWAPCTL" -o +label --csv "$(at many-areas)" | head -n 1)
	without=$("$SWAPCTL" --csv "$(at many-areas)" | head -n 1)
	is "$with" "$without,label"
	has_lines "$("$SWAPCTL" --noheadings "$(at many-areas)")" 28
	has_lines "$("$SWAPCTL" "$(at many-areas)")" 30
	has_lines "$("$VMTOP" --csv --noheadings "$(at idle)")" 1
	refused 2 "$SWAPCTL" -o +
	refused 2 "$SWAPCTL" -o +nonsense
}

@test "numbers on the command line are taken whole or not at all" {
	for row in '-n 0' '-n -1' '-n 1.5' '-n 1x' '-n 18446744073709551616' '-n' '-d 0' '-d -1' \
		'-d nan' '-d inf' '-d 1e9' '-d 2,5' '-d 1y' '-d 99999999999999999999' '-m 0' \
		'-m x' x; do
		# shellcheck disable=SC2086 # an option with its argument
		refused 2 "$VMTOP" $row
	done
	refused 2 "$VMTOP" 1 3
	has "$stderr" "vmtop: unexpected operand '1'; for an interval and a count: vmtop -d 1 -n 3"
	quietly_live "$VMTOP" -d .05 --csv
	refused 2 "$VMTOP" -d 1y
	has "$stderr" 'such as 0.5, 250ms, 1m'
	for row in '' 0 -1 1.5 4294967296 +1 99999999999999999999 at 'at 1 x' 'at 1 0x' \
		'at 1 0x1ffffffffffffffff' 'at 1.5 0x1000'; do
		# shellcheck disable=SC2086 # a mode and its operands
		refused 2 "$PAGEMAP" $row
	done
}
