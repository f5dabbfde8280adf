// SPDX-License-Identifier: GPL-2.0
/* Recognises the words of a list byte by byte, whatever their case. */
#include "keyword.h"

const u8 smtp_keywords_letters[256] = {
	['a'] = 1, ['A'] = 1, ['b'] = 2, ['B'] = 2, ['c'] = 3, ['C'] = 3,
	['d'] = 4, ['D'] = 4, ['e'] = 5, ['E'] = 5, ['f'] = 6, ['F'] = 6,
	['g'] = 7, ['G'] = 7, ['h'] = 8, ['H'] = 8, ['i'] = 9, ['I'] = 9,
	['j'] = 10, ['J'] = 10, ['k'] = 11, ['K'] = 11,
	['l'] = 12, ['L'] = 12, ['m'] = 13, ['M'] = 13,
	['n'] = 14, ['N'] = 14, ['o'] = 15, ['O'] = 15,
	['p'] = 16, ['P'] = 16, ['q'] = 17, ['Q'] = 17,
	['r'] = 18, ['R'] = 18, ['s'] = 19, ['S'] = 19,
	['t'] = 20, ['T'] = 20, ['u'] = 21, ['U'] = 21,
	['v'] = 22, ['V'] = 22, ['w'] = 23, ['W'] = 23,
	['x'] = 24, ['X'] = 24, ['y'] = 25, ['Y'] = 25,
	['z'] = 26, ['Z'] = 26, ['0'] = 27, ['1'] = 28, ['2'] = 29,
	['3'] = 30, ['4'] = 31, ['5'] = 32, ['6'] = 33, ['7'] = 34,
	['8'] = 35, ['9'] = 36, ['-'] = 37, ['_'] = 38,
};

/**
 * smtp_keywords_add() - add a word to the automaton
 * @words: the automaton, zeroed before the first word
 * @word: 1 to %SMTP_KEYWORD_LEN bytes that smtp_keywords_letter() numbers, and
 *	a NUL
 * @bit: the bit of the word in the masks, below %SMTP_KEYWORDS
 *
 * Return: 0, or -EINVAL if the word is empty, too long or has other bytes.
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
 * smtp_keywords_ending() - find the word that is complete
 * @words: the automaton
 * @reach: a mask of the words that are possible after @len bytes
 * @len: how many bytes were seen
 *
 * Return: a mask of the complete words among them, 0 if there are none.
 */
u64 smtp_keywords_ending(const struct smtp_keywords *words, u64 reach,
			 unsigned int len)
{
	return len > SMTP_KEYWORD_LEN ? 0 : reach & words->ends[len];
}

/**
 * smtp_keywords_find() - look up a word
 * @words: the automaton
 * @reach: a mask of the words among which it is looked up
 * @word: the word, in any case
 *
 * Return: a mask of the word, 0 if it is not there.
 */
u64 smtp_keywords_find(const struct smtp_keywords *words, u64 reach,
		       const char *word)
{
	unsigned int len;

	for (len = 0; word[len]; len++)
		reach = smtp_keywords_step(words, reach, len, word[len]);
	return smtp_keywords_ending(words, reach, len);
}

/**
 * smtp_keywords_name() - spell a word
 * @words: the automaton
 * @bit: the bit of the word
 * @name: room for %SMTP_KEYWORD_LEN bytes and a NUL
 *
 * Return: @name.
 */
char *smtp_keywords_name(const struct smtp_keywords *words, unsigned int bit,
			 char *name)
{
	u64 word = 1ULL << bit;
	unsigned int pos, i;

	for (pos = 0; !smtp_keywords_ending(words, word, pos); pos++)
		for (i = 0; i < 256; i++)
			if (smtp_keywords_step(words, word, pos, i)) {
				name[pos] = i;
				break;
			}
	name[pos] = '\0';
	return name;
}

static bool is_listed(const struct smtp_word_list *list, unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		if (list->bit[i] == bit)
			return true;
	return false;
}

/**
 * smtp_word_list_add() - add a word to a list
 * @list: the list
 * @word: the word, in any case
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_word_list_add(struct smtp_word_list *list, const char *word)
{
	u64 known = smtp_keywords_find(&list->words, ~0ULL, word);
	unsigned int bit = list->used;

	if (known)
		for (bit = 0; !(known >> bit & 1); bit++)
			;
	if (is_listed(list, bit))
		return "word is given twice";
	if (bit == SMTP_WORDS_MAX)
		return "too many words that the module does not know";
	if (!known && (*word == '-' || *word == '_' ||
		       smtp_keywords_add(&list->words, word, bit)))
		return "a word consists of letters, digits, hyphens and underscores";
	list->used += !known;
	list->bit[list->count++] = bit;
	return NULL;
}

/**
 * smtp_word_list_masked() - find the words that a list masks
 * @list: the list
 *
 * Return: a mask of these words, 0 if the policy has no such list.
 */
u64 smtp_word_list_masked(const struct smtp_word_list *list)
{
	u64 listed = 0;
	unsigned int i;

	if (!list->on)
		return 0;
	for (i = 0; i < list->count; i++)
		listed |= 1ULL << list->bit[i];
	return list->except ? listed : ~listed;
}
