dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl
dnl What configure.ac does more than once.

dnl Which flags the compiler and its linker take: a whole set is tried at once, since mostly all
dnl of it is taken, and one by one only if not.

dnl PROCMM_TRY_FLAGS(FLAGS, IF-TAKEN, IF-NOT)
AC_DEFUN([PROCMM_TRY_FLAGS],
[procmm_save_CFLAGS=$CFLAGS
CFLAGS="$CFLAGS -Werror $1"
AC_LINK_IFELSE([AC_LANG_SOURCE([[int main(void) { return 0; }]])], [procmm_ok=yes], [procmm_ok=no])
CFLAGS=$procmm_save_CFLAGS
AS_IF([test "$procmm_ok" = yes], [$2], [$3])])

dnl PROCMM_ADD_FLAGS(VARIABLE, FLAGS): add those of the flags that are taken.
AC_DEFUN([PROCMM_ADD_FLAGS],
[AC_MSG_CHECKING([flags for $1])
procmm_wanted="m4_normalize([$2])"
procmm_refused=
PROCMM_TRY_FLAGS([$procmm_wanted],
	[$1="$[$1] $procmm_wanted"],
	[for procmm_flag in $procmm_wanted; do
		PROCMM_TRY_FLAGS([$procmm_flag],
			[$1="$[$1] $procmm_flag"],
			[procmm_refused="$procmm_refused $procmm_flag"])
	done])
AC_MSG_RESULT([all${procmm_refused:+ but$procmm_refused}])
AC_SUBST([$1])])

dnl PROCMM_COMPLETION_DIR(SHELL, FOLDER): where the completions of a shell go. Never where the
dnl shell's .pc file says: that is absolute, whatever the prefix.
AC_DEFUN([PROCMM_COMPLETION_DIR],
[AC_ARG_WITH([$1-completion-dir],
	[AS_HELP_STRING([--with-$1-completion-dir=DIR],
		[completions for $1 @<:@DATADIR/$2@:>@])],
	[AS_CASE([$withval],
		[yes|no], [AC_MSG_ERROR([--with-$1-completion-dir needs a folder])])],
	[with_$1_completion_dir='${datadir}/$2'])
AC_SUBST([$1completiondir], [$with_$1_completion_dir])])
