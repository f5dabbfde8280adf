// SPDX-License-Identifier: GPL-2.0
/* Definitions: names that stand for values. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "language/define.h"
#include "language/input.h"
#include "language/suggest.h"
#include "lib/memory.h"

const struct define *define_find(const struct defines *list, const char *name)
{
	const struct define *define;

	for (define = list->head; define; define = define->next)
		if (!strcmp(define->name.text, name))
			return define;
	return NULL;
}

/*
 * A name consists of letters, digits and "_", so that "$LOW-$HIGH" is a range
 * between two definitions.
 */
static bool is_name(const char *s)
{
	if (isdigit((unsigned char)*s))
		return false;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	return !*s;
}

/* Takes ownership of @name and @text. */
void define_add(struct defines *list, struct errors *errors, struct word name,
		int token, char *text)
{
	const struct define *first = define_find(list, name.text);
	struct define *define;

	if (!is_name(name.text))
		error_at(errors, &name.loc,
			 "the name of a definition consists of letters, digits and '_', and does not begin with a digit");
	else if (first)
		error_at(errors, &name.loc,
			 "'%s' is defined already, in line %u of %s", name.text,
			 location_line(&first->name.loc),
			 first->name.loc.in->name);
	define = xzalloc(sizeof(*define));
	define->name = name;
	define->token = token;
	define->text = text;
	define->next = list->head;
	list->head = define;
}

void define_complain(const struct defines *list, struct errors *errors,
		     const char *name, const struct location *loc)
{
	const struct define *define;
	struct suggestion suggestion;
	char *text;

	suggest_start(&suggestion, name);
	for (define = list->head; define; define = define->next)
		suggest_offer(&suggestion, define->name.text);
	text = suggest_text(&suggestion);
	error_at(errors, loc, "'%s' is not defined%s", name, text);
	free(text);
}

void defines_free(struct defines *list)
{
	struct define *define;

	while ((define = list->head)) {
		list->head = define->next;
		free(define->name.text);
		free(define->text);
		free(define);
	}
}
