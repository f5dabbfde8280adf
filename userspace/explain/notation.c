// SPDX-License-Identifier: GPL-2.0
/* Reads and writes the lines of dialogues. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/notation.h"
#include "lib/memory.h"

unsigned int notation_byte(uint8_t byte, char text[NOTATION_BYTE])
{
	static const char digits[] = "0123456789abcdef";
	static const char names[] = "\r\n\t\\", letters[] = "rnt\\";
	const char *name = byte ? strchr(names, byte) : NULL;

	if (name) {
		text[0] = '\\';
		text[1] = letters[name - names];
		return 2;
	}
	if (byte >= ' ' && byte <= '~') {
		text[0] = byte;
		return 1;
	}
	text[0] = '\\';
	text[1] = 'x';
	text[2] = digits[byte >> 4];
	text[3] = digits[byte & 15];
	return 4;
}

unsigned int notation_end(const uint8_t *bytes, size_t len)
{
	return len >= 2 && !memcmp(bytes + len - 2, "\r\n", 2) ? 2 : 0;
}

char *notation_line(const uint8_t *bytes, size_t len)
{
	unsigned int end = notation_end(bytes, len);
	char *text = xzalloc(len * NOTATION_BYTE + sizeof("\\c"));
	char *to = text;
	size_t i;

	for (i = 0; i < len - end; i++)
		to += notation_byte(bytes[i], to);
	if (!end)
		strcpy(to, "\\c");
	return text;
}

static int read_hex(const char *text, char *byte)
{
	char digits[3] = { text[0], text[0] ? text[1] : '\0', '\0' };

	if (!isxdigit((unsigned char)digits[0]) ||
	    !isxdigit((unsigned char)digits[1]))
		return -1;
	*byte = strtoul(digits, NULL, 16);
	return 2;
}

/* Reads what follows a backslash. Returns how much it is, or -1. */
static int read_escape(const char *text, char *byte)
{
	static const char letters[] = "rnt\\", names[] = "\r\n\t\\";
	const char *letter;

	if (*text == 'x')
		return read_hex(text + 1, byte) < 0 ? -1 : 3;
	letter = *text ? strchr(letters, *text) : NULL;
	if (!letter)
		return -1;
	*byte = names[letter - letters];
	return 1;
}

const char *notation_read(char *text, size_t *len, size_t *at)
{
	char *to = text, *from = text;
	int n;

	while (*from) {
		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		if (from[1] == 'c' && !from[2]) {
			*len = to - text;
			return NULL;
		}
		n = read_escape(from + 1, to);
		if (n < 0) {
			*at = from - text;
			return "a backslash begins \\\\, \\r, \\n, \\t, \\xNN, or \\c at the end";
		}
		to++;
		from += n + 1;
	}
	*len = to - text + 2;
	memcpy(to, "\r\n", 2);
	return NULL;
}
