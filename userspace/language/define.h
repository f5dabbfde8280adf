/* SPDX-License-Identifier: GPL-2.0 */
/* Definitions: "define NAME = VALUE". */
#ifndef MAILGUARD_DEFINE_H
#define MAILGUARD_DEFINE_H

#include "language/errors.h"
#include "language/location.h"

struct define {
	struct define *next;
	struct word name;
	int token;		/* what kind of value @text is */
	char *text;
};

struct defines {
	struct define *head;
};

const struct define *define_find(const struct defines *list, const char *name);
void define_add(struct defines *list, struct errors *errors, struct word name,
		int token, char *text);

/* Reports that there is no definition of this name. */
void define_complain(const struct defines *list, struct errors *errors,
		     const char *name, const struct location *loc);
void defines_free(struct defines *list);

#endif
