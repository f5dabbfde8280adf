/* SPDX-License-Identifier: GPL-2.0 */
/* How much memory guarded connections hold, and may hold (the budget). */
#ifndef MAILGUARD_BUDGET_H
#define MAILGUARD_BUDGET_H

#include <stdint.h>

#include "lib/json.h"
#include "netlink/genl.h"

struct budget {
	bool machine;		/* of all namespaces together */
	uint64_t held;		/* bytes */
	uint64_t budget;	/* bytes */
};

/*
 * The budget of this namespace and, if it is the initial one, of the machine.
 */
struct budget_list {
	struct budget at[2];
	unsigned int count;
};

json_t *budget_json(const struct budget *budget);

/* Returns 0, or a negative errno after an error message. */
int budget_read(struct genl *genl, struct budget_list *list,
		struct errors *errors);

#endif
