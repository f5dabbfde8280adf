// SPDX-License-Identifier: GPL-2.0
/* Works out which changes the statements make. */
#include <stdlib.h>
#include <string.h>

#include "commands/plan.h"
#include "language/preset.h"
#include "language/suggest.h"
#include "lib/memory.h"
#include "mailguard.h"

static struct change *find_change(const struct plan *plan, const char *name)
{
	size_t i;

	for (i = 0; i < plan->change_count; i++)
		if (!strcmp(plan->changes[i].name->text, name))
			return &plan->changes[i];
	return NULL;
}

static void set_change(struct plan *plan, const struct word *name,
		       const struct policy *policy)
{
	struct change *change = find_change(plan, name->text);

	if (!change) {
		plan->changes = xgrow(plan->changes, plan->change_count,
				      &plan->change_room,
				      sizeof(*plan->changes));
		change = &plan->changes[plan->change_count++];
	}
	change->name = name;
	change->policy = policy;
}

/*
 * True if the policy exists after the statements so far. The policy "default"
 * always exists.
 */
static bool policy_exists(const struct plan *plan,
			  const struct policy_list *policies, const char *name)
{
	const struct change *change = find_change(plan, name);

	if (!strcmp(name, MAILGUARD_POLICY_DEFAULT))
		return true;
	if (change)
		return change->policy;
	return policy_list_find(policies, name);
}

static void suggest_policies(const struct plan *plan,
			     const struct policy_list *policies,
			     const struct word *name, struct suggestion *s)
{
	const struct policy *policy;
	size_t i;

	suggest_start(s, name->text);
	for (policy = policies->head; policy; policy = policy->next)
		if (policy_exists(plan, policies, policy->name.text))
			suggest_offer(s, policy->name.text);
	for (i = 0; i < plan->change_count; i++)
		if (plan->changes[i].policy)
			suggest_offer(s, plan->changes[i].name->text);
}

/* Suggests only policies: a preset cannot be deleted. */
static void complain_deleted(const struct plan *plan,
			     const struct policy_list *policies,
			     const struct word *name, struct errors *errors)
{
	struct suggestion s;
	char *text;

	suggest_policies(plan, policies, name, &s);
	text = suggest_text(&s);
	error_at(errors, &name->loc, "there is no policy '%s'%s", name->text,
		 text);
	free(text);
}

/*
 * The policy "default" may be deleted while a fixup uses it, because the
 * built-in policy then takes its place.
 */
static bool complain_in_use(const struct fixup_list *fixups,
			    const struct word *name, struct errors *errors)
{
	const struct fixup *fixup;
	char *text;
	size_t i;

	for (i = 0; strcmp(name->text, MAILGUARD_POLICY_DEFAULT) &&
	     (fixup = fixup_list_at(fixups, i)); i++) {
		if (strcmp(fixup->policy, name->text))
			continue;
		text = fixup_text(fixup);
		error_at(errors, &name->loc, "policy '%s' is in use by '%s'",
			 name->text, text);
		free(text);
		return true;
	}
	return false;
}

static void delete_policy(struct plan *plan, const struct cmd *cmd,
			  const struct policy_list *policies,
			  struct errors *errors)
{
	if (!policy_exists(plan, policies, cmd->name.text))
		complain_deleted(plan, policies, &cmd->name, errors);
	else if (!complain_in_use(&plan->fixups, &cmd->name, errors))
		set_change(plan, &cmd->name, NULL);
}

/* If no policy has the name, adds the preset of that name as a policy. */
static bool add_preset(struct plan *plan, const struct word *name,
		       const struct policy_list *policies,
		       struct errors *errors)
{
	struct suggestion near;
	struct policy *policy;

	if (!preset_exists(name->text)) {
		suggest_policies(plan, policies, name, &near);
		preset_complain(errors, name, &near);
		return false;
	}
	policy = preset_read(plan->inputs, errors, name);
	if (!policy)
		return false;
	policy_list_add(&plan->presets, policy);
	set_change(plan, &policy->name, policy);
	return true;
}

struct fixup fixup_of(const struct cmd *cmd)
{
	const struct ports *ports = &cmd->ports;
	struct fixup fixup = {
		.first = ports->given ? ports->first : FIXUP_PORT_DEFAULT,
		.last = ports->given ? ports->last : FIXUP_PORT_DEFAULT,
		.matches = cmd->matches,
		.loc = cmd->name.text ? cmd->name.loc : cmd->loc,
	};

	strcpy(fixup.policy, cmd->name.text ? cmd->name.text :
	       MAILGUARD_POLICY_DEFAULT);
	return fixup;
}

static void fixup_narrowed(struct plan *plan, const struct fixup *new)
{
	struct fixup *old = fixup_list_find_narrowed(&plan->fixups, new);

	if (!old) {
		fixup_list_add_narrowed(&plan->fixups, new);
		return;
	}
	strcpy(old->policy, new->policy);
	old->loc = new->loc;
}

static void plan_fixup(struct plan *plan, const struct cmd *cmd,
		       const struct policy_list *policies,
		       struct errors *errors)
{
	const char *policy = cmd->name.text ? cmd->name.text :
			     MAILGUARD_POLICY_DEFAULT;
	const struct ports *ports = &cmd->ports;
	struct fixup new = fixup_of(cmd);
	struct fixup *old;
	char *text;

