/* SPDX-License-Identifier: GPL-2.0 */
/* The configurations that were saved before, each in a file of its own. */
#ifndef MAILGUARD_HISTORY_H
#define MAILGUARD_HISTORY_H

#include "language/cmd.h"
#include "language/errors.h"
#include "language/input.h"

/*
 * Keeps the file @real, which is about to be replaced, as @real.1, and those
 * that were kept before under the next numbers. It stays where it is, too.
 * Returns 0, or -1 with errno set.
 */
int history_keep(const char *real);

/*
 * Reads the saved configuration of this number, if one is given. Returns NULL
 * after an error message.
 */
const struct input *history_read(struct inputs *inputs, struct errors *errors,
				 const char *startup,
				 const struct number *number);

/*
 * If the statement is "configure rollback", adds the statements of the saved
 * configuration behind it.
 */
void history_expand(struct cmd_list *cmds, const char *startup,
		    struct inputs *inputs, struct errors *errors);

#endif
