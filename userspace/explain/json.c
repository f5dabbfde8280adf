// SPDX-License-Identifier: GPL-2.0
/* Prints what the guard would do, as JSON: an object a line. */
#include <stdio.h>
#include <stdlib.h>

#include "explain/notation.h"
#include "explain/print.h"
#include "language/names.h"
#include "lib/json.h"
#include "lib/memory.h"

/* As in other output of the command, the only key tells what it is about. */
static void print_object(const char *key, json_t *value)
{
	json_t *object = json_checked(json_object());

	json_put(object, key, value);
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

/* That of a dialogue has the number 1; some notes are of no connection. */
static json_t *begin_object(const struct explain_conn *conn)
{
	json_t *object = json_checked(json_object());

	if (conn)
		json_put(object, "connection", json_integer(conn->number ?: 1));
	return object;
}

static void put_side(json_t *object, enum smtp_dir dir,
		     enum explain_action action)
{
	json_put(object, "from",
		 json_string(dir == SMTP_CLIENT ? "client" : "server"));
	json_put(object, "action", json_string(explain_actions[action]));
}

/* All bytes of a line are printable in the notation of dialogues. */
static void put_line(json_t *object, const char *key, const uint8_t *bytes,
		     uint32_t len)
{
	char *text = notation_line(bytes, len);

	json_put(object, key, json_string(text));
	free(text);
}

static json_t *reason_list(const struct smtp_events *ev)
{
	json_t *list = json_checked(json_array()), *reason;
	unsigned int i;

	for (i = 0; i < ev->reasons; i++) {
		if (!explain_tells(ev->reason[i]))
			continue;
		reason = json_checked(json_object());
		json_put(reason, "name", json_string(reason_names[ev->reason[i]]));
		json_put(reason, "doc", json_string(reason_docs[ev->reason[i]]));
		json_add(list, reason);
	}
	return list;
}

static void json_note(const struct explain_conn *conn, const char *text)
{
	json_t *object = begin_object(conn);

	json_put(object, "text", json_text(text));
	print_object("note", object);
}

static void json_line(const struct explain_conn *conn, enum smtp_dir dir,
		      enum explain_action action,
		      const struct explain_line *line)
{
	json_t *object = begin_object(conn);

	put_side(object, dir, action);
	put_line(object, "said", line->said, line->len);
	if (action != EXPLAIN_HOLD)
		put_line(object, "sent", line->sent, line->sent_len);
	json_put(object, "reasons", reason_list(&line->events));
	print_object("line", object);
}

static void json_bytes(const struct explain_conn *conn, enum smtp_dir dir,
		       enum explain_kind kind, uint64_t bytes)
{
	json_t *object = begin_object(conn);

	put_side(object, dir, EXPLAIN_PASS);
	json_put(object, "bytes", json_integer(bytes));
	json_put(object, "of", json_string(explain_kinds[kind]));
	print_object("bytes", object);
}

static void json_summary(const struct explain_output *out)
{
	json_t *object = json_checked(json_object());
	json_t *counters = json_checked(json_object());
	unsigned int i;

	json_put(object, "connections", json_integer(out->conns));
	json_put(object, "stopped", json_integer(out->stopped));
	json_put(object, "reset", json_integer(out->reset));
	json_put(object, "not-judged", json_integer(out->unjudged));
	for (i = 0; i <= MAILGUARD_REASON_MAX; i++)
		if (out->count[i])
			json_put(counters, reason_names[i],
				 json_integer(out->count[i]));
	json_put(object, "counters", counters);
	print_object("summary", object);
}

const struct explain_printer explain_json = {
	.note = json_note,
	.line = json_line,
	.bytes = json_bytes,
	.summary = json_summary,
};
