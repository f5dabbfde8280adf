/* SPDX-License-Identifier: GPL-2.0 */
/* mailguard top: shows live what the guard does. */
#ifndef MAILGUARD_TOP_H
#define MAILGUARD_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "commands/budget.h"
#include "commands/connections.h"
#include "commands/counters.h"
#include "language/errors.h"

/* Reads its options, and returns the exit status. */
int top(int argc, char **argv, struct errors *errors);

/* What clients are sorted by. */
enum top_key {
	TOP_DENIED,
	TOP_PASSED,
	TOP_CONNECTIONS,
	TOP_KEYS
};

extern const char * const top_key_names[TOP_KEYS];

/* What the module says at one time. Counters are of all policies together. */
struct top_sample {
	double time;			/* seconds */
	uint64_t count[REASONS];
	struct connections connections;
	struct budget memory;		/* of this network namespace */
};

/* The lines of the screen, none longer than @width. */
struct top_view {
	char **lines;
	size_t count;
	size_t room;
	int width;
	int height;
};

/* Fills the view with what happened between two samples. */
void top_view_fill(struct top_view *view, const struct top_sample *before,
		   const struct top_sample *now, enum top_key key);
void top_view_clear(struct top_view *view);

#endif
