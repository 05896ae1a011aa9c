# SPDX-License-Identifier: GPL-2.0-or-later
#
# Holds sources against the rules: awk -f code.awk -f stanzas.awk -f rules.awk rules FILE... Prints
# file:line: what: why.

function check_texts(rule, line) {
	while (match(line, /"([^"\\]|\\.)*"/)) {
		if (substr(line, RSTART, RLENGTH) ~ rules[rule, "text"])
			finding(FILENAME, FNR, substr(line, RSTART, RLENGTH), rule)
		line = substr(line, RSTART + RLENGTH)
	}
}

function check_line(rule, code, with_text) {
	if ((rule, "call") in rules &&
	    match(" " code, "[^A-Za-z0-9_>.](" rules[rule, "call"] ")[(]"))
		finding(FILENAME, FNR, substr(" " code, RSTART + 1, RLENGTH - 2) "()", rule)
	if ((rule, "include") in rules && with_text ~ /^#[ \t]*include/ &&
	    with_text ~ rules[rule, "include"])
		finding(FILENAME, FNR, with_text, rule)
	if ((rule, "code") in rules && code ~ rules[rule, "code"])
		finding(FILENAME, FNR, code, rule)
	if ((rule, "text") in rules)
		check_texts(rule, with_text)
}

function is_there(path,    line, status) {
	status = (getline line < path)
	close(path)
	return status >= 0
}

# What is wrong with an include, "" if nothing. Names in quotes are of the own room, and in cmd/ of
# shared/; what stands in angles is another's, but for the headers that we install. -I of a room
# would find the headers of another, too.
function include_fault(line,    name, room, other) {
	if (!match(line, /["<][^">]+[">]/))
		return "a header is included by its name"
	name = substr(line, RSTART + 1, RLENGTH - 2)
	room = FILENAME
	sub(/[^\/]*$/, "", room)
	if (substr(line, RSTART, 1) == "<") {
		if (name ~ /^procmm(-[a-z]+)?\.h$/)
			return ""
		other = is_there("lib/" name) || is_there("lib/swap/" name) ||
			is_there("cmd/" name) || is_there("cmd/shared/" name) || is_there(room name)
		return other ? "only the installed headers of ours stand in angles" : ""
	}
	if (name !~ /\//)
		return is_there(room name) ? "" : "this header is private to another room"
	if (room ~ /^cmd\// && name ~ /^shared\/[^\/]+$/)
		return ""
	return "of other rooms only \"shared/...\" may be included, and that in cmd/"
}

{
	was_in_comment = in_comment
	code = code_of($0, 0)
	in_comment = was_in_comment
	with_text = code_of($0, 1)
	for (rule = 1; rule <= count; rule++)
		check_line(rule, code, with_text)
	if (FILENAME ~ /^(lib|cmd)\// && with_text ~ /^[ \t]*#[ \t]*include/) {
		fault = include_fault(with_text)
		if (fault != "") {
			printf "%s:%d: %s: %s\n", FILENAME, FNR, with_text, fault
			found = 1
		}
	}
}
