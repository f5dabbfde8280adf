/* SPDX-License-Identifier: GPL-2.0 */
/* The statements of the language, as help shows them and errors name them. */
#ifndef MAILGUARD_STATEMENTS_H
#define MAILGUARD_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>

struct suggestion;

/* Where a statement stands. */
enum statement_place {
	STATEMENT_TOP,			/* in a file, or on the command line */
	STATEMENT_COMMAND_LINE,		/* on the command line only */
	STATEMENT_POLICY,		/* in the block of a policy */
	STATEMENT_MATCH,		/* a part of a fixup */
	STATEMENT_PLACES
};

struct statement {
	enum statement_place place;
	const char *words;	/* the words that it begins with */
	const char *rest;	/* what follows them; NULL: nothing does */
	const char *what;	/* what it does */
	bool old;		/* the words of a PIX, which may be abbreviated */
	enum statement_place part;	/* where its parts stand, if it has any */
};

/* The statement number @i of the table; NULL behind the last. */
const struct statement *statement_at(size_t i);

/*
 * Does a statement of this place begin with the word, or with the word and the
 * one behind it? @next may be NULL.
 */
bool statement_begins(enum statement_place place, const char *word,
		      const char *next);

/* Offers the first words of all statements of this place. */
void statement_suggest(enum statement_place place, struct suggestion *s);

/* The words of a statement that have been read, each as it is spelt out. */
struct statement_words {
	char read[64];
	bool ended;		/* what comes is none of them */
};

/*
 * Reads the next word, which may be abbreviated. Returns 1 with the whole word
 * behind the others in @words, 0 if no statement goes on so, or -1 with the
 * words that it may stand for in @candidates, which are to be freed.
 */
int statement_read_word(struct statement_words *words, const char *word,
			const char **whole, char **candidates);

#endif
