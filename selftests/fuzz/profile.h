/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies to fuzz with. A profile is one as a person would write it down; the
 * model reads it as such, and the core gets it compiled.
 */
#ifndef _PROFILE_H
#define _PROFILE_H

#include "policy.h"

/* The first bytes of an input choose the profile. */
#define PROFILE_BYTES	5

enum profile_base {
	PROFILE_DEFAULT,
	PROFILE_OK,
	PROFILE_NOOP,
	PROFILE_CMAP,
	PROFILE_OPEN,
	PROFILE_EHLO,
	PROFILE_BARE,
	PROFILE_ASA,
	PROFILE_EXCEPT,
	PROFILE_MECHANISMS,
	PROFILE_VERDICTS,
	PROFILE_BASES,
};

/*
 * In the first byte, too: all checks of addresses. The two bits of the pipe
 * choose their actions.
 */
#define PROFILE_ADDRESSES	128
/* The second byte: two bits each, and one each. */
#define PROFILE_PIPE(action)	(action)
#define PROFILE_BRACKETS(action)	((action) << 2)
#define PROFILE_PROXY		16
#define PROFILE_PRDR		32
#define PROFILE_SHORT_REPLIES	64
#define PROFILE_NEUTRAL		128
/*
 * The third one: the action for a bare LF, and these. With PROFILE_BLANK, which
 * means no more than PROFILE_PASS there, TLS 1.2 is the minimum, and who talks
 * early is reset.
 */
#define PROFILE_TRUNCATED_RESET	4
#define PROFILE_REPLY_PASS	8
#define PROFILE_HOLD		16
#define PROFILE_SHORT_LINES	32
#define PROFILE_DEFANG		64
#define PROFILE_LF		128

/* The fourth: limits. Those that can close or deny do the latter by default. */
#define PROFILE_RECIPIENTS	1
#define PROFILE_MESSAGES	2
#define PROFILE_MESSAGES_CLOSE	4
#define PROFILE_SIZE		8
#define PROFILE_REFUSED		16
#define PROFILE_DENIED		32
#define PROFILE_AUTH		64
#define PROFILE_JUNK		128
/* The fifth; only where there are EHLO and STARTTLS. */
#define PROFILE_TLS_MASK	1
#define PROFILE_TLS_REQUIRE	2
/* There, too: sets of domains, for senders and for recipients. */
#define PROFILE_DOMAINS		4
/* It only monitors. */
#define PROFILE_MONITOR		8
/* Checks of the name in HELO; by a set, too; literals may pass them. */
#define PROFILE_HELO		16
#define PROFILE_HELO_RESET	32
#define PROFILE_HELO_DOMAINS	64
#define PROFILE_HELO_LITERALS	128

/* Two bits of action, of those that an anomaly can have. */
enum profile_action {
	PROFILE_DENY,
	PROFILE_PASS,
	PROFILE_RESET,
	PROFILE_BLANK,
};

struct profile_overlay {
	const char *text;	/* NULL: nothing is laid over */
	char fill;
	const char *keep;
	unsigned int code;	/* 0: it stays */
};

/* What becomes of one command. */
struct profile_verdict {
	const char *verb;	/* NULL: the list ends */
	enum mailguard_verdict verdict;
	struct profile_overlay reply;
};

struct profile_domains {
	const char * const *names;	/* NULL: no set of them */
	bool except;
};

struct profile {
	const char * const *verbs;	/* that pass, logged or not */
	const struct profile_verdict *verdicts;	/* NULL: there are none */
	const char * const *keywords;	/* NULL: no list of them */
	bool except;
	const char * const *mechanisms;	/* NULL: no list of them */
	struct profile_domains sender_domains;
	struct profile_domains recipient_domains;
	struct profile_domains helo_domains;
	bool downgrade;
	bool noop;
	struct profile_overlay banner;
	struct profile_overlay denied;
	u16 line;
	u16 line_mail;
	u16 line_reply;
	u16 address_length;
	u16 local_part_length;
	u16 domain_length;
	u8 tls_minimum;
	bool monitor;
	/* 0: there is no limit */
	u32 recipients;
	u32 messages;
	u32 size;
	u32 refused;
	u32 denied_commands;
	u32 auth_failures;
	u32 junk;
	enum mailguard_action action[MAILGUARD_A_ACTIONS_MAX + 1];
};

void profile_read(struct profile *profile, const u8 *bytes);
void profile_compile(const struct profile *profile, struct smtp_policy *policy);
/* The permitted verb that these bytes are, or begin; any case. */
const char *profile_verb(const struct profile *profile, const u8 *bytes,
			 u32 len);
/* What becomes of the verb that these bytes are, or NULL. */
const struct profile_verdict *profile_verdict(const struct profile *profile,
					      const u8 *bytes, u32 len);
/* Does a verb with this verdict begin with these bytes? */
bool profile_begins_verdict(const struct profile *profile,
			    enum mailguard_verdict verdict, const u8 *bytes,
			    u32 len);
/* Does the set have this domain? */
bool profile_has_domain(const struct profile_domains *set, const u8 *bytes,
			u32 len);
/* Does the policy list this verb, though it needs TLS first? */
bool profile_needs_tls(const struct profile *profile, const u8 *bytes, u32 len);
/* Does it judge the name in HELO? */
bool profile_judges_helo(const struct profile *profile);
/* Can a limit close the connection? */
bool profile_closes(const struct profile *profile);
/* Is this EHLO keyword masked? @failure: it stands in a line that is no 2yz. */
bool profile_masks(const struct profile *profile, const u8 *bytes, u32 len,
		   bool failure);
/* Is it one that the list lets pass, or the beginning of one? */
bool profile_begins_keyword(const struct profile *profile, const u8 *bytes,
			    u32 len);
/* Is this SASL mechanism listed, and does one begin like this? */
bool profile_mechanism(const struct profile *profile, const u8 *bytes, u32 len);
bool profile_begins_mechanism(const struct profile *profile, const u8 *bytes,
			      u32 len);
bool profile_begins_verb(const struct profile *profile, const u8 *bytes,
			 u32 len);

#endif /* _PROFILE_H */
