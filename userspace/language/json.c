// SPDX-License-Identifier: GPL-2.0
/* Writes and reads documents in JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/version.h"
#include "language/json.h"
#include "language/suggest.h"
#include "lib/memory.h"

#define ROOT	"mailguard"

struct document {
	FILE *stream;		/* writes to @text */
	char *text;
	size_t len;
	size_t room;
};

/* As a stream of open_memstream() does, but that one clears what it grows by. */
static ssize_t write_text(void *cookie, const char *bytes, size_t len)
{
	struct document *document = cookie;

	if (len >= document->room - document->len) {
		document->room = (document->room + len) * 2;
		document->text = xrealloc(document->text, document->room);
	}
	memcpy(document->text + document->len, bytes, len);
	document->len += len;
	return len;
}

/* Takes ownership of @value. */
static void add_value(struct document *document, json_t *value)
{
	if (json_dumpf(value, document->stream, JSON_ENCODE_ANY))
		out_of_memory();
	json_decref(value);
	putc('}', document->stream);
}

struct document *document_start(void)
{
	static const cookie_io_functions_t writer = { .write = write_text };
	struct document *document = xzalloc(sizeof(*document));
	json_t *info = json_checked(json_object());

	document->stream = fopencookie(document, "w", writer);
	if (!document->stream)
		out_of_memory();
	fputs("{\"" ROOT "\": [", document->stream);
	json_put(info, "version", json_text(MAILGUARD_VERSION));
	json_put(info, "json_schema_version",
		 json_integer(JSON_SCHEMA_VERSION));
	fputs("\n{\"metainfo\": ", document->stream);
	add_value(document, info);
	return document;
}

void document_add(struct document *document, const char *key, json_t *value)
{
	fprintf(document->stream, ",\n{\"%s\": ", key);
	add_value(document, value);
}

FILE *document_open(struct document *document, const char *key)
{
	fprintf(document->stream, ",\n{\"%s\": ", key);
	return document->stream;
}

void document_close(struct document *document)
{
	putc('}', document->stream);
}

char *document_end(struct document *document)
{
	char *text;

	fputs("\n]}\n", document->stream);
	if (fclose(document->stream))
		out_of_memory();
	text = document->text;
	text[document->len] = '\0';
	free(document);
	return text;
}

/* A writer changes nothing, but a walk is one function for both. */
static struct policy *writable(const struct policy *policy)
{
	return (struct policy *)policy;
}

void document_add_policy(struct document *document, const struct policy *policy)
{
	struct walk w;

	walk_write(&w);
	walk_word(&w, "name", &writable(policy)->name);
	policy_walk(&w, writable(policy));
	document_add(document, "policy", walk_written(&w));
}

json_t *fixup_json(const struct fixup *fixup)
{
	char policy[sizeof(fixup->policy)];
	struct cmd cmd = {
		.ports = { .first = fixup->first, .last = fixup->last },
		.matches = fixup->matches,
		.name.text = strcpy(policy, fixup->policy),
	};
	struct walk w;

	walk_write(&w);
	fixup_walk(&w, &cmd);
	return walk_written(&w);
}

void document_add_fixup(struct document *document, const struct fixup *fixup)
{
	document_add(document, "fixup", fixup_json(fixup));
}

static void read_metainfo(struct walk *w, struct cmd_list *cmds)
{
	struct number schema = { .given = false };
	struct word version = { .text = NULL };

	(void)cmds;
	walk_word(w, "version", &version);
	walk_number(w, "json_schema_version", &schema);
	if (schema.given && schema.value != JSON_SCHEMA_VERSION)
		error_at(w->errors, &schema.loc,
			 "this mailguard reads version %d of the schema only",
			 JSON_SCHEMA_VERSION);
	free(version.text);
}

static void offer_settings(struct suggestion *s)
{
	statement_suggest(STATEMENT_POLICY, s);
}

static void read_policy(struct walk *w, struct cmd_list *cmds)
{
	struct location loc = walk_place(w, NULL);
	struct word name = { .text = NULL };
	struct policy *policy;
	struct cmd *cmd;

	walk_word(w, "name", &name);
	if (!name.text) {
		walk_complain_missing(w, "name");
		return;
	}
	policy = policy_alloc(name.text, &name.loc);
	cmd = cmd_add(cmds, CMD_POLICY, &loc);
	cmd->policy = policy;
	policy_check_name(&policy->name, w->errors);
	policy_walk(w, policy);
	policy_inherit(policy);
	cmd_check(cmd, w->errors);
}

static void read_fixup(struct walk *w, struct cmd_list *cmds)
{
	struct location loc = walk_place(w, NULL);
	struct cmd *cmd = cmd_add(cmds, CMD_FIXUP, &loc);

	fixup_walk(w, cmd);
	cmd_check(cmd, w->errors);
}

static const struct reader {
	const char *key;
	void (*read)(struct walk *w, struct cmd_list *cmds);
	void (*offer)(struct suggestion *s);
} readers[] = {
	{ "metainfo", read_metainfo, NULL },
	{ "policy", read_policy, offer_settings },
	{ "fixup", read_fixup, NULL },
};

static void offer_readers(struct suggestion *s)
{
	size_t i;

	for (i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		suggest_offer(s, readers[i].key);
}

/* An object of the document has one member: what is described. */
static void read_object(struct walk *w, struct cmd_list *cmds)
{
	struct location loc;
	struct walk inner;
	size_t i;

	if (json_object_size(w->object) != 1) {
		loc = walk_place(w, NULL);
		error_at(w->errors, &loc,
			 "an object with one key, such as 'policy', must stand here");
		json_object_clear(w->object);
		return;
	}
	for (i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		if (!walk_enter(w, readers[i].key, &inner))
			continue;
		readers[i].read(&inner, cmds);
		walk_end(&inner, readers[i].offer);
	}
}

static void read_document(struct walk *w, struct cmd_list *cmds)
{
	json_t *array = walk_array(w, ROOT);
	struct walk item;
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		if (errors_suffice(w->errors) ||
		    !walk_item(w, ROOT, array, i, &item))
			continue;
		read_object(&item, cmds);
		walk_end(&item, offer_readers);
	}
	walk_array_end(array);
}

/* @error->position is behind the byte at fault. */
static void complain_syntax(const struct input *in, const json_error_t *error,
			    struct errors *errors)
{
	struct location loc = { .in = in };
	char text[sizeof(error->text)], *c;

	loc.last = error->position < 0 ? 0 : error->position;
	if (loc.last > in->len)
		loc.last = in->len;
	loc.first = loc.last ? loc.last - 1 : 0;
	strcpy(text, error->text);
	for (c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	error_at(errors, &loc, "no JSON: %s", text);
}

void parse_json(const struct input *in, struct inputs *inputs,
		struct cmd_list *cmds, struct errors *errors)
{
	struct walk w = {
		.reads = true,
		.in = in,
		.inputs = inputs,
		.errors = errors,
	};
	struct location loc;
	json_error_t error;

	cmds->inputs = inputs;
	w.object = json_loadb(in->data, in->len,
			      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!w.object) {
		complain_syntax(in, &error, errors);
		return;
	}
	w.path = xstrdup("");
	if (json_is_object(w.object) && walk_has(&w, ROOT)) {
		read_document(&w, cmds);
	} else {
		loc = walk_place(&w, NULL);
		error_at(errors, &loc,
			 "a document is an object with the key 'mailguard', as -j list ruleset prints it");
		json_decref(w.object);
		w.object = json_checked(json_object());
	}
	walk_end(&w, NULL);
}
