/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Presets: the profiles of known products. Each is a file that defines one
 * policy with the name of the file.
 */
#ifndef MAILGUARD_PRESET_H
#define MAILGUARD_PRESET_H

#include <stdbool.h>

#include "language/errors.h"
#include "language/input.h"
#include "language/policy.h"

struct document;
struct suggestion;

bool preset_exists(const char *name);

/*
 * Reads a preset. The caller frees the policy. Returns NULL after an error
 * message.
 */
struct policy *preset_read(struct inputs *inputs, struct errors *errors,
			   const struct word *name);

/*
 * Reports that neither a policy nor a preset has the name. @s holds the nearest
 * name of a policy.
 */
void preset_complain(struct errors *errors, const struct word *name,
		     const struct suggestion *s);

/* Prints the names alone, each on a line; none if there are no presets. */
void preset_print_names(void);

/* These print text or, if @document is not NULL, add objects to it. */
void list_presets(struct document *document, struct errors *errors);
void show_preset(const struct word *name, struct document *document,
		 struct errors *errors);

#endif
