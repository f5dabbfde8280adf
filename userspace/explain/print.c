// SPDX-License-Identifier: GPL-2.0
/* Prints what the guard would do, as text. */
#include <stdio.h>
#include <string.h>

#include "explain/notation.h"
#include "explain/print.h"
#include "language/names.h"

const char * const explain_actions[] = {
	[EXPLAIN_PASS]	= "pass",
	[EXPLAIN_EDIT]	= "edit",
	[EXPLAIN_DENY]	= "deny",
	[EXPLAIN_HOLD]	= "hold",
	[EXPLAIN_RESET]	= "reset",
};

const char * const explain_kinds[] = {
	[EXPLAIN_CONTENT] = "content",
	[EXPLAIN_CHUNK]	= "chunks",
	[EXPLAIN_TLS]	= "TLS",
};

bool explain_tells(enum mailguard_reason reason)
{
	switch (reason) {
	case MAILGUARD_REASON_CONNECTIONS:
	case MAILGUARD_REASON_COMMANDS:
	case MAILGUARD_REASON_MESSAGES:
	case MAILGUARD_REASON_RECIPIENTS:
	case MAILGUARD_REASON_OUT_OF_ORDER:
	case MAILGUARD_REASON_BLANKED:
	case MAILGUARD_REASON_REPEATED:
		return false;
	default:
		return true;
	}
}

static void print_head(const struct explain_conn *conn, const char *action,
		       const char *side)
{
	if (conn->number)
		printf("%lu ", conn->number);
	printf("%-5s %s ", action, side);
}

/*
 * Prints one of two rows. A byte is as wide in one as in the other, so that they
 * stand one below the other.
 */
static void print_row(const struct explain_line *line, const uint8_t *row,
		      uint32_t len)
{
	static char text[EXPLAIN_LINE_MAX * NOTATION_BYTE];
	uint32_t end = notation_end(line->said, line->len);
	const uint8_t *above = row == line->said ? line->sent : line->said;
	char other[NOTATION_BYTE], *to = text, *last = text;
	uint32_t i;

	for (i = 0; i < smtp_at_most(len, line->len - end); i++) {
		unsigned int n = notation_byte(row[i], to), m = n;

		if (i < line->sent_len && row[i] != above[i])
			m = notation_byte(above[i], other);
		last = to + n;
		if (m > n)
			memset(last, ' ', m - n);
		to += m > n ? m : n;
	}
	fwrite(text, 1, last - text, stdout);
	puts(end ? "" : "\\c");
}

static void print_reasons(const struct explain_conn *conn,
			  const struct smtp_events *ev)
{
	unsigned int i;

	for (i = 0; i < ev->reasons; i++)
		if (explain_tells(ev->reason[i])) {
			print_head(conn, "", "#");
			printf("%s: %s\n", reason_names[ev->reason[i]],
			       reason_docs[ev->reason[i]]);
		}
}

static void text_line(const struct explain_conn *conn, enum smtp_dir dir,
		      enum explain_action action,
		      const struct explain_line *line)
{
	const char *side = dir == SMTP_CLIENT ? "C:" : "S:";

	print_head(conn, explain_actions[action], side);
	print_row(line, line->said, line->len);
	if (action == EXPLAIN_EDIT || action == EXPLAIN_DENY ||
	    (action == EXPLAIN_RESET && line->sent_len)) {
		print_head(conn, "", "->");
		print_row(line, line->sent, line->sent_len);
	}
	print_reasons(conn, &line->events);
}

static void text_bytes(const struct explain_conn *conn, enum smtp_dir dir,
		       enum explain_kind kind, uint64_t bytes)
{
	print_head(conn, explain_actions[EXPLAIN_PASS],
		   dir == SMTP_CLIENT ? "C," : "S,");
	printf("%llu bytes of %s\n", (unsigned long long)bytes,
	       explain_kinds[kind]);
}

static void text_note(const struct explain_conn *conn, const char *text)
{
	if (conn && conn->number)
		printf("%lu ", conn->number);
	printf("# %s\n", text);
}

static void text_summary(const struct explain_output *out)
{
	unsigned int i;

	printf("# connections %lu, stopped %lu, reset %lu, not judged %lu\n",
	       out->conns, out->stopped, out->reset, out->unjudged);
	for (i = 0; i <= MAILGUARD_REASON_MAX; i++)
		if (out->count[i])
			printf("# %s %llu\n", reason_names[i],
			       (unsigned long long)out->count[i]);
}

const struct explain_printer explain_text = {
	.note = text_note,
	.line = text_line,
	.bytes = text_bytes,
	.summary = text_summary,
};
