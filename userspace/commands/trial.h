/* SPDX-License-Identifier: GPL-2.0 */
/* Changes that are taken back unless they are confirmed: --test-for. */
#ifndef MAILGUARD_TRIAL_H
#define MAILGUARD_TRIAL_H

#include <stdbool.h>

#include "commands/commit.h"
#include "language/cmd.h"
#include "language/errors.h"

#define TRIAL_SECONDS_MAX	(24 * 60 * 60)

/* Like commit(), but takes the changes back after @seconds. */
void trial_commit(const struct cmd_list *cmds, enum commit_how how, bool now,
		  unsigned long seconds, struct errors *errors);

/* Lets the changes stay. */
void trial_confirm(struct errors *errors);

/* True if a test runs in this network namespace, for so many more seconds. */
bool trial_left(unsigned long *seconds);

/* Warns that a test which runs takes back what was changed meanwhile. */
void trial_warn(void);

#endif
