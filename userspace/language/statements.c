// SPDX-License-Identifier: GPL-2.0
/* The table of statements. */
#include <stdlib.h>
#include <string.h>

#include "language/statements.h"
#include "language/suggest.h"
#include "lib/memory.h"

static const struct statement statements[] = {
	{
		.words = "fixup protocol smtp",
		.rest = "[PORT[-PORT]] [MATCH ...] [policy NAME]",
		.what = "guard connections to these ports",
		.old = true,
		.part = STATEMENT_MATCH,
	}, {
		.words = "no fixup protocol smtp",
		.rest = "[PORT[-PORT]] [MATCH ...]",
		.what = "guard them no longer, without a port: any",
		.old = true,
		.part = STATEMENT_MATCH,
	}, {
		.words = "clear fixup",
		.what = "guard port 25, and nothing else, by the default policy",
		.old = true,
	}, {
		.words = "mailhost",
		.rest = "[ADDRESS]",
		.what = "guard port 25, or that of one server, by policy pix-4.0",
		.old = true,
	}, {
		.words = "no mailhost",
		.rest = "[ADDRESS]",
		.what = "end what mailhost began",
		.old = true,
	}, {
		.words = "show fixup",
		.what = "print which ports are guarded",
		.old = true,
	}, {
		.words = "show fixup protocol smtp",
		.what = "the same",
		.old = true,
	}, {
		.words = "write memory",
		.what = "save policies and fixups for the next start",
		.old = true,
	}, {
		.words = "show running-config",
		.what = "print what would be saved",
		.old = true,
	}, {
		.words = "show startup-config",
		.what = "print what was saved",
		.old = true,
	}, {
		.words = "policy",
		.rest = "NAME { STATEMENT; ... }",
		.what = "add or replace a policy",
		.part = STATEMENT_POLICY,
	}, {
		.words = "add policy",
		.rest = "NAME { STATEMENT; ... }",
		.what = "the same",
		.part = STATEMENT_POLICY,
	}, {
		.words = "delete policy",
		.rest = "NAME",
		.what = "delete a policy",
	}, {
		.words = "list policies",
		.what = "print the names of the policies",
	}, {
		.words = "list ruleset",
		.what = "print policies and fixups as -f reads them",
	}, {
		.words = "list connections",
		.what = "print the guarded connections",
	}, {
		.words = "list counters",
		.what = "print each policy's counters",
	}, {
		.words = "list presets",
		.what = "print the names of the presets",
	}, {
		.words = "show preset",
		.rest = "NAME",
		.what = "print a preset, with its sources",
	}, {
		.words = "define",
		.rest = "NAME = VALUE | { VALUE, ... }",
		.what = "let $NAME stand for a value, or for several",
	}, {
		.words = "include",
		.rest = "\"FILE\"",
		.what = "read the statements of a file",
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "probe",
		.rest = "[-j] [-4 | -6] [-t SECONDS] HOST[:PORT]",
		.what = "tell whether a guard stands before a mail server",
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "status",
		.what = "tell whether ports are guarded: exit status 0, or 3 if not",
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "help",
		.rest = "[WORD ...]",
		.what = "print this, or the statements that begin so",
	}, {
		.place = STATEMENT_POLICY,
		.words = "preset",
		.rest = "NAME",
		.what = "begin with what a preset says",
	}, {
		.place = STATEMENT_POLICY,
		.words = "banner",
		.rest = "pass",
		.what = "let the server's greeting pass",
	}, {
		.place = STATEMENT_POLICY,
		.words = "banner",
		.rest = "[text STRING] [fill STRING] [keep STRING]",
		.what = "overwrite the greeting",
	}, {
		.place = STATEMENT_POLICY,
		.words = "commands",
		.rest = "{ VERB, ... }",
		.what = "let these commands pass",
	}, {
		.place = STATEMENT_POLICY,
		.words = "denied",
		.rest = "[x | noop] [reply [CODE] STRING]",
		.what = "what becomes of other commands, and of the reply to them",
	}, {
		.place = STATEMENT_POLICY,
		.words = "ehlo downgrade",
		.what = "make HELO of EHLO",
	}, {
		.place = STATEMENT_POLICY,
		.words = "line-length",
		.rest = "BYTES",
		.what = "limit the length of a command line",
	}, {
		.place = STATEMENT_POLICY,
		.words = "line-length mail",
		.rest = "BYTES",
		.what = "the same for MAIL and RCPT",
	}, {
		.place = STATEMENT_POLICY,
		.words = "address pipe",
		.rest = "pass | blank | deny | reset",
		.what = "what becomes of a | in an address",
	}, {
		.place = STATEMENT_POLICY,
		.words = "address brackets",
		.rest = "pass | blank | deny | reset",
		.what = "what becomes of < and > inside an address",
	}, {
		.place = STATEMENT_POLICY,
		.words = "truncated",
		.rest = "deny | reset",
		.what = "what becomes of a line that ends inside a verb",
	}, {
		.place = STATEMENT_POLICY,
		.words = "bare-lf",
		.rest = "pass | deny | reset",
		.what = "what becomes of a LF without CR",
	}, {
		.place = STATEMENT_POLICY,
		.words = "unexpected-reply",
		.rest = "pass | reset",
		.what = "what becomes of a reply that nothing asked for",
	}, {
		.place = STATEMENT_POLICY,
		.words = "pipelining",
		.rest = "pass | hold",
		.what = "hold a command until the one before is answered",
	}, {
		.place = STATEMENT_POLICY,
		.words = "end-of-data",
		.rest = "reset | defang | lf",
		.what = "what becomes of an end of data that only some servers know",
	}, {
		.place = STATEMENT_POLICY,
		.words = "proxy-protocol",
		.rest = "hold | accept",
		.what = "let a PROXY preamble pass before the greeting",
	}, {
		.place = STATEMENT_POLICY,
		.words = "asymmetric",
		.rest = "drop | pass",
		.what = "what becomes of the server's packets from another interface",
	}, {
		.place = STATEMENT_POLICY,
		.words = "prdr",
		.rest = "deny | pass",
		.what = "let the server reply for each recipient",
	}, {
		.place = STATEMENT_MATCH,
		.words = "iifname",
		.rest = "[!=] NAME | { NAME, ... }",
		.what = "the interface where a connection comes in",
	}, {
		.place = STATEMENT_MATCH,
		.words = "ip saddr",
		.rest = "[!=] ADDRESS | { ADDRESS, ... }",
		.what = "the client: an address, a prefix or a range",
	}, {
		.place = STATEMENT_MATCH,
		.words = "ip daddr",
		.rest = "[!=] ADDRESS | { ADDRESS, ... }",
		.what = "the server, as the client names it",
	}, {
		.place = STATEMENT_MATCH,
		.words = "ip6 saddr",
		.rest = "[!=] ADDRESS | { ADDRESS, ... }",
		.what = "the same over IPv6",
	}, {
		.place = STATEMENT_MATCH,
		.words = "ip6 daddr",
		.rest = "[!=] ADDRESS | { ADDRESS, ... }",
		.what = "the same over IPv6",
	},
};

