/* SPDX-License-Identifier: GPL-2.0 */
/* Tells what happens to connections, as it happens. */
#ifndef MAILGUARD_MONITOR_H
#define MAILGUARD_MONITOR_H

#include "language/errors.h"

/*
 * The words behind "mailguard". If @json is true, prints JSON even without -j.
 * Returns the exit status.
 */
int monitor(int argc, char **argv, bool json, struct errors *errors);

#endif
