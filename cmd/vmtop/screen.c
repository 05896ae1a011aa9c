/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * DOOR to ncursesw. The terminal is opened by newterm(3X), since initscr(3X) ends the program on a
 * terminal that it does not know. What comes here was escaped by the canvas. What gives the
 * terminal back after a crash is made at the start: no function of curses may be called then.
 */

#include "screen.h"

#include <curses.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "keys.h"
#include "shared/message.h"
#include "shared/terminal.h"

#define OTHERWISE "vmtop -b, for one report after the other"

enum {
	ESCAPE = 0x1b,
	DELETE = 0x7f,
	ESCAPE_DELAY_MS = 25, /* that the rest of a key's sequence may take */
	RESTORE_BYTES = 256,
	CRASH_STACK_BYTES = 16384,
};

static struct {
	SCREEN *terminal; /* NULL: not open */
	struct termios modes;
	attr_t attributes[STYLES];
	short pairs[STYLES];
	char restore[RESTORE_BYTES]; /* what the terminal is sent after a crash */
	size_t restore_length;
	char crash_stack[CRASH_STACK_BYTES];
} screen;

/* ---- a crash ---- ---------------------------------------------------------------------------- */

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

/* signal-safety(7): tcsetattr, write and raise may be called here. */
static void give_back_and_die(int number)
{
	ssize_t written = write(STDOUT_FILENO, screen.restore, screen.restore_length);

	(void)written;
	tcsetattr(STDOUT_FILENO, TCSANOW, &screen.modes);
	raise(number); /* SA_RESETHAND: now it ends the program, and leaves a core */
}

/* The delays in it, "$<2>", are for the terminals of the age of paper. */
static void keep_restoring(const char *sequence)
{
	const char *delay;

	for (; *sequence && screen.restore_length < RESTORE_BYTES; sequence++) {
		delay = sequence[0] == '$' && sequence[1] == '<' ? strchr(sequence, '>') : NULL;
		if (delay)
			sequence = delay;
		else
			screen.restore[screen.restore_length++] = *sequence;
	}
}

/* What ends attributes, shows the cursor, leaves the mode of the keypad and the other screen. */
static void make_restoring(void)
{
	static const char *const names[] = {"sgr0", "cnorm", "rmkx", "rmcup"};

	screen.restore_length = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *sequence = tigetstr(names[i]);

		if (sequence && sequence != (const char *)-1)
			keep_restoring(sequence);
	}
}

static void catch_crashes(void)
{
	struct sigaction action = {
		.sa_handler = give_back_and_die,
		.sa_flags = (int)(SA_RESETHAND | SA_ONSTACK | SA_NODEFER),
	};
	stack_t stack = {.ss_sp = screen.crash_stack, .ss_size = sizeof(screen.crash_stack)};

	sigemptyset(&action.sa_mask);
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++)
		sigaction(crashes[i], &action, NULL);
}

/* ---- to open and to close ---- --------------------------------------------------------------- */

bool screen_is_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* Without colour a style still differs from the others, as far as the terminal can. */
static void choose_styles(bool with_color)
{
	static const struct {
		attr_t plain, colored;
		short color;
	} styles[STYLES] = {
		[STYLE_PLAIN] = {A_NORMAL, A_NORMAL, -1},
		[STYLE_FAINT] = {A_NORMAL, A_NORMAL, COLOR_CYAN},
		[STYLE_STRONG] = {A_BOLD, A_BOLD, -1},
		[STYLE_TITLE] = {A_REVERSE, A_REVERSE, -1},
		[STYLE_SELECTED] = {A_BOLD | A_UNDERLINE, A_BOLD | A_UNDERLINE, -1},
		[STYLE_GOOD] = {A_NORMAL, A_BOLD, COLOR_GREEN},
		[STYLE_CALM] = {A_NORMAL, A_BOLD, COLOR_CYAN},
		[STYLE_WARNING] = {A_BOLD, A_BOLD, COLOR_YELLOW},
		[STYLE_ALARM] = {A_BOLD | A_REVERSE, A_BOLD | A_REVERSE, COLOR_RED},
	};
	bool has_color = with_color && has_colors() && start_color() == OK;

	if (has_color)
		use_default_colors();
	for (short i = 0; i < STYLES; i++) {
		screen.attributes[i] = has_color ? styles[i].colored : styles[i].plain;
		screen.pairs[i] = 0;
		if (has_color && styles[i].color >= 0 &&
		    init_pair((short)(i + 1), styles[i].color, -1) == OK)
			screen.pairs[i] = (short)(i + 1);
	}
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_DELAY_MS);
	leaveok(stdscr, TRUE);
	curs_set(0);
}

