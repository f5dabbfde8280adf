/* SPDX-License-Identifier: GPL-2.0 */
/* Which ports are guarded by which policy. */
#ifndef MAILGUARD_FIXUP_H
#define MAILGUARD_FIXUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "location.h"
#include "mailguard.h"

#define FIXUP_PORT_DEFAULT	25

/* The name of a helper, NUL included: NF_CT_HELPER_NAME_LEN. */
#define FIXUP_HELPER_SIZE	16

struct fixup {
	uint16_t first;
	uint16_t last;
	char policy[MAILGUARD_POLICY_NAME_MAX + 1];
	struct location loc;	/* of the statement, if one made it */
};

/* Ordered by port; no two overlap. */
struct fixup_list {
	struct fixup *array;
	size_t count;
	size_t room;
};

/* The first one that shares a port with the range, or NULL. */
struct fixup *fixup_list_overlap(const struct fixup_list *list,
				 uint16_t first, uint16_t last);
void fixup_list_insert(struct fixup_list *list, const struct fixup *fixup);
void fixup_list_remove(struct fixup_list *list, struct fixup *fixup);
void fixup_list_copy(struct fixup_list *to, const struct fixup_list *from);
void fixup_list_free(struct fixup_list *list);

bool fixup_is_default(const struct fixup *fixup);
void fixup_helper(const struct fixup *fixup, char name[FIXUP_HELPER_SIZE]);
bool fixup_policy_of(const char *helper, struct fixup *fixup);

/* "25" or "2525-2530"; what it returns is to be freed. */
char *ports_text(uint16_t first, uint16_t last);
char *fixup_text(const struct fixup *fixup);

#endif
