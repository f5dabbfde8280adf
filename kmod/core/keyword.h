/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_KEYWORD_H
#define _SMTP_KEYWORD_H

#include "base.h"

#define SMTP_KEYWORDS		64
#define SMTP_KEYWORD_LEN	MAILGUARD_VERB_MAX
#define SMTP_KEYWORD_LETTERS	(26 + 10 + 2)

/**
 * struct smtp_keywords - an automaton over at most 64 words, case-insensitive
 * @at: for each position and letter, the set of words that have it there
 * @ends: for each length, the set of words of that length
 *
 * A set of words is a mask with one bit a word. The words that can still be
 * reached after some octets are the intersection of the sets on the way, so
 * one octet costs one AND, and what is permitted at the moment is one more.
 */
struct smtp_keywords {
	u64 at[SMTP_KEYWORD_LEN][SMTP_KEYWORD_LETTERS];
	u64 ends[SMTP_KEYWORD_LEN + 1];
};

int smtp_keywords_letter(u8 octet);
int smtp_keywords_add(struct smtp_keywords *words, const char *word,
		      unsigned int bit);
u64 smtp_keywords_step(const struct smtp_keywords *words, u64 reach,
		       unsigned int pos, u8 octet);
u64 smtp_keywords_ending(const struct smtp_keywords *words, u64 reach,
			 unsigned int len);

#endif /* _SMTP_KEYWORD_H */
