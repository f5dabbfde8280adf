/* SPDX-License-Identifier: GPL-2.0 */
/* The model's word on one line of the client's, seen whole. */
#ifndef _JUDGE_H
#define _JUDGE_H

#include "profile.h"

/* Extensions that the server offered. */
#define JUDGE_CHUNKING	1
#define JUDGE_SMTPUTF8	2
#define JUDGE_XEXCH50	4
#define JUDGE_PRDR	8

struct judgement {
	const char *verb;	/* permitted and complete, or NULL */
	u32 offence;		/* the first byte that offends, or the length */
	bool mechanism;		/* it is one of a SASL mechanism */
	bool size;		/* a MAIL declares too many bytes */
	bool domain;		/* the domain of an address must not pass */
	bool helo;		/* it is HELO, and has an argument or an end */
	bool noop;		/* from its first byte on, the line is NOOP */
	enum mailguard_action action;	/* what that leads to */
	u32 verb_len;
	u32 bracket;		/* the one that opens an address, or the length */
	u32 bytes;		/* what follows, where the verb says how many */
	bool last;
};

/* Verbs that are beyond a limit now. */
#define JUDGE_MAIL	1
#define JUDGE_RCPT	2
/* And those that must wait for HELO. */
#define JUDGE_HELO	4

/*
 * @line: as the client said it, its LF included. @over: verbs beyond a limit.
 * @first: the first byte as it was sent on; it may depend on the segments whether
 * a line beyond a limit was overwritten there or behind it.
 */
void judge_command(const struct profile *profile, u8 offered, u8 over,
		   u8 first, const u8 *line, u32 len, struct judgement *j);
/* Can a line that begins so be one of them, or another that becomes NOOP? */
bool judge_may_be_noop(const struct profile *profile, u8 over, u8 first);
/* Can it be one that must wait for HELO? */
bool judge_may_need_helo(const struct profile *profile, u8 first);
/* Which of them is this denied line? */
u8 judge_over(const struct profile *profile, u8 over, const u8 *line, u32 len);
/* Does it need TLS first? */
bool judge_needs_tls(const struct profile *profile, const u8 *line);
bool judge_mails(const char *verb);
/* What the policy says of this denied line's verb, or NULL. */
const struct profile_verdict *judge_verdict(const struct profile *profile,
					    const struct judgement *j,
					    const u8 *line);
void judge_response(const struct profile *profile, const u8 *line, u32 len,
		    struct judgement *j);
/* The listed verb of a line that is denied before the end of its verb, or NULL. */
const char *judge_denied_verb(const struct profile *profile,
			      const struct judgement *j, const u8 *line);
u16 judge_limit(const struct profile *profile, const char *verb);

/* What is wrong with a line as the server got it, or NULL. */
const char *judge_sent(const struct profile *profile, const struct judgement *j,
		       const u8 *line, const u8 *sent, u32 len);
const char *judge_verb_sent(const struct profile *profile, const u8 *sent,
			    u32 len);

bool judge_is_one_of(const char *verb, const char * const *names);

#endif /* _JUDGE_H */
