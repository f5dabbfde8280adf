/* SPDX-License-Identifier: GPL-2.0 */
/* What a monitor asks: does the guard stand? */
#ifndef MAILGUARD_STATUS_H
#define MAILGUARD_STATUS_H

#include <stdbool.h>

#include "language/errors.h"

/* Of exit, where nothing is guarded. */
#define STATUS_NOT_GUARDING	3

/* Is it? Nothing is loaded by the question. */
bool module_loaded(void);

/* Prints it in ten lines, and returns the status of exit. */
int show_status(struct errors *errors);

#endif
