/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The expressions of --kind: parsed into steps for a stack of truths, by recursive descent, and
 * answered for a run. Pure; what the words mean to whom is in kind.h.
 */

#include "kind.h"

#include <stdlib.h>
#include <string.h>

#include "shared/memory.h"
#include "shared/text.h"
#include "shared/units.h"

enum { DEEPEST = 16 }; /* of what is in parentheses and negated */

enum step_kind {
	STEP_STATES, /* one of these states */
	STEP_CLASSES,
	STEP_FLAG, /* by name: what a bit means depends on others */
	STEP_BITS, /* one of these bits */
	STEP_EXCLUSIVE,
	STEP_SOFT_DIRTY,
	STEP_NOT,
	STEP_AND,
	STEP_OR,
};

struct step {
	enum step_kind kind;
	uint64_t bits;
	const struct pmm_frame_flag *flag;
};

struct kind {
	struct step *steps;
	size_t count;
	unsigned walk_flags;
};

struct parser {
	struct kind *kind;
	const char *at;
	unsigned depth;
	char *why; /* NULL: all is well so far */
};

#define STATE(name) (UINT64_C(1) << PMM_PAGE_##name)
#define CLASS(name) (UINT64_C(1) << PMM_CLASS_##name)

/* Only flags of frames tell these from what is more common. */
static const uint64_t flag_states = STATE(SWAPCACHE) | STATE(RACED);
static const uint64_t flag_classes = CLASS(KSM) | CLASS(LAZYFREE);

/* ---- parsing ---- */

static void add_step(struct kind *kind, const struct step *step, unsigned walk_flags)
{
	kind->steps = reallocarray(kind->steps, kind->count + 1, sizeof(*kind->steps));
	if (!kind->steps)
		die_no_memory();
	kind->steps[kind->count++] = *step;
	kind->walk_flags |= walk_flags;
}

static bool refuse(struct parser *parser, char *why)
{
	if (parser->why)
		free(why);
	else
		parser->why = why;
	return false;
}

static bool refuse_place(struct parser *parser, const char *expected)
{
	if (!*parser->at)
		return refuse(parser, format_text("%s expected at the end", expected));
	return refuse(parser, format_text("%s expected at '%s'", expected, parser->at));
}

static bool take(struct parser *parser, char character)
{
	if (*parser->at != character)
		return false;
	parser->at++;
	return true;
}

static uint64_t bit_of(const char *name, const char *(*name_of)(int number), int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(name, name_of(i)))
			return UINT64_C(1) << i;
	return 0;
}

static const char *state_name(int number)
{
	return pmm_page_state_name((enum pmm_page_state)number);
}

static const char *class_name(int number)
{
	return pmm_page_class_name((enum pmm_page_class)number);
}

static bool add_word(struct parser *parser, const char *word)
{
	uint64_t states = bit_of(word, state_name, PMM_PAGE_STATES);
	uint64_t classes = bit_of(word, class_name, PMM_CLASSES);
	struct step step = {.kind = STEP_STATES, .bits = states};
	unsigned walk_flags = 0;

	if (states) {
		walk_flags = states & flag_states ? PMM_WALK_FLAGS : 0;
		step.bits |= states & STATE(RAM) ? flag_states : 0;
	} else if (classes) {
		walk_flags = classes & flag_classes ? PMM_WALK_FLAGS : 0;
		step.kind = STEP_CLASSES;
		step.bits = classes | (classes & CLASS(ANON) ? flag_classes : 0);
	} else if (!strcmp(word, "exclusive") || !strcmp(word, "soft-dirty")) {
		walk_flags = PMM_WALK_FRAMES;
		step.kind = *word == 'e' ? STEP_EXCLUSIVE : STEP_SOFT_DIRTY;
	} else {
		walk_flags = PMM_WALK_FLAGS;
		step.kind = STEP_FLAG;
		step.flag = pmm_frame_flag_find(word);
		if (!step.flag)
			return refuse(parser, format_text("'%s' is no state, class or flag", word));
	}
	add_step(parser->kind, &step, walk_flags);
	return true;
}

