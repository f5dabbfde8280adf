/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language in JSON, as "-j list ruleset" prints it and "-j -f" reads it:
 *
 *	{ "mailguard": [ { "metainfo": ... }, { "policy": ... }, ... ] }
 *
 * Documentation/mailguard.schema.json describes it.
 */
#ifndef MAILGUARD_LANGUAGE_JSON_H
#define MAILGUARD_LANGUAGE_JSON_H

#include <stdio.h>

#include "language/cmd.h"
#include "language/errors.h"
#include "language/fixup.h"
#include "language/input.h"
#include "language/policy.h"
#include "language/walk.h"

/* Later versions can be read as long as this number is the same. */
#define JSON_SCHEMA_VERSION	1

/*
 * A document that is being written. Each of its objects becomes text when it is
 * added, on one line: tens of thousands of connections as objects of jansson
 * would take hundreds of megabytes.
 */
struct document;

/* Starts a document with the object "metainfo". */
struct document *document_start(void);

/* Adds the object { KEY: @value }. Takes ownership of @value. */
void document_add(struct document *document, const char *key, json_t *value);

/*
 * For objects of which there are many: the caller prints the value, and calls
 * document_close() then.
 */
FILE *document_open(struct document *document, const char *key);
void document_close(struct document *document);

/* Ends the document, and returns its text. The caller frees it. */
char *document_end(struct document *document);

void document_add_policy(struct document *document, const struct policy *policy);
void document_add_fixup(struct document *document, const struct fixup *fixup);
json_t *fixup_json(const struct fixup *fixup);

/* Like parse(), but reads a JSON document. */
void parse_json(const struct input *in, struct inputs *inputs,
		struct cmd_list *cmds, struct errors *errors);

/* These walk a policy and a fixup, in either direction. */
void policy_walk(struct walk *w, struct policy *policy);
void fixup_walk(struct walk *w, struct cmd *cmd);

#endif
