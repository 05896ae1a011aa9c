# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads the stanzas of rules, the first file of whoever is run with this: rules[N, KEY] for N up to
# count. finding() prints where, what, and why, unless the rule lets it stand there.

function is_held(file, rule) {
	if ((rule, "in") in rules && file !~ rules[rule, "in"])
		return 0
	return !((rule, "door") in rules && file ~ rules[rule, "door"])
}

function finding(file, line, what, rule) {
	if (!is_held(file, rule))
		return
	printf "%s:%s %s: %s\n", file, line == "" ? "" : line ":", what, rules[rule, "why"]
	found = 1
}

function add_rule(key, value) {
	if (!in_rule) {
		in_rule = 1
		count++
	}
	if (key == "call" || key == "symbol")
		gsub(/[ \t]+/, "|", value)
	if ((count, key) in rules)
		value = rules[count, key] "|" value
	rules[count, key] = value
}

NR == FNR && /^#/ { next }
NR == FNR && NF == 0 { in_rule = 0; next }
NR == FNR {
	key = $1
	sub(/^[a-z]+[ \t]+/, "")
	add_rule(key, $0)
	next
}
END { exit found }
