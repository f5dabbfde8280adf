/* SPDX-License-Identifier: GPL-2.0 */
/* From inputs to statements. */
#ifndef MAILGUARD_PARSE_H
#define MAILGUARD_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd.h"
#include "define.h"
#include "errors.h"
#include "input.h"

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

struct parser {
	struct errors *errors;
	struct inputs *inputs;
	struct cmd_list *cmds;
	struct defines defines;
	struct policy *policy;		/* the block that is being read */
	struct overlay *overlay;	/* the part of it */
	struct narrowing *narrowing;	/* of the fixup that is being read */
	enum narrow_key narrow_key;	/* the part of it */
	enum scan_mode mode;
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

#endif
