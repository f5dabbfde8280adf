/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_KEYWORD_H
#define _SMTP_KEYWORD_H

#include "base.h"

#define SMTP_KEYWORDS		64
#define SMTP_KEYWORD_LEN	MAILGUARD_WORD_MAX
#define SMTP_KEYWORD_LETTERS	(26 + 10 + 2)

/**
 * struct smtp_keywords - an automaton that recognises up to 64 words
 * @at: for each position and letter, the set of words that have it there
 * @ends: for each length, the set of words of that length
 *
 * A set of words is a mask with one bit for each word. After each byte, the
 * intersection of the sets passed so far is the set of words that the bytes can
 * still become. So a byte costs one AND, and a second one tells whether any of
 * these words is permitted. The case of letters does not matter.
 */
struct smtp_keywords {
	u64 at[SMTP_KEYWORD_LEN][SMTP_KEYWORD_LETTERS];
	u64 ends[SMTP_KEYWORD_LEN + 1];
};

/* The most words in a list. &struct smtp_command uses the last two bits. */
#define SMTP_WORDS_MAX		(SMTP_KEYWORDS - 2)

/**
 * struct smtp_word_list - the words that a policy lists, to let them pass or to
 *	mask them
 * @words: the automaton that recognises these words, and perhaps others
 * @masked: a mask of the words in @words that are masked
 * @used: how many bits of @words are in use
 * @count: how many words the policy lists
 * @bit: the bits of these words, in the order of the list
 * @on: the policy has this list
 * @except: the words of the list are masked, and all others pass; otherwise it
 *	is the other way round
 */
struct smtp_word_list {
	struct smtp_keywords words;
	u64 masked;
	u8 used;
	u8 count;
	u8 bit[SMTP_WORDS_MAX];
	bool on;
	bool except;
};

extern const u8 smtp_keywords_letters[256];

/**
 * smtp_keywords_letter() - number the bytes that words consist of
 * @byte: the byte
 *
 * Verbs and EHLO keywords consist of letters, digits and hyphens. One keyword
 * of Exim also has an underscore.
 *
 * Return: a number below %SMTP_KEYWORD_LETTERS, or -1 for any other byte.
 */
static inline int smtp_keywords_letter(u8 byte)
{
	return smtp_keywords_letters[byte] - 1;
}

/**
 * smtp_keywords_step() - find the words that are still possible after a byte
 * @words: the automaton
 * @reach: a mask of the words that were possible before the byte
 * @pos: how many bytes came before it
 * @byte: the byte
 *
 * Return: a mask of these words, 0 if there are none.
 */
static inline u64 smtp_keywords_step(const struct smtp_keywords *words,
				     u64 reach, unsigned int pos, u8 byte)
{
	int letter = smtp_keywords_letter(byte);

	if (letter < 0 || pos >= SMTP_KEYWORD_LEN)
		return 0;
	return reach & words->at[pos][letter];
}

int smtp_keywords_add(struct smtp_keywords *words, const char *word,
		      unsigned int bit);
u64 smtp_keywords_ending(const struct smtp_keywords *words, u64 reach,
			 unsigned int len);

u64 smtp_keywords_find(const struct smtp_keywords *words, u64 reach,
		       const char *word);
char *smtp_keywords_name(const struct smtp_keywords *words, unsigned int bit,
			 char *name);
const char *smtp_word_list_add(struct smtp_word_list *list, const char *word);
u64 smtp_word_list_masked(const struct smtp_word_list *list);

#endif /* _SMTP_KEYWORD_H */
