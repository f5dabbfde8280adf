/* SPDX-License-Identifier: GPL-2.0 */
/* The statements of an input, in their order. */
#ifndef MAILGUARD_CMD_H
#define MAILGUARD_CMD_H

#include "language/errors.h"
#include "language/location.h"
#include "language/narrow.h"
#include "language/policy.h"

struct inputs;

enum cmd_op {
	CMD_FIXUP,
	CMD_NO_FIXUP,
	CMD_CLEAR_FIXUP,
	CMD_POLICY,
	CMD_DELETE_POLICY,
	CMD_SHOW_FIXUP,
	CMD_LIST_POLICIES,
	CMD_LIST_RULESET,
	CMD_LIST_CONNECTIONS,
	CMD_LIST_COUNTERS,
	CMD_LIST_PRESETS,
	CMD_SHOW_PRESET,
	CMD_SHOW_STARTUP,
	CMD_WRITE_MEMORY,
};

/* Ports as they were written; not given: no port was. */
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
	struct narrowing *narrowing;	/* of these, if they have one */
	struct word name;		/* of these, CMD_DELETE_POLICY */
	struct policy *policy;		/* CMD_POLICY */
	struct word preset;		/* CMD_SHOW_PRESET */
};

struct cmd_list {
	struct cmd *head;
	struct cmd *tail;
	struct inputs *inputs;		/* where presets they use are read to */
};

struct cmd *cmd_add(struct cmd_list *list, enum cmd_op op,
		    const struct location *loc);

/* mailhost: the policy; its server is to be added. */
void cmd_add_mailhost(struct cmd_list *list, enum cmd_op op,
		      const struct location *loc);
void cmd_list_free(struct cmd_list *list);

/* What can be judged without the kernel. */
void cmd_check(const struct cmd *cmd, struct errors *errors);

#endif
