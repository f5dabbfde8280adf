/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_FIND_H
#define _SMTP_FIND_H

#include "base.h"

#define SMTP_WORD	((long)sizeof(long))
#define SMTP_WORDS	(4 * SMTP_WORD)

/* An octet, in each place of a word. */
#define SMTP_IN_EACH(octet)	(~0UL / 0xff * (octet))

/* The first octet is the lowest of the word. */
static inline unsigned long smtp_word_at(const u8 *octets)
{
	unsigned long word;

	memcpy(&word, octets, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = sizeof(word) == 8 ? __builtin_bswap64(word) :
				   __builtin_bswap32(word);
#endif
	return word;
}

/* Four words: is one of the octets below 11, as LF is, or above 127? */
static inline bool smtp_may_have_lf(const u8 *octets)
{
	const unsigned long eleven = SMTP_IN_EACH('\n' + 1);

	return (((smtp_word_at(octets) - eleven) |
		 (smtp_word_at(octets + SMTP_WORD) - eleven) |
		 (smtp_word_at(octets + 2 * SMTP_WORD) - eleven) |
		 (smtp_word_at(octets + 3 * SMTP_WORD) - eleven)) &
		SMTP_IN_EACH(0x80));
}

/* Not zero if the octet is in the word: its lowest bit lies in the first one. */
static inline unsigned long smtp_octet_in(unsigned long word, u8 octet)
{
	unsigned long diff = word ^ SMTP_IN_EACH(octet);

	return (diff - SMTP_IN_EACH(1)) & ~diff & SMTP_IN_EACH(0x80);
}

/* The first of these octets in whole words, or what is behind the words. */
static inline const u8 *smtp_octet_among(const u8 *octets, const u8 *end,
					 u8 octet)
{
	unsigned long found;

	for (; end - octets >= SMTP_WORD; octets += SMTP_WORD) {
		found = smtp_octet_in(smtp_word_at(octets), octet);
		if (found)
			return octets + __builtin_ctzl(found) / 8;
	}
	return octets;
}

/**
 * smtp_find_octet() - the first of these octets
 * @octets: where to look
 * @end: behind the last octet; not before @octets
 * @octet: what to look for
 *
 * The kernel's memchr() goes octet by octet, this one by words.
 *
 * Return: where it is, or @end.
 */
static inline const u8 *smtp_find_octet(const u8 *octets, const u8 *end,
					u8 octet)
{
	octets = smtp_octet_among(octets, end, octet);
	while (octets < end && *octets != octet)
		octets++;
	return octets;
}

/**
 * smtp_find_lf() - the first LF
 * @octets: where to look
 * @end: behind the last octet
 *
 * As smtp_find_octet(); but most of a mail is ASCII without control characters,
 * and of that four words are passed over at a time.
 *
 * Return: where it is, or @end.
 */
static inline const u8 *smtp_find_lf(const u8 *octets, const u8 *end)
{
	while (end - octets >= SMTP_WORDS) {
		const u8 *behind = octets + SMTP_WORDS;

		if (smtp_may_have_lf(octets)) {
			octets = smtp_octet_among(octets, behind, '\n');
			if (octets != behind)
				return octets;
		}
		octets = behind;
	}
	return smtp_find_octet(octets, end, '\n');
}

/**
 * smtp_may_have_lf_within() - may LF be among these octets?
 * @octets: the octets, %SMTP_WORDS at least
 * @end: behind the last of them
 *
 * Return: false only if there is none.
 */
static inline bool smtp_may_have_lf_within(const u8 *octets, const u8 *end)
{
	const u8 *last = end - SMTP_WORDS;

	for (; octets < last; octets += SMTP_WORDS)
		if (smtp_may_have_lf(octets))
			return true;
	return smtp_may_have_lf(last);
}

#endif /* _SMTP_FIND_H */
