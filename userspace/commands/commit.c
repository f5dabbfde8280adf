// SPDX-License-Identifier: GPL-2.0
/*
 * Applies the statements of an input, all of them or none.
 *
 * They change policies in the module and fixups in nf_tables. First the module
 * and nf_tables are asked whether they would accept the changes. Then the new
 * policies are added, and the fixups are replaced in one transaction. If that
 * fails, the old policies are put back. Policies are deleted last, when no
 * fixup uses them any more.
 *
 * A check needs neither the module nor privileges. Without them the input is
 * judged by the module's code in this command, as on a machine that has just
 * started: the only policies are "default" and those of the input.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commit.h"
#include "commands/plan.h"
#include "compile/compile.h"
#include "lib/memory.h"
#include "lib/retry.h"
#include "lib/signals.h"
#include "mailguard.h"
#include "netlink/genl.h"
#include "netlink/policy.h"
#include "nft/offenders.h"
#include "nft/table.h"

struct work {
	const struct cmd_list *cmds;
	struct errors *errors;
	bool now;			/* live connections take the policies */
	bool family;			/* genl is open */
	bool alone;			/* check without the kernel */
	struct genl genl;
	struct nft nft;
	struct policy_list policies;	/* as they were before */
	struct fixup_list fixups;	/* as they were before */
	struct plan plan;
};

/*
 * Ending fixups does not need the module, unless there are live connections to
 * release.
 */
static bool needs_family(const struct cmd_list *cmds)
{
	const struct cmd *cmd;

	for (cmd = cmds->head; cmd; cmd = cmd->next)
		if (cmd_changes(cmd) && cmd->op != CMD_NO_FIXUP)
			return true;
	return false;
}

/* Returns why the kernel cannot check the input, or NULL if it can. */
static const char *why_alone(void)
{
	struct genl genl;
	bool permitted;

	if (genl_open(&genl))
		return "the kernel has no module nf_conntrack_smtp";
	permitted = genl_permits(&genl);
	genl_close(&genl);
	return permitted ? NULL : "CAP_NET_ADMIN is missing";
}

