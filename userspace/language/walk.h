/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Walks the members of a JSON object, either to write them or to read them. So
 * one function describes both directions, and what is printed can be read.
 *
 * A member that is absent leaves the value as it is. A reader takes the members
 * out of the object: what remains at its end is unknown.
 */
#ifndef MAILGUARD_WALK_H
#define MAILGUARD_WALK_H

#include <stdbool.h>

#include "language/errors.h"
#include "language/location.h"
#include "lib/json.h"

struct inputs;

struct walk {
	json_t *object;
	bool reads;
	char *path;		/* JSON pointer (RFC 6901), of a reader */
	const struct input *in;	/* the file of a reader */
	struct inputs *inputs;
	struct errors *errors;
};

/* Begins to write a new object. walk_written() returns it. */
void walk_write(struct walk *w);
json_t *walk_written(struct walk *w);

/*
 * Begins to read @object, of which it takes ownership. walk_end() complains
 * about unknown members; if @offer is not NULL, it offers their names.
 */
struct suggestion;
void walk_end(struct walk *w, void (*offer)(struct suggestion *s));

/* The place of a member in the file, for error messages. */
struct location walk_place(const struct walk *w, const char *key);

/* True, for a writer, or if the object that is read has this member. */
bool walk_has(const struct walk *w, const char *key);

/* An object in an object: the second one is walked between these two. */
bool walk_enter(struct walk *w, const char *key, struct walk *inner);
void walk_leave(struct walk *w, const char *key, struct walk *inner);

/*
 * An array in an object. A writer gets a new one, and a reader that of the
 * object or NULL; both give it back. walk_item() begins to walk an object of
 * the array, for a writer a new one. A reader that gets false goes on with the
 * next item.
 */
json_t *walk_array(struct walk *w, const char *key);
bool walk_item(struct walk *w, const char *key, json_t *array, size_t i,
	       struct walk *item);
void walk_item_end(struct walk *item);
void walk_array_end(json_t *array);

/* A string of the array. The caller of the reader frees it. */
char *walk_read_string(struct walk *w, const char *key, const json_t *array,
		       size_t i, struct location *loc);

void walk_word(struct walk *w, const char *key, struct word *word);
void walk_number(struct walk *w, const char *key, struct number *number);
void walk_flag(struct walk *w, const char *key, bool *flag);

/* Complains that a member must be there. */
void walk_complain_missing(struct walk *w, const char *key);

#endif
