/* SPDX-License-Identifier: GPL-2.0 */
/* Says what is wrong where a token stands that the grammar does not expect. */
#ifndef MAILGUARD_SYNTAX_ERROR_H
#define MAILGUARD_SYNTAX_ERROR_H

#include <stddef.h>

#include "language/parse.h"

/* Names of tokens are those of parser.y. */
struct syntax_error {
	struct location loc;
	const char *found;		/* the name of the token */
	const char **expected;		/* the names of those that may stand there */
	size_t count;
};

void syntax_error_report(struct parser *p, const struct syntax_error *e);

#endif
