// SPDX-License-Identifier: GPL-2.0
/* Asks the module how much memory guarded connections hold. */
#include <errno.h>

#include <linux/genetlink.h>

#include "commands/budget.h"
#include "mailguard.h"

static int budget_cb(const struct nlmsghdr *nlh, void *data)
{
	struct budget_list *list = data;
	struct budget budget = { .machine = false };
	const struct nlattr *attr;
	bool ok = true;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		switch (mnl_attr_get_type(attr)) {
		case MAILGUARD_A_MEMORY_MACHINE:
			budget.machine = true;
			break;
		case MAILGUARD_A_MEMORY_HELD:
			ok &= genl_get_u64(attr, &budget.held);
			break;
		case MAILGUARD_A_MEMORY_BUDGET:
			ok &= genl_get_u64(attr, &budget.budget);
			break;
		}
	}
	if (!ok || list->count == 2)
		return -EBADMSG;
	list->at[list->count++] = budget;
	return 0;
}

static void restart(void *data)
{
	struct budget_list *list = data;

	list->count = 0;
}

json_t *budget_json(const struct budget *budget)
{
	json_t *object = json_checked(json_object());

	json_put(object, "machine", json_boolean(budget->machine));
	json_put(object, "held", json_integer(budget->held));
	json_put(object, "budget", json_integer(budget->budget));
	return object;
}

int budget_read(struct genl *genl, struct budget_list *list,
		struct errors *errors)
{
	list->count = 0;
	return genl_dump(genl, MAILGUARD_CMD_MEMORY_GET, budget_cb, restart,
			 list, errors);
}
