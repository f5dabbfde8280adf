/* SPDX-License-Identifier: GPL-2.0 */
/* Making the statements true, all or none. */
#ifndef MAILGUARD_COMMIT_H
#define MAILGUARD_COMMIT_H

#include <stdbool.h>

#include "cmd.h"
#include "errors.h"

/* With @check nothing is changed. Errors are counted in @errors. */
void commit(const struct cmd_list *cmds, bool check, struct errors *errors);

#endif
