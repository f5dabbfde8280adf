/* SPDX-License-Identifier: GPL-2.0 */
/* Making the statements true, all or none. */
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

/* Errors are counted in @errors. */
void commit(const struct cmd_list *cmds, enum commit_how how,
	    struct errors *errors);

#endif
