/* SPDX-License-Identifier: GPL-2.0 */
/* Which ports are guarded by which policy. */
#ifndef MAILGUARD_FIXUP_H
#define MAILGUARD_FIXUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/location.h"
#include "language/narrow.h"
#include "mailguard.h"

#define FIXUP_PORT_DEFAULT	25

/* The name of a helper, NUL included: NF_CT_HELPER_NAME_LEN. */
#define FIXUP_HELPER_SIZE	16

struct fixup {
	uint16_t first;
	uint16_t last;
	char policy[MAILGUARD_POLICY_NAME_MAX + 1];
	struct narrowing *narrowing;	/* NULL: all connections to the ports */
	struct location loc;	/* of the statement, if one made it */
};

/*
 * Those for all connections are ordered by port, and no two overlap. The
 * narrowed ones, which come first, stand in the order in which they are tried.
 */
struct fixup_list {
	struct fixup *array;
	size_t count;
	size_t room;
	struct fixup *narrowed;
	size_t narrowed_count;
	size_t narrowed_room;
};

/* The first one that shares a port with the range, or NULL. */
struct fixup *fixup_list_overlap(const struct fixup_list *list,
				 uint16_t first, uint16_t last);
void fixup_list_insert(struct fixup_list *list, const struct fixup *fixup);
void fixup_list_remove(struct fixup_list *list, struct fixup *fixup);

/* Those that are narrowed; of the fixup that is added, a copy is kept. */
struct fixup *fixup_list_find_narrowed(const struct fixup_list *list,
				       const struct fixup *like);
void fixup_list_add_narrowed(struct fixup_list *list,
			     const struct fixup *fixup);
void fixup_list_remove_narrowed(struct fixup_list *list, struct fixup *fixup);

/* All of them, in the order of the list; NULL behind the last. */
const struct fixup *fixup_list_at(const struct fixup_list *list, size_t i);

/*
 * The first port of the range that is guarded for any connection, and in @end
 * up to where; 0 if none is.
 */
unsigned int fixup_list_guarded(const struct fixup_list *list,
				unsigned int first, unsigned int last,
				unsigned int *end);

/* The ports of all fixups, ordered and apart from one another, as fixups. */
void fixup_list_ports(struct fixup_list *ports, const struct fixup_list *list);

bool fixup_list_equal(const struct fixup_list *a, const struct fixup_list *b);
void fixup_list_copy(struct fixup_list *to, const struct fixup_list *from);
void fixup_list_free(struct fixup_list *list);

bool fixup_is_default(const struct fixup *fixup);
void fixup_helper(const struct fixup *fixup, char name[FIXUP_HELPER_SIZE]);
bool fixup_policy_of(const char *helper, struct fixup *fixup);

/* "25" or "2525-2530"; what it returns is to be freed. */
char *ports_text(uint16_t first, uint16_t last);
char *fixup_text(const struct fixup *fixup);

#endif
