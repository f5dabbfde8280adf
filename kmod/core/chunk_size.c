// SPDX-License-Identifier: GPL-2.0
/*
 * Reads how many bytes follow a BDAT or XEXCH50 line.
 *
 *	BDAT 1*10DIGIT [SP "LAST"]		below 2^31
 *	XEXCH50 1*10DIGIT SP 1*10DIGIT		the first below 2^31
 *
 * Nothing else is accepted. Servers differ on how many bytes follow if there is
 * a sign, 0x, a larger number, another word or another blank, and some would
 * then read content as commands.
 */
#include "chunk_size.h"

#define COUNT_DIGITS_MAX 10

static const char last[] = " LAST";

static bool number_byte(struct smtp_chunk_size *count, u8 byte)
{
	u64 bytes = count->bytes * 10ULL + byte - '0';

	if (!smtp_is_digit(byte) || count->digits == COUNT_DIGITS_MAX ||
	    bytes > SMTP_CHUNK_SIZE_MAX)
		return false;
	count->bytes = bytes;
	count->digits++;
	return true;
}

static bool word_byte(struct smtp_chunk_size *count, enum smtp_framing framing,
		      u8 byte)
{
	unsigned int pos = count->word++;

	if (!pos)
		return byte == ' ';
	if (framing == SMTP_FRAMING_EXCH50)
		return smtp_is_digit(byte) && pos <= COUNT_DIGITS_MAX;
	if (pos >= sizeof(last) - 1 || (byte & ~0x20) != last[pos])
		return false;
	count->last = pos == sizeof(last) - 2;
	return true;
}

/**
 * smtp_chunk_size_byte() - take the next byte of the argument
 * @count: the argument, zeroed at its beginning
 * @framing: the framing of its verb
 * @byte: the byte, which does not end the line
 *
 * Return: true if the argument may have this byte there.
 */
bool smtp_chunk_size_byte(struct smtp_chunk_size *count,
			  enum smtp_framing framing,
			  u8 byte)
{
	if (!count->word && !(count->digits && byte == ' '))
		return number_byte(count, byte);
	return word_byte(count, framing, byte);
}

/**
 * smtp_chunk_size_complete() - may the line end here?
 * @count: the argument
 * @framing: the framing of its verb
 *
 * Return: true if the argument is complete.
 */
bool smtp_chunk_size_complete(const struct smtp_chunk_size *count,
			      enum smtp_framing framing)
{
	if (framing == SMTP_FRAMING_EXCH50)
		return count->word > 1;
	return count->digits && (!count->word || count->last);
}
