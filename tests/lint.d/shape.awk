# SPDX-License-Identifier: GPL-2.0-or-later
#
# See shape. A function of C is what stands between a brace at column 0 and the next one.

BEGIN {
	file_lines = 600
	page_lines = 1200 # of a manual page: whoever searches it searches one
	function_lines = 60
	columns = 100
	notes = "(TO" "DO|FIX" "ME|XX" "X)([^A-Za-z0-9_]|$)"
}

function finding(line, what) {
	printf "%s:%d: %s\n", file, line, what
	found = 1
}

function width(line,    tab, before) {
	gsub(/[\200-\277]/, "", line) # what follows the first byte of a character
	while ((tab = index(line, "\t")) > 0) {
		before = substr(line, 1, tab - 1)
		line = before substr("        ", 1 + length(before) % 8) substr(line, tab + 1)
	}
	return length(line)
}

function end_of_file() {
	if (file == "")
		return
	if (!has_licence)
		finding(1, "no SPDX-License-Identifier in its first two lines")
	most = is_manual ? page_lines : file_lines
	if (last > most)
		finding(last, last " lines; " most " at most: a room has one subject")
}

FNR == 1 {
	end_of_file()
	file = FILENAME
	is_c = file ~ /[.][ch]$/
	is_manual = file ~ /^man\//
	has_licence = start = 0
}
{ last = FNR }
FNR <= 2 && /SPDX-License-Identifier: / {
	has_licence = 1
	if (is_c && file ~ /^lib\// && !/ LGPL-2[.]1-or-later/ ||
	    file ~ /^cmd\// && !/ GPL-2[.]0-or-later/)
		finding(FNR, "lib/ is LGPL-2.1-or-later, cmd/ is GPL-2.0-or-later")
}
/[ \t]$/ { finding(FNR, "blanks at the end of the line") }
/\r/ { finding(FNR, "carriage return") }
$0 ~ notes && file !~ /shape[.]awk$/ { finding(FNR, "a note to self: do it, or open an issue") }
!is_manual && width($0) > columns { finding(FNR, width($0) " columns; " columns " at most") }
is_c && /^{/ { start = FNR }
is_c && /^}/ && start {
	lines = FNR - start + 1
	if (lines > function_lines)
		finding(start, "a function of " lines " lines; " function_lines \
			" at most: it does one thing")
	start = 0
}
END {
	end_of_file()
	exit found
}
