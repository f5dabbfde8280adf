// SPDX-License-Identifier: GPL-2.0
/* Automata over word lists. */
#include "keyword.h"

/**
 * smtp_keywords_letter() - the index of a letter
 * @octet: the octet
 *
 * Letters, digits and the hyphen are all that verbs and EHLO keywords hold, but
 * for an underscore in a keyword of Exim's.
 *
 * Return: below %SMTP_KEYWORD_LETTERS, or -1 for what stands in no word.
 */
int smtp_keywords_letter(u8 octet)
{
	u8 lower = octet | 0x20;

	if (lower >= 'a' && lower <= 'z')
		return lower - 'a';
	if (octet >= '0' && octet <= '9')
		return 26 + octet - '0';
	if (octet == '-')
		return 36;
	if (octet == '_')
		return 37;
	return -1;
}

/**
 * smtp_keywords_add() - add a word to the automaton
 * @words: the automaton, zeroed before the first word
 * @word: letters as of smtp_keywords_letter(), 1 to %SMTP_KEYWORD_LEN octets and a NUL
 * @bit: the word's place in the masks, below %SMTP_KEYWORDS
 *
 * Return: 0, or -EINVAL for a word that is empty, too long or of other octets.
 */
int smtp_keywords_add(struct smtp_keywords *words, const char *word,
		      unsigned int bit)
{
	size_t len = strlen(word);
	size_t i;

	if (!len || len > SMTP_KEYWORD_LEN || bit >= SMTP_KEYWORDS)
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (smtp_keywords_letter(word[i]) < 0)
			return -EINVAL;
	for (i = 0; i < len; i++)
		words->at[i][smtp_keywords_letter(word[i])] |= 1ULL << bit;
	words->ends[len] |= 1ULL << bit;
	return 0;
}

/**
 * smtp_keywords_step() - the words that can still be reached after an octet
 * @words: the automaton
 * @reach: the words that could be reached before it
 * @pos: how many octets came before it
 * @octet: the octet
 *
 * Return: a mask of words, 0 if there are none.
 */
u64 smtp_keywords_step(const struct smtp_keywords *words, u64 reach,
		       unsigned int pos, u8 octet)
{
	int letter = smtp_keywords_letter(octet);

	if (letter < 0 || pos >= SMTP_KEYWORD_LEN)
		return 0;
	return reach & words->at[pos][letter];
}

/**
 * smtp_keywords_ending() - the words of those reached that are complete
 * @words: the automaton
 * @reach: the words that can be reached
 * @len: how many octets led there
 *
 * Return: a mask of words, 0 if there are none.
 */
u64 smtp_keywords_ending(const struct smtp_keywords *words, u64 reach,
			 unsigned int len)
{
	return len > SMTP_KEYWORD_LEN ? 0 : reach & words->ends[len];
}
