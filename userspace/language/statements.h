/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of statements, one row for each. The scanner, the parser, help and
 * error messages use it, and so does all code that reads, sends, receives or
 * prints a policy.
 */
#ifndef MAILGUARD_STATEMENTS_H
#define MAILGUARD_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct suggestion;

/* Where a statement stands. */
enum statement_place {
	STATEMENT_TOP,			/* in a file, or on the command line */
	STATEMENT_COMMAND_LINE,		/* on the command line only */
	STATEMENT_POLICY,		/* in the block of a policy */
	STATEMENT_MATCH,		/* a part of a fixup */
	STATEMENT_PLACES
};

/* What a statement does. */
enum cmd_op {
	CMD_NONE,		/* part of another, or done when read */
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
	CMD_LIST_OFFENDERS,
	CMD_DELETE_OFFENDER,
	CMD_SHOW_PRESET,
	CMD_SHOW_STARTUP,
	CMD_LIST_STARTUPS,
	CMD_ROLLBACK,
	CMD_WRITE_MEMORY,
	CMD_DIFF,
	CMD_CONFIRM,
	CMD_PROBE,
	CMD_TOP,
	CMD_EXPLAIN,
	CMD_MONITOR,
	CMD_STATUS,
	CMD_START,
	CMD_RESTART,
	CMD_HELP,
	CMD_COMPLETE,
	CMD_OPS
};

/*
 * What follows the first words of a setting. A setting is a statement of a
 * policy.
 */
enum setting_type {
	SETTING_NONE,		/* the statement is no setting */
	SETTING_FLAG,		/* nothing */
	SETTING_ACTION,		/* an action or another enum, perhaps a reply */
	SETTING_NUMBER,		/* a number */
	SETTING_LIMIT,		/* a number, an action, a reply, or several */
	SETTING_OVERLAY,	/* "pass", or the parts of an overlay */
	SETTING_DENIED,		/* x or noop, a reply, or both */
	SETTING_VERBS,		/* verbs in braces */
	SETTING_WORDS,		/* other words in braces, perhaps negated */
	SETTING_DOMAINS,	/* the same, of domains */
	SETTING_MARKS,		/* an event and a mark; may be repeated */
	SETTING_OFFENDERS,	/* a number, an event, a time, perhaps a mask */
};

struct statement {
	enum statement_place place;
	const char *words;	/* the words that it begins with */
	const char *rest;	/* what follows these words, or NULL */
	const char *what;	/* what it does */
	enum cmd_op op;
	bool changes;		/* it changes what is guarded, or how */
	bool old;		/* words of a PIX; may be abbreviated */
	enum statement_place part;	/* the place of its parts, if any */

	/*
	 * For settings only. An attribute that the setting does not have is 0.
	 */
	enum setting_type type;
	uint16_t attr;		/* enum mailguard_policy_attr */
	uint16_t action;	/* enum mailguard_actions_attr: of its action */
	uint16_t reply;		/* enum mailguard_policy_attr: of its reply */
	uint16_t denial;	/* or enum mailguard_replies_attr */
	bool wide;		/* its number has 32 bits, not 16 */
};

/* Returns row @i of the table, or NULL behind the last row. */
const struct statement *statement_at(size_t i);

/* Returns the index of the row in the table. */
size_t statement_number(const struct statement *s);

/*
 * Returns the statement of this place that begins with exactly these words, or
 * NULL if there is none.
 */
const struct statement *statement_find(enum statement_place place,
				       const char *words);

/* True if the setting is a list in braces. */
bool setting_is_list(const struct statement *s);
/* True if the list may also name what does not pass, by "!". */
bool setting_takes_except(const struct statement *s);

/*
 * The events of SETTING_MARKS and SETTING_OFFENDERS are read as their actions.
 *
 * Returns the value of the action called @name. It must stand in @rest of the
 * statement; otherwise returns -1.
 */
int setting_action(const struct statement *s, const char *name);
/* Returns the name of action number @value, or NULL behind the last. */
const char *setting_action_name(const struct statement *s, unsigned long value);
/*
 * Returns name @i of the actions that the setting takes, or NULL behind the
 * last. The caller frees it.
 */
char *setting_permitted_action(const struct statement *s, size_t i);

/*
 * True if a statement of this place begins with @word and, if that is not its
 * only word and @next is not NULL, goes on with @next.
 */
bool statement_begins(enum statement_place place, const char *word,
		      const char *next);

/* Offers the first words of all statements of this place as suggestions. */
void statement_suggest(enum statement_place place, struct suggestion *s);

/* The words of a statement that have been read, with abbreviations expanded. */
struct statement_words {
	enum statement_place place;
	char read[64];
	bool ended;		/* the next words are none of them */
};

/*
 * Reads the next word, which may be abbreviated. Returns 1 and the complete
 * word in @whole, and adds it to @words. Returns 0 if no statement goes on with
 * this word. Returns -1 if the word is ambiguous, with the possible words in
 * @candidates, which the caller frees.
 */
int statement_read_word(struct statement_words *words, const char *word,
			const char **whole, char **candidates);

/*
 * Returns word @i of those that can be the next word of a setting, or NULL
 * behind the last. The caller frees it.
 */
char *statement_next_word(const struct statement_words *words, size_t i);

#endif
