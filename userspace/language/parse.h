/* SPDX-License-Identifier: GPL-2.0 */
/* From inputs to statements. */
#ifndef MAILGUARD_PARSE_H
#define MAILGUARD_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "language/cmd.h"
#include "language/define.h"
#include "language/errors.h"
#include "language/input.h"
#include "language/statements.h"

#define INCLUDE_DEPTH_MAX	16

/* Where words are names and values, not keywords. */
enum scan_mode {
	SCAN_KEYWORDS,
	SCAN_NAME,		/* the next word, even if it is a number */
	SCAN_VALUE,		/* the next word */
	SCAN_VERBS,		/* up to the closing brace */
};

/* How far an input has been read. */
struct scan_input {
	const struct input *in;
	size_t pos;
	bool ended;		/* the end of its last line was returned */
	void *buffer;
};

/* Of the braces that are open, so many are kept. */
#define BRACES_KEPT	4

struct brace {
	struct location loc;
	bool commands;		/* the words behind it are verbs */
};

struct token {
	int token;
	struct location loc;
	bool begins_line;	/* or stands behind ";" */
};

struct parser {
	struct errors *errors;
	struct inputs *inputs;
	struct cmd_list *cmds;
	const struct cmd *checked;	/* up to here they were checked */
	struct defines defines;
	struct policy *policy;		/* the block that is being read */
	enum policy_statement statement;	/* the one of it */
	struct overlay *overlay;	/* the part of that */
	struct narrowing *narrowing;	/* of the fixup that is being read */
	enum narrow_key narrow_key;	/* the part of it */
	bool in_block;			/* between the braces of a policy */
	enum scan_mode mode;
	struct statement_words words;	/* the first ones of the statement */
	struct token last;		/* the token that was read last */
	struct token before;		/* the one before it */
	struct brace braces[BRACES_KEPT];
	unsigned int brace_count;	/* may be more than are kept */
	bool skipping;			/* up to the end of the statement */
	bool lacks_brace;		/* a "}" is to be added there */
	int pending;			/* the token that comes behind it */
	unsigned int depth;
	struct scan_input stack[INCLUDE_DEPTH_MAX];
};

/* Statements are added to @cmds; errors are counted in @errors. */
void parse(const struct input *in, struct inputs *inputs,
	   struct cmd_list *cmds, struct errors *errors);

/* Between parser.y and scanner.l. */
void scan_push(struct parser *p, void *scanner, const struct input *in);
void scan_end(struct parser *p, void *scanner);
void parse_include(struct parser *p, void *scanner, const char *path,
		   const struct location *loc);

/* tokens.c: does the last token end the statement? */
bool tokens_end_statement(const struct parser *p);

/* The statement has an error: skips what is left of it. */
void tokens_skip_statement(struct parser *p);

/* The token begins a statement behind a block that does not end. */
void tokens_leave_block(struct parser *p);

#endif