/* A terminal that cannot place its cursor would be covered with rubbish. */
static bool can_place_cursor(void)
{
	const char *sequence = tigetstr("cup");

	return sequence && sequence != (const char *)-1;
}

static bool refuse_terminal(const char *name)
{
	complain(NULL, "the terminal type '%s' cannot show the screen", name ? name : "");
	advise(OTHERWISE ", or set TERM to what it is");
	return false;
}

bool screen_open(bool with_color)
{
	const char *name = getenv("TERM");
	static bool is_registered;

	if (!screen_is_possible() || tcgetattr(STDOUT_FILENO, &screen.modes)) {
		complain(NULL, "the screen needs a terminal as standard input and output");
		advise(OTHERWISE);
		return false;
	}
	screen.terminal = name && *name ? newterm(name, stdout, stdin) : NULL;
	if (!screen.terminal)
		return refuse_terminal(name);
	if (!can_place_cursor()) {
		endwin();
		delscreen(screen.terminal);
		screen.terminal = NULL;
		return refuse_terminal(name);
	}
	if (!is_registered)
		atexit(screen_close);
	is_registered = true;
	make_restoring();
	catch_crashes();
	choose_styles(with_color);
	set_modes();
	return true;
}

void screen_close(void)
{
	if (!screen.terminal)
		return;
	endwin();
	delscreen(screen.terminal);
	screen.terminal = NULL;
}

bool screen_has_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void screen_stop(void)
{
	sigset_t stop, before;

	endwin();
	signal(SIGTSTP, SIG_DFL);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &before); /* here it stops, and here it goes on */
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* What endwin(3X) has ended, the next drawing begins again. */
void screen_resume(void)
{
	endwin();
	screen_redraw();
}

/* ---- what is shown ---- ---------------------------------------------------------------------- */

void screen_size(size_t *ret_rows, size_t *ret_columns)
{
	struct terminal terminal = {.rows = 24, .columns = 80};

	terminal_get(&terminal);
	if ((int)terminal.rows != LINES || (int)terminal.columns != COLS)
		resizeterm((int)terminal.rows, (int)terminal.columns);
	*ret_rows = terminal.rows;
	*ret_columns = terminal.columns;
}

static void show_cell(const struct cell *cell, size_t row, size_t column)
{
	if (cell->width == 0 || (cell->style == STYLE_PLAIN && !strcmp(cell->text, " ")))
		return;
	attr_set(screen.attributes[cell->style], screen.pairs[cell->style], NULL);
	/* That the cursor cannot go on behind the last cell is called an error. */
	mvaddstr((int)row, (int)column, cell->text);
}

void screen_show(const struct canvas *canvas)
{
	erase();
	for (size_t row = 0; row < canvas->rows; row++)
		for (size_t column = 0; column < canvas->columns; column++)
			show_cell(canvas_cell(canvas, row, column), row, column);
	wnoutrefresh(stdscr);
	doupdate();
}

void screen_redraw(void)
{
	clearok(curscr, TRUE);
}

/* ---- keys ---- ------------------------------------------------------------------------------- */

bool screen_is_gone(short poll_events)
{
	int waiting = 0;

	if (poll_events & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return poll_events & POLLIN && (ioctl(STDIN_FILENO, FIONREAD, &waiting) || !waiting);
}

static uint32_t function_key(wint_t code)
{
	static const struct {
		wint_t code;
		uint32_t key;
	} functions[] = {
		{KEY_UP, PRESS_UP},	    {KEY_DOWN, PRESS_DOWN},
		{KEY_LEFT, PRESS_LEFT},	    {KEY_RIGHT, PRESS_RIGHT},
		{KEY_PPAGE, PRESS_PAGE_UP}, {KEY_NPAGE, PRESS_PAGE_DOWN},
		{KEY_HOME, PRESS_HOME},	    {KEY_END, PRESS_END},
		{KEY_ENTER, PRESS_ENTER},   {KEY_BACKSPACE, PRESS_BACKSPACE},
	};

	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (functions[i].code == code)
			return functions[i].key;
	return PRESS_OTHER;
}

static uint32_t character_key(wint_t character)
{
	switch (character) {
	case '\r':
	case '\n':
		return PRESS_ENTER;
	case '\b':
	case DELETE:
		return PRESS_BACKSPACE;
	case ESCAPE:
		return PRESS_ESCAPE;
	default:
		return (uint32_t)character;
	}
}

bool screen_key(uint32_t *ret_key)
{
	wint_t character;

	switch (get_wch(&character)) {
	case OK:
		*ret_key = character_key(character);
		return true;
	case KEY_CODE_YES:
		*ret_key = function_key(character);
		return true;
	default:
		return false;
	}
}
