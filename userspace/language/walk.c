// SPDX-License-Identifier: GPL-2.0
/* Walks the members of a JSON object. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "language/input.h"
#include "language/suggest.h"
#include "language/walk.h"
#include "lib/memory.h"

void walk_write(struct walk *w)
{
	*w = (struct walk){ .object = json_checked(json_object()) };
}

json_t *walk_written(struct walk *w)
{
	return w->object;
}

struct location walk_place(const struct walk *w, const char *key)
{
	struct location loc = { .in = NULL };
	char *name;

	if (!w->reads)
		return loc;
	name = xasprintf("%s%s%s%s%s", w->in->name,
			 *w->path || key ? ": " : "", w->path, key ? "/" : "",
			 key ? key : "");
	loc.in = input_place(w->inputs, name);
	free(name);
	return loc;
}

static const char *type_name(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "an integer";
	case JSON_REAL:
		return "a real number";
	case JSON_NULL:
		return "null";
	default:
		return "a boolean";
	}
}

static bool check_type(const struct walk *w, const char *key,
		       const json_t *value, bool right, const char *wanted)
{
	struct location loc;

	if (right)
		return true;
	loc = walk_place(w, key);
	error_at(w->errors, &loc, "%s must stand here, not %s", wanted,
		 type_name(value));
	return false;
}

/* Takes the member out of the object. Returns NULL if it is absent. */
static json_t *take_member(struct walk *w, const char *key)
{
	json_t *value = json_object_get(w->object, key);

	if (!value)
		return NULL;
	json_incref(value);
	json_object_del(w->object, key);
	return value;
}

/* A key is shown as far as a terminal can show it. */
static char *printable(const char *key)
{
	char *text = xmemdup(key, strnlen(key, 64)), *c;

	for (c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

static void complain_unknown(const struct walk *w, const char *key,
			     void (*offer)(struct suggestion *s))
{
	struct location loc = walk_place(w, NULL);
	char *shown = printable(key), *near;
	struct suggestion s;

	suggest_start(&s, shown);
	if (offer)
		offer(&s);
	near = suggest_text(&s);
	error_at(w->errors, &loc, "unknown key '%s'%s", shown, near);
	free(near);
	free(shown);
}

void walk_end(struct walk *w, void (*offer)(struct suggestion *s))
{
	const char *key;
	json_t *value;

	if (!w->reads)
		return;
	json_object_foreach(w->object, key, value)
		complain_unknown(w, key, offer);
	json_decref(w->object);
	free(w->path);
}

bool walk_has(const struct walk *w, const char *key)
{
	return !w->reads || json_object_get(w->object, key);
}

bool walk_enter(struct walk *w, const char *key, struct walk *inner)
{
	json_t *value;

	if (!w->reads) {
		walk_write(inner);
		return true;
	}
	value = take_member(w, key);
	if (!value)
		return false;
	if (!check_type(w, key, value, json_is_object(value), "an object")) {
		json_decref(value);
		return false;
	}
	*inner = *w;
	inner->object = value;
	inner->path = xasprintf("%s/%s", w->path, key);
	return true;
}

void walk_leave(struct walk *w, const char *key, struct walk *inner)
{
	if (w->reads)
		walk_end(inner, NULL);
	else
		json_put(w->object, key, walk_written(inner));
}

json_t *walk_array(struct walk *w, const char *key)
{
	json_t *array;

	if (!w->reads) {
		array = json_checked(json_array());
		json_put(w->object, key, json_incref(array));
		return array;
	}
	array = take_member(w, key);
	if (array && check_type(w, key, array, json_is_array(array),
				"an array"))
		return array;
	json_decref(array);
	return NULL;
}

bool walk_item(struct walk *w, const char *key, json_t *array, size_t i,
	       struct walk *item)
{
	json_t *value;
	char *path;

	if (!w->reads) {
		walk_write(item);
		json_add(array, json_incref(item->object));
		return true;
	}
	value = json_array_get(array, i);
	*item = *w;
	path = xasprintf("%s/%s/%zu", w->path, key, i);
	item->path = path;
	item->object = json_incref(value);
	if (check_type(item, NULL, value, json_is_object(value), "an object"))
		return true;
	json_decref(value);
	free(path);
	return false;
}

void walk_item_end(struct walk *item)
{
	if (item->reads)
		walk_end(item, NULL);
	else
		json_decref(item->object);
}

void walk_array_end(json_t *array)
{
	json_decref(array);
}

/* The language has no control characters in its strings either. */
static char *copy_string(const struct walk *w, const json_t *value,
			 const struct location *loc)
{
	const char *c, *text = json_string_value(value);

	for (c = text; *c; c++) {
		if ((unsigned char)*c >= ' ' && *c != 0x7f)
			continue;
		error_at(w->errors, loc, "a control character in a string");
		return NULL;
	}
	return xstrdup(text);
}

char *walk_read_string(struct walk *w, const char *key, const json_t *array,
		       size_t i, struct location *loc)
{
	const json_t *value = json_array_get(array, i);
	char *at = xasprintf("%s/%zu", key, i), *text = NULL;

	if (check_type(w, at, value, json_is_string(value), "a string")) {
		*loc = walk_place(w, at);
		text = copy_string(w, value, loc);
	}
	free(at);
	return text;
}

void walk_word(struct walk *w, const char *key, struct word *word)
{
	json_t *value;

	if (!w->reads) {
		if (word->text)
			json_put(w->object, key, json_text(word->text));
		return;
	}
	value = take_member(w, key);
	if (value && check_type(w, key, value, json_is_string(value),
				"a string")) {
		word->loc = walk_place(w, key);
		word->text = copy_string(w, value, &word->loc);
	}
	json_decref(value);
}

/* Makes a negative number one that is too large: the range checks refuse it. */
void walk_number(struct walk *w, const char *key, struct number *number)
{
	json_int_t integer;
	json_t *value;

	if (!w->reads) {
		if (number->given)
			json_put(w->object, key, json_integer(number->value));
		return;
	}
	value = take_member(w, key);
	if (value && check_type(w, key, value, json_is_integer(value),
				"an integer")) {
		integer = json_integer_value(value);
		number->given = true;
		number->value = integer < 0 ? ULONG_MAX :
					      (unsigned long)integer;
		number->loc = walk_place(w, key);
	}
	json_decref(value);
}

void walk_flag(struct walk *w, const char *key, bool *flag)
{
	json_t *value;

	if (!w->reads) {
		if (*flag)
			json_put(w->object, key, json_true());
		return;
	}
	value = take_member(w, key);
	if (value && check_type(w, key, value, json_is_boolean(value),
				"a boolean"))
		*flag = json_is_true(value);
	json_decref(value);
}

void walk_complain_missing(struct walk *w, const char *key)
{
	struct location loc = walk_place(w, NULL);

	error_at(w->errors, &loc, "the key '%s' is missing", key);
}
