/* SPDX-License-Identifier: GPL-2.0 */
/* Turns inputs into statements. */
#ifndef MAILGUARD_PARSE_H
#define MAILGUARD_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "language/cmd.h"
#include "language/define.h"
#include "language/errors.h"
#include "language/input.h"
#include "language/policy.h"
#include "language/statements.h"

#define INCLUDE_DEPTH_MAX	16

/* Tells the scanner where a word is a name or a value, not a keyword. */
enum scan_mode {
	SCAN_KEYWORDS,
	SCAN_NAME,		/* the next word is a name, even a number */
	SCAN_VALUE,		/* the next word is a value */
	SCAN_WORDS,		/* all words up to the closing brace */
	SCAN_VERDICT,		/* in such words, behind a colon */
};

/* How far an input has been read. */
struct scan_input {
	const struct input *in;
	size_t pos;
	bool ended;		/* the end of its last line was read */
	void *buffer;
};

/* Only this many open braces are remembered, the outermost ones. */
#define BRACES_KEPT	4

struct brace {
	struct location loc;
	const struct statement *list;	/* it opens the list of this setting */
};

struct token {
	int token;
	struct location loc;
	bool begins_line;	/* it is the first of a line or after ";" */
};

/* The words and names of tokens that may stand at some place. */
struct expected {
	char **array;
	size_t count;
	size_t room;
};

/* A byte that is no part of the language, where a word is to be completed. */
#define COMPLETE_MARK	1

struct parser {
	struct errors *errors;
	struct inputs *inputs;
	struct cmd_list *cmds;
	const struct cmd *checked;	/* the last one that was checked */
	struct defines defines;
	struct policy *policy;		/* the one that is being read */
	const struct statement *row;	/* the setting that is being read */
	struct setting *setting;	/* where its values go */
	struct mark mark;		/* the mark that is being read */
	struct overlay *overlay;	/* the one that its words describe */
	struct list_word *word;		/* the last word of its list */
	const struct statement *checks;	/* the setting to check at its end */
	struct matches *matches;	/* of the fixup that is being read */
	enum match_key match_key;	/* the match that is being read */
	bool in_block;			/* between the braces of a policy */
	enum scan_mode mode;
	struct statement_words words;	/* the first words of the statement */
	bool begins;			/* the next word begins a statement */
	struct token last;		/* the token that was read last */
	struct token before;		/* the one before it */
	struct brace braces[BRACES_KEPT];
	unsigned int brace_count;	/* all open braces, remembered or not */
	bool skipping;			/* the rest of a bad statement */
	bool lacks_brace;		/* a missing "}" must be inserted */
	int pending;			/* the token after that "}" */
	struct expected *expected;	/* what may stand at COMPLETE_MARK */
	unsigned int depth;
	struct scan_input stack[INCLUDE_DEPTH_MAX];
};

/* Adds statements to @cmds, and counts errors in @errors. */
void parse(const struct input *in, struct inputs *inputs,
	   struct cmd_list *cmds, struct errors *errors);

/*
 * Tells what may stand behind the statement that @text begins. Tokens have the
 * names that parser.y gives them. Nothing is there if @text has an error, which
 * is reported. The caller calls expected_free().
 */
void parse_expected(const char *text, struct expected *expected);
void expected_free(struct expected *expected);

/* These connect parser.y and scanner.l. */
void scan_push(struct parser *p, void *scanner, const struct input *in);
void scan_end(struct parser *p, void *scanner);
void parse_include(struct parser *p, void *scanner, const char *path,
		   const struct location *loc);

/* tokens.c: True if the last token ends the statement. */
bool tokens_end_statement(const struct parser *p);

/* Called after an error: skips the rest of the statement. */
void tokens_skip_statement(struct parser *p);

/*
 * The innermost open brace has no end. Treats it as closed, so that the next
 * word begins a statement.
 */
void tokens_close_brace(struct parser *p);

/*
 * The block of a policy has no end, and the last token begins a statement
 * behind it. Treats the block as closed.
 */
void tokens_leave_block(struct parser *p);

#endif
