/* SPDX-License-Identifier: GPL-2.0 */
/* Which connections "list connections" prints, and in which order. */
#ifndef MAILGUARD_FILTER_H
#define MAILGUARD_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/errors.h"
#include "language/location.h"
#include "language/match.h"

/* What a connection is chosen or sorted by. */
enum filter_key {
	FILTER_CLIENT,
	FILTER_SERVER,
	FILTER_ADDRESS,		/* any address of the connection */
	FILTER_POLICY,
	FILTER_STATE,
	FILTER_PASSED,
	FILTER_DENIED,
	FILTER_SORT,
	FILTER_KEYS
};

enum comparison {
	COMPARE_EQUAL,
	COMPARE_NOT_EQUAL,
	COMPARE_LESS,
	COMPARE_AT_MOST,
	COMPARE_MORE,
	COMPARE_AT_LEAST,
};

/* The word is given if it is not NULL. */
struct filter {
	struct word words[FILTER_KEYS];
	struct match_range range;	/* FILTER_ADDRESS */
	enum match_key family;
	uint8_t state;			/* enum mailguard_state */
	enum filter_key sort;
	struct {
		enum filter_key key;
		enum comparison how;
		unsigned long value;
	} *numbers;
	size_t count, room;
};

/* "KEY VALUE". Takes ownership of the text of @value. */
void filter_add_word(struct filter *filter, const struct word *key,
		     const struct word *value, struct errors *errors);

/* "KEY > NUMBER". */
void filter_add_number(struct filter *filter, const struct word *key,
		       enum comparison how, unsigned long value,
		       struct errors *errors);
void filter_free(struct filter *filter);

bool filter_takes_address(const struct filter *filter, const void *address,
			  size_t len);
bool filter_takes_number(const struct filter *filter, enum filter_key key,
			 unsigned long number);

/* Returns key @i of the words that a filter is made of, or NULL behind the last. */
const char *filter_key_name(size_t i);

#endif
