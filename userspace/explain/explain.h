/* SPDX-License-Identifier: GPL-2.0 */
/* Tells what the guard would do with a recorded connection. */
#ifndef MAILGUARD_EXPLAIN_H
#define MAILGUARD_EXPLAIN_H

#include "language/errors.h"

/* The words behind "mailguard". Returns the exit status. */
int explain(int argc, char **argv, struct errors *errors);

#endif
