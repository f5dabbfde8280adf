/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies to fuzz with. A manner is one as a person would write it down; the
 * model reads it as such, and the core gets it compiled.
 */
#ifndef _MANNER_H
#define _MANNER_H

#include "policy.h"

/* The first octets of an input choose the manner. */
#define MANNER_OCTETS	3

enum manner_base {
	MANNER_DEFAULT,
	MANNER_OK,
	MANNER_NOOP,
	MANNER_CMAP,
	MANNER_OPEN,
	MANNER_EHLO,
	MANNER_BASES,
};

/* The second octet: two bits each, and one. */
#define MANNER_PIPE(action)	(action)
#define MANNER_BRACKETS(action)	((action) << 2)
#define MANNER_PROXY		16
#define MANNER_PRDR		32
/* The third one: the action for a bare LF, and these. */
#define MANNER_TRUNCATED_RESET	4
#define MANNER_REPLY_PASS	8
#define MANNER_HOLD		16
#define MANNER_SHORT_LINES	32
#define MANNER_DEFANG		64
#define MANNER_LF		128

/* Two bits of action, of those that an anomaly can have. */
enum manner_action {
	MANNER_DENY,
	MANNER_PASS,
	MANNER_RESET,
	MANNER_BLANK,
};

struct manner_overlay {
	const char *text;	/* NULL: nothing is laid over */
	char fill;
	const char *keep;
	unsigned int code;	/* 0: it stays */
};

struct manner {
	const char * const *verbs;
	bool downgrade;
	bool noop;
	struct manner_overlay banner;
	struct manner_overlay denied;
	u16 line;
	u16 line_mail;
	enum mailguard_action action[MAILGUARD_A_ACTIONS_MAX + 1];
};

void manner_read(struct manner *manner, const u8 *octets);
void manner_compile(const struct manner *manner, struct smtp_policy *policy);
/* The permitted verb that these octets are, or begin; any case. */
const char *manner_verb(const struct manner *manner, const u8 *octets, u32 len);
/* Is this EHLO keyword masked? */
bool manner_masks(const struct manner *manner, const u8 *octets, u32 len);
bool manner_begins_verb(const struct manner *manner, const u8 *octets, u32 len);

#endif /* _MANNER_H */
