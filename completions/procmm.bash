# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of vmtop, swapctl and pagemap for bash. Nothing about them is written here: they are
# asked for their table of options (--print-options, a line each, fields separated by tabs).

# The words that stand for VALUES ("@pid", "auto,never") of ARGUMENT into COMPREPLY.
_procmm_values()
{
	local command=$1 argument=$2 values=$3 word=$4 before=

	case $values in
	@file) mapfile -t COMPREPLY < <(compgen -f -- "$word") && compopt -o filenames ;;
	@directory) mapfile -t COMPREPLY < <(compgen -d -- "$word") && compopt -o filenames ;;
	@pid) mapfile -t COMPREPLY < <(compgen -W "$(cd /proc && echo [0-9]*)" -- "$word") ;;
	@field)
		# A list grows at its end; "+" in front of it adds to the default.
		if [[ $argument == LIST && $word == *[,+]* ]]; then
			before=${word%"${word##*[,+]}"}
			compopt -o nospace
		fi
		mapfile -t COMPREPLY < <(compgen -P "$before" -W \
			"$("$command" --list-fields 2>/dev/null | awk 'NR > 1 { print $1, $2 }')" \
			-- "${word#"$before"}")
		;;
	*) mapfile -t COMPREPLY < <(compgen -W "${values//,/ }" -- "$word") ;;
	esac
} 2>/dev/null

_procmm()
{
	local command=${1/#\~/$HOME} word=$2 previous=$3
	local first second third fourth modes _help i
	local mode='' mode_names='' operand_values=- argument='' values='' options=''
	local -A argument_of=() values_of=()

	COMPREPLY=()
	# bash splits --name=value at the "=".
	[[ $word != = ]] || word=
	[[ $previous != = ]] || previous=${COMP_WORDS[COMP_CWORD - 2]}

	while IFS=$'\t' read -r first second third fourth modes _help; do
		case $first in
		mode)
			mode_names+=" $second"
			for ((i = 1; i < COMP_CWORD; i++)); do
				[[ ${COMP_WORDS[i]} != "$second" ]] || mode=$second
			done
			# The first mode is the default.
			if [[ $mode == "$second" || $mode_names == " $second" ]]; then
				operand_values=$fourth
			fi
			;;
		operands) operand_values=$third ;;
		*)
			argument_of[--$second]=$third values_of[--$second]=$fourth
			[[ $first == - ]] || argument_of[-$first]=$third values_of[-$first]=$fourth
			# Which of them go with the mode is known when all of the table is read.
			options+="$modes --$second"$'\n'
			;;
		esac
	done < <("$command" --print-options 2>/dev/null)

	argument=${argument_of[$previous]:--}
	values=${values_of[$previous]:--}
	if [[ $previous == -* && $argument != - ]]; then
		[[ $values == - ]] || _procmm_values "$command" "$argument" "$values" "$word"
	elif [[ $word == -* ]]; then
		while read -r modes first; do
			[[ -z $mode || $modes == - || ,$modes, == *,$mode,* ]] || continue
			[[ $first != "$word"* ]] || COMPREPLY+=("$first")
		done <<<"$options"
	else
		[[ $operand_values == - ]] ||
			_procmm_values "$command" - "$operand_values" "$word"
		for first in $mode_names; do
			[[ $mode || $first != "$word"* ]] || COMPREPLY+=("$first")
		done
	fi
}

complete -F _procmm vmtop swapctl pagemap