static char *take_word(struct parser *parser)
{
	size_t length = strspn(parser->at, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	char *word;

	/* What is no word is shown as far as it goes, not cut where it goes wrong. */
	if (!length || !strchr(",|)&", parser->at[length]))
		length = strcspn(parser->at, ",|()~&");
	word = format_text("%.*s", (int)length, parser->at);
	parser->at += length;
	return word;
}

static bool add_mask(struct parser *parser)
{
	struct step step = {.kind = STEP_BITS};
	char *number = take_word(parser);
	bool is_good = !strncmp(number, "0x", 2) && parse_address(number, &step.bits);

	if (is_good)
		add_step(parser->kind, &step, PMM_WALK_FLAGS);
	else
		refuse(parser, format_text("'%s' is no number of flags, as in flags&0x10", number));
	free(number);
	return is_good;
}

static bool parse_any(struct parser *parser);

static bool parse_plain(struct parser *parser)
{
	char *word;
	bool is_good;

	if (take(parser, '('))
		return parse_any(parser) && (take(parser, ')') || refuse_place(parser, "')'"));
	word = take_word(parser);
	if (!*word)
		is_good = refuse_place(parser, "a state, class or flag");
	else if (!strcmp(word, "flags") && take(parser, '&'))
		is_good = add_mask(parser);
	else
		is_good = add_word(parser, word);
	free(word);
	return is_good;
}

static bool parse_one(struct parser *parser)
{
	bool is_negated = false;
	bool is_good;

	while (take(parser, '~'))
		is_negated = !is_negated;
	if (parser->depth == DEEPEST)
		return refuse(parser, format_text("too many parentheses"));
	parser->depth++;
	is_good = parse_plain(parser);
	parser->depth--;
	if (is_good && is_negated)
		add_step(parser->kind, &(struct step){.kind = STEP_NOT}, 0);
	return is_good;
}

static bool parse_all(struct parser *parser)
{
	if (!parse_one(parser))
		return false;
	while (take(parser, ',')) {
		if (!parse_one(parser))
			return false;
		add_step(parser->kind, &(struct step){.kind = STEP_AND}, 0);
	}
	return true;
}

static bool parse_any(struct parser *parser)
{
	if (!parse_all(parser))
		return false;
	while (take(parser, '|')) {
		if (!parse_all(parser))
			return false;
		add_step(parser->kind, &(struct step){.kind = STEP_OR}, 0);
	}
	return true;
}

struct kind *kind_parse(const char *expression, char **ret_why)
{
	struct parser parser = {.kind = allocate(1, sizeof(*parser.kind)), .at = expression};
	bool is_good = parse_any(&parser);

	if (is_good && *parser.at)
		is_good = refuse_place(&parser, "',' or '|'");
	if (is_good)
		return parser.kind;
	*ret_why = parser.why;
	return kind_free(parser.kind);
}

struct kind *kind_both(struct kind *kind, struct kind *other)
{
	for (size_t i = 0; i < other->count; i++)
		add_step(kind, &other->steps[i], other->walk_flags);
	add_step(kind, &(struct step){.kind = STEP_AND}, 0);
	kind_free(other);
	return kind;
}

/* ---- answering ---- */

static bool has_bit(uint64_t bits, unsigned bit)
{
	return bits >> bit & 1;
}

static bool has_flag(const struct pmm_run *run, const struct pmm_frame_flag *flag)
{
	return run->flags != PMM_ABSENT && has_bit(run->flags, flag->bit) &&
	       pmm_frame_flag_of(flag->bit, run->flags) == flag;
}

static bool is_true(const struct step *step, const struct pmm_run *run)
{
	switch (step->kind) {
	case STEP_STATES:
		return has_bit(step->bits, run->state);
	case STEP_CLASSES:
		return has_bit(step->bits, run->class);
	case STEP_FLAG:
		return has_flag(run, step->flag);
	case STEP_BITS:
		return run->flags != PMM_ABSENT && run->flags & step->bits;
	case STEP_EXCLUSIVE:
		return run->is_exclusive > 0;
	case STEP_SOFT_DIRTY:
		return run->is_soft_dirty > 0;
	case STEP_NOT:
	case STEP_AND:
	case STEP_OR:
		break;
	}
	return false;
}

/*
 * The parser has seen to it that there is something on the stack, and no more than fits: two for
 * each parenthesis that is open.
 */
bool kind_matches(const struct kind *kind, const struct pmm_run *run)
{
	uint64_t stack = 0; /* of truths, the top is bit 0 */

	for (size_t i = 0; i < kind->count; i++) {
		const struct step *step = &kind->steps[i];
		uint64_t top = stack & 1;

		if (step->kind == STEP_NOT)
			stack ^= 1;
		else if (step->kind == STEP_AND)
			stack = stack >> 1 & (top | ~UINT64_C(1));
		else if (step->kind == STEP_OR)
			stack = stack >> 1 | top;
		else
			stack = stack << 1 | is_true(step, run);
	}
	return stack & 1;
}

unsigned kind_walk_flags(const struct kind *kind)
{
	return kind->walk_flags;
}

struct kind *kind_free(struct kind *kind)
{
	if (!kind)
		return NULL;
	free(kind->steps);
	free(kind);
	return NULL;
}
