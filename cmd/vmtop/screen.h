/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMTOP_SCREEN_H
#define VMTOP_SCREEN_H

/*
 * The terminal as a screen. However the program ends, the terminal is what it was before: at
 * screen_close(), at exit(3), and when it crashes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "canvas.h"

/* Is there anything to open: are stdin and stdout terminals? */
bool screen_is_possible(void);
/*
 * Take over the terminal. False, after a complaint, if it cannot be used so. Signals that shall not
 * end the program at once must be blocked before.
 */
bool screen_open(bool with_color);
/* Nothing is done if it is not open. */
void screen_close(void);
/* Can it show more than ASCII? */
bool screen_has_utf8(void);

/* The size as the terminal tells it now. */
void screen_size(size_t *ret_rows, size_t *ret_columns);
/* Show what is on the canvas; only what differs from what is there is sent. */
void screen_show(const struct canvas *canvas);
/* Forget what is there, and send all of it next time. */
void screen_redraw(void);

/* Has the terminal gone away, or was stdin closed? */
bool screen_is_gone(short poll_events);
/* The next key that was pressed (keys.h). False: none. */
bool screen_key(uint32_t *ret_key);

/* Give the terminal back, stop until SIGCONT as Ctrl-Z asks for, and take it again. */
void screen_stop(void);
/* It goes on; somebody else had the terminal in between. */
void screen_resume(void);

#endif
