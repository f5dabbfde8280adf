// SPDX-License-Identifier: GPL-2.0
/*
 * Explains a syntax error: a brace is missing, the end of a statement is
 * missing, a word is one of a PIX, or a word is misspelt. Otherwise the message
 * lists what may stand there.
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
#define COLON		"':'"
#define END_OF_LINE	"end of line"
#define END_OF_FILE	"end of file"
#define NAME		"a name"

/* A longer word is not repeated in a message. */
#define WRITTEN_MAX	40

static bool expects(const struct syntax_error *e, const char *name)
{
	size_t i;

	for (i = 0; i < e->expected.count; i++)
		if (!strcmp(e->expected.array[i], name))
			return true;
	return false;
}

static bool is_keyword(const char *name)
{
	return islower((unsigned char)*name) && !strchr(name, ' ');
}

/*
 * Returns the word that was written, or "" if it is no word. The caller frees
 * it.
 */
static char *written_word(const struct location *loc)
{
	const char *text = loc->in->data + loc->first;
	size_t len = loc->last - loc->first;

	return xmemdup(text, isalpha((unsigned char)*text) ? len : 0);
}

/* Returns the token in the form that messages show. The caller frees it. */
static char *shown_token(const struct syntax_error *e)
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

/* Returns the words that opened the block, such as "commands {". */
static char *block_text(const struct parser *p, const struct brace *brace)
{
	if (brace->list)
		return xasprintf("%s {", brace->list->words);
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

/*
 * True if the last two words begin a statement. One word alone cannot tell: in
 * a list of verbs each word may be a verb.
 */
static bool begins_in_list(const struct parser *p, const char *word,
			   enum statement_place place)
{
	char *first = written_word(&p->before.loc);
	bool begins = *first && *word && p->before.begins_line &&
		      statement_begins(place, first, word);

	free(first);
	return begins;
}

/*
 * If the "}" of a list is missing, reports that and goes on as if it were
 * there.
 */
static bool list_lacks_brace(struct parser *p, const struct syntax_error *e,
			     const char *word)
{
	struct location loc = e->loc;
	bool top;

	top = begins_in_list(p, word, STATEMENT_TOP);
	if (top || begins_in_list(p, word, STATEMENT_POLICY))
		loc = p->before.loc;
	else if (strcmp(e->found, SEPARATOR))
		return false;
	report_brace(p, &loc, "before this");
	tokens_close_brace(p);
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
	if (p->braces[p->brace_count - 1].list)
		return list_lacks_brace(p, e, word);
	if (!expects(e, "'}'") || !*word ||
	    !statement_begins(STATEMENT_TOP, word, NULL))
		return false;
	report_brace(p, &e->loc, "before this");
	tokens_leave_block(p);
	return true;
}

static enum statement_place statement_place_of(const struct parser *p)
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
	    !statement_begins(statement_place_of(p), word, NULL))
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
	for (i = 0; i < e->expected.count; i++)
		if (is_keyword(e->expected.array[i]))
			suggest_offer(&s, e->expected.array[i]);
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
	statement_suggest(statement_place_of(p), &s);
	if (s.nearest[0])
		report_separator(p, e, word);
	return s.nearest[0];
}

/*
 * Words of a PIX or an ASA that are no words here, each behind the words of which
 * @beside is one, and what to type instead.
 */
static const struct {
	const char *beside;
	const char *word;
	const char *instead;
} pix_words[] = {
	{ "add", "access-group", "rules of nft" },
	{ "add", "access-list", "rules of nft" },
	{ "add", "conduit", "rules of nft" },
	{ "add", "copy", "'write memory'" },
	{ "add", "global", "rules of nft" },
	{ "add", "inspect", "'fixup protocol smtp 25 policy NAME'" },
	{ "add", "logging", "'mailguard monitor'" },
	{ "add", "nameif", "rules of nft" },
	{ "add", "nat", "rules of nft" },
	{ "add", "outbound", "rules of nft" },
	{ "add", "static", "rules of nft" },
	{ "memory", "terminal", "'show running-config'" },
	{ "running-config", "conn", "'list connections'" },
	{ "running-config", "service-policy", "'list counters'" },
	{ "running-config", "version", "'mailguard status'" },
	{ "running-config", "xlate", "'conntrack -L'" },
	{ "fixup", "xlate", "'conntrack -D -p tcp --orig-port-dst 25'" },
};

