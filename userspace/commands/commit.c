// SPDX-License-Identifier: GPL-2.0
/*
 * There are two places to change, policies in the module and fixups in
 * nf_tables. Either is asked first whether it would; then come the new
 * policies, the fixups in one transaction, and last, as nothing uses them any
 * more, the deleted policies. Should the fixups fail, the policies are put
 * back.
 */
#include <errno.h>
#include <string.h>

#include "commands/commit.h"
#include "commands/plan.h"
#include "lib/retry.h"
#include "lib/signals.h"
#include "mailguard.h"
#include "netlink/genl.h"
#include "netlink/policy.h"
#include "nft/table.h"

struct work {
	const struct cmd_list *cmds;
	struct errors *errors;
	bool family;			/* genl is open */
	struct genl genl;
	struct nft nft;
	struct policy_list policies;	/* before */
	struct fixup_list fixups;	/* before */
	struct plan plan;
};

static bool cmd_changes(const struct cmd *cmd)
{
	return cmd->op <= CMD_DELETE_POLICY;
}

/* To end fixups takes no module until there are connections to let go. */
static bool needs_family(const struct cmd_list *cmds)
{
	const struct cmd *cmd;

	for (cmd = cmds->head; cmd; cmd = cmd->next)
		if (cmd_changes(cmd) && cmd->op != CMD_NO_FIXUP)
			return true;
	return false;
}

static int work_open(struct work *work)
{
	int ret;

	if (needs_family(work->cmds)) {
		ret = genl_open(&work->genl);
		if (ret) {
			genl_complain(ret, work->errors);
			return ret;
		}
		work->family = true;
		ret = policy_receive_all(&work->genl, &work->policies,
					 work->errors);
		if (ret)
			return ret;
	}
	ret = nft_open(&work->nft, work->errors);
	if (ret)
		return ret;
	return nft_read(&work->nft, &work->fixups, work->errors);
}

static void work_close(struct work *work)
{
	plan_free(&work->plan);
	fixup_list_free(&work->fixups);
	policy_list_free(&work->policies);
	nft_close(&work->nft);
	if (work->family)
		genl_close(&work->genl);
}

/* The kernel judges each policy of the statements, also what is replaced. */
static void check_policies(struct work *work)
{
	const struct policy *preset;
	const struct cmd *cmd;

	for (cmd = work->cmds->head; cmd; cmd = cmd->next)
		if (cmd->op == CMD_POLICY &&
		    policy_send(&work->genl, cmd->policy, true,
				work->errors) == -EPERM)
			return;
	for (preset = work->plan.presets.head; preset; preset = preset->next)
		policy_send(&work->genl, preset, true, work->errors);
}

/*
 * A policy is there after the change: the default is never gone. That the
 * built-in one comes back takes memory, and so may fail as any other policy
 * may.
 */
static bool puts_policy(const struct change *change)
{
	return change->policy ||
	       !strcmp(change->name->text, MAILGUARD_POLICY_DEFAULT);
}

static void undo_policies(struct work *work, size_t count)
{
	const struct policy *before;
	const struct change *change;
	int ret;

	while (count--) {
		change = &work->plan.changes[count];
		if (!puts_policy(change))
			continue;
		before = policy_list_find(&work->policies, change->name->text);
		if (before)
			ret = policy_send(&work->genl, before, false,
					  work->errors);
		else
			ret = policy_send_delete(&work->genl, change->name,
						 work->errors);
		if (ret)
			error_at(work->errors, &change->name->loc,
				 "policy '%s' was changed and could not be put back",
				 change->name->text);
	}
}

static int put_policy(struct work *work, const struct change *change)
{
	if (change->policy)
		return policy_send(&work->genl, change->policy, false,
				   work->errors);
	return policy_send_delete(&work->genl, change->name, work->errors);
}

static int add_policies(struct work *work)
{
	const struct plan *plan = &work->plan;
	size_t i;
	int ret;

	for (i = 0; i < plan->change_count; i++) {
		if (!puts_policy(&plan->changes[i]))
			continue;
		ret = put_policy(work, &plan->changes[i]);
		if (ret) {
			undo_policies(work, i);
			return ret;
		}
	}
	return 0;
}

static void delete_policies(struct work *work)
{
	const struct plan *plan = &work->plan;
	const struct change *change;
	size_t i;

	for (i = 0; i < plan->change_count; i++) {
		change = &plan->changes[i];
		if (!puts_policy(change) &&
		    policy_list_find(&work->policies, change->name->text))
			policy_send_delete(&work->genl, change->name,
					   work->errors);
	}
}

/* Someone else was first: what do the statements come to now? */
static int plan_again(struct work *work)
{
	unsigned int before = work->errors->count;
	struct fixup_list fixups = { .array = NULL };
	struct plan plan;
	int ret;

	ret = nft_read(&work->nft, &fixups, work->errors);
	if (ret)
		return ret;
	plan_make(&plan, work->cmds, &work->policies, &fixups, work->errors);
	if (work->errors->count != before) {
		plan_free(&plan);
		fixup_list_free(&fixups);
		return -EINVAL;
	}
	plan_free(&work->plan);
	work->plan = plan;
	fixup_list_free(&work->fixups);
	work->fixups = fixups;
	return 0;
}

