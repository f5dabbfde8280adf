/* SPDX-License-Identifier: GPL-2.0 */
/* What narrows a fixup to some of the connections to its ports. */
#ifndef MAILGUARD_NARROW_H
#define MAILGUARD_NARROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/errors.h"

/* The longest of what is compared: an IPv6 address, an interface's name. */
#define NARROW_SIZE	16

/* In the order in which they are printed. */
enum narrow_key {
	NARROW_IIFNAME,
	NARROW_IP_SADDR,
	NARROW_IP_DADDR,
	NARROW_IP6_SADDR,
	NARROW_IP6_DADDR,
	NARROW_KEYS
};

/* Both ends are part of it; in network order. */
struct narrow_range {
	uint8_t first[NARROW_SIZE];
	uint8_t last[NARROW_SIZE];
};

/* One word of nft and its values; without values it was not said. */
struct narrow_match {
	bool negated;
	struct narrow_range *ranges;	/* sorted, apart from one another */
	size_t count;
	size_t room;
};

struct narrowing {
	struct narrow_match matches[NARROW_KEYS];
};

const char *narrow_words(enum narrow_key key);	/* "ip daddr" */
size_t narrow_size(enum narrow_key key);	/* octets of a value */

struct narrowing *narrowing_copy(const struct narrowing *from);
void narrowing_free(struct narrowing *narrowing);
bool narrowing_equal(const struct narrowing *a, const struct narrowing *b);

/* An interface's name, an address, a prefix or a range, as it was written. */
void narrowing_add_text(struct narrowing *narrowing, enum narrow_key key,
			const char *text, const struct location *loc,
			struct errors *errors);
void narrowing_add(struct narrowing *narrowing, enum narrow_key key,
		   const struct narrow_range *range);

/* To be done when all values have been added. */
void narrowing_sort(struct narrowing *narrowing);

/* In the words of nft, each behind a blank; "" for NULL. To be freed. */
char *narrowing_text(const struct narrowing *narrowing);

#endif
