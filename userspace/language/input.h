/* SPDX-License-Identifier: GPL-2.0 */
/* The texts that are parsed: files, standard input, the command line. */
#ifndef MAILGUARD_INPUT_H
#define MAILGUARD_INPUT_H

#include "language/errors.h"
#include "language/location.h"

struct input {
	struct input *next;
	char *name;		/* as messages show it */
	char *path;		/* includes are relative to it; or NULL */
	char *data;		/* a NUL follows; may hold NULs; or NULL */
	size_t len;
	struct location from;	/* the include statement, if any */
};

/* Inputs live until the program ends, because locations point to them. */
struct inputs {
	struct input *head;
	size_t count;
	unsigned int presets;	/* how many presets are being read, nested */
};

/*
 * Adds an input without data: a place that its name tells, such as a member of
 * a JSON object.
 */
struct input *input_place(struct inputs *list, const char *name);

static inline bool input_is_text(const struct input *in)
{
	return in->data;
}

struct input *input_text(struct inputs *list, const char *name, char *text);
struct input *input_file(struct inputs *list, struct errors *errors,
			 const char *path, const struct location *from);
void inputs_free(struct inputs *list);

#endif
