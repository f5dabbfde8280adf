/* SPDX-License-Identifier: GPL-2.0 */
/* Loads the saved configuration, and replaces the module. */
#ifndef MAILGUARD_START_H
#define MAILGUARD_START_H

#include <stdbool.h>

#include "commands/commit.h"
#include "language/errors.h"
#include "language/fixup.h"
#include "language/input.h"

/*
 * Makes policies and fixups those of the input, or with COMMIT_POLICIES the
 * policies. @in is NULL if it could not be read. Sets @closed to the fixups to
 * close if this fails; the caller frees them.
 */
bool start_load(const struct input *in, struct inputs *inputs,
		enum commit_how how, struct fixup_list *closed,
		struct errors *errors);

/*
 * Loads the saved configuration, or only the policies in it. If this fails and
 * nothing is guarded, the fixups of the file are closed, or left open as
 * DEFAULTS_FILE says.
 */
void start(bool policies_only, struct errors *errors);

/*
 * Ends all guarded connections, replaces the module by the installed one, and
 * gives it the policies and fixups that the old one had. Meanwhile the guarded
 * ports are closed.
 */
void restart(struct errors *errors);

#endif