static int work_open(struct work *work)
{
	int ret;

	if (work->alone)
		return 0;
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

static int check_policy(struct work *work, const struct policy *policy)
{
	if (!work->alone)
		return policy_send(&work->genl, policy, true, work->errors);
	policy_compile_check(policy, work->errors);
	return 0;
}

/*
 * Each policy of the statements is checked, also one that a later statement
 * replaces.
 */
static void check_policies(struct work *work)
{
	const struct policy *preset;
	const struct cmd *cmd;

	for (cmd = work->cmds->head; cmd; cmd = cmd->next)
		if (cmd->op == CMD_POLICY &&
		    check_policy(work, cmd->policy) == -EPERM)
			return;
	for (preset = work->plan.presets.head; preset; preset = preset->next)
		check_policy(work, preset);
}

/*
 * True if the policy exists after the change. Deleting "default" puts the
 * built-in policy in its place. That needs memory and can fail, like adding any
 * other policy.
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

/*
 * Another command changed the fixups or the policies in the meantime, so the
 * plan is made again from what the kernel has now.
 */
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

/*
 * Without the module there are neither policies nor connections to release, so
 * it is no error if the module cannot be loaded.
 */
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

/* Returns NULL if the policy is NULL, or has no such setting. */
static const struct setting *find_setting(const struct policy *policy,
					  const char *words)
{
	const struct setting *setting;

	if (!policy)
		return NULL;
	setting = policy_setting(policy, statement_find(STATEMENT_POLICY,
							words));
	return setting->given ? setting : NULL;
}

static const struct setting *offenders_setting(const struct policy *policy)
{
	return find_setting(policy, "offenders");
}

static bool in_use(const struct fixup_list *fixups, const char *policy)
{
	const struct fixup *fixup;
	size_t i;

	for (i = 0; (fixup = fixup_list_at(fixups, i)); i++)
		if (!strcmp(fixup->policy, policy))
			return true;
	return false;
}

/*
 * The table of the fixups also has what their policies say about offenders, so
 * it must change if that does.
 */
static bool offenders_change(const struct work *work)
{
	const struct change *change;
	size_t i;

	for (i = 0; i < work->plan.change_count; i++) {
		change = &work->plan.changes[i];
		if (in_use(&work->plan.fixups, change->name->text) &&
		    (offenders_setting(change->policy) ||
		     offenders_setting(policy_list_find(&work->policies,
							change->name->text))))
			return true;
	}
	return false;
}

static void add_offenders(struct offenders_list *list,
			  const struct policy *policy)
{
	const struct setting *setting = offenders_setting(policy);
	const struct setting *mode = find_setting(policy, "mode");
	struct offenders *new;

	if (!setting)
		return;
	list->array = xgrow(list->array, list->count, &list->room,
			    sizeof(*list->array));
	new = &list->array[list->count++];
	*new = (struct offenders){
		.after = setting->number.value,
		.seconds = setting->time.value,
		.mask = setting->mask.given ? setting->mask.value :
					      MAILGUARD_OFFENDERS_MASK,
		.number = setting->mark_number,
		.monitor = mode && mode->action.value == MAILGUARD_MODE_MONITOR,
	};
	strcpy(new->policy, policy->name.text);
}

/*
 * Reads the policies again that fixups will use: the kernel has numbered those
 * that have offenders. With --check it has not, so any number must do.
 */
static int read_offenders(struct work *work, struct offenders_list *list)
{
	struct policy_list policies = { .head = NULL };
	const struct plan *plan = &work->plan;
	const struct policy *policy;
	size_t i;
	int ret = 0;

	list->count = 0;
	if (!fixup_list_at(&plan->fixups, 0) || !have_family(work))
		return 0;
	for (i = 0; work->nft.check && i < plan->change_count; i++)
		if (in_use(&plan->fixups, plan->changes[i].name->text))
			add_offenders(list, plan->changes[i].policy);
	if (!work->nft.check)
		ret = policy_receive_all(&work->genl, &policies, work->errors);
	for (policy = policies.head; policy; policy = policy->next)
		if (in_use(&plan->fixups, policy->name.text))
			add_offenders(list, policy);
	policy_list_free(&policies);
	return ret;
}

static int write_table(struct work *work)
{
	struct offenders_list offenders = { .array = NULL };
	int ret;

	ret = read_offenders(work, &offenders);
	if (!ret)
		ret = nft_write(&work->nft, &work->plan.fixups, &offenders,
				work->errors);
	free(offenders.array);
	return ret;
}

static int write_fixups(struct work *work)
{
	struct retry retry;
	int ret;

	if (!work->plan.fixups_named && !offenders_change(work))
		return 0;
	retry_begin(&retry);
	for (;;) {
		if (!fixup_list_at(&work->plan.fixups, 0) &&
		    !work->nft.table)
			return 0;
		ret = write_table(work);
		if (ret != -ERESTART)
			return ret;
		/* Nothing is written yet, so the user may interrupt here. */
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
 * Releases those ports of a range, all of which were guarded, that no fixup
 * guards any more. The kernel finds connections by their port alone: while any
 * fixup guards a port, all connections to it stay guarded.
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

/*
 * Releases live connections to ports that no fixup guards any more. If all
 * fixups were ended, this includes connections whose fixup was lost by "nft
 * flush ruleset", and connections that the operator's own rules guard.
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

static void renew_connections(struct work *work)
{
	const struct plan *plan = &work->plan;
	size_t i;

	for (i = 0; i < plan->change_count; i++)
		if (puts_policy(&plan->changes[i]) &&
		    policy_send_renew(&work->genl, plan->changes[i].name,
				      work->errors))
			return;
}

static void apply_all(struct work *work)
{
	if (add_policies(work))
		return;
	if (write_fixups(work)) {
		undo_policies(work, work->plan.change_count);
		return;
	}
	if (work->now)
		renew_connections(work);
	delete_policies(work);
	release_connections(work);
}

/*
 * Signals are blocked meanwhile: one in the middle would leave only some of the
 * statements applied.
 */
static void apply_changes(struct work *work)
{
	sigset_t before;

	signals_hold(&before);
	apply_all(work);
	signals_let_go(&before);
}

void commit(const struct cmd_list *cmds, enum commit_how how, bool now,
	    struct errors *errors)
{
	struct work work = { .cmds = cmds, .errors = errors, .now = now };
	const struct cmd *cmd = cmds->head;
	const char *why = NULL;

	while (cmd && !cmd_changes(cmd))
		cmd = cmd->next;
	if (!cmd)
		return;
	if (how == COMMIT_CHECK)
		why = why_alone();
	work.alone = why;
	if (!work_open(&work)) {
		plan_make(&work.plan, cmds, &work.policies, &work.fixups,
			  errors);
		check_policies(&work);
		work.nft.check = how == COMMIT_CHECK;
		if (how == COMMIT_POLICIES)
			plan_keep_fixups(&work.plan, &work.fixups, errors);
		if (!errors->count && work.alone)
			fprintf(stderr,
				"mailguard: checked without the kernel: %s\n",
				why);
		else if (!errors->count && how == COMMIT_CHECK)
			write_fixups(&work);
		else if (!errors->count)
			apply_changes(&work);
	}
	work_close(&work);
}
