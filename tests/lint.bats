#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The house rules find what they are made to find: each on a source that breaks it, in a tree of
# nothing else.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load helpers

# A tree with the rules and a few headers to be found, which is the current directory.
setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p tests lib/swap cmd/shared cmd/vmtop cmd/pagemap
	cp -r "$BATS_TEST_DIRNAME/lint.d" tests
	touch lib/procmm.h lib/procmm-{files,owners,pages,processes,verdict}.h lib/root.h \
		lib/swap/{plan,procmm-swap}.h \
		cmd/shared/text.h \
		cmd/vmtop/vmtop.h cmd/pagemap/pagemap.h
}

# finds FILE SOURCE WORDS: no words: nothing is found.
finds()
{
	row="$1: $2"
	printf '%b\n' "$2" >"$1"
	run tests/lint.d/borders
	rm "$1"
	[ -z "$3" ] || has "$output" "$3"
	[ -n "$3" ] || is "$output" ""
}

@test "lint: a room includes its own headers, shared ones and those of the library, no other" {
	local ours='of ours stand in angles' others='of other rooms only'

	finds cmd/vmtop/x.c '#include <root.h>' "$ours"
	finds cmd/vmtop/x.c '#include <plan.h>' "$ours"
	finds cmd/vmtop/x.c '#include <swap/plan.h>' "$ours"
	finds cmd/vmtop/x.c '#include <shared/text.h>' "$ours"
	finds cmd/vmtop/x.c ' # include <vmtop.h>' "$ours"
	finds cmd/vmtop/x.c '#include "pagemap/pagemap.h"' "$others"
	finds cmd/vmtop/x.c '#include "../pagemap/pagemap.h"' "$others"
	finds cmd/vmtop/x.c '#include "shared/../pagemap/pagemap.h"' "$others"
	finds cmd/vmtop/x.c '#include "root.h"' 'private to another room'
	finds cmd/vmtop/x.c '#include HEADER' 'by its name'
	finds cmd/vmtop/x.c '#include <procmm-swap.h>' 'what only reads'
	finds cmd/shared/x.c '#include <procmm.h>' 'not memory'
	finds lib/x.c '#include "shared/text.h"' "$others"
	finds lib/x.c '#include "swap/plan.h"' "$others"
	finds lib/swap/x.c '#include "root.h"' 'private to another room'
	finds cmd/vmtop/x.c '#include <stdio.h>\n#include <procmm.h>\n#include <procmm-pages.h>' ''
	finds cmd/vmtop/x.c '#include "vmtop.h"\n#include "shared/text.h"' ''
	finds lib/swap/x.c '#include "plan.h"\n#include "procmm-swap.h"\n#include <procmm.h>' ''
}

@test "lint: files of the kernel are named below a root, in the commands too" {
	finds cmd/vmtop/x.c 'f("/proc");' 'opens no file'
	finds cmd/vmtop/x.c 'f("/proc/meminfo");' 'opens no file'
	finds lib/x.c 'f("/sys");' 'relative to the root'
	finds lib/x.c 'f("/procession", "proc/meminfo"); /* "/proc" */' ''
}

@test "lint: options and metrics that a manual page lacks, or has too many of, are found" {
	local build=${VMTOP%/*}

	cp -r "$BATS_TEST_DIRNAME/../man" .
	abs_top_builddir=$build quietly tests/lint.d/manual
	is "$output" ""
	sed -i 's/^\.It Li slab_bytes$/.It Li slab_byte/' man/procmm.7
	sed -i 's/ , zswap_out_bytes_per_second$//' man/procmm.7
	sed -i '/^\.It Fl n ,/d' man/vmtop.1
	abs_top_builddir=$build run tests/lint.d/manual
	is "$status" 1 "exit status"
	has "$output" 'man/procmm.7: missing: vmtop has it: slab_bytes'
	has "$output" 'man/procmm.7: vmtop has no such metric: slab_byte'
	has "$output" 'man/procmm.7: missing: vmtop has it: zswap_out_bytes_per_second'
	has "$output" 'man/vmtop.1: missing: vmtop has it: .It Fl n ,'
	has_lines "$output" 4
}

# compiled FILE SOURCE WORDS: the same of the object that is made of it.
compiled()
{
	local name=${1##*/} room=${1%/*} prefix

	row="$1: $2"
	name=${name%.c}
	case $room in
	lib) prefix=libprocmm_objects_la ;;
	lib/swap) prefix=libprocmm_swap_la ;;
	*) prefix=${room##*/} ;;
	esac
	printf '%b\n' "$2" >"$1"
	mkdir -p "build/$room"
	"${CC:-cc}" -w -O1 -fPIC -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -include stddef.h -c \
		-o "build/$room/$prefix-$name.o" "$1"
	abs_top_builddir=build run tests/lint.d/objects
	rm "$1"
	[ -z "$3" ] || has "$output" "$1: $3"
	[ -n "$3" ] || is "$output" ""
}

@test "lint: no spelling hides a call or a variable of the library from the rules" {
	local open='#include <fcntl.h>\n'

	compiled lib/x.c "$open int f(char *p) { return (open)(p, 0); }" 'open(): files are opened'
	compiled lib/x.c "$open int f(char *p, int m) { return open64(p, m); }" 'open():'
	compiled lib/x.c "$open int (*f)(const char *, int, ...) = open;" 'open():'
	compiled lib/x.c "$open"'#define look open\nint f(char *p) { return look(p, 0); }' 'open():'
	compiled cmd/vmtop/x.c "$open int f(int d, char *p, int m) { return openat(d, p, m); }" \
		'openat():'
	compiled lib/x.c '#include <unistd.h>\nint f(char *p) { return access(p, 0); }' 'access():'
	compiled lib/x.c '#include <stdlib.h>\nvoid *f(char *p) { return realpath(p, 0); }' \
		'realpath():'
	compiled lib/x.c '#include <sys/stat.h>\nint f(char *p, void *s) { return lstat(p, s); }' \
		'lstat():'
	compiled lib/x.c '#include <stdio.h>\nvoid f(int d) { dprintf(d, "x%d", d); }' 'dprintf():'
	compiled lib/x.c '#include <stdio.h>\nvoid f(void) { fputs("x", stdout); }' 'stdout:'
	compiled lib/x.c '#include <unistd.h>\nvoid f(char **a) { execve(*a, a, a); }' 'execve():'
	compiled cmd/vmtop/x.c '#include <unistd.h>\nint f(void) { return fork(); }' 'fork():'
	compiled lib/swap/x.c '#include <unistd.h>\nlong f(int d) { return write(d, "", 1); }' \
		'write():'
	compiled lib/x.c '#include <spawn.h>\nvoid *f = posix_spawn;' 'posix_spawn():'
	compiled lib/x.c 'int last;' 'last: the library has no state'
	compiled lib/x.c 'int last = 1;' 'last:'
	compiled lib/x.c 'char *f(char *p) { static char *q; return p ? q = p : q; }' q
	compiled lib/x.c 'int f(void) { static int count; return ++count; }' 'count'
	compiled lib/x.c '__thread int last;' 'last:'
	compiled lib/x.c 'const char *const names[] = {"a", "b"};\nconst int n = 2;' ''
	compiled lib/root.c "$open int f(char *p) { return open(p, 0); }" ''
	compiled cmd/vmtop/x.c 'int last;' ''
}
