/* SPDX-License-Identifier: GPL-2.0 */
/* A policy, as it was written or as the kernel sent it. */
#ifndef MAILGUARD_POLICY_H
#define MAILGUARD_POLICY_H

#include <stdbool.h>

#include "language/errors.h"
#include "language/location.h"
#include "language/statements.h"
#include "mailguard.h"

/* What is written over the lines of a reply. */
struct overlay {
	bool given;
	struct location loc;
	struct number code;
	struct word text;
	struct word fill;
	struct word keep;
};

/*
 * A word of a list. @own is true if it was written in quotes: it is a verb that
 * the module does not know.
 */
struct list_word {
	struct word word;
	bool own;
	struct number verdict;		/* enum mailguard_verdict, of a verb */
	struct overlay reply;		/* of a verb that is denied */
};

/* The bits of a mark that an event sets. */
struct mark {
	struct location loc;
	uint8_t event;			/* enum mailguard_event */
	uint8_t kind;			/* enum mailguard_mark_kind */
	uint32_t value;
	uint32_t mask;
};

/* The values of a setting. Its type tells which members are used. */
struct setting {
	bool given;
	struct location loc;		/* of its first words, or none */
	struct number number;
	struct number action;		/* enum mailguard_action, or _denied_write */
	struct overlay overlay;		/* not given: the reply is not edited */
	struct list_word *words;
	size_t word_count;
	size_t word_room;
	bool except;			/* all words but these */
	struct mark *marks;
	size_t mark_count;
	size_t mark_room;
	struct number time;		/* in seconds */
	struct number mask;		/* of the mark that tells of offences */
	uint8_t mark_number;		/* the policy's in it, from the kernel */
};

struct policy {
	struct policy *next;
	struct word name;
	struct setting *settings;	/* indexed by statement_number() */
	struct policy *preset;		/* the preset it starts from, or NULL */
	struct location preset_loc;
	bool incomplete;		/* an error left a setting out */
	bool unknown;			/* the module has more settings of it */
};

struct policy_list {
	struct policy *head;
	struct policy *tail;
};

struct policy *policy_alloc(char *name, const struct location *loc);
void policy_free(struct policy *policy);
void setting_clear(struct setting *setting);
struct list_word *setting_add_word(struct setting *setting, char *word,
				   bool own, const struct location *loc);
void setting_add_mark(struct setting *setting, const struct mark *mark);

/* True if the event sets a mark of this kind already. */
bool setting_has_mark(const struct setting *setting, const struct mark *mark);

/* Reads VALUE or VALUE/MASK. Returns an error message, or NULL. */
const char *mark_read(struct mark *mark, const char *text);

/* True if the domain can't be written as a word. */
bool setting_must_quote(const char *domain);

/* Returns the values that the policy has for the setting @s. */
struct setting *policy_setting(const struct policy *policy,
			       const struct statement *s);

/* Takes the settings that were not given from the preset. */
void policy_inherit(struct policy *policy);

/* Prints the policy in the language. */
void policy_print(const struct policy *policy);

/*
 * These check what can be checked without the kernel: one setting, and the
 * whole policy.
 */
void policy_check_setting(const struct policy *policy,
			  const struct statement *s, struct errors *errors);
void policy_check(const struct policy *policy, struct errors *errors);
void policy_check_name(const struct word *name, struct errors *errors);

void policy_list_add(struct policy_list *list, struct policy *policy);
const struct policy *policy_list_find(const struct policy_list *list,
				      const char *name);
void policy_list_free(struct policy_list *list);

#endif
