// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the size of the message that MAIL declares. Servers take parameters
 * also behind an address without angle brackets, so the whole line is searched.
 * Some also take them right behind a bracket.
 */
#include "size.h"

static const char parameter[] = " SIZE=";

/**
 * smtp_size_byte() - take the next byte of the argument of MAIL
 * @size: the parameter, zeroed at the beginning of the line
 * @max: the greatest number that is permitted
 * @byte: the byte, which is not in a quoted string
 *
 * Return: false if this digit makes the number greater than is permitted.
 */
bool smtp_size_byte(struct smtp_size *size, u32 max, u8 byte)
{
	u8 upper = byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte;

	if (size->pos == sizeof(parameter) - 1 && smtp_is_digit(byte)) {
		u64 bytes = size->bytes * 10ULL + byte - '0';

		size->bytes = bytes;
		return bytes <= max;
	}
	if (size->pos < sizeof(parameter) - 1 &&
	    upper == (u8)parameter[size->pos])
		size->pos++;
	else
		size->pos = byte == ' ' || byte == '>';
	size->bytes = 0;
	return true;
}
