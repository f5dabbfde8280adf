// SPDX-License-Identifier: GPL-2.0
/* Matches: reading, sorting and printing them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <net/if.h>

#include "language/match.h"
#include "lib/memory.h"

static const struct {
	const char *words;
	int family;
	size_t size;
} keys[MATCH_KEYS] = {
	[MATCH_IIFNAME]	= { "iifname", AF_UNSPEC, IFNAMSIZ },
	[MATCH_IP_SADDR]	= { "ip saddr", AF_INET, 4 },
	[MATCH_IP_DADDR]	= { "ip daddr", AF_INET, 4 },
	[MATCH_IP6_SADDR]	= { "ip6 saddr", AF_INET6, 16 },
	[MATCH_IP6_DADDR]	= { "ip6 daddr", AF_INET6, 16 },
};

const char *match_words(enum match_key key)
{
	return keys[key].words;
}

size_t match_size(enum match_key key)
{
	return keys[key].size;
}

struct matches *matches_copy(const struct matches *from)
{
	const struct match *match;
	struct matches *to;
	size_t key, i;

	if (!from)
		return NULL;
	to = xzalloc(sizeof(*to));
	for (key = 0; key < MATCH_KEYS; key++) {
		match = &from->by_key[key];
		to->by_key[key].negated = match->negated;
		for (i = 0; i < match->count; i++)
			matches_add(to, key, &match->ranges[i]);
	}
	return to;
}

void matches_free(struct matches *matches)
{
	size_t key;

	if (!matches)
		return;
	for (key = 0; key < MATCH_KEYS; key++)
		free(matches->by_key[key].ranges);
	free(matches);
}

static bool match_equal(const struct match *a,
			const struct match *b)
{
	if (a->count != b->count || a->negated != b->negated)
		return false;
	return !a->count ||
	       !memcmp(a->ranges, b->ranges, a->count * sizeof(*a->ranges));
}

bool matches_equal(const struct matches *a, const struct matches *b)
{
	size_t key;

	if (!a || !b)
		return a == b;
	for (key = 0; key < MATCH_KEYS; key++)
		if (!match_equal(&a->by_key[key], &b->by_key[key]))
			return false;
	return true;
}

void matches_add(struct matches *matches, enum match_key key,
		 const struct match_range *range)
{
	struct match *match = &matches->by_key[key];

	match->ranges = xgrow(match->ranges, match->count, &match->room,
			      sizeof(*match->ranges));
	match->ranges[match->count++] = *range;
}

/*
 * Makes the range of a prefix: sets the bits behind it to 0 in @first and to 1
 * in @last.
 */
static bool set_prefix(struct match_range *range, size_t size,
		       const char *text)
{
	unsigned long length, bit;
	char *end;

	length = strtoul(text, &end, 10);
	if (end == text || *end || length > size * 8)
		return false;
	for (bit = length; bit < size * 8; bit++) {
		range->first[bit / 8] &= ~(0x80 >> bit % 8);
		range->last[bit / 8] |= 0x80 >> bit % 8;
	}
	return true;
}

static bool read_addresses(struct match_range *range, enum match_key key,
			   char *text)
{
	char *prefix = strchr(text, '/'), *last = strchr(text, '-');

	if (prefix && last)
		return false;
	if (prefix)
		*prefix++ = '\0';
	if (last)
		*last++ = '\0';
	if (inet_pton(keys[key].family, text, range->first) != 1 ||
	    inet_pton(keys[key].family, last ? last : text, range->last) != 1)
		return false;
	return !prefix || set_prefix(range, keys[key].size, prefix);
}

static void add_interface(struct matches *matches, const char *text,
			  const struct location *loc, struct errors *errors)
{
	struct match_range range = { .first = { 0 } };
	size_t len = strlen(text);

	if (!len || len >= IFNAMSIZ || strpbrk(text, "*/: \"\\")) {
		error_at(errors, loc,
			 "'%s' is not the name of an interface: it has 1 to %d characters, and no wildcard",
			 text, IFNAMSIZ - 1);
		return;
	}
	memcpy(range.first, text, len);
	memcpy(range.last, text, len);
	matches_add(matches, MATCH_IIFNAME, &range);
}

bool match_range_read(struct match_range *range, enum match_key key,
		      const char *text)
{
	char *copy = xstrdup(text);
	bool good;

	*range = (struct match_range){ .first = { 0 } };
	good = read_addresses(range, key, copy);
	free(copy);
	return good;
}

