// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "mailguard.h"
#include "memory.h"
#include "plan.h"
#include "preset.h"

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

/* After the statements so far. The default can't be gone. */
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

static void delete_policy(struct plan *plan, const struct cmd *cmd,
			  const struct policy_list *policies,
			  struct errors *errors)
{
	const char *name = cmd->name.text;
	char *text;
	size_t i;

	if (!policy_exists(plan, policies, name)) {
		error_at(errors, &cmd->name.loc, "there is no policy '%s'",
			 name);
		return;
	}
	/* Of the default the built-in one remains. */
	for (i = 0; strcmp(name, MAILGUARD_POLICY_DEFAULT) &&
	     i < plan->fixups.count; i++) {
		if (strcmp(plan->fixups.array[i].policy, name))
			continue;
		text = fixup_text(&plan->fixups.array[i]);
		error_at(errors, &cmd->name.loc,
			 "policy '%s' is in use by '%s'", name, text);
		free(text);
		return;
	}
	set_change(plan, &cmd->name, NULL);
}

/* Where no policy has the name, the preset of that name becomes one. */
static bool add_preset(struct plan *plan, const struct word *name,
		       struct errors *errors)
{
	struct policy *policy;

	if (!preset_exists(name->text)) {
		preset_complain(errors, name);
		return false;
	}
	policy = preset_read(plan->inputs, errors, name);
	if (!policy)
		return false;
	policy_list_add(&plan->presets, policy);
	set_change(plan, &policy->name, policy);
	return true;
}

static void fixup(struct plan *plan, const struct cmd *cmd,
		  const struct policy_list *policies, struct errors *errors)
{
	const char *policy = cmd->name.text ? cmd->name.text :
			     MAILGUARD_POLICY_DEFAULT;
	const struct ports *ports = &cmd->ports;
	struct fixup new = {
		.first = ports->given ? ports->first : FIXUP_PORT_DEFAULT,
		.last = ports->given ? ports->last : FIXUP_PORT_DEFAULT,
		.loc = cmd->name.text ? cmd->name.loc : cmd->loc,
	};
	struct fixup *old;
	char *text;

	if (!policy_exists(plan, policies, policy) &&
	    !add_preset(plan, &cmd->name, errors))
		return;
	strcpy(new.policy, policy);
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

static char *all_ports(const struct fixup_list *list)
{
	char *text = xstrdup(""), *ports, *longer;
	size_t i;

	for (i = 0; i < list->count && i < 20; i++) {
		ports = ports_text(list->array[i].first, list->array[i].last);
		longer = xasprintf("%s%s%s", text, i ? ", " : "", ports);
		free(ports);
		free(text);
		text = longer;
	}
	if (i == list->count)
		return text;
	longer = xasprintf("%s and others", text);
	free(text);
	return longer;
}

static void no_fixup(struct plan *plan, const struct cmd *cmd,
		     struct errors *errors)
{
	const struct ports *ports = &cmd->ports;
	struct fixup *old;
	char *text, *all;

	if (!ports->given) {
		plan->all_ended = true;
		fixup_list_free(&plan->fixups);
		return;
	}
	old = fixup_list_overlap(&plan->fixups, ports->first, ports->last);
	if (old && old->first == ports->first && old->last == ports->last) {
		fixup_list_remove(&plan->fixups, old);
		return;
	}
	text = ports_text(ports->first, ports->last);
	all = all_ports(&plan->fixups);
	if (plan->fixups.count)
		error_at(errors, &ports->loc,
			 "there is no fixup protocol smtp %s, but of %s", text,
			 all);
	else
		error_at(errors, &ports->loc,
			 "there is no fixup protocol smtp %s, nor any other",
			 text);
	free(all);
	free(text);
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
		case CMD_FIXUP:
			plan->fixups_named = true;
			fixup(plan, cmd, policies, errors);
			break;
		case CMD_NO_FIXUP:
			plan->fixups_named = true;
			no_fixup(plan, cmd, errors);
			break;
		default:
			break;
		}
	}
}

void plan_free(struct plan *plan)
{
	free(plan->changes);
	policy_list_free(&plan->presets);
	fixup_list_free(&plan->fixups);
}
