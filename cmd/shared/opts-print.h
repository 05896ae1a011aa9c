/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHARED_OPTS_PRINT_H
#define SHARED_OPTS_PRINT_H

/* For opts.c: what --help and --print-options print; see opts-print.c. */

#include "opts.h"

/* The letter of an option; 0 if it has none. */
int opts_letter(const struct opts_option *option);

/* --help: of MODE alone, or if it is NULL of the whole program. */
void opts_print_help(const struct opts_program *program, const struct opts_mode *mode);

/* --print-options, as opts_open() says. */
void opts_print_table(const struct opts_program *program);

#endif
