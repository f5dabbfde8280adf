// SPDX-License-Identifier: GPL-2.0
/* Reads and applies what "list connections" takes. */
#include <stdlib.h>
#include <string.h>

#include "language/filter.h"
#include "language/names.h"
#include "language/suggest.h"
#include "lib/memory.h"

static const struct {
	const char *name;
	bool word;		/* it takes a word */
	bool number;		/* it takes a comparison */
	bool sorts;
} keys[FILTER_KEYS] = {
	[FILTER_CLIENT]		= { "client",	false,	false,	true },
	[FILTER_SERVER]		= { "server",	false,	false,	true },
	[FILTER_ADDRESS]	= { "address",	true,	false,	false },
	[FILTER_POLICY]		= { "policy",	true,	false,	true },
	[FILTER_STATE]		= { "state",	true,	false,	true },
	[FILTER_PASSED]		= { "passed",	false,	true,	true },
	[FILTER_DENIED]		= { "denied",	false,	true,	true },
	[FILTER_SORT]		= { "sort",	true,	false,	false },
};

const char *filter_key_name(size_t i)
{
	return i < FILTER_KEYS ? keys[i].name : NULL;
}

static void complain(const struct word *word, const char *what,
		     const struct suggestion *s, struct errors *errors)
{
	char *near = suggest_text(s);

	error_at(errors, &word->loc, "%s '%s'%s", what, word->text, near);
	free(near);
}

static enum filter_key find_key(const struct word *word)
{
	enum filter_key key;

	for (key = 0; key < FILTER_KEYS; key++)
		if (!strcmp(keys[key].name, word->text))
			break;
	return key;
}

static void complain_key(const struct word *word, bool number,
			 struct errors *errors)
{
	struct suggestion s;
	enum filter_key key;

	suggest_start(&s, word->text);
	for (key = 0; key < FILTER_KEYS; key++)
		if (number ? keys[key].number : keys[key].word)
			suggest_offer(&s, keys[key].name);
	complain(word, number ? "only passed and denied are compared, not" :
		 "connections are chosen by policy, address, state, passed and denied, not by",
		 &s, errors);
}

static void read_state(struct filter *filter, const struct word *word,
		       struct errors *errors)
{
	struct suggestion s;
	unsigned int i;

	suggest_start(&s, word->text);
	for (i = 0; i < sizeof(state_names) / sizeof(*state_names); i++) {
		suggest_offer(&s, state_names[i]);
		if (strcmp(state_names[i], word->text))
			continue;
		filter->state = i;
		return;
	}
	complain(word, "there is no state", &s, errors);
}

static void read_sort(struct filter *filter, const struct word *word,
		      struct errors *errors)
{
	struct suggestion s;
	enum filter_key key;

	filter->sort = find_key(word);
	if (filter->sort < FILTER_KEYS && keys[filter->sort].sorts)
		return;
	suggest_start(&s, word->text);
	for (key = 0; key < FILTER_KEYS; key++)
		if (keys[key].sorts)
			suggest_offer(&s, keys[key].name);
	complain(word,
		 "connections are sorted by client, server, policy, state, passed or denied, not by",
		 &s, errors);
}

static void read_address(struct filter *filter, const struct word *word,
			 struct errors *errors)
{
	filter->family = strchr(word->text, ':') ? MATCH_IP6_SADDR :
						   MATCH_IP_SADDR;
	if (!match_range_read(&filter->range, filter->family, word->text))
		error_at(errors, &word->loc,
			 "'%s' is not an address, prefix or range",
			 word->text);
}

void filter_add_word(struct filter *filter, const struct word *word,
		     const struct word *value, struct errors *errors)
{
	enum filter_key key = find_key(word);

	if (key == FILTER_KEYS || !keys[key].word) {
		complain_key(word, false, errors);
		free(value->text);
		return;
	}
	if (filter->words[key].text)
		error_at(errors, &word->loc, "'%s' stands here twice",
			 word->text);
	free(filter->words[key].text);
	filter->words[key] = *value;
	if (key == FILTER_STATE)
		read_state(filter, value, errors);
	else if (key == FILTER_SORT)
		read_sort(filter, value, errors);
	else if (key == FILTER_ADDRESS)
		read_address(filter, value, errors);
}

void filter_add_number(struct filter *filter, const struct word *word,
		       enum comparison how, unsigned long value,
		       struct errors *errors)
{
	enum filter_key key = find_key(word);

	if (key == FILTER_KEYS || !keys[key].number) {
		complain_key(word, true, errors);
		return;
	}
	filter->numbers = xgrow(filter->numbers, filter->count, &filter->room,
				sizeof(*filter->numbers));
	filter->numbers[filter->count].key = key;
	filter->numbers[filter->count].how = how;
	filter->numbers[filter->count++].value = value;
}

void filter_free(struct filter *filter)
{
	enum filter_key key;

	if (!filter)
		return;
	for (key = 0; key < FILTER_KEYS; key++)
		free(filter->words[key].text);
	free(filter->numbers);
	free(filter);
}

bool filter_takes_address(const struct filter *filter, const void *address,
			  size_t len)
{
	return len == match_size(filter->family) &&
	       memcmp(address, filter->range.first, len) >= 0 &&
	       memcmp(address, filter->range.last, len) <= 0;
}

static bool compare(unsigned long a, enum comparison how, unsigned long b)
{
	switch (how) {
	case COMPARE_EQUAL:
		return a == b;
	case COMPARE_NOT_EQUAL:
		return a != b;
	case COMPARE_LESS:
		return a < b;
	case COMPARE_AT_MOST:
		return a <= b;
	case COMPARE_MORE:
		return a > b;
	default:
		return a >= b;
	}
}

bool filter_takes_number(const struct filter *filter, enum filter_key key,
			 unsigned long number)
{
	size_t i;

	for (i = 0; i < filter->count; i++)
		if (filter->numbers[i].key == key &&
		    !compare(number, filter->numbers[i].how,
			     filter->numbers[i].value))
			return false;
	return true;
}
