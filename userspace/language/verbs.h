/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs that the module knows. */
#ifndef MAILGUARD_VERBS_H
#define MAILGUARD_VERBS_H

#include <stdbool.h>

#include "language/errors.h"
#include "language/location.h"

struct verb_name {
	const char *name;
	bool refused;		/* no policy may permit it */
};

extern const struct verb_name verb_names[];	/* the last one has no name */

/*
 * An unknown verb that is nearly a known one is an error. All others are left
 * to the module: a newer one may know more verbs.
 */
void verb_check(const struct word *verb, struct errors *errors);

#endif
