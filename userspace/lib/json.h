/* SPDX-License-Identifier: GPL-2.0 */
/* Makes JSON with jansson, and ends the program when there is no memory. */
#ifndef MAILGUARD_JSON_H
#define MAILGUARD_JSON_H

#include <jansson.h>

/* These three may be given NULL as a value only if memory ran out. */
json_t *json_checked(json_t *value);
/* Take ownership of @value. */
void json_put(json_t *object, const char *key, json_t *value);
void json_add(json_t *array, json_t *value);

/* Returns the text as a string, with '?' for bytes that are no ASCII. */
json_t *json_text(const char *text);

/* Prints @root, and a newline. Takes ownership of it. */
void json_print(json_t *root);

#endif
