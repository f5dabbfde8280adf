// SPDX-License-Identifier: GPL-2.0
/* Reads a dialogue: lines that begin with C: or S:, comments and blank lines. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explain/dialogue.h"
#include "explain/notation.h"
#include "language/input.h"
#include "lib/memory.h"

/* A larger file is no dialogue that somebody wrote down. */
#define DIALOGUE_MAX	(16UL << 20)

/* Returns the length of "C: " or "S: ", or 0. */
static size_t read_side(const char *line, enum smtp_dir *dir)
{
	if ((line[0] != 'C' && line[0] != 'S') || line[1] != ':')
		return 0;
	*dir = line[0] == 'C' ? SMTP_CLIENT : SMTP_SERVER;
	return line[2] == ' ' ? 3 : 2;
}

static bool is_blank(const char *line)
{
	return !line[strspn(line, " \t")] || line[0] == '#';
}

/*
 * @loc: where the line is; narrowed to what is wrong. @line: a copy, with room
 * for the end of a line. Returns an error message, or NULL.
 */
static const char *say_line(struct explain_conn *conn, char *line,
			    struct location *loc)
{
	enum smtp_dir dir;
	const char *why;
	size_t side, len, at;

	if (is_blank(line))
		return NULL;
	side = read_side(line, &dir);
	if (!side && !loc->first)
		return "neither a capture nor a dialogue, whose lines begin with 'C:', 'S:' or '#'";
	if (!side)
		return "a line begins with 'C:', 'S:' or '#'";
	if (strlen(line) < loc->last - loc->first) {
		loc->first += strlen(line);
		loc->last = loc->first + 1;
		return "a NUL is written \\x00";
	}
	why = notation_read(line + side, &len, &at);
	if (why) {
		loc->first += side + at;
		loc->last = loc->first + 1;
		return why;
	}
	explain_say(conn, dir, (uint8_t *)line + side, len);
	return NULL;
}

/* Returns false after an error message. */
static bool say_next(struct explain_conn *conn, struct location *loc,
		     struct errors *errors)
{
	const char *begin = loc->in->data + loc->first, *why;
	const char *stop = loc->in->data + loc->in->len;
	const char *lf = memchr(begin, '\n', stop - begin);
	struct location at = *loc;
	size_t len = (lf ? lf : stop) - begin;
	char *line;

	loc->first += len + 1;
	if (len && begin[len - 1] == '\r')
		len--;
	at.last = at.first + len;
	line = xzalloc(len + sizeof("\r\n"));
	memcpy(line, begin, len);
	why = say_line(conn, line, &at);
	if (why)
		error_at(errors, &at, "%s", why);
	free(line);
	return !why;
}

static struct input *read_file(FILE *file, const char *name,
			       struct inputs *inputs, struct errors *errors)
{
	char *text = xrealloc(NULL, DIALOGUE_MAX + 1);
	size_t len = fread(text, 1, DIALOGUE_MAX + 1, file);
	struct input *in;

	if (ferror(file) || len > DIALOGUE_MAX) {
		error_at(errors, NULL, "cannot read '%s': %s", name,
			 strerror(ferror(file) ? errno : EFBIG));
		free(text);
		return NULL;
	}
	text = xrealloc(text, len + 1);
	text[len] = '\0';
	in = input_text(inputs, name, text);
	in->len = len;
	return in;
}

void explain_dialogue(FILE *file, const char *name,
		      const struct smtp_policy *policy,
		      struct explain_output *out, struct errors *errors)
{
	struct inputs inputs = { .head = NULL };
	struct explain_conn *conn;
	struct location loc = {
		.in = read_file(file, name, &inputs, errors),
	};

	if (loc.in && !loc.in->len) {
		error_at(errors, NULL, "nothing is recorded in %s", name);
	} else if (loc.in) {
		conn = explain_open(out, policy, 0, 1, 1);
		while (loc.first < loc.in->len)
			if (!say_next(conn, &loc, errors))
				break;
		explain_close(conn);
		if (!errors->count)
			out->printer->summary(out);
	}
	inputs_free(&inputs);
}