static bool is_pix_word(struct parser *p, const struct syntax_error *e,
			const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(pix_words) / sizeof(*pix_words); i++) {
		if (strcmp(word, pix_words[i].word) ||
		    !expects(e, pix_words[i].beside))
			continue;
		error_at(p->errors, &e->loc,
			 "syntax error: '%s' is a word of PIX or ASA; use %s instead",
			 word, pix_words[i].instead);
		return true;
	}
	return false;
}

/* An address without its family, or with a netmask as on a PIX. */
static bool is_bare_address(struct parser *p, const struct syntax_error *e,
			    const char *word)
{
	if (!expects(e, "ip6"))
		return false;
	if (!strcmp(word, "saddr") || !strcmp(word, "daddr"))
		error_at(p->errors, &e->loc,
			 "syntax error: unexpected '%s'; write 'ip %s' or 'ip6 %s'",
			 word, word, word);
	else if (!strncmp(e->loc.in->data + e->loc.first, "255.", 4))
		error_at(p->errors, &e->loc,
			 "syntax error: unexpected netmask; write a network with its length, such as 192.0.2.0/24");
	else
		return false;
	return true;
}

/*
 * False for what the message does not list: that a line may be empty, that a
 * verdict may follow a verb, and that any word may stand where keywords stand,
 * since such a word gets an error message of its own.
 */
static bool is_told(const struct syntax_error *e, const char *name, bool words)
{
	bool end = !strcmp(name, SEPARATOR) || !strcmp(name, END_OF_LINE) ||
		   !strcmp(name, END_OF_FILE);

	if (expects(e, "add"))
		return !end;
	if (!strcmp(name, COLON))
		return false;
	return !words || strcmp(name, NAME);
}

/* Sorts what may stand there: keywords first, the end of the statement last. */
static size_t order_expected(const struct syntax_error *e, const char **told)
{
	static const char * const last[] = { SEPARATOR, END_OF_LINE };
	bool words = false;
	size_t i, count = 0;

	for (i = 0; i < e->expected.count; i++)
		words |= is_keyword(e->expected.array[i]);
	for (i = 0; i < e->expected.count; i++)
		if (strcmp(e->expected.array[i], last[0]) &&
		    strcmp(e->expected.array[i], last[1]) &&
		    is_told(e, e->expected.array[i], words))
			told[count++] = e->expected.array[i];
	for (i = 0; i < 2; i++)
		if (expects(e, last[i]) && is_told(e, last[i], words))
			told[count++] = last[i];
	return count;
}

static void report_expected(struct parser *p, const struct syntax_error *e)
{
	const char **told = xzalloc((e->expected.count + 1) * sizeof(*told));
	char *list = xstrdup(""), *found = shown_token(e), *longer;
	size_t i, count = order_expected(e, told);
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

/* There are too many settings to list them. */
static bool misses_setting(struct parser *p, const struct syntax_error *e)
{
	char *found;

	if (!expects(e, "banner"))
		return false;
	found = shown_token(e);
	error_at(p->errors, &e->loc,
		 "syntax error: unexpected %s; expected '}' or a statement of a policy, as 'mailguard help policy' lists them",
		 found);
	free(found);
	return true;
}

void syntax_error_report(struct parser *p, const struct syntax_error *e)
{
	char *word = written_word(&e->loc);

	if (!lacks_brace(p, e, word) && !is_bare_address(p, e, word) &&
	    !(*word && (is_pix_word(p, e, word) ||
			lacks_separator(p, e, word) ||
			is_misspelt(p, e, word))) &&
	    !misses_setting(p, e))
		report_expected(p, e);
	free(word);
}
