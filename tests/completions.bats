#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completions of the three shells, each asked by the shell itself, as after a press of Tab.

load helpers

files=$BATS_TEST_DIRNAME/../completions

# Each prints what the shell offers for the last of the words.
ask_bash()
{
	# shellcheck disable=SC2016 # for the other bash
	bash --norc -c 'source "$0/procmm.bash"
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_procmm "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' "$files" "$@"
}

# zsh completes only on a terminal: one is made, Tab is pressed, and another key shows the line.
ask_zsh()
{
	# shellcheck disable=SC2016 # for zsh
	timeout 60 zsh -f -c 'zmodload zsh/zpty
		zpty line TERM=dumb zsh -f -i
		zpty -w line "PS1= PS2= fpath=(${(q)0} \$fpath); unset zle_bracketed_paste"
		zpty -w line "show() { print -r -- \"<\$BUFFER\"\">\"; exit; }"
		zpty -w line "zle -N show; bindkey ^X show"
		zpty -w line "autoload -Uz compinit; compinit -u -d ${(q)1}; print rea\"\"dy"
		zpty -r line answer "*ready*"
		zpty -w -n line "${*:2}"$'\''\t\x18'\''
		zpty -r line answer "*<*>*"
		print -r -- ${${answer##*<}%%>*}' "$files" "$BATS_TEST_TMPDIR/zcompdump" "$@"
}

ask_fish()
{
	local folder=$BATS_TEST_TMPDIR/fish command=$1

	mkdir -p "$folder"
	cp "$files/procmm.fish" "$folder/$command.fish"
	shift
	# shellcheck disable=SC2016 # for fish
	PATH=${bin:-$(dirname "$VMTOP")}:$PATH fish --no-config \
		-c 'set fish_complete_path $argv[1]; complete -C $argv[2]' "$folder" "$command $*"
}

# A swapctl that finds the areas of a fixture.
setup()
{
	mkdir "$BATS_TEST_TMPDIR/bin"
	wrapped=$BATS_TEST_TMPDIR/bin/swapctl
	printf '#!/bin/sh\nexec %q "$@" %q\n' "$SWAPCTL" "$(at configured)" >"$wrapped"
	chmod +x "$wrapped"
}

@test "bash offers options, subcommands, fields, values and operands" {
	is "$(ask_bash "$VMTOP" --js)" --json
	is "$(ask_bash "$VMTOP" --sysro)" --sysroot
	is "$(ask_bash "$SWAPCTL" li)" list
	is "$(ask_bash "$SWAPCTL" list --noh)" --noheadings
	is "$(ask_bash "$SWAPCTL" --sort size_b)" size_bytes
	is "$(ask_bash "$SWAPCTL" --sort = size_b)" size_bytes
	is "$(ask_bash "$SWAPCTL" -o name,size_b)" name,size_bytes
	is "$(ask_bash "$SWAPCTL" -o +size_b)" +size_bytes
	is "$(ask_bash "$PAGEMAP" --sysroot "$files/../tests/fixt")" "$files/../tests/fixtures"
	is "$(ask_bash "$SWAPCTL" -o name,us | xargs)" 'name,used_bytes name,used_percent'
	has_not "$(ask_bash "$SWAPCTL" -o name,)" name,name
	is "$(ask_bash "$SWAPCTL" create --discard = | xargs)" 'once pages both'
	is "$(ask_bash "$SWAPCTL" create -s '')" ''
	is "$(ask_bash "$SWAPCTL" create --sum)" ''
	is "$(ask_bash "$wrapped" off /swap | grep -v img)" $'/swap one\n/swap-two\n/swap-three'
	is "$(ask_bash "$wrapped" prio "$files/../READ")" "$files/../README.md"
	has "$(ask_bash "$PAGEMAP" '')" "$$"
	has "$(ask_bash "$PAGEMAP" '')" at
	has_not "$(ask_bash "$VMTOP" -)" print-options
}

@test "zsh offers options, subcommands, fields and values" {
	require_command zsh
	is "$(ask_zsh "$VMTOP" --js)" "$VMTOP --json "
	is "$(ask_zsh "$SWAPCTL" li)" "$SWAPCTL list "
	is "$(ask_zsh "$SWAPCTL" list --noh)" "$SWAPCTL list --noheadings "
	is "$(ask_zsh "$SWAPCTL" --sort=size_b)" "$SWAPCTL --sort=size_bytes "
	is "$(ask_zsh "$PAGEMAP" -o +end_a)" "$PAGEMAP -o +end_address "
	is "$(ask_zsh "$SWAPCTL" -o size_bytes,size_b)" "$SWAPCTL -o size_bytes,size_b"
	is "$(ask_zsh "$SWAPCTL" create --discard=on)" "$SWAPCTL create --discard=once "
	is "$(ask_zsh "$wrapped" off /swap-tw)" "$wrapped off /swap-two "
	is "$(ask_zsh "$wrapped" off '/swap\ o')" "$wrapped off /swap\\ one "
}

@test "fish offers options, subcommands, fields, values and operands" {
	require_command fish
	matches "$(ask_fish vmtop --js)" ^--json
	matches "$(ask_fish swapctl li)" ^list
	has "$(ask_fish swapctl --sort size_b)" size_bytes
	has "$(ask_fish swapctl --sort=size_b)" size_bytes
	has "$(ask_fish swapctl -o name,size_b)" name,size_bytes
	has "$(ask_fish swapctl create --discard=)" once
	has_not "$(ask_fish swapctl create -s '')" "$BATS_TEST_TMPDIR"
	has "$(bin=$BATS_TEST_TMPDIR/bin ask_fish swapctl off /sw)" /swap-three
	has "$(ask_fish pagemap)" at
	has_not "$(ask_fish vmtop -)" print-options
}
