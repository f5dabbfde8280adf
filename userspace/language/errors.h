/* SPDX-License-Identifier: GPL-2.0 */
/* Error messages that show the words that they are about. */
#ifndef MAILGUARD_ERRORS_H
#define MAILGUARD_ERRORS_H

#include <stdbool.h>

#include "language/location.h"

/* What the kernel keeps as a comment, with its NUL. */
#define ERROR_FIRST_SIZE	128

struct errors {
	unsigned int count;
	bool quiet;		/* they are counted, and not printed */
	char first[ERROR_FIRST_SIZE];	/* the first message, or its beginning */
	int status;		/* the exit status if there is no error */
	int failure;		/* and if there is one; 0: EXIT_FAILURE */
};

/*
 * Prints "FILE:LINE:COL-COL: Error: text", the line, and a caret below each
 * column of @loc. A place in JSON has no line. If @loc is NULL, prints "mailguard: text".
 */
void error_at(struct errors *errors, const struct location *loc,
	      const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* True if so many errors were printed that no more are shown. */
bool errors_suffice(const struct errors *errors);

/* Reports that the request needs CAP_NET_ADMIN. */
void error_not_permitted(struct errors *errors);

unsigned int location_line(const struct location *loc);

#endif
