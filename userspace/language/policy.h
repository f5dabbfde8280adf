/* SPDX-License-Identifier: GPL-2.0 */
/* A policy, as it was written or as the kernel tells it. */
#ifndef MAILGUARD_POLICY_H
#define MAILGUARD_POLICY_H

#include <stdbool.h>

#include "language/errors.h"
#include "language/location.h"
#include "mailguard.h"

/* What is laid over the lines of a reply. */
struct overlay {
	bool given;
	struct location loc;
	struct number code;
	struct word text;
	struct word fill;
	struct word keep;
};

/* The statements of a block, each of which stands in it once at most. */
enum policy_statement {
	POLICY_BANNER,
	POLICY_COMMANDS,
	POLICY_DENIED,
	POLICY_EHLO,
	POLICY_LINE_LENGTH,
	POLICY_LINE_LENGTH_MAIL,
	POLICY_ACTIONS,			/* one each from here on */
	POLICY_STATEMENTS = POLICY_ACTIONS + MAILGUARD_A_ACTIONS_MAX + 1
};

/* A verb; @own: one that the module does not know. */
struct verb {
	struct word word;
	bool own;
};

struct policy {
	struct policy *next;
	struct word name;
	struct location seen[POLICY_STATEMENTS];
	struct policy *preset;		/* what it starts from, or NULL */
	struct location preset_loc;
	bool incomplete;		/* an error left a statement out */

	struct overlay banner;		/* not given: pass */
	struct verb *verbs;
	size_t verb_count;
	size_t verb_room;
	struct number denied_write;	/* enum mailguard_denied_write */
	struct overlay denied_reply;	/* not given: the server's own */
	bool ehlo_downgrade;
	struct number line_length;
	struct number line_length_mail;
	/* enum mailguard_action, by enum mailguard_actions_attr */
	struct number action[MAILGUARD_A_ACTIONS_MAX + 1];
};

struct policy_list {
	struct policy *head;
	struct policy *tail;
};

struct policy *policy_alloc(char *name, const struct location *loc);
void policy_free(struct policy *policy);
void overlay_clear(struct overlay *overlay);
void policy_add_verb(struct policy *policy, char *verb, bool own,
		     const struct location *loc);
const char *policy_action_statement(enum mailguard_actions_attr anomaly);
/* What was not said is as the preset says. */
void policy_inherit(struct policy *policy);
void policy_print(const struct policy *policy);

/* What can be judged without the kernel: a statement, and the whole. */
void policy_check_statement(const struct policy *policy,
			    enum policy_statement statement,
			    struct errors *errors);
void policy_check(const struct policy *policy, struct errors *errors);
void policy_check_name(const struct word *name, struct errors *errors);

void policy_list_add(struct policy_list *list, struct policy *policy);
const struct policy *policy_list_find(const struct policy_list *list,
				      const char *name);
void policy_list_free(struct policy_list *list);

#endif
