// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <net/if.h>

#include "language/narrow.h"
#include "lib/memory.h"

static const struct {
	const char *words;
	int family;
	size_t size;
} keys[NARROW_KEYS] = {
	[NARROW_IIFNAME]	= { "iifname", AF_UNSPEC, IFNAMSIZ },
	[NARROW_IP_SADDR]	= { "ip saddr", AF_INET, 4 },
	[NARROW_IP_DADDR]	= { "ip daddr", AF_INET, 4 },
	[NARROW_IP6_SADDR]	= { "ip6 saddr", AF_INET6, 16 },
	[NARROW_IP6_DADDR]	= { "ip6 daddr", AF_INET6, 16 },
};

const char *narrow_words(enum narrow_key key)
{
	return keys[key].words;
}

size_t narrow_size(enum narrow_key key)
{
	return keys[key].size;
}

struct narrowing *narrowing_copy(const struct narrowing *from)
{
	const struct narrow_match *match;
	struct narrowing *to;
	size_t key, i;

	if (!from)
		return NULL;
	to = xzalloc(sizeof(*to));
	for (key = 0; key < NARROW_KEYS; key++) {
		match = &from->matches[key];
		to->matches[key].negated = match->negated;
		for (i = 0; i < match->count; i++)
			narrowing_add(to, key, &match->ranges[i]);
	}
	return to;
}

void narrowing_free(struct narrowing *narrowing)
{
	size_t key;

	if (!narrowing)
		return;
	for (key = 0; key < NARROW_KEYS; key++)
		free(narrowing->matches[key].ranges);
	free(narrowing);
}

static bool match_equal(const struct narrow_match *a,
			const struct narrow_match *b)
{
	if (a->count != b->count || a->negated != b->negated)
		return false;
	return !a->count ||
	       !memcmp(a->ranges, b->ranges, a->count * sizeof(*a->ranges));
}

bool narrowing_equal(const struct narrowing *a, const struct narrowing *b)
{
	size_t key;

	if (!a || !b)
		return a == b;
	for (key = 0; key < NARROW_KEYS; key++)
		if (!match_equal(&a->matches[key], &b->matches[key]))
			return false;
	return true;
}

void narrowing_add(struct narrowing *narrowing, enum narrow_key key,
		   const struct narrow_range *range)
{
	struct narrow_match *match = &narrowing->matches[key];

	match->ranges = xgrow(match->ranges, match->count, &match->room,
			      sizeof(*match->ranges));
	match->ranges[match->count++] = *range;
}

/* From the prefix on, all zeros and all ones. */
static bool set_prefix(struct narrow_range *range, size_t size,
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

static bool read_addresses(struct narrow_range *range, enum narrow_key key,
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

static void add_interface(struct narrowing *narrowing, const char *text,
			  const struct location *loc, struct errors *errors)
{
	struct narrow_range range = { .first = { 0 } };
	size_t len = strlen(text);

	if (!len || len >= IFNAMSIZ || strpbrk(text, "*/: \"\\")) {
		error_at(errors, loc,
			 "'%s' is not the name of an interface: it has 1 to %d characters, and no wildcard",
			 text, IFNAMSIZ - 1);
		return;
	}
	memcpy(range.first, text, len);
	memcpy(range.last, text, len);
	narrowing_add(narrowing, NARROW_IIFNAME, &range);
}

void narrowing_add_text(struct narrowing *narrowing, enum narrow_key key,
			const char *text, const struct location *loc,
			struct errors *errors)
{
	struct narrow_range range = { .first = { 0 } };
	char *copy;
	bool good;

	if (key == NARROW_IIFNAME) {
		add_interface(narrowing, text, loc, errors);
		return;
	}
	copy = xstrdup(text);
	good = read_addresses(&range, key, copy);
	free(copy);
	if (!good)
		error_at(errors, loc,
			 "'%s' is not an address, prefix or range for %s",
			 text, keys[key].words);
	else if (memcmp(range.first, range.last, sizeof(range.first)) > 0)
		error_at(errors, loc, "the range ends before it begins");
	else
		narrowing_add(narrowing, key, &range);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct narrow_range));
}

/* The value behind, of @size octets; false if there is none. */
static bool next_value(uint8_t *value, size_t size)
{
	while (size--)
		if (++value[size])
			return true;
	return false;
}

/* Do they overlap, or does the second begin where the first ends? */
static bool touch(const struct narrow_range *a, const struct narrow_range *b,
		  enum narrow_key key)
{
	uint8_t next[NARROW_SIZE];

	if (memcmp(b->first, a->last, NARROW_SIZE) <= 0)
		return true;
	if (key == NARROW_IIFNAME)
		return false;
	memcpy(next, a->last, NARROW_SIZE);
	return next_value(next, keys[key].size) &&
	       !memcmp(next, b->first, NARROW_SIZE);
}

static void sort_match(struct narrow_match *match, enum narrow_key key)
{
	struct narrow_range *to = match->ranges, *from;

	if (!match->count)
		return;
	qsort(match->ranges, match->count, sizeof(*match->ranges), compare);
	for (from = to + 1; from < match->ranges + match->count; from++) {
		if (!touch(to, from, key))
			*++to = *from;
		else if (memcmp(from->last, to->last, NARROW_SIZE) > 0)
			memcpy(to->last, from->last, NARROW_SIZE);
	}
	match->count = to + 1 - match->ranges;
}

void narrowing_sort(struct narrowing *narrowing)
{
	size_t key;

	for (key = 0; key < NARROW_KEYS; key++)
		sort_match(&narrowing->matches[key], key);
}

/* The length of the prefix that is this range, or -1. */
static int prefix_length(const struct narrow_range *range, size_t size)
{
	struct narrow_range prefix;
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

static char *range_text(const struct narrow_range *range, enum narrow_key key)
{
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];
	int length;

	if (key == NARROW_IIFNAME)
		return xasprintf("\"%.*s\"", IFNAMSIZ,
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

/* Takes over @text. */
static char *append_match(char *text, const struct narrow_match *match,
			  enum narrow_key key)
{
	const char *separator = match->count > 1 ? "{ " : "";
	char *longer, *value;
	size_t i;

	longer = xasprintf("%s %s %s", text, keys[key].words,
			   match->negated ? "!= " : "");
	free(text);
	text = longer;
	for (i = 0; i < match->count; i++) {
		value = range_text(&match->ranges[i], key);
		longer = xasprintf("%s%s%s", text, separator, value);
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

char *narrowing_text(const struct narrowing *narrowing)
{
	char *text = xstrdup("");
	size_t key;

	for (key = 0; narrowing && key < NARROW_KEYS; key++)
		if (narrowing->matches[key].count)
			text = append_match(text, &narrowing->matches[key],
					    key);
	return text;
}
