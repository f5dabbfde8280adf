/* SPDX-License-Identifier: GPL-2.0 */
/* Prints what the guard would do, for people and as JSON. */
#ifndef MAILGUARD_EXPLAIN_PRINT_H
#define MAILGUARD_EXPLAIN_PRINT_H

#include "explain/judge.h"

extern const struct explain_printer explain_text;
extern const struct explain_printer explain_json;

/* The names of actions and of other bytes than lines. */
extern const char * const explain_actions[];
extern const char * const explain_kinds[];

/*
 * True if the reason says why something is done. Others count what passes, or
 * depend on how a recording is cut into segments.
 */
bool explain_tells(enum mailguard_reason reason);

#endif
