/* SPDX-License-Identifier: GPL-2.0 */
/* What the statements come to, seen from what the kernel has now. */
#ifndef MAILGUARD_PLAN_H
#define MAILGUARD_PLAN_H

#include <stdbool.h>

#include "language/cmd.h"
#include "language/errors.h"
#include "language/fixup.h"
#include "language/policy.h"

/* What becomes of a policy: the last statement about it decides. */
struct change {
	const struct word *name;
	const struct policy *policy;	/* NULL: it is deleted */
};

struct plan {
	struct change *changes;
	size_t change_count;
	size_t change_room;
	struct fixup_list fixups;	/* as they will be */
	bool fixups_named;		/* a statement was about them */
	bool all_ended;			/* no fixup, and no port given */
	struct policy_list presets;	/* that fixups name and no one defined */
	struct inputs *inputs;
};

/* Errors are counted in @errors. */
void plan_make(struct plan *plan, const struct cmd_list *cmds,
	       const struct policy_list *policies,
	       const struct fixup_list *fixups, struct errors *errors);
/* Only the policies change: fixups stay as they are, and what they use. */
void plan_keep_fixups(struct plan *plan, const struct fixup_list *fixups,
		      struct errors *errors);
void plan_free(struct plan *plan);

#endif
