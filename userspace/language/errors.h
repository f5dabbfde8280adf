/* SPDX-License-Identifier: GPL-2.0 */
/* Error messages that show the words they are about. */
#ifndef MAILGUARD_ERRORS_H
#define MAILGUARD_ERRORS_H

#include <stdbool.h>

#include "language/location.h"

struct errors {
	unsigned int count;
	int status;		/* of exit, if there is no error */
};

/*
 * Prints "FILE:LINE:COL-COL: Error: text", the line and a caret below each
 * column of @loc; without a location "mailguard: text".
 */
void error_at(struct errors *errors, const struct location *loc,
	      const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* So many were told that no more are shown. */
bool errors_suffice(const struct errors *errors);

/* The same for all that is refused for want of CAP_NET_ADMIN. */
void error_not_permitted(struct errors *errors);

unsigned int location_line(const struct location *loc);

#endif
