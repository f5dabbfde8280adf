/* SPDX-License-Identifier: GPL-2.0 */
/* mailguard diff: compares a file with what is running. */
#ifndef MAILGUARD_DIFF_H
#define MAILGUARD_DIFF_H

#include "language/errors.h"

/* The exit status after an error, as of diff(1). */
#define STATUS_TROUBLE	2

/* Prints the differences, and returns the exit status: 0 if there are none. */
int diff(const char *path, struct errors *errors);

#endif
