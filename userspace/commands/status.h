/* SPDX-License-Identifier: GPL-2.0 */
/* mailguard status: tells a monitor whether anything is guarded. */
#ifndef MAILGUARD_STATUS_H
#define MAILGUARD_STATUS_H

#include <stdbool.h>

#include "language/errors.h"

/* Exit status if nothing is guarded. */
#define STATUS_NOT_GUARDING	3
/* Exit status if connections are reset, because they cannot be guarded. */
#define STATUS_CLOSED		4
/* Exit status if they should be reset, and could not be. */
#define STATUS_NOT_CLOSED	5

/* Tells whether anything is guarded. Returns false after an error message. */
bool read_guarding(bool *guarding, struct errors *errors);

/*
 * Prints the status in at most ten lines, or as JSON, and returns the exit
 * status.
 */
int show_status(bool json, struct errors *errors);

#endif
