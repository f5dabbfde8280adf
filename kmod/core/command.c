// SPDX-License-Identifier: GPL-2.0
/*
 * Client lines.
 *
 * An octet passes while the line can still become a permitted one; from the
 * first octet where it can't, the rest of the line is overwritten. Only a
 * blank or the end of the line may follow the verb, and only printable ASCII
 * may follow that: servers differ on TAB, VT, FF, NUL, a bare CR and the
 * eighth bit, and some of them would read another command there.
 *
 * CR always passes: no server takes it for the end of a line, and whether a LF
 * follows is not known when it is seen.
 */
#include "command.h"

static const char helo[] = "HELO";
static const char noop[] = "NOOP";

/**
 * smtp_command_begin() - begin a line
 * @cmd: the line
 * @policy: what is permitted of it
 */
void smtp_command_begin(struct smtp_command *cmd,
			const struct smtp_policy *policy)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->reach = policy->permitted;
	cmd->limit = policy->line;
}

static u8 overwrite(const struct smtp_command *cmd)
{
	if (!cmd->noop)
		return 'X';
	return cmd->len < sizeof(noop) ? noop[cmd->len - 1] : ' ';
}

static u8 deny(struct smtp_command *cmd, const struct smtp_policy *policy,
	       u8 octet, enum mailguard_reason why)
{
	cmd->part = SMTP_PART_DENIED;
	cmd->why = why;
	if (octet == '\r' || octet == '\n')
		return octet;
	cmd->noop = cmd->len == 1 &&
		    policy->denied_write == MAILGUARD_DENIED_NOOP;
	return overwrite(cmd);
}

static u8 first_bit(u64 mask)
{
	u8 bit = 0;

	while (!(mask & 1)) {
		mask >>= 1;
		bit++;
	}
	return bit;
}

static u8 verb_ends(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 octet)
{
	u64 verb = smtp_keywords_ending(&policy->verbs, cmd->reach,
					cmd->len - 1);

	if (!verb)
		return deny(cmd, policy, octet,
			    octet == ' ' ? MAILGUARD_REASON_DENIED_VERB :
					   MAILGUARD_REASON_DENIED_SHORT);
	cmd->verb = first_bit(verb);
	if (verb & policy->long_line)
		cmd->limit = policy->line_long;
	cmd->part = octet == ' ' ? SMTP_PART_ARGUMENT : SMTP_PART_CR;
	return octet;
}

static u8 verb_octet(struct smtp_command *cmd, const struct smtp_policy *policy,
		     u8 octet)
{
	unsigned int pos = cmd->len - 1;
	u64 reach;

	if (octet == ' ' || octet == '\r' || octet == '\n')
		return verb_ends(cmd, policy, octet);
	reach = smtp_keywords_step(&policy->verbs, cmd->reach, pos, octet);
	if (!reach)
		return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_VERB);
	cmd->reach = reach;
	if (reach == policy->downgrade)
		return helo[pos] | (octet & 0x20);
	return octet;
}

static u8 argument_octet(struct smtp_command *cmd,
			 const struct smtp_policy *policy, u8 octet)
{
	if (octet == '\r') {
		cmd->part = SMTP_PART_CR;
		return octet;
	}
	if (octet == '\n' || smtp_is_printable(octet))
		return octet;
	return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_OCTET);
}

/**
 * smtp_command_octet() - judge the next octet of a line
 * @cmd: the line
 * @policy: what is permitted
 * @octet: the octet; the LF that ends the line is judged too
 *
 * Return: the octet to send on.
 */
u8 smtp_command_octet(struct smtp_command *cmd,
		      const struct smtp_policy *policy, u8 octet)
{
	cmd->len++;
	switch (cmd->part) {
	case SMTP_PART_VERB:
		return verb_octet(cmd, policy, octet);
	case SMTP_PART_ARGUMENT:
		return argument_octet(cmd, policy, octet);
	case SMTP_PART_CR:
		if (octet == '\n')
			return octet;
		return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_OCTET);
	default:
		if (octet == '\r' || octet == '\n')
			return octet;
		return overwrite(cmd);
	}
}
