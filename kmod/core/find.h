/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_FIND_H
#define _SMTP_FIND_H

#include "base.h"

#define SMTP_WORD	((long)sizeof(long))
#define SMTP_WORDS	(4 * SMTP_WORD)

/* A word whose bytes all have this value. */
#define SMTP_IN_EACH(byte)	(~0UL / 0xff * (byte))

/* Read a word so that its lowest byte is the first one in memory. */
static inline unsigned long smtp_word_at(const u8 *bytes)
{
	unsigned long word;

	memcpy(&word, bytes, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = sizeof(word) == 8 ? __builtin_bswap64(word) :
				   __builtin_bswap32(word);
#endif
	return word;
}

/*
 * May one of the bytes of four words be LF? Also true for other bytes below 11
 * and for most above 127, so that the test is cheap.
 */
static inline bool smtp_may_have_lf(const u8 *bytes)
{
	const unsigned long eleven = SMTP_IN_EACH('\n' + 1);

	return (((smtp_word_at(bytes) - eleven) |
		 (smtp_word_at(bytes + SMTP_WORD) - eleven) |
		 (smtp_word_at(bytes + 2 * SMTP_WORD) - eleven) |
		 (smtp_word_at(bytes + 3 * SMTP_WORD) - eleven)) &
		SMTP_IN_EACH(0x80));
}

/*
 * Not zero if @byte is in the word. The lowest bit set is then in the first
 * place that has it.
 */
static inline unsigned long smtp_byte_in(unsigned long word, u8 byte)
{
	unsigned long diff = word ^ SMTP_IN_EACH(byte);

	return (diff - SMTP_IN_EACH(1)) & ~diff & SMTP_IN_EACH(0x80);
}

/* Find @byte in whole words. Return: where it is, or the end of these words. */
static inline const u8 *smtp_byte_among(const u8 *bytes, const u8 *end,
					u8 byte)
{
	unsigned long found;

	for (; end - bytes >= SMTP_WORD; bytes += SMTP_WORD) {
		found = smtp_byte_in(smtp_word_at(bytes), byte);
		if (found)
			return bytes + __builtin_ctzl(found) / 8;
	}
	return bytes;
}

/**
 * smtp_find_byte() - find the first byte of a given value
 * @bytes: where to begin
 * @end: where to end; not before @bytes
 * @byte: the value
 *
 * The kernel's memchr() compares single bytes; this function compares words.
 *
 * Return: where the byte is, or @end.
 */
static inline const u8 *smtp_find_byte(const u8 *bytes, const u8 *end,
				       u8 byte)
{
	bytes = smtp_byte_among(bytes, end, byte);
	while (bytes < end && *bytes != byte)
		bytes++;
	return bytes;
}

/**
 * smtp_find_lf() - find the first LF
 * @bytes: where to begin
 * @end: where to end
 *
 * This does the same as smtp_find_byte(), but skips printable ASCII, of which
 * most mails consist, four words at a time.
 *
 * Return: where the LF is, or @end.
 */
static inline const u8 *smtp_find_lf(const u8 *bytes, const u8 *end)
{
	while (end - bytes >= SMTP_WORDS) {
		const u8 *behind = bytes + SMTP_WORDS;

		if (smtp_may_have_lf(bytes)) {
			bytes = smtp_byte_among(bytes, behind, '\n');
			if (bytes != behind)
				return bytes;
		}
		bytes = behind;
	}
	return smtp_find_byte(bytes, end, '\n');
}

/**
 * smtp_may_have_lf_within() - quickly check that there is no LF
 * @bytes: where to begin
 * @end: where to end, at least %SMTP_WORDS bytes behind @bytes
 *
 * Return: false if there is no LF; true if there may be one.
 */
static inline bool smtp_may_have_lf_within(const u8 *bytes, const u8 *end)
{
	const u8 *last = end - SMTP_WORDS;

	for (; bytes < last; bytes += SMTP_WORDS)
		if (smtp_may_have_lf(bytes))
			return true;
	return smtp_may_have_lf(last);
}

#endif /* _SMTP_FIND_H */