static int write_fixups(struct work *work)
{
	struct retry retry;
	int ret;

	if (!work->plan.fixups_named)
		return 0;
	retry_begin(&retry);
	for (;;) {
		if (!fixup_list_at(&work->plan.fixups, 0) &&
		    !work->nft.table)
			return 0;
		ret = nft_write(&work->nft, &work->plan.fixups, work->errors);
		if (ret != -ERESTART)
			return ret;
		/* Nothing is written yet: who has waited enough may leave. */
		if (signals_wait()) {
			error_at(work->errors, NULL,
				 "interrupted while others change the nft ruleset");
			return -EINTR;
		}
		if (!retry_wait(&retry)) {
			error_at(work->errors, NULL,
				 "others change the nft ruleset all the time");
			return ret;
		}
		ret = plan_again(work);
		if (ret)
			return ret;
	}
}

static int release_ports(struct genl *genl, uint16_t first, uint16_t last,
			 struct errors *errors)
{
	struct genl_msg msg;
	int ret;

	genl_msg_begin(genl, &msg, MAILGUARD_CMD_CONNECTION_RELEASE);
	genl_put_u16(&msg, MAILGUARD_A_RELEASE_FIRST, first, NULL);
	genl_put_u16(&msg, MAILGUARD_A_RELEASE_LAST, last, NULL);
	ret = genl_send(genl, &msg, NULL, errors);
	genl_msg_free(&msg);
	return ret;
}

/*
 * Of one range that was guarded, what no longer is. Connections are let go by
 * their port alone: while some of a port are still guarded, all of them stay.
 */
static int release_range(struct work *work, unsigned int first,
			 unsigned int last)
{
	unsigned int kept, end = 0;
	int ret;

	while (first <= last) {
		kept = fixup_list_guarded(&work->plan.fixups, first, last,
					  &end);
		if (!kept) {
			kept = last + 1;
			end = last;
		}
		if (kept > first) {
			ret = release_ports(&work->genl, first, kept - 1,
					    work->errors);
			if (ret)
				return ret;
		}
		first = end + 1;
	}
	return 0;
}

static bool range_kept(const struct work *work, const struct fixup *old)
{
	unsigned int port = old->first, kept, end = 0;

	for (; port <= old->last; port = end + 1) {
		kept = fixup_list_guarded(&work->plan.fixups, port, old->last,
					  &end);
		if (kept != port)
			return false;
	}
	return true;
}

/* Without a module no one reads the connections. */
static bool have_family(struct work *work)
{
	int ret;

	if (work->family)
		return true;
	ret = genl_open(&work->genl);
	if (ret && ret != -ENOENT)
		genl_complain(ret, work->errors);
	work->family = !ret;
	return work->family;
}

/*
 * Live connections to ports that are guarded no more pass from now on. Where
 * all were ended, so do those whose fixup a foreign flush took away, and those
 * that rules of the operator's own assigned.
 */
static void release_connections(struct work *work)
{
	const struct fixup *old;
	size_t i;

	if (work->plan.all_ended) {
		if (have_family(work))
			release_range(work, 1, UINT16_MAX);
		return;
	}
	for (i = 0; (old = fixup_list_at(&work->fixups, i)); i++) {
		if (range_kept(work, old))
			continue;
		if (!have_family(work) ||
		    release_range(work, old->first, old->last))
			return;
	}
}

static void apply_all(struct work *work)
{
	if (add_policies(work))
		return;
	if (write_fixups(work)) {
		undo_policies(work, work->plan.change_count);
		return;
	}
	delete_policies(work);
	release_connections(work);
}

/* A signal in the middle would leave a part of the statements applied. */
static void apply(struct work *work)
{
	sigset_t before;

	signals_hold(&before);
	apply_all(work);
	signals_let_go(&before);
}

void commit(const struct cmd_list *cmds, enum commit_how how,
	    struct errors *errors)
{
	struct work work = { .cmds = cmds, .errors = errors };
	const struct cmd *cmd = cmds->head;

	while (cmd && !cmd_changes(cmd))
		cmd = cmd->next;
	if (!cmd)
		return;
	if (!work_open(&work)) {
		plan_make(&work.plan, cmds, &work.policies, &work.fixups,
			  errors);
		check_policies(&work);
		work.nft.check = how == COMMIT_CHECK;
		if (how == COMMIT_POLICIES)
			plan_keep_fixups(&work.plan, &work.fixups, errors);
		if (!errors->count && how == COMMIT_CHECK)
			write_fixups(&work);
		else if (!errors->count)
			apply(&work);
	}
	work_close(&work);
}
