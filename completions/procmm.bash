# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of vmtop, swapctl and pagemap for bash. Nothing about them is written here: they are
# asked for their table of options (--print-options, a line each, fields separated by tabs).

# The keys of the fields, but for those that stand in a list already.
_procmm_fields()
{
	"$1" --list-fields --tsv 2>/dev/null | awk -F '\t' -v list="$2" '
		NR > 1 && index("," list, "," $3 ",") == 0 { print $3 }'
}

# The areas there are whose names begin with a word; in TSV each has a line of its own.
_procmm_areas()
{
	local name

	while read -r name; do
		printf -v name %b "$name"
		[[ $name != "$2"* || $name == *$'\n'* ]] || printf '%s\n' "$name"
	done < <("$1" --all --tsv --noheadings --output=name 2>/dev/null)
}

# The words that stand for VALUES ("@pid", "auto,never") of ARGUMENT into COMPREPLY.
_procmm_values()
{
	local command=$1 argument=$2 values=$3 word=$4 before=

	case $values in
	@file) mapfile -t COMPREPLY < <(compgen -f -- "$word") && compopt -o filenames ;;
	@directory) mapfile -t COMPREPLY < <(compgen -d -- "$word") && compopt -o filenames ;;
	@area)
		mapfile -t COMPREPLY < <(
			_procmm_areas "$command" "$word"
			compgen -f -- "$word"
		) && compopt -o filenames
		;;
	@pid) mapfile -t COMPREPLY < <(compgen -W "$(cd /proc && echo [0-9]*)" -- "$word") ;;
	@field)
		# A list grows at its end; "+" in front of it adds to the default.
		if [[ $argument == LIST && $word == *[,+]* ]]; then
			before=${word%"${word##*[,+]}"}
			compopt -o nospace
		fi
		mapfile -t COMPREPLY < <(compgen -P "$before" -W \
			"$(_procmm_fields "$command" "$before")" -- "${word#"$before"}")
		;;
	*) mapfile -t COMPREPLY < <(compgen -W "${values//,/ }" -- "$word") ;;
	esac
} 2>/dev/null

_procmm()
{
	local command=${1/#\~/$HOME} word=$2 previous=$3
	local first second third fourth modes _help i line table
	local mode='' default='' mode_names='' operand_values=- argument='' values='' options=''
	local -A argument_of=() values_of=()

	COMPREPLY=()
	# bash splits --name=value at the "=".
	[[ $word != = ]] || word=
	[[ $previous != = ]] || previous=${COMP_WORDS[COMP_CWORD - 2]}

	mapfile -t table < <("$command" --print-options 2>/dev/null)
	for line in "${table[@]}"; do
		IFS=$'\t' read -r first second third fourth _help <<<"$line"
		case $first in
		mode)
			mode_names+=" $second"
			for ((i = 1; i < COMP_CWORD; i++)); do
				[[ ${COMP_WORDS[i]} != "$second" ]] || mode=$second
			done
			# The first mode is the default.
			default=${default:-$second}
			if [[ $mode == "$second" || $default == "$second" ]]; then
				operand_values=$fourth
			fi
			;;
		operands) operand_values=$third ;;
		esac
	done
	# The same letter may be another option's in another mode.
	for line in "${table[@]}"; do
		IFS=$'\t' read -r first second third fourth modes _help <<<"$line"
		[[ ${#first} -eq 1 ]] || continue
		if [[ $modes == - || ,$modes, == *,"${mode:-$default}",* ]]; then
			argument_of[-$first]=$third values_of[-$first]=$fourth
		elif [[ $mode ]]; then
			continue
		fi
		argument_of[--$second]=$third values_of[--$second]=$fourth
		options+=" --$second"
	done

	argument=${argument_of[$previous]:--}
	values=${values_of[$previous]:--}
	if [[ $previous == -* && $argument != - ]]; then
		[[ $values == - ]] || _procmm_values "$command" "$argument" "$values" "$word"
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
	else
		[[ $operand_values == - ]] ||
			_procmm_values "$command" - "$operand_values" "$word"
		for first in $mode_names; do
			[[ $mode || $first != "$word"* ]] || COMPREPLY+=("$first")
		done
	fi
}

complete -F _procmm vmtop swapctl pagemap
