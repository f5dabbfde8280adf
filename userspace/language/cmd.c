// SPDX-License-Identifier: GPL-2.0
/* The list of statements, and the checks of one statement. */
#include <stdlib.h>

#include "language/cmd.h"
#include "lib/memory.h"

struct cmd *cmd_add(struct cmd_list *list, enum cmd_op op,
		    const struct location *loc)
{
	struct cmd *cmd = xzalloc(sizeof(*cmd));

	cmd->op = op;
	cmd->loc = *loc;
	if (list->tail)
		list->tail->next = cmd;
	else
		list->head = cmd;
	list->tail = cmd;
	return cmd;
}

void cmd_add_mailhost(struct cmd_list *list, enum cmd_op op,
		      const struct location *loc)
{
	struct cmd *cmd = cmd_add(list, op, loc);

	cmd->name = (struct word){ .text = xstrdup("pix-4.0"), .loc = *loc };
}

void cmd_list_free(struct cmd_list *list)
{
	struct cmd *cmd;

	while ((cmd = list->head)) {
		list->head = cmd->next;
		policy_free(cmd->policy);
		matches_free(cmd->matches);
		free(cmd->name.text);
		free(cmd->preset.text);
		filter_free(cmd->filter);
		free(cmd->client.text);
		free(cmd);
	}
	list->tail = NULL;
}

bool cmd_changes(const struct cmd *cmd)
{
	const struct statement *s;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++)
		if (s->op == cmd->op)
			return s->changes;
	return true;
}

static void check_ports(const struct ports *ports, struct errors *errors)
{
	if (!ports->given)
		return;
	if (ports->first < 1 || ports->first > 65535 ||
	    ports->last < 1 || ports->last > 65535)
		error_at(errors, &ports->loc,
			 "a port is a number from 1 to 65535");
	else if (ports->last < ports->first)
		error_at(errors, &ports->loc,
			 "the range ends before it begins");
}

/* No packet has both an IPv4 and an IPv6 header. */
static void check_matches(const struct cmd *cmd, struct errors *errors)
{
	const struct match *by_key;

	if (!cmd->matches)
		return;
	by_key = cmd->matches->by_key;
	if ((by_key[MATCH_IP_SADDR].count || by_key[MATCH_IP_DADDR].count) &&
	    (by_key[MATCH_IP6_SADDR].count ||
	     by_key[MATCH_IP6_DADDR].count))
		error_at(errors, &cmd->loc,
			 "no connection matches both ip and ip6: write a fixup for each");
}

static void check_saved(const struct number *saved, struct errors *errors)
{
	if (saved->given && (!saved->value || saved->value > SAVED_MAX))
		error_at(errors, &saved->loc,
			 "expected a number from 1 to %d", SAVED_MAX);
}

void cmd_check(const struct cmd *cmd, struct errors *errors)
{
	check_matches(cmd, errors);
	check_ports(&cmd->ports, errors);
	check_saved(&cmd->saved, errors);
	if (cmd->name.text)
		policy_check_name(&cmd->name, errors);
	if (cmd->policy)
		policy_check(cmd->policy, errors);
}
