/* SPDX-License-Identifier: GPL-2.0 */
/* The texts that are parsed: files, standard input, the command line. */
#ifndef MAILGUARD_INPUT_H
#define MAILGUARD_INPUT_H

#include "language/errors.h"
#include "language/location.h"

struct input {
	struct input *next;
	char *name;		/* as messages show it */
	char *path;		/* what includes are relative to, or NULL */
	char *data;		/* NUL behind, may hold NULs */
	size_t len;
	struct location from;	/* the include that names it */
};

/* Inputs live until the program ends: every location points to one. */
struct inputs {
	struct input *head;
	size_t count;
	unsigned int presets;	/* that are being read, each for the other */
};

struct input *input_text(struct inputs *list, const char *name, char *text);
struct input *input_file(struct inputs *list, struct errors *errors,
			 const char *path, const struct location *from);
void inputs_free(struct inputs *list);

#endif
