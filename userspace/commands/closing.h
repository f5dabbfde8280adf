/* SPDX-License-Identifier: GPL-2.0 */
/* Closes the gateway, or leaves it open, if it cannot be guarded. */
#ifndef MAILGUARD_CLOSING_H
#define MAILGUARD_CLOSING_H

#include <stdbool.h>

#include "language/cmd.h"
#include "language/errors.h"
#include "language/fixup.h"

/* The file that says what happens if the configuration cannot be loaded. */
#define DEFAULTS_FILE		"/etc/default/mailguard"

/*
 * Collects the fixups that the statements make. Some may be lost to errors of
 * syntax; if @whole is false, port 25 is added. If there are policies and no fixups,
 * rules of one's own should guard: port 25 is what they are assumed to guard, unless
 * they still do. The caller frees the list.
 */
void closing_list(struct fixup_list *list, const struct cmd_list *cmds,
		  bool whole);

/*
 * Replaces the table by one that resets connections to what the list has.
 * Returns false after an error message.
 */
bool closing_close(const struct fixup_list *list, const char *why,
		   struct errors *errors);

/*
 * After an error: if fixups still guard, leaves them. Otherwise does what
 * DEFAULTS_FILE says, and tells which of the two it is.
 */
void closing_fail(const struct fixup_list *list, struct errors *errors);

/* Prints a message with a priority of syslog, which the journal keeps. */
void closing_tell(int priority, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