void matches_add_text(struct matches *matches, enum match_key key,
		      const char *text, const struct location *loc,
		      struct errors *errors)
{
	struct match_range range;

	if (key == MATCH_IIFNAME)
		add_interface(matches, text, loc, errors);
	else if (!match_range_read(&range, key, text))
		error_at(errors, loc,
			 "'%s' is not an address, prefix or range for %s",
			 text, keys[key].words);
	else if (memcmp(range.first, range.last, sizeof(range.first)) > 0)
		error_at(errors, loc, "the range ends before it begins");
	else
		matches_add(matches, key, &range);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct match_range));
}

/* Adds 1 to a value of @size bytes. Returns false if it overflows. */
static bool next_value(uint8_t *value, size_t size)
{
	while (size--)
		if (++value[size])
			return true;
	return false;
}

/* True if the ranges overlap, or if the second begins right after the first. */
static bool ranges_touch(const struct match_range *a,
			 const struct match_range *b,
			 enum match_key key)
{
	uint8_t next[MATCH_SIZE];

	if (memcmp(b->first, a->last, MATCH_SIZE) <= 0)
		return true;
	if (key == MATCH_IIFNAME)
		return false;
	memcpy(next, a->last, MATCH_SIZE);
	return next_value(next, keys[key].size) &&
	       !memcmp(next, b->first, MATCH_SIZE);
}

static void sort_match(struct match *match, enum match_key key)
{
	struct match_range *to = match->ranges, *from;

	if (!match->count)
		return;
	qsort(match->ranges, match->count, sizeof(*match->ranges), compare);
	for (from = to + 1; from < match->ranges + match->count; from++) {
		if (!ranges_touch(to, from, key))
			*++to = *from;
		else if (memcmp(from->last, to->last, MATCH_SIZE) > 0)
			memcpy(to->last, from->last, MATCH_SIZE);
	}
	match->count = to + 1 - match->ranges;
}

void matches_sort(struct matches *matches)
{
	size_t key;

	for (key = 0; key < MATCH_KEYS; key++)
		sort_match(&matches->by_key[key], key);
}

/* Returns the length of the prefix if the range is one, or -1. */
static int prefix_length(const struct match_range *range, size_t size)
{
	struct match_range prefix;
	size_t length;
	char text[8];

	for (length = 0; length <= size * 8; length++) {
		prefix = *range;
		memcpy(prefix.last, prefix.first, sizeof(prefix.last));
		snprintf(text, sizeof(text), "%zu", length);
		set_prefix(&prefix, size, text);
		if (!memcmp(&prefix, range, sizeof(prefix)))
			return length;
	}
	return -1;
}

char *match_range_text(const struct match_range *range, enum match_key key)
{
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];
	int length;

	if (key == MATCH_IIFNAME)
		return xasprintf("%.*s", IFNAMSIZ,
				 (const char *)range->first);
	inet_ntop(keys[key].family, range->first, first, sizeof(first));
	inet_ntop(keys[key].family, range->last, last, sizeof(last));
	if (!strcmp(first, last))
		return xstrdup(first);
	length = prefix_length(range, keys[key].size);
	if (length >= 0)
		return xasprintf("%s/%d", first, length);
	return xasprintf("%s-%s", first, last);
}

/* Takes ownership of @text. */
static char *append_match(char *text, const struct match *match,
			  enum match_key key)
{
	const char *separator = match->count > 1 ? "{ " : "";
	const char *quote = key == MATCH_IIFNAME ? "\"" : "";
	char *longer, *value;
	size_t i;

	longer = xasprintf("%s %s %s", text, keys[key].words,
			   match->negated ? "!= " : "");
	free(text);
	text = longer;
	for (i = 0; i < match->count; i++) {
		value = match_range_text(&match->ranges[i], key);
		longer = xasprintf("%s%s%s%s%s", text, separator, quote, value,
				   quote);
		free(value);
		free(text);
		text = longer;
		separator = ", ";
	}
	if (match->count == 1)
		return text;
	longer = xasprintf("%s }", text);
	free(text);
	return longer;
}

char *matches_text(const struct matches *matches)
{
	char *text = xstrdup("");
	size_t key;

	for (key = 0; matches && key < MATCH_KEYS; key++)
		if (matches->by_key[key].count)
			text = append_match(text, &matches->by_key[key],
					    key);
	return text;
}
