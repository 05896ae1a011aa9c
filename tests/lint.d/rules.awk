# SPDX-License-Identifier: GPL-2.0-or-later
#
# Holds files against the rules: awk -f code.awk -f rules.awk rules FILE... Prints file:line:
# what: why.

function finding(file, line, what, rule) {
	if ((rule, "in") in rules && file !~ rules[rule, "in"])
		return
	if ((rule, "door") in rules && file ~ rules[rule, "door"])
		return
	printf "%s:%d: %s: %s\n", file, line, what, rules[rule, "why"]
	found = 1
}

function add_rule(key, value) {
	if (!in_rule) {
		in_rule = 1
		count++
	}
	if (key == "call")
		gsub(/[ \t]+/, "|", value)
	if ((count, key) in rules)
		value = rules[count, key] "|" value
	rules[count, key] = value
}

function check_texts(rule, line) {
	while (match(line, /"([^"\\]|\\.)*"/)) {
		if (substr(line, RSTART, RLENGTH) ~ rules[rule, "text"])
			finding(FILENAME, FNR, substr(line, RSTART, RLENGTH), rule)
		line = substr(line, RSTART + RLENGTH)
	}
}

function check_line(rule, code, with_text) {
	if ((rule, "unless") in rules && code ~ rules[rule, "unless"])
		return
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

NR == FNR && /^#/ { next }
NR == FNR && NF == 0 { in_rule = 0; next }
NR == FNR {
	key = $1
	sub(/^[a-z]+[ \t]+/, "")
	add_rule(key, $0)
	next
}
{
	was_in_comment = in_comment
	code = code_of($0, 0)
	in_comment = was_in_comment
	with_text = code_of($0, 1)
	for (rule = 1; rule <= count; rule++)
		check_line(rule, code, with_text)
	# "x.h" is a neighbour; a header of another room would be found by -I, too.
	if (FILENAME ~ /^(lib|cmd)\// && match(with_text, /^#[ \t]*include "[^"\/]+"/)) {
		split(with_text, part, "\"")
		neighbour = FILENAME
		sub(/[^\/]*$/, part[2], neighbour)
		if ((getline line < neighbour) < 0) {
			printf "%s:%d: %s: ", FILENAME, FNR, with_text
			print "this header is private to another room"
			found = 1
		}
		close(neighbour)
	}
}
END { exit found }
