// SPDX-License-Identifier: GPL-2.0
/* Fixups, and the ordered list of them. */
#include <stdlib.h>
#include <string.h>

#include "language/fixup.h"
#include "lib/memory.h"

/* Returns the index of the first fixup that ends at @port or above it. */
static size_t lower_bound(const struct fixup_list *list, uint16_t port)
{
	size_t low = 0, high = list->count, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (list->array[middle].last < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct fixup *fixup_list_overlap(const struct fixup_list *list,
				 uint16_t first, uint16_t last)
{
	size_t i = lower_bound(list, first);

	if (i == list->count || list->array[i].first > last)
		return NULL;
	return &list->array[i];
}

void fixup_list_insert(struct fixup_list *list, const struct fixup *fixup)
{
	size_t i = lower_bound(list, fixup->first);

	list->array = xgrow(list->array, list->count, &list->room,
			    sizeof(*list->array));
	memmove(&list->array[i + 1], &list->array[i],
		(list->count - i) * sizeof(*list->array));
	list->array[i] = *fixup;
	list->count++;
}

void fixup_list_remove(struct fixup_list *list, struct fixup *fixup)
{
	size_t i = fixup - list->array;

	list->count--;
	memmove(fixup, fixup + 1, (list->count - i) * sizeof(*fixup));
}

struct fixup *fixup_list_find_narrowed(const struct fixup_list *list,
				       const struct fixup *like)
{
	struct fixup *fixup, *stop = list->narrowed + list->narrowed_count;

	for (fixup = list->narrowed; fixup < stop; fixup++)
		if (fixup->first == like->first && fixup->last == like->last &&
		    matches_equal(fixup->matches, like->matches))
			return fixup;
	return NULL;
}

void fixup_list_add_narrowed(struct fixup_list *list,
			     const struct fixup *fixup)
{
	struct fixup *added;

	list->narrowed = xgrow(list->narrowed, list->narrowed_count,
			       &list->narrowed_room, sizeof(*list->narrowed));
	added = &list->narrowed[list->narrowed_count++];
	*added = *fixup;
	added->matches = matches_copy(fixup->matches);
}

void fixup_list_remove_narrowed(struct fixup_list *list, struct fixup *fixup)
{
	size_t i = fixup - list->narrowed;

	matches_free(fixup->matches);
	list->narrowed_count--;
	memmove(fixup, fixup + 1,
		(list->narrowed_count - i) * sizeof(*fixup));
}

const struct fixup *fixup_list_at(const struct fixup_list *list, size_t i)
{
	if (i < list->narrowed_count)
		return &list->narrowed[i];
	i -= list->narrowed_count;
	return i < list->count ? &list->array[i] : NULL;
}

unsigned int fixup_list_guarded(const struct fixup_list *list,
				unsigned int first, unsigned int last,
				unsigned int *end)
{
	const struct fixup *fixup;
	unsigned int from, found = 0;
	size_t i;

	for (i = 0; (fixup = fixup_list_at(list, i)); i++) {
		if (fixup->first > last || fixup->last < first)
			continue;
		from = fixup->first > first ? fixup->first : first;
		if (found && from >= found)
			continue;
		found = from;
		*end = fixup->last;
	}
	return found;
}

static int compare_ports(const void *a, const void *b)
{
	const struct fixup *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

void fixup_list_ports(struct fixup_list *ports, const struct fixup_list *list)
{
	const struct fixup *fixup;
	struct fixup *last;
	size_t i;

	*ports = (struct fixup_list){ .array = NULL };
	for (i = 0; (fixup = fixup_list_at(list, i)); i++) {
		ports->array = xgrow(ports->array, i, &ports->room,
				     sizeof(*ports->array));
		ports->array[i] = (struct fixup){
			.first = fixup->first,
			.last = fixup->last,
		};
	}
	if (i)
		qsort(ports->array, i, sizeof(*ports->array), compare_ports);
	for (last = NULL, fixup = ports->array; i--; fixup++) {
		if (!last || fixup->first > last->last + 1) {
			last = &ports->array[ports->count++];
			*last = *fixup;
		} else if (fixup->last > last->last) {
			last->last = fixup->last;
		}
	}
}

static bool same_fixup(const struct fixup *a, const struct fixup *b)
{
	return a->first == b->first && a->last == b->last &&
	       !strcmp(a->policy, b->policy) &&
	       matches_equal(a->matches, b->matches);
}

bool fixup_list_equal(const struct fixup_list *a, const struct fixup_list *b)
{
	size_t i;

	if (a->count != b->count || a->narrowed_count != b->narrowed_count)
		return false;
	for (i = 0; fixup_list_at(a, i); i++)
		if (!same_fixup(fixup_list_at(a, i), fixup_list_at(b, i)))
			return false;
	return true;
}

void fixup_list_copy(struct fixup_list *to, const struct fixup_list *from)
{
	size_t i;

	*to = (struct fixup_list){ .array = NULL };
	for (i = 0; i < from->narrowed_count; i++)
		fixup_list_add_narrowed(to, &from->narrowed[i]);
	to->array = xrealloc(NULL, from->count * sizeof(*from->array));
	to->count = from->count;
	to->room = from->count;
	if (from->count)
		memcpy(to->array, from->array,
		       from->count * sizeof(*from->array));
}

void fixup_list_free(struct fixup_list *list)
{
	size_t i;

	for (i = 0; i < list->narrowed_count; i++)
		matches_free(list->narrowed[i].matches);
	free(list->narrowed);
	free(list->array);
	*list = (struct fixup_list){ .array = NULL };
}

bool fixup_is_default(const struct fixup *fixup)
{
	return !strcmp(fixup->policy, MAILGUARD_POLICY_DEFAULT);
}

/* The helper of policy "default" is "smtp", that of NAME is "smtp-NAME". */
void fixup_helper(const struct fixup *fixup, char name[FIXUP_HELPER_SIZE])
{
	strcpy(name, MAILGUARD_HELPER_NAME);
	if (fixup_is_default(fixup))
		return;
	strcat(name, "-");
	strcat(name, fixup->policy);
}

/* Finds the policy of a helper. Returns false if the helper is not ours. */
bool fixup_policy_of(const char *helper, struct fixup *fixup)
{
	size_t len = strlen(MAILGUARD_HELPER_NAME);
	const char *name;

	if (strncmp(helper, MAILGUARD_HELPER_NAME, len))
		return false;
	if (helper[len] == '\0')
		name = MAILGUARD_POLICY_DEFAULT;
	else if (helper[len] == '-')
		name = helper + len + 1;
	else
		return false;
	if (!name[0] || strlen(name) > MAILGUARD_POLICY_NAME_MAX)
		return false;
	strcpy(fixup->policy, name);
	return true;
}

char *ports_text(uint16_t first, uint16_t last)
{
	if (first == last)
		return xasprintf("%u", first);
	return xasprintf("%u-%u", first, last);
}

/* Returns the fixup in the words of the language. The caller frees it. */
char *fixup_text(const struct fixup *fixup)
{
	char *ports = ports_text(fixup->first, fixup->last), *text;
	char *matches = matches_text(fixup->matches);

	if (fixup_is_default(fixup))
		text = xasprintf("fixup protocol smtp %s%s", ports, matches);
	else
		text = xasprintf("fixup protocol smtp %s%s policy %s", ports,
				 matches, fixup->policy);
	free(matches);
	free(ports);
	return text;
}
