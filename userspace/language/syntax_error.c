// SPDX-License-Identifier: GPL-2.0
/*
 * Explains a syntax error: a brace is missing, the end of a statement is
 * missing, a word is another one misspelt, or else what may stand there.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "language/statements.h"
#include "language/suggest.h"
#include "language/syntax_error.h"
#include "lib/memory.h"

#define SEPARATOR	"';'"
#define END_OF_LINE	"end of line"
#define END_OF_FILE	"end of file"
#define NAME		"a name"

/* No one reads a longer word again in a message. */
#define WRITTEN_MAX	40

static bool expects(const struct syntax_error *e, const char *name)
{
	size_t i;

	for (i = 0; i < e->count; i++)
		if (!strcmp(e->expected[i], name))
			return true;
	return false;
}

static bool is_keyword(const char *name)
{
	return islower((unsigned char)*name) && !strchr(name, ' ');
}

/* The word that was written, or "" if it is none. To be freed. */
static char *written_word(const struct location *loc)
{
	const char *text = loc->in->data + loc->first;
	size_t len = loc->last - loc->first;

	return xmemdup(text, isalpha((unsigned char)*text) ? len : 0);
}

/* What stands there, as a message shows it. To be freed. */
static char *shown(const struct syntax_error *e)
{
	const char *text = e->loc.in->data + e->loc.first;
	size_t len = e->loc.last - e->loc.first;

	if (len > WRITTEN_MAX || !strcmp(e->found, END_OF_LINE) ||
	    !strcmp(e->found, END_OF_FILE))
		return xstrdup(e->found);
	if (*text == '"')
		return xmemdup(text, len);
	return xasprintf("'%.*s'", (int)len, text);
}

/* "'commands {'" */
static char *block_text(const struct parser *p, const struct brace *brace)
{
	if (brace->commands)
		return xstrdup("commands {");
	if (p->in_block && brace == p->braces && p->policy)
		return xasprintf("policy %s {", p->policy->name.text);
	return xstrdup("{");
}

static void report_brace(struct parser *p, const struct location *loc,
			 const char *what)
{
	const struct brace *brace = &p->braces[p->brace_count - 1];
	char *block = block_text(p, brace);

	error_at(p->errors, loc,
		 "syntax error: '}' is missing %s: the block '%s' began in line %u",
		 what, block, location_line(&brace->loc));
	free(block);
}

/* In a list of commands each word may be a command; so the next one decides. */
static bool begins_in_commands(const struct parser *p, const char *word,
			       enum statement_place place)
{
	char *first = written_word(&p->before.loc);
	bool begins = *first && *word && p->before.begins_line &&
		      statement_begins(place, first, word);

	free(first);
	return begins;
}

/* Goes on behind the brace that should be there. */
static bool commands_lack_brace(struct parser *p, const struct syntax_error *e,
				const char *word)
{
	struct location loc = e->loc;
	bool top;

	top = begins_in_commands(p, word, STATEMENT_TOP);
	if (top || begins_in_commands(p, word, STATEMENT_POLICY))
		loc = p->before.loc;
	else if (strcmp(e->found, SEPARATOR))
		return false;
	report_brace(p, &loc, "before this");
	p->brace_count--;
	if (top)
		tokens_leave_block(p);
	return true;
}

static bool lacks_brace(struct parser *p, const struct syntax_error *e,
			const char *word)
{
	if (!p->brace_count || p->brace_count > BRACES_KEPT)
		return false;
	if (!strcmp(e->found, END_OF_FILE)) {
		report_brace(p, &e->loc, "at the end");
		return true;
	}
	if (p->braces[p->brace_count - 1].commands)
		return commands_lack_brace(p, e, word);
	if (!expects(e, "'}'") || !*word ||
	    !statement_begins(STATEMENT_TOP, word, NULL))
		return false;
	report_brace(p, &e->loc, "before this");
	tokens_leave_block(p);
	return true;
}

static enum statement_place place(const struct parser *p)
{
	return p->in_block ? STATEMENT_POLICY : STATEMENT_TOP;
}

static void report_separator(struct parser *p, const struct syntax_error *e,
			     const char *word)
{
	error_at(p->errors, &e->loc,
		 "syntax error: a statement ends with ';' or a newline, and there is neither before '%s'",
		 word);
}

static bool lacks_separator(struct parser *p, const struct syntax_error *e,
			    const char *word)
{
	if (!expects(e, SEPARATOR) ||
	    !statement_begins(place(p), word, NULL))
		return false;
	report_separator(p, e, word);
	return true;
}

static bool is_misspelt(struct parser *p, const struct syntax_error *e,
			const char *word)
{
	struct suggestion s;
	size_t i;

	suggest_start(&s, word);
	for (i = 0; i < e->count; i++)
		if (is_keyword(e->expected[i]))
			suggest_offer(&s, e->expected[i]);
	if (expects(e, "add") && !strcmp(e->loc.in->name, "<cmdline>"))
		statement_suggest(STATEMENT_COMMAND_LINE, &s);
	if (s.nearest[0]) {
		error_at(p->errors, &e->loc,
			 "syntax error: unexpected '%s'; did you mean '%s'?",
			 word, s.nearest);
		return true;
	}
	if (!expects(e, SEPARATOR))
		return false;
	statement_suggest(place(p), &s);
	if (s.nearest[0])
		report_separator(p, e, word);
	return s.nearest[0];
}

/*
 * Not worth a mention: that a line may be empty, and that any word gets its
 * own error message where keywords stand.
 */
static bool is_told(const struct syntax_error *e, const char *name, bool words)
{
	bool end = !strcmp(name, SEPARATOR) || !strcmp(name, END_OF_LINE) ||
		   !strcmp(name, END_OF_FILE);

	if (expects(e, "add") || expects(e, "banner"))
		return !end;
	return !words || strcmp(name, NAME);
}

/* Keywords come first, the end of the statement last. */
static size_t order(const struct syntax_error *e, const char **told)
{
	static const char * const last[] = { SEPARATOR, END_OF_LINE };
	bool words = false;
	size_t i, count = 0;

	for (i = 0; i < e->count; i++)
		words |= is_keyword(e->expected[i]);
	for (i = 0; i < e->count; i++)
		if (strcmp(e->expected[i], last[0]) &&
		    strcmp(e->expected[i], last[1]) &&
		    is_told(e, e->expected[i], words))
			told[count++] = e->expected[i];
	for (i = 0; i < 2; i++)
		if (expects(e, last[i]) && is_told(e, last[i], words))
			told[count++] = last[i];
	return count;
}

static void report_expected(struct parser *p, const struct syntax_error *e)
{
	const char **told = xzalloc((e->count + 1) * sizeof(*told));
	char *list = xstrdup(""), *found = shown(e), *longer;
	size_t i, count = order(e, told);
	const char *glue;

	for (i = 0; i < count; i++) {
		glue = !i ? "" : i + 1 == count ? " or " : ", ";
		longer = xasprintf("%s%s%s", list, glue, told[i]);
		free(list);
		list = longer;
	}
	error_at(p->errors, &e->loc,
		 "syntax error: unexpected %s; expected %s", found, list);
	free(found);
	free(list);
	free(told);
}

void syntax_error_report(struct parser *p, const struct syntax_error *e)
{
	char *word = written_word(&e->loc);

	if (!lacks_brace(p, e, word) &&
	    !(*word && (lacks_separator(p, e, word) ||
			is_misspelt(p, e, word))))
		report_expected(p, e);
	free(word);
}
