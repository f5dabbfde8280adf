// SPDX-License-Identifier: GPL-2.0
/* A fixup in JSON. */
#include <stdlib.h>

#include "language/json.h"
#include "lib/memory.h"

static void write_values(const struct match *match, enum match_key key,
			 json_t *array)
{
	char *text;
	size_t i;

	for (i = 0; i < match->count; i++) {
		text = match_range_text(&match->ranges[i], key);
		json_add(array, json_text(text));
		free(text);
	}
}

static void read_values(struct walk *w, struct matches *matches,
			enum match_key key, const json_t *array)
{
	struct location loc;
	char *text;
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		text = walk_read_string(w, "values", array, i, &loc);
		if (text)
			matches_add_text(matches, key, text, &loc, w->errors);
		free(text);
	}
}

static void walk_match(struct walk *w, struct matches *matches,
		       enum match_key key)
{
	struct match *match = &matches->by_key[key];
	struct walk inner;
	json_t *array;

	if ((!w->reads && !match->count) ||
	    !walk_enter(w, match_words(key), &inner))
		return;
	walk_flag(&inner, "except", &match->negated);
	if (w->reads && !json_array_size(json_object_get(inner.object,
							 "values")))
		walk_complain_missing(&inner, "values");
	array = walk_array(&inner, "values");
	if (w->reads)
		read_values(&inner, matches, key, array);
	else
		write_values(match, key, array);
	walk_array_end(array);
	walk_leave(w, match_words(key), &inner);
}

static void walk_matches(struct walk *w, struct cmd *cmd)
{
	struct walk inner;
	size_t key;

	if ((!w->reads && !cmd->matches) || !walk_enter(w, "match", &inner))
		return;
	if (w->reads && !json_object_size(inner.object)) {
		struct location loc = walk_place(&inner, NULL);

		error_at(w->errors, &loc,
			 "'match' is empty; leave it out to match all");
	}
	if (w->reads)
		cmd->matches = xzalloc(sizeof(*cmd->matches));
	for (key = 0; key < MATCH_KEYS; key++)
		walk_match(&inner, cmd->matches, key);
	if (w->reads)
		matches_sort(cmd->matches);
	walk_leave(w, "match", &inner);
}

/* A fixup for one port has a "first" port only. */
static void walk_ports(struct walk *w, struct ports *ports)
{
	struct number first = { .given = !w->reads, .value = ports->first };
	struct number last = {
		.given = ports->last != ports->first,
		.value = ports->last,
	};

	if (w->reads && !walk_has(w, "first"))
		walk_complain_missing(w, "first");
	walk_number(w, "first", &first);
	walk_number(w, "last", &last);
	ports->given = first.given;
	ports->loc = last.given ? last.loc : first.loc;
	ports->first = first.value;
	ports->last = last.given ? last.value : first.value;
}

void fixup_walk(struct walk *w, struct cmd *cmd)
{
	walk_ports(w, &cmd->ports);
	walk_matches(w, cmd);
	walk_word(w, "policy", &cmd->name);
}
