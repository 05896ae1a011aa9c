# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of vmtop, swapctl and pagemap for fish. Nothing about them is written here: they are
# asked for their table of options (--print-options, a line each, fields separated by tabs).

function __procmm_fields --argument-names command
    $command --list-fields --tsv 2>/dev/null | awk -F '\t' 'NR > 1 { print $3 }'
end

# The areas there are; in TSV each name has a line of its own.
function __procmm_areas --argument-names command
    for name in ($command --all --tsv --noheadings --output=name 2>/dev/null)
        printf '%b\n' $name
    end
end

# What `complete` is told of VALUES of the table: "@pid", "auto,never".
function __procmm_values --argument-names command argument values
    switch $values
        case -
            echo -- -f
        case @file
            echo -- -F
        case @directory
            printf '%s\n' -f -a '(__fish_complete_directories)'
        case @pid
            printf '%s\n' -f -a '(__fish_complete_pids)'
        case @area
            printf '%s\n' -F -a "(__procmm_areas $command)"
        case @field
            if test $argument = LIST
                printf '%s\n' -f -a "(__fish_complete_list , '__procmm_fields $command')"
            else
                printf '%s\n' -f -a "(__procmm_fields $command)"
            end
        case '*'
            printf '%s\n' -f -a (string replace --all , ' ' -- $values)
    end
end

function __procmm_complete --argument-names command
    set -l table ($command --print-options 2>/dev/null)
    set -l modes
    for line in $table
        set -l cells (string split \t -- $line)
        test $cells[1] = mode
        and set -a modes $cells[2]
    end
    set -l seen __fish_seen_subcommand_from

    complete -c $command -f
    for line in $table
        set -l cells (string split \t -- $line)
        switch $cells[1]
            case mode
                complete -c $command -n "not $seen $modes" -a $cells[2] -d "$cells[5]"
                set -l chosen "$seen $cells[2]"
                # The first mode is the default.
                test $cells[2] = $modes[1]
                and set chosen "$chosen; or not $seen $modes"
                complete -c $command -n $chosen (__procmm_values $command - $cells[4])
            case operands
                complete -c $command (__procmm_values $command - $cells[3])
            case '*'
                set -l option -l $cells[2] -d "$cells[6]"
                test $cells[1] = -
                or set -a option -s $cells[1]
                set -l its_modes (string split , -- $cells[5])
                test $cells[5] = -
                or set -a option -n "not $seen $modes; or $seen $its_modes"
                test $cells[3] = -
                or set -a option -r (__procmm_values $command $cells[3] $cells[4])
                complete -c $command $option
        end
    end
end

# Installed under the name of each command, which is the one to complete.
__procmm_complete (string replace --regex '.*/(.*)\.fish$' '$1' -- (status filename))
