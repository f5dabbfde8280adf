/* SPDX-License-Identifier: GPL-2.0 */
/* Matches narrow a fixup to some of the connections to its ports. */
#ifndef MAILGUARD_MATCH_H
#define MAILGUARD_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/errors.h"

/* Size of the largest value: an IPv6 address or the name of an interface. */
#define MATCH_SIZE	16

/* Matches are printed in this order. */
enum match_key {
	MATCH_IIFNAME,
	MATCH_IP_SADDR,
	MATCH_IP_DADDR,
	MATCH_IP6_SADDR,
	MATCH_IP6_DADDR,
	MATCH_KEYS
};

/* Both ends belong to the range. Values are in network byte order. */
struct match_range {
	uint8_t first[MATCH_SIZE];
	uint8_t last[MATCH_SIZE];
};

/*
 * A match: one keyword of nft and its values. If there are no values, the fixup
 * does not have this match.
 */
struct match {
	bool negated;
	struct match_range *ranges;	/* sorted; no two of them touch */
	size_t count;
	size_t room;
};

struct matches {
	struct match by_key[MATCH_KEYS];
};

const char *match_words(enum match_key key);	/* "ip daddr" */
size_t match_size(enum match_key key);	/* bytes of a value */

struct matches *matches_copy(const struct matches *from);
void matches_free(struct matches *matches);
bool matches_equal(const struct matches *a, const struct matches *b);

/*
 * Adds an interface's name, an address, a prefix or a range, as it was written.
 */
void matches_add_text(struct matches *matches, enum match_key key,
		      const char *text, const struct location *loc,
		      struct errors *errors);
void matches_add(struct matches *matches, enum match_key key,
		 const struct match_range *range);

/* Must be called when all values have been added. */
void matches_sort(struct matches *matches);

/* Reads an address, a prefix or a range of addresses. */
bool match_range_read(struct match_range *range, enum match_key key,
		      const char *text);

/* Returns a value or a range of them, without quotes. The caller frees it. */
char *match_range_text(const struct match_range *range, enum match_key key);

/*
 * Returns the matches in the words of nft, each with a blank before it, or ""
 * if @matches is NULL. The caller frees it.
 */
char *matches_text(const struct matches *matches);

#endif
