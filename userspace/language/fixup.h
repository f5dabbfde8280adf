/* SPDX-License-Identifier: GPL-2.0 */
/* Which ports are guarded by which policy. */
#ifndef MAILGUARD_FIXUP_H
#define MAILGUARD_FIXUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/location.h"
#include "language/match.h"
#include "mailguard.h"

#define FIXUP_PORT_DEFAULT	25

/* Size of a helper's name with its NUL: NF_CT_HELPER_NAME_LEN. */
#define FIXUP_HELPER_SIZE	16

struct fixup {
	uint16_t first;
	uint16_t last;
	char policy[MAILGUARD_POLICY_NAME_MAX + 1];
	struct matches *matches;	/* NULL: all connections to the ports */
	struct location loc;	/* of the statement, if there is one */
};

/*
 * Fixups without matches are ordered by port, and no two of them overlap.
 * Narrowed fixups, which have matches, are tried before them, in the order of
 * their array.
 */
struct fixup_list {
	struct fixup *array;
	size_t count;
	size_t room;
	struct fixup *narrowed;
	size_t narrowed_count;
	size_t narrowed_room;
};

/*
 * Returns the first fixup without matches that shares a port with the range, or
 * NULL.
 */
struct fixup *fixup_list_overlap(const struct fixup_list *list,
				 uint16_t first, uint16_t last);
void fixup_list_insert(struct fixup_list *list, const struct fixup *fixup);
void fixup_list_remove(struct fixup_list *list, struct fixup *fixup);

/*
 * Narrowed fixups. The first function finds the one with the same ports and
 * matches, the second one adds a copy of @fixup.
 */
struct fixup *fixup_list_find_narrowed(const struct fixup_list *list,
				       const struct fixup *like);
void fixup_list_add_narrowed(struct fixup_list *list,
			     const struct fixup *fixup);
void fixup_list_remove_narrowed(struct fixup_list *list, struct fixup *fixup);

/* Returns fixup number @i, narrowed ones first, or NULL behind the last. */
const struct fixup *fixup_list_at(const struct fixup_list *list, size_t i);

/*
 * Returns the first port of the range that is guarded by any fixup, narrowed or
 * not, or 0 if there is none. Sets @end to the last port of that fixup.
 */
unsigned int fixup_list_guarded(const struct fixup_list *list,
				unsigned int first, unsigned int last,
				unsigned int *end);

/*
 * Sets @ports to the ports of all fixups, in order, with ranges that touch
 * merged into one.
 */
void fixup_list_ports(struct fixup_list *ports, const struct fixup_list *list);

bool fixup_list_equal(const struct fixup_list *a, const struct fixup_list *b);
void fixup_list_copy(struct fixup_list *to, const struct fixup_list *from);
void fixup_list_free(struct fixup_list *list);

bool fixup_is_default(const struct fixup *fixup);
void fixup_helper(const struct fixup *fixup, char name[FIXUP_HELPER_SIZE]);
bool fixup_policy_of(const char *helper, struct fixup *fixup);

/* Returns "25" or "2525-2530". The caller frees it. */
char *ports_text(uint16_t first, uint16_t last);
char *fixup_text(const struct fixup *fixup);

#endif
