/* SPDX-License-Identifier: GPL-2.0 */
/* Reports a token that the grammar does not expect. */
#ifndef MAILGUARD_SYNTAX_ERROR_H
#define MAILGUARD_SYNTAX_ERROR_H

#include <stddef.h>

#include "language/parse.h"

/* Tokens have the names that parser.y gives them. */
struct syntax_error {
	struct location loc;
	const char *found;	/* the name of the token */
	struct expected expected;
};

void syntax_error_report(struct parser *p, const struct syntax_error *e);

#endif
