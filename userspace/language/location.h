/* SPDX-License-Identifier: GPL-2.0 */
/* Where a word of the input stands, for error messages. */
#ifndef MAILGUARD_LOCATION_H
#define MAILGUARD_LOCATION_H

#include <stdbool.h>
#include <stddef.h>

struct input;

/*
 * The octets [first, last) of an input. A location without input is that of
 * something no one wrote, as what the kernel tells.
 */
struct location {
	const struct input *in;
	size_t first;
	size_t last;
};

/* A word or a string together with where it was written; NULL where absent. */
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
