/* SPDX-License-Identifier: GPL-2.0 */
/* The changes that the statements make to the current state. */
#ifndef MAILGUARD_PLAN_H
#define MAILGUARD_PLAN_H

#include <stdbool.h>

#include "language/cmd.h"
#include "language/errors.h"
#include "language/fixup.h"
#include "language/policy.h"

/*
 * What happens to a policy. If several statements are about it, the last
 * counts.
 */
struct change {
	const struct word *name;
	const struct policy *policy;	/* NULL: the policy is deleted */
};

struct plan {
	struct change *changes;
	size_t change_count;
	size_t change_room;
	struct fixup_list fixups;	/* as they will be */
	bool fixups_named;		/* a statement is about fixups */
	bool all_ended;			/* by a statement without a port */
	struct policy_list presets;	/* used by fixups, defined by nobody */
	struct inputs *inputs;
};

/* Makes the fixup that a statement describes. It shares its matches. */
struct fixup fixup_of(const struct cmd *cmd);

/* Works out the plan. Counts errors in @errors. */
void plan_make(struct plan *plan, const struct cmd_list *cmds,
	       const struct policy_list *policies,
	       const struct fixup_list *fixups, struct errors *errors);
/*
 * Takes the fixups out of the plan: they stay as they are, and to delete a
 * policy that they use is an error.
 */
void plan_keep_fixups(struct plan *plan, const struct fixup_list *fixups,
		      struct errors *errors);
void plan_free(struct plan *plan);

#endif
