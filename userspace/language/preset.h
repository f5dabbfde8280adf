/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The manners of known products: a directory of files, each of which defines
 * the one policy that has the file's name.
 */
#ifndef MAILGUARD_PRESET_H
#define MAILGUARD_PRESET_H

#include <stdbool.h>

#include "language/errors.h"
#include "language/input.h"
#include "language/policy.h"

struct suggestion;

bool preset_exists(const char *name);

/* The caller frees the policy; NULL after an error message. */
struct policy *preset_read(struct inputs *inputs, struct errors *errors,
			   const struct word *name);

/* That neither a policy nor a preset has the name; @s: which policy is near. */
void preset_complain(struct errors *errors, const struct word *name,
		     const struct suggestion *s);

void list_presets(struct errors *errors);
void show_preset(const struct word *name, struct errors *errors);

#endif