	if (!policy_exists(plan, policies, policy) &&
	    !add_preset(plan, &cmd->name, policies, errors))
		return;
	if (new.matches) {
		fixup_narrowed(plan, &new);
		return;
	}
	old = fixup_list_overlap(&plan->fixups, new.first, new.last);
	if (!old) {
		fixup_list_insert(&plan->fixups, &new);
	} else if (old->first == new.first && old->last == new.last) {
		*old = new;
	} else {
		text = fixup_text(old);
		error_at(errors, ports->given ? &ports->loc : &cmd->loc,
			 "the ports overlap those of '%s'", text);
		free(text);
	}
}

static char *all_fixups(const struct fixup_list *list)
{
	char *text = xstrdup(""), *one, *longer;
	const struct fixup *fixup;
	size_t i;

	for (i = 0; i < 10 && (fixup = fixup_list_at(list, i)); i++) {
		one = fixup_text(fixup);
		longer = xasprintf("%s%s'%s'", text, i ? ", " : "", one);
		free(one);
		free(text);
		text = longer;
	}
	if (!fixup_list_at(list, i))
		return text;
	longer = xasprintf("%s and others", text);
	free(text);
	return longer;
}

static void no_such_fixup(const struct plan *plan, const struct cmd *cmd,
			  const struct fixup *wanted, struct errors *errors)
{
	const struct location *loc = cmd->ports.given ? &cmd->ports.loc :
				     &cmd->loc;
	char *text = fixup_text(wanted), *all = all_fixups(&plan->fixups);

	if (*all)
		error_at(errors, loc, "there is no '%s', but %s", text, all);
	else
		error_at(errors, loc, "there is no '%s', nor any other", text);
	free(all);
	free(text);
}

static struct fixup *find_fixup(const struct plan *plan, const struct cmd *cmd,
				const struct fixup *wanted)
{
	struct fixup *old;

	if (wanted->matches)
		old = fixup_list_find_narrowed(&plan->fixups, wanted);
	else
		old = fixup_list_overlap(&plan->fixups, wanted->first,
					 wanted->last);
	if (!old || old->first != wanted->first || old->last != wanted->last)
		return NULL;
	if (cmd->name.text && strcmp(cmd->name.text, old->policy))
		return NULL;
	return old;
}

static void no_fixup(struct plan *plan, const struct cmd *cmd,
		     struct errors *errors)
{
	struct fixup wanted = fixup_of(cmd), *old;

	if (!cmd->ports.given && !cmd->matches && !cmd->name.text) {
		plan->all_ended = true;
		fixup_list_free(&plan->fixups);
		return;
	}
	old = find_fixup(plan, cmd, &wanted);
	if (!old)
		no_such_fixup(plan, cmd, &wanted, errors);
	else if (old->matches)
		fixup_list_remove_narrowed(&plan->fixups, old);
	else
		fixup_list_remove(&plan->fixups, old);
}

/* Leaves the one fixup that a PIX had when it left the factory. */
static void clear_fixup(struct plan *plan, const struct cmd *cmd)
{
	struct fixup fixup = {
		.first = FIXUP_PORT_DEFAULT,
		.last = FIXUP_PORT_DEFAULT,
		.policy = MAILGUARD_POLICY_DEFAULT,
		.loc = cmd->loc,
	};

	fixup_list_free(&plan->fixups);
	fixup_list_insert(&plan->fixups, &fixup);
}

/* Only what the statements behind this one add will stay. */
static void forget_all(struct plan *plan, const struct policy_list *policies)
{
	const struct policy *policy;

	plan->fixups_named = true;
	fixup_list_free(&plan->fixups);
	for (policy = policies->head; policy; policy = policy->next)
		set_change(plan, &policy->name, NULL);
}

void plan_make(struct plan *plan, const struct cmd_list *cmds,
	       const struct policy_list *policies,
	       const struct fixup_list *fixups, struct errors *errors)
{
	const struct cmd *cmd;

	*plan = (struct plan){ .inputs = cmds->inputs };
	fixup_list_copy(&plan->fixups, fixups);
	for (cmd = cmds->head; cmd; cmd = cmd->next) {
		switch (cmd->op) {
		case CMD_POLICY:
			set_change(plan, &cmd->policy->name, cmd->policy);
			break;
		case CMD_DELETE_POLICY:
			delete_policy(plan, cmd, policies, errors);
			break;
		case CMD_ROLLBACK:
			forget_all(plan, policies);
			break;
		case CMD_FIXUP:
			plan->fixups_named = true;
			plan_fixup(plan, cmd, policies, errors);
			break;
		case CMD_NO_FIXUP:
			plan->fixups_named = true;
			no_fixup(plan, cmd, errors);
			break;
		case CMD_CLEAR_FIXUP:
			plan->fixups_named = true;
			clear_fixup(plan, cmd);
			break;
		default:
			break;
		}
	}
}

void plan_keep_fixups(struct plan *plan, const struct fixup_list *fixups,
		      struct errors *errors)
{
	size_t i;

	fixup_list_free(&plan->fixups);
	fixup_list_copy(&plan->fixups, fixups);
	plan->fixups_named = false;
	plan->all_ended = false;
	for (i = 0; i < plan->change_count; i++)
		if (!plan->changes[i].policy)
			complain_in_use(fixups, plan->changes[i].name, errors);
}

void plan_free(struct plan *plan)
{
	free(plan->changes);
	policy_list_free(&plan->presets);
	fixup_list_free(&plan->fixups);
}
