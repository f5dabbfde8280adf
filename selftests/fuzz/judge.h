/* SPDX-License-Identifier: GPL-2.0 */
/* The model's word on one line of the client's, seen whole. */
#ifndef _JUDGE_H
#define _JUDGE_H

#include "manner.h"

/* Extensions that the server offered. */
#define JUDGE_CHUNKING	1
#define JUDGE_SMTPUTF8	2
#define JUDGE_XEXCH50	4
#define JUDGE_PRDR	8

struct judgement {
	const char *verb;	/* permitted and complete, or NULL */
	u32 offence;		/* the first octet that offends, or the length */
	enum mailguard_action action;	/* what that leads to */
	u32 verb_len;
	u32 bracket;		/* the one that opens an address, or the length */
	u32 octets;		/* what follows, where the verb says how many */
	bool last;
};

/* @line: as the client said it, its LF included. */
void judge_command(const struct manner *manner, u8 offered, const u8 *line,
		   u32 len, struct judgement *j);
void judge_response(const struct manner *manner, const u8 *line, u32 len,
		    struct judgement *j);
u16 judge_limit(const struct manner *manner, const char *verb);

/* What is wrong with a line as the server got it, or NULL. */
const char *judge_sent(const struct manner *manner, const struct judgement *j,
		       const u8 *line, const u8 *sent, u32 len);
const char *judge_verb_sent(const struct manner *manner, const u8 *sent,
			    u32 len);

bool judge_is_one_of(const char *verb, const char * const *names);

#endif /* _JUDGE_H */
