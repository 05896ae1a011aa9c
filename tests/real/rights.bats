#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pagemap with every set of rights that matters: what is shown, what is said to be missing, and the
# exit status. And the processes that are chosen, by oracles that are other tools.

# jq's $, and what bats and helpers.bash set and read:
# shellcheck disable=SC2016,SC2034,SC2154,SC2030,SC2031

load ../helpers
load process

setup()
{
	require_root
	require_command setpriv
}

teardown()
{
	undo_all
}

# as_nobody CAPABILITIES COMMAND...: "-" for none.
as_nobody()
{
	local rights=()

	[ "$1" = - ] || rights=(--inh-caps="$1" --ambient-caps="$1")
	shift
	"${nobody[@]}" "${rights[@]}" "$@"
}

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

hidden_frames='frame numbers and swap slots hidden: '
hidden_frames+='needs CAP_SYS_ADMIN in the initial user namespace'
hidden_flags='flags of frames, map counts, cgroups of frames hidden: '
hidden_flags+='needs root, or CAP_DAC_READ_SEARCH'
denied='page table: permission denied; needs ptrace rights over the process'

# What pages shows: whether there are frames, flags, counts and cgroups of pages in RAM.
shown()
{
	awk -F '\t' '$1 == "ram" {
			ram++
			for (i = 2; i <= 5; i++)
				known[i] += $i != ""
		}
		END {
			printf "%s", ram ? "ram" : "nothing"
			for (i = 2; i <= 5; i++)
				printf " %s", known[i] ? "yes" : "no"
		}' <<<"$output"
}

# rights_are STATUS SHOWN COMMAND...: of pages; what it says is left in $stderr.
rights_are()
{
	local expected_status=$1 expected=$2

	shift 2
	run --separate-stderr "$@" --tsv --noheadings -o state,frame,flags,map_count,cgroup_inode
	is "$status" "$expected_status" "exit status"
	is "$(shown)" "$expected"
}

@test "pagemap: what each capability shows of one's own process and of another's" {
	local own other rights own_shown other_status other_shown said

	start_as "${nobody[@]}"
	own=$pid
	start_as env
	other=$pid
	while read -r rights own_shown other_status other_shown said; do
		row=$rights
		rights_are 0 "${own_shown//,/ }" as_nobody "$rights" "$PAGEMAP" pages "$own"
		case $said in
		all) is "$stderr" "pagemap: $hidden_frames"$'\n'"pagemap: $hidden_flags" ;;
		frames) is "$stderr" "pagemap: $hidden_frames" ;;
		flags) is "$stderr" "pagemap: $hidden_flags" ;;
		nothing) is "$stderr" '' ;;
		esac
		rights_are "$other_status" "${other_shown//,/ }" \
			as_nobody "$rights" "$PAGEMAP" pages "$other"
		[ "$other_status" = 0 ] || has "$stderr" "pagemap: $other: $denied"
	done <<'EOF'
- ram,no,no,no,no 1 nothing,no,no,no,no all
+sys_ptrace ram,no,no,no,no 1 nothing,no,no,no,no all
+checkpoint_restore ram,no,no,no,no 1 nothing,no,no,no,no all
+perfmon ram,no,no,no,no 1 nothing,no,no,no,no all
+dac_read_search ram,no,no,no,no 1 nothing,no,no,no,no frames
+sys_admin ram,yes,no,no,no 1 nothing,no,no,no,no flags
+sys_ptrace,+dac_read_search ram,no,no,no,no 0 ram,no,no,no,no frames
+sys_ptrace,+dac_read_search,+sys_admin ram,yes,yes,yes,yes 0 ram,yes,yes,yes,yes nothing
EOF
}

@test "pagemap: root, root without CAP_SYS_ADMIN, and root of a user namespace" {
	local address

	start_as env
	rights_are 0 'ram yes yes yes yes' "$PAGEMAP" pages "$pid"
	is "$stderr" ''
	rights_are 0 'ram no no no no' setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin \
		"$PAGEMAP" pages "$pid"
	is "$stderr" "pagemap: $hidden_frames"
	address=$(awk 'NR == 1 { sub("-.*", ""); print $1 }' "/proc/$pid/maps")
	run --separate-stderr setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin \
		"$PAGEMAP" at --json "$pid" "$address"
	is "$status" 0 "exit status"
	json_is '.processes[0].addresses[0] | "\(.state) \(.frame) \(.flags) \(.node)"' \
		'ram null null null'
	is "$stderr" "pagemap: $hidden_frames"

	as_nobody - unshare -Ur true 2>/dev/null || skip_or_fail "no user namespaces here"
	rights_are 0 'ram no no no no' as_nobody - unshare -Ur bash -c \
		'sleep 1000 & trap "kill $!" EXIT; until read -r name </proc/$!/comm &&
			[ "$name" = sleep ]; do :; done; "$PAGEMAP" pages $! "$@"' bash
	has_lines "$stderr" 2
	has "$stderr" "pagemap: $hidden_frames"
}

# Others of that user come and go, and some of them may not be read in between.
nobody_is_readable()
{
	run --separate-stderr as_nobody - "$PAGEMAP" -s --user 65534 --tsv --noheadings -o name,user
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
}

@test "pagemap: of all processes, those that may not be read are counted and told in one line" {
	local own

	start_as "${nobody[@]}"
	own=$pid
	start_as env
	run --separate-stderr as_nobody - "$PAGEMAP" -s --all --json
	is "$status" 1 "exit status"
	json_is '.complete' false
	has "$(json '.processes[].pid')" "$own"
	has_not "$(json '.processes[].pid')" "$pid"
	has_lines "$stderr" 1
	matches "$stderr" '^pagemap: [0-9]+ process(es)? not readable: needs ptrace rights '
	await nobody_is_readable || fail "what is nobody's is not readable by nobody"
	has "$output" $'sleep\tnobody'
	has_not "$output" root
	quietly "$PAGEMAP" -s --user nobody --tsv --noheadings -o pid
	has "$output" "$own"
}

@test "pagemap: what hidepid hides is not there, or said to be hidden" {
	local own

	require_mount_namespace
	start_as "${nobody[@]}"
	own=$pid
	start_as env
	hidepid()
	{
		unshare -m bash -c 'mount -t proc -o hidepid=2 proc /proc && exec "$@"' bash \
			"${nobody[@]}" "$PAGEMAP" "$@"
	}
	refused 1 hidepid "$pid"
	is "$stderr" "pagemap: $pid: no such process"
	run --separate-stderr hidepid -s --all --tsv --noheadings -o pid
	is "$status" 1 "exit status"
	has "$output" "$own"
	has_not "$output" "$pid"
	has "$stderr" "other users' processes are hidden (mounted with hidepid)"
	quietly hidepid -s "$own"
}

@test "pagemap: processes by name and user are those whose files say so" {
	local own other

	start_as "${nobody[@]}"
	own=$pid
	start_as env
	other=$pid
	quietly "$PAGEMAP" -s sleep --tsv --noheadings -o pid
	has "$output" "$own"
	has "$output" "$other"
	# Others start and end theirs meanwhile.
	for pid in $output; do
		is "$(cat "/proc/$pid/comm" 2>/dev/null || echo sleep)" sleep
	done
	quietly "$PAGEMAP" -s -u nobody sleep --tsv --noheadings -o pid
	has "$output" "$own"
	has_not "$output" "$other"
	quietly "$PAGEMAP" -s -C / "$own" --tsv --noheadings -o pid
	is "$output" "$own"
}
