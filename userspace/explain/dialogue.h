/* SPDX-License-Identifier: GPL-2.0 */
/* What is explained: dialogues written down, and captures. */
#ifndef MAILGUARD_EXPLAIN_DIALOGUE_H
#define MAILGUARD_EXPLAIN_DIALOGUE_H

#include <stdio.h>

#include "explain/judge.h"
#include "language/errors.h"

/* @name: the file as messages show it. */
void explain_dialogue(FILE *file, const char *name,
		      const struct smtp_policy *policy,
		      struct explain_output *out, struct errors *errors);

/* Does the file begin like one of libpcap's, or like a pcapng? */
bool explain_is_capture(FILE *file);

/* Returns the program that unpacks the file, or NULL if it is not compressed. */
const char *explain_unpacker(FILE *file);

/* Closes the file. */
void explain_capture(FILE *file, const char *name,
		     const struct smtp_policy *policy,
		     struct explain_output *out, struct errors *errors);

#endif
