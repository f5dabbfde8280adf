// SPDX-License-Identifier: GPL-2.0
/* Prints error messages. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "language/errors.h"
#include "language/input.h"

/* Later errors are mostly consequences of the first ones. */
#define ERRORS_SHOWN	20
/* A longer line is not shown: nobody finds the caret below it. */
#define LINE_SHOWN	1000

static const char *line_begin(const struct location *loc)
{
	const char *begin = loc->in->data + loc->first;

	while (begin > loc->in->data && begin[-1] != '\n')
		begin--;
	return begin;
}

static const char *line_end(const struct location *loc)
{
	const char *from = loc->in->data + loc->first;
	const char *stop = loc->in->data + loc->in->len;
	const char *end = memchr(from, '\n', stop - from);

	if (!end)
		end = stop;
	if (end > from && end[-1] == '\r')
		end--;
	return end;
}

unsigned int location_line(const struct location *loc)
{
	const char *p = loc->in->data, *stop = p + loc->first;
	unsigned int line = 1;

	while ((p = memchr(p, '\n', stop - p))) {
		line++;
		p++;
	}
	return line;
}

/*
 * Finds the first and last column of @loc. If @loc covers several lines, its
 * last column is the end of the first line.
 */
static void find_columns(const struct location *loc, size_t *first,
			 size_t *last)
{
	const char *begin = line_begin(loc), *end = line_end(loc);
	size_t width = end - begin;

	*first = loc->in->data + loc->first - begin + 1;
	*last = loc->in->data + loc->last - begin;
	if (*last > width)
		*last = width;
	if (*last < *first)
		*last = *first;
}

static void print_place(const struct location *loc)
{
	size_t first, last;

	if (!input_is_text(loc->in)) {
		fprintf(stderr, "%s:", loc->in->name);
		return;
	}
	find_columns(loc, &first, &last);
	fprintf(stderr, "%s:%u:%zu-%zu:", loc->in->name, location_line(loc),
		first, last);
}

static void print_origin(const struct location *loc)
{
	if (!loc->in)
		return;
	print_origin(&loc->in->from);
	fputs("In file included from ", stderr);
	print_place(loc);
	fputc('\n', stderr);
}

static bool is_control(unsigned char c)
{
	return (c < ' ' && c != '\t') || c == 0x7f;
}

/* Is it a control character of ISO 8859 or of UTF-8, which has 0xc2 before it? */
static bool is_c1(const char *p, const char *begin)
{
	unsigned char before = p > begin ? p[-1] : 0;

	return (*p & 0xe0) == 0x80 && (before < 0x80 || before == 0xc2);
}

/*
 * The second and later bytes of a UTF-8 character take no column on the screen.
 */
static bool is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

static void print_line(const struct location *loc)
{
	const char *begin = line_begin(loc), *end = line_end(loc), *p;
	size_t first, last, column = 1;

	if (end - begin > LINE_SHOWN)
		return;
	find_columns(loc, &first, &last);
	for (p = begin; p < end; p++)
		fputc(is_control(*p) || is_c1(p, begin) ? '?' : *p, stderr);
	fputc('\n', stderr);
	for (p = begin; column <= last; p++, column++) {
		if (p < end && is_continuation(*p) && column != first)
			continue;
		if (column >= first)
			fputc('^', stderr);
		else
			fputc(*p == '\t' ? '\t' : ' ', stderr);
	}
	fputc('\n', stderr);
}

/* Makes a comment of nft, which is between double quotes. */
static void make_comment(char *text)
{
	for (; *text; text++) {
		if (*text == '"')
			*text = '\'';
		else if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

static void keep_first(struct errors *errors, const struct location *loc,
		       const char *fmt, va_list ap)
{
	size_t first, last, len = 0;

	if (loc && input_is_text(loc->in)) {
		find_columns(loc, &first, &last);
		snprintf(errors->first, sizeof(errors->first), "%s:%u:%zu: ",
			 loc->in->name, location_line(loc), first);
		len = strlen(errors->first);
	}
	vsnprintf(errors->first + len, sizeof(errors->first) - len, fmt, ap);
	make_comment(errors->first);
}

void error_at(struct errors *errors, const struct location *loc,
	      const char *fmt, ...)
{
	bool located = loc && loc->in;
	va_list ap;

	errors->count++;
	if (errors->quiet)
		return;
	if (errors->count > ERRORS_SHOWN) {
		if (errors->count == ERRORS_SHOWN + 1)
			fputs("mailguard: more errors follow\n", stderr);
		return;
	}
	if (errors->count == 1) {
		va_start(ap, fmt);
		keep_first(errors, located ? loc : NULL, fmt, ap);
		va_end(ap);
	}
	fflush(stdout);
	if (located) {
		print_origin(&loc->in->from);
		print_place(loc);
		fputs(" Error: ", stderr);
	} else {
		fputs("mailguard: ", stderr);
	}
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	if (located && input_is_text(loc->in))
		print_line(loc);
}

bool errors_suffice(const struct errors *errors)
{
	return errors->count > ERRORS_SHOWN;
}

void error_not_permitted(struct errors *errors)
{
	error_at(errors, NULL,
		 "Operation not permitted: CAP_NET_ADMIN in this network namespace is needed");
}
