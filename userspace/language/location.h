/* SPDX-License-Identifier: GPL-2.0 */
/* Where a word of the input stands, for error messages. */
#ifndef MAILGUARD_LOCATION_H
#define MAILGUARD_LOCATION_H

#include <stdbool.h>
#include <stddef.h>

struct input;

/*
 * The bytes [first, last) of an input. @in is NULL if nobody wrote them: the
 * kernel sent the value.
 */
struct location {
	const struct input *in;
	size_t first;
	size_t last;
};

/*
 * A word or a string, and where it was written. @text is NULL if it is absent.
 */
struct word {
	char *text;
	struct location loc;
};

struct number {
	bool given;
	unsigned long value;
	struct location loc;
};

#endif
