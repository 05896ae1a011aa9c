# SPDX-License-Identifier: GPL-2.0-or-later
#
# Holds what was compiled against the rules: awk -f stanzas.awk -f objects.awk rules LIST. Lines of
# LIST are SOURCE NAME SECTION, of nm(1): the section of what is taken from elsewhere is *UND*. A
# name says what it is however the source spelt it, by a macro, in brackets or by its address.

# The name in the manual: fortified, checked and large-file versions are the same function.
function plain_name(name) {
	if (name ~ /^__.*_chk$/) {
		sub(/^__/, "", name)
		sub(/_chk$/, "", name)
	}
	if (name ~ /^__open(at)?(64)?_2$/) {
		sub(/^__/, "", name)
		sub(/_2$/, "", name)
	}
	sub(/^__isoc[0-9]+_/, "", name)
	if (name !~ /^_.*64$/)
		sub(/64$/, "", name)
	return name
}

# Sanitizers and coverage keep books of their own, whose names are reserved.
function is_state(name, section) {
	return name !~ /^[_.]/ && section ~ /^(\.(data|bss|tdata|tbss)|\*COM\*)/ &&
		section !~ /^\.data\.rel\.ro/
}

{
	for (rule = 1; rule <= count; rule++) {
		if ((rule, "state") in rules && is_state($2, $3) && $2 ~ rules[rule, "state"])
			finding($1, "", $2, rule)
		if ($3 != "*UND*")
			continue
		if ((rule, "call") in rules && plain_name($2) ~ "^(" rules[rule, "call"] ")$")
			finding($1, "", plain_name($2) "()", rule)
		if ((rule, "symbol") in rules && $2 ~ "^(" rules[rule, "symbol"] ")$")
			finding($1, "", $2, rule)
	}
}