#define STATEMENTS	(sizeof(statements) / sizeof(*statements))

const struct statement *statement_at(size_t i)
{
	return i < STATEMENTS ? &statements[i] : NULL;
}

/* What stands behind @word, which @words begin with; NULL if they don't. */
static const char *behind(const char *words, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(words, word, len))
		return NULL;
	if (!len || !words[len])
		return words + len;
	return words[len] == ' ' ? words + len + 1 : NULL;
}

bool statement_begins(enum statement_place place, const char *word,
		      const char *next)
{
	const struct statement *s;
	const char *rest;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++) {
		rest = s->place == place ? behind(s->words, word) : NULL;
		if (rest && (!*rest || !next || behind(rest, next)))
			return true;
	}
	return false;
}

void statement_suggest(enum statement_place place, struct suggestion *s)
{
	size_t i;

	for (i = 0; i < STATEMENTS; i++)
		if (statements[i].place == place)
			suggest_offer(s, statements[i].words);
}

/* The words that a word may stand for. */
struct candidates {
	const struct statement_words *words;
	const char *word;
	const char *array[STATEMENTS];	/* each up to a blank */
	size_t count;
	bool old;			/* one of them is a PIX's */
	bool whole;			/* the word is the one of them */
};

static bool same_word(const char *a, const char *b)
{
	size_t len = strcspn(a, " ");

	return len == strcspn(b, " ") && !strncmp(a, b, len);
}

static void add_candidate(struct candidates *c, const char *word, bool old)
{
	size_t i;

	c->old |= old;
	for (i = 0; i < c->count && !same_word(c->array[i], word); i++)
		;
	if (i == c->count)
		c->array[c->count++] = word;
}

static void find_candidates(struct candidates *c)
{
	const struct statement *s;
	const char *rest;
	size_t i;

	for (i = 0; (s = statement_at(i)) && !c->whole; i++) {
		rest = s->place == STATEMENT_TOP ?
		       behind(s->words, c->words->read) : NULL;
		if (!rest || strncmp(rest, c->word, strlen(c->word)))
			continue;
		c->whole = same_word(rest, c->word);
		if (c->whole)
			c->count = 0;
		add_candidate(c, rest, s->old);
	}
}

/* "fixup, running-config or startup-config" */
static char *candidates_text(const struct candidates *c)
{
	char *text = xstrdup(""), *longer;
	const char *glue;
	size_t i;

	for (i = 0; i < c->count; i++) {
		glue = !i ? "" : i + 1 == c->count ? " or " : ", ";
		longer = xasprintf("%s%s%.*s", text, glue,
				   (int)strcspn(c->array[i], " "),
				   c->array[i]);
		free(text);
		text = longer;
	}
	return text;
}

int statement_read_word(struct statement_words *words, const char *word,
			const char **whole, char **candidates)
{
	struct candidates c = { .words = words, .word = word };
	size_t end = strlen(words->read);

	if (words->ended)
		return 0;
	find_candidates(&c);
	if (!c.count || (!c.whole && !c.old)) {
		words->ended = true;
		return 0;
	}
	if (c.count > 1) {
		*candidates = candidates_text(&c);
		return -1;
	}
	if (end)
		words->read[end++] = ' ';
	*whole = words->read + end;
	memcpy(words->read + end, c.array[0], strcspn(c.array[0], " "));
	words->read[end + strcspn(c.array[0], " ")] = '\0';
	return 1;
}
