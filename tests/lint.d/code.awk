# SPDX-License-Identifier: GPL-2.0-or-later
#
# What of C is code: a function for the other scripts here. code_of() gets the lines of a file
# one by one and gives them back without comments; what stands in quotes is left away too unless
# KEEP_TEXT is set.

BEGIN { begin = "/[*]|//|\"([^\"\\\\]|\\\\.)*\"|'([^'\\\\]|\\\\.)*'" }

function code_of(line, keep_text,    code, mark, quote, rest) {
	if (FNR == 1)
		in_comment = 0
	code = ""
	while (line != "") {
		if (in_comment) {
			if (!match(line, /\*\//))
				return code
			line = substr(line, RSTART + 2)
			in_comment = 0
		} else if (!match(line, begin)) {
			return code line
		} else {
			mark = substr(line, RSTART, RLENGTH)
			rest = substr(line, RSTART + RLENGTH)
			code = code substr(line, 1, RSTART - 1)
			if (mark == "//")
				return code
			if (mark == "/*") {
				in_comment = 1
				code = code " "
			} else {
				quote = substr(mark, 1, 1)
				code = code (keep_text ? mark : quote quote)
			}
			line = rest
		}
	}
	return code
}
