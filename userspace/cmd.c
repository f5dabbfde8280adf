// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "cmd.h"
#include "memory.h"

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

void cmd_list_free(struct cmd_list *list)
{
	struct cmd *cmd;

	while ((cmd = list->head)) {
		list->head = cmd->next;
		policy_free(cmd->policy);
		free(cmd->name.text);
		free(cmd->preset.text);
		free(cmd);
	}
	list->tail = NULL;
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

void cmd_list_check(const struct cmd_list *list, struct errors *errors)
{
	const struct cmd *cmd;

	for (cmd = list->head; cmd; cmd = cmd->next) {
		check_ports(&cmd->ports, errors);
		if (cmd->name.text)
			policy_check_name(&cmd->name, errors);
		if (cmd->policy)
			policy_check(cmd->policy, errors);
	}
}
