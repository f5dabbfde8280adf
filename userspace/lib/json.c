// SPDX-License-Identifier: GPL-2.0
/* Makes JSON with jansson. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/json.h"
#include "lib/memory.h"

json_t *json_checked(json_t *value)
{
	if (!value)
		out_of_memory();
	return value;
}

void json_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, json_checked(value)))
		out_of_memory();
}

void json_add(json_t *array, json_t *value)
{
	if (json_array_append_new(array, json_checked(value)))
		out_of_memory();
}

/* A string of JSON is UTF-8, but a name or a file may be anything. */
json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	char *copy, *c;

	if (json)
		return json;
	copy = xstrdup(text);
	for (c = copy; *c; c++)
		if (*c & 0x80)
			*c = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

void json_print(json_t *root)
{
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}
