/* SPDX-License-Identifier: GPL-2.0 */
/* Applies the statements of an input, all of them or none. */
#ifndef MAILGUARD_COMMIT_H
#define MAILGUARD_COMMIT_H

#include <stdbool.h>

#include "language/cmd.h"
#include "language/errors.h"

enum commit_how {
	COMMIT_ALL,
	COMMIT_CHECK,		/* nothing is changed */
	COMMIT_POLICIES,	/* fixups stay as they are */
};

/*
 * With @now, live connections take the policies that change. Counts errors in
 * @errors.
 */
void commit(const struct cmd_list *cmds, enum commit_how how, bool now,
	    struct errors *errors);

#endif
