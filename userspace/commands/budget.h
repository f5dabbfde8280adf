/* SPDX-License-Identifier: GPL-2.0 */
/* The memory that guarded connections hold, and how much they may hold. */
#ifndef MAILGUARD_BUDGET_H
#define MAILGUARD_BUDGET_H

#include <stdint.h>

#include "netlink/genl.h"

struct budget {
	bool machine;		/* of all namespaces, not of this one */
	uint64_t held;		/* bytes */
	uint64_t budget;	/* bytes */
};

/* That of the namespace, and in the first one that of the machine. */
struct budget_list {
	struct budget at[2];
	unsigned int count;
};

/* Returns 0, or a negative errno after an error message. */
int budget_read(struct genl *genl, struct budget_list *list,
		struct errors *errors);

#endif
