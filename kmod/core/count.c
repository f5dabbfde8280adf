// SPDX-License-Identifier: GPL-2.0
/*
 * How many octets follow a BDAT or a XEXCH50.
 *
 *	BDAT 1*10DIGIT [SP "LAST"]		below 2^31
 *	XEXCH50 1*10DIGIT SP 1*10DIGIT		the first below 2^31
 *
 * Nothing else: on a sign, 0x, a larger number, a word in its place or another
 * blank each server reads another number of octets, or none, and then takes
 * content for commands.
 */
#include "count.h"

#define COUNT_DIGITS_MAX 10

static const char last[] = " LAST";

static bool number_octet(struct smtp_count *count, u8 octet)
{
	u64 octets = count->octets * 10ULL + octet - '0';

	if (!smtp_is_digit(octet) || count->digits == COUNT_DIGITS_MAX ||
	    octets > SMTP_COUNT_MAX)
		return false;
	count->octets = octets;
	count->digits++;
	return true;
}

static bool word_octet(struct smtp_count *count, enum smtp_framing framing,
		       u8 octet)
{
	unsigned int pos = count->word++;

	if (!pos)
		return octet == ' ';
	if (framing == SMTP_FRAMING_EXCH50)
		return smtp_is_digit(octet) && pos <= COUNT_DIGITS_MAX;
	if (pos >= sizeof(last) - 1 || (octet & ~0x20) != last[pos])
		return false;
	count->last = pos == sizeof(last) - 2;
	return true;
}

/**
 * smtp_count_octet() - take the next octet of the argument
 * @count: the argument, zeroed at its beginning
 * @framing: what its verb is followed by
 * @octet: the octet, not the end of the line
 *
 * Return: whether it may stand there.
 */
bool smtp_count_octet(struct smtp_count *count, enum smtp_framing framing,
		      u8 octet)
{
	if (!count->word && !(count->digits && octet == ' '))
		return number_octet(count, octet);
	return word_octet(count, framing, octet);
}

/**
 * smtp_count_complete() - may the line end here?
 * @count: the argument
 * @framing: what its verb is followed by
 *
 * Return: true if the argument is whole.
 */
bool smtp_count_complete(const struct smtp_count *count,
			 enum smtp_framing framing)
{
	if (framing == SMTP_FRAMING_EXCH50)
		return count->word > 1;
	return count->digits && (!count->word || count->last);
}
