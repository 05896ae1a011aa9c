# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A terminal that a test can type on and look at: a tmux of its own. What is waited for is what
# comes to be seen; nothing depends on how fast.
#
# bats and helpers.bash set these:
# shellcheck disable=SC2154

# terminal COLUMNS ROWS COMMAND: run a command line of the shell in a new terminal of that size.
terminal()
{
	close_terminal
	tmux_socket=$BATS_TEST_TMPDIR/tmux.$((++tmux_count))
	shown=
	LC_ALL=${screen_locale:-C.UTF-8} XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config \
		tmux -u -S "$tmux_socket" -f /dev/null new-session -d -x "$1" -y "$2" "$3"
	undo_later close_terminal_at "$tmux_socket"
}

on_tmux()
{
	tmux -u -S "$tmux_socket" "$@"
}

close_terminal()
{
	[ -z "${tmux_socket:-}" ] || close_terminal_at "$tmux_socket"
}

# It may have ended by itself.
close_terminal_at()
{
	tmux -S "$1" kill-server 2>/dev/null || true
}

# press KEY...: as tmux names them: q, Enter, C-c, Up.
press()
{
	on_tmux send-keys "$@"
}

# look: what is on the screen, into $shown, without blanks at the ends of lines; or that tmux has
# ended.
look()
{
	shown=$(on_tmux capture-pane -p 2>&1 | sed 's/ *$//')
}

shows()
{
	look
	[[ $shown == *"$1"* ]]
}

shows_not()
{
	! shows "$1"
}

shows_only()
{
	look
	[ "$shown" = "$1" ]
}

# gives EXPECTED COMMAND...: sets $given.
gives()
{
	look
	given=$("${@:2}" <<<"$shown")
	[ "$given" = "$1" ]
}

# see TEXT...: wait until all of them are on the screen.
see()
{
	local text

	for text; do
		await shows "$text" || fail "never seen: '$text', but: $shown"
	done
}

# see_not TEXT: wait until it is no longer on the screen.
see_not()
{
	await shows_not "$1" || fail "still there: '$1': $shown"
}

# screen_is: wait until the screen is what stands on stdin, but for empty lines at its end. It is
# waited for since a text can be seen before the lines below it have been drawn.
screen_is()
{
	local expected differences

	expected=$(cat)
	await shows_only "$expected" && return
	differences=$(diff <(echo "$expected") <(echo "$shown")) ||
		fail "the screen differs: $differences"
}

# screen_gives EXPECTED COMMAND...: wait until the command makes that of the screen.
screen_gives()
{
	local given

	await gives "$@" || fail "'$given', never '$1': $shown"
}

# The process that the terminal runs; it is the command itself, if that was `exec`ed.
terminal_pid()
{
	on_tmux list-panes -F '#{pane_pid}'
}
