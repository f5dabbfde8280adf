/* SPDX-License-Identifier: GPL-2.0 */
/* The statements of an input, in their order. */
#ifndef MAILGUARD_CMD_H
#define MAILGUARD_CMD_H

#include "language/errors.h"
#include "language/filter.h"
#include "language/location.h"
#include "language/match.h"
#include "language/policy.h"
#include "language/statements.h"

struct inputs;

/* How many configurations are kept, beside the one that was saved last. */
#define SAVED_MAX	10

/* Ports as they were written. @given is false if no port was written. */
struct ports {
	bool given;
	unsigned long first;
	unsigned long last;
	struct location loc;
};

struct cmd {
	struct cmd *next;
	enum cmd_op op;
	struct location loc;
	struct ports ports;		/* CMD_FIXUP, CMD_NO_FIXUP */
	struct matches *matches;	/* the same; may be NULL */
	struct word name;		/* the same, and CMD_DELETE_POLICY */
	struct policy *policy;		/* CMD_POLICY */
	struct word preset;		/* CMD_SHOW_PRESET */
	struct filter *filter;		/* CMD_LIST_CONNECTIONS */
	struct number saved;		/* CMD_SHOW_STARTUP, CMD_ROLLBACK */
	struct word client;		/* CMD_DELETE_OFFENDER; NULL: all */
};

struct cmd_list {
	struct cmd *head;
	struct cmd *tail;
	struct inputs *inputs;		/* for the presets that they use */
};

struct cmd *cmd_add(struct cmd_list *list, enum cmd_op op,
		    const struct location *loc);

/*
 * Adds the fixup that "mailhost" stands for. The caller adds the match for the
 * server's address.
 */
void cmd_add_mailhost(struct cmd_list *list, enum cmd_op op,
		      const struct location *loc);
void cmd_list_free(struct cmd_list *list);

/* True if the statement changes what is guarded, or how. */
bool cmd_changes(const struct cmd *cmd);

/* Checks what can be checked without the kernel. */
void cmd_check(const struct cmd *cmd, struct errors *errors);

#endif
