/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How dialogues are written down: a line ends in CRLF unless it ends in \c, and
 * other bytes than printable ones are \r, \n, \t or \xNN.
 */
#ifndef MAILGUARD_EXPLAIN_NOTATION_H
#define MAILGUARD_EXPLAIN_NOTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest way to write one byte. */
#define NOTATION_BYTE	4

/* Writes a byte, without a NUL. Returns how many characters it takes. */
unsigned int notation_byte(uint8_t byte, char text[NOTATION_BYTE]);

/* Allocates the text of a line. */
char *notation_line(const uint8_t *bytes, size_t len);

/*
 * Turns the text of a line into its bytes, in place, and adds its end. There is
 * room for two bytes behind the text. Returns NULL, or what is wrong at *@at.
 */
const char *notation_read(char *text, size_t *len, size_t *at);

/* How many of the bytes are the end of a line, which is not written. */
unsigned int notation_end(const uint8_t *bytes, size_t len);

#endif
