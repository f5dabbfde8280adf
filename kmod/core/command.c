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
 * @offered: what the server offers, a mask of &enum smtp_extension
 */
void smtp_command_begin(struct smtp_command *cmd,
			const struct smtp_policy *policy, u8 offered)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->reach = policy->permitted | SMTP_VERBS_ANNOUNCING;
	cmd->limit = policy->line;
	cmd->offered = offered;
}

/**
 * smtp_command_begin_response() - begin a line that responds to a 334
 * @cmd: the line
 */
void smtp_command_begin_response(struct smtp_command *cmd)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->part = SMTP_PART_RESPONSE;
	cmd->limit = MAILGUARD_LINE_MAX;
}

/*
 * What is left of an address must not be one: brackets that were opened stay
 * open, and where none were, they are opened and opened again.
 */
static bool leaves_address(const struct smtp_command *cmd)
{
	return cmd->argument == SMTP_ARGUMENT_ADDRESS &&
	       cmd->address.at == SMTP_ADDRESS_OUT;
}

static u8 overwrite(const struct smtp_command *cmd)
{
	if (cmd->noop)
		return cmd->len < sizeof(noop) ? noop[cmd->len - 1] : ' ';
	return leaves_address(cmd) ? '<' : 'X';
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

static u8 reset(struct smtp_command *cmd, u8 octet, enum mailguard_reason why)
{
	cmd->part = SMTP_PART_RESET;
	cmd->why = why;
	return octet;
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

static u16 limit(const struct smtp_verb *verb, const struct smtp_policy *policy)
{
	switch (verb->limit) {
	case SMTP_LIMIT_MAIL:
		return policy->line_mail;
	case SMTP_LIMIT_AUTH:
		return MAILGUARD_LINE_MAX;
	default:
		return policy->line;
	}
}

static u8 no_verb(struct smtp_command *cmd, const struct smtp_policy *policy,
		  u8 octet)
{
	if (octet == ' ')
		return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_VERB);
	if (policy->action[MAILGUARD_A_ACTIONS_TRUNCATED] ==
	    MAILGUARD_ACTION_RESET)
		return reset(cmd, octet, MAILGUARD_REASON_RESET_TRUNCATED);
	return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_SHORT);
}

/*
 * The verb is over. Do bytes follow its line that the server takes for what they
 * are, though the line is denied? They must not be judged as commands. A server
 * that did not offer the extension takes them for commands, as we do.
 */
static bool announces(const struct smtp_command *cmd,
		      const struct smtp_policy *policy)
{
	u64 verb = smtp_keywords_ending(&policy->verbs, cmd->reach,
					cmd->len - 1);

	if (verb & SMTP_VERB_BDAT)
		return cmd->offered & (1U << SMTP_EXTENSION_CHUNKING);
	return verb & SMTP_VERB_XEXCH50 &&
	       cmd->offered & (1U << SMTP_EXTENSION_XEXCH50);
}

static u8 line_ends(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 octet)
{
	const struct smtp_verb *verb = policy->verb[cmd->bit];

	/* Where a counting line ends is where all servers see its end. */
	if (cmd->argument == SMTP_ARGUMENT_COUNT &&
	    (octet != '\r' || !smtp_count_complete(&cmd->count, verb->framing)))
		return reset(cmd, octet, MAILGUARD_REASON_RESET_COUNT);
	cmd->part = SMTP_PART_CR;
	return octet;
}

static u8 verb_ends(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 octet)
{
	u64 verb = smtp_keywords_ending(&policy->verbs, cmd->reach,
					cmd->len - 1) & policy->permitted;

	if (!verb && announces(cmd, policy))
		return reset(cmd, octet, MAILGUARD_REASON_RESET_CHUNK);
	cmd->reach = 0;
	if (!verb)
		return no_verb(cmd, policy, octet);
	if (verb & policy->chunking &&
	    !(cmd->offered & (1U << SMTP_EXTENSION_CHUNKING)))
		return deny(cmd, policy, octet,
			    MAILGUARD_REASON_DENIED_CHUNKING);
	cmd->bit = first_bit(verb);
	cmd->argument = policy->verb[cmd->bit]->argument;
	cmd->limit = limit(policy->verb[cmd->bit], policy);
	if (octet != ' ')
		return line_ends(cmd, policy, octet);
	cmd->part = SMTP_PART_ARGUMENT;
	return octet;
}

static u8 verb_octet(struct smtp_command *cmd, const struct smtp_policy *policy,
		     u8 octet)
{
	unsigned int pos = cmd->len - 1;
	u64 reach;

	if (octet == ' ' || octet == '\r' || octet == '\n')
		return verb_ends(cmd, policy, octet);
	if (smtp_keywords_letter(octet) < 0 && announces(cmd, policy))
		return reset(cmd, octet, MAILGUARD_REASON_RESET_CHUNK);
	reach = smtp_keywords_step(&policy->verbs, cmd->reach, pos, octet);
	cmd->reach = reach;
	reach &= policy->permitted;
	if (!reach)
		return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_VERB);
	if (reach == policy->downgrade)
		return helo[pos] | (octet & 0x20);
	return octet;
}

static u8 address_octet(struct smtp_command *cmd,
			const struct smtp_policy *policy, u8 octet,
			struct smtp_events *ev)
{
	enum smtp_address_fault fault = smtp_address_octet(&cmd->address,
							   octet);
	bool pipe = fault == SMTP_ADDRESS_PIPE;

	if (fault == SMTP_ADDRESS_FINE)
		return octet;
	switch (policy->action[pipe ? MAILGUARD_A_ACTIONS_PIPE :
				      MAILGUARD_A_ACTIONS_BRACKETS]) {
	case MAILGUARD_ACTION_DENY:
		return deny(cmd, policy, octet,
			    MAILGUARD_REASON_DENIED_ADDRESS);
	case MAILGUARD_ACTION_RESET:
		return reset(cmd, octet, MAILGUARD_REASON_RESET_ADDRESS);
	case MAILGUARD_ACTION_BLANK:
		octet = ' ';
		break;
	default:
		break;
	}
	smtp_count(ev, pipe ? MAILGUARD_REASON_PIPES : MAILGUARD_REASON_BRACKETS);
	return octet;
}

/* UTF-8 stands in addresses only, and where the server takes it (RFC 6531). */
static bool may_stand(struct smtp_command *cmd, u8 octet)
{
	if (octet < 0x80 && !smtp_is_printable(octet))
		return false;
	if (cmd->argument == SMTP_ARGUMENT_ADDRESS &&
	    cmd->offered & (1U << SMTP_EXTENSION_SMTPUTF8))
		return smtp_address_is_utf8(&cmd->address, octet);
	return octet < 0x80;
}

static u8 argument_octet(struct smtp_command *cmd,
			 const struct smtp_policy *policy, u8 octet,
			 struct smtp_events *ev)
{
	const struct smtp_verb *verb = policy->verb[cmd->bit];

	if (octet == '\r' || octet == '\n')
		return line_ends(cmd, policy, octet);
	if (cmd->argument == SMTP_ARGUMENT_COUNT) {
		if (smtp_count_octet(&cmd->count, verb->framing, octet))
			return octet;
		return reset(cmd, octet, MAILGUARD_REASON_RESET_COUNT);
	}
	if (!may_stand(cmd, octet))
		return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_OCTET);
	if (cmd->argument == SMTP_ARGUMENT_ADDRESS)
		return address_octet(cmd, policy, octet, ev);
	return octet;
}

/**
 * smtp_command_verb() - take letters of a permitted verb
 * @cmd: the line, in its verb; any limit is longer than that
 * @policy: what is permitted
 * @octets: what comes next of it
 * @len: how many
 *
 * What smtp_command_octet() would do with them, for less.
 *
 * Return: how many octets; the next one is to be judged.
 */
u32 smtp_command_verb(struct smtp_command *cmd,
		      const struct smtp_policy *policy, const u8 *octets,
		      u32 len)
{
	u32 n;

	for (n = 0; n < len; n++, cmd->len++) {
		u64 reach = smtp_keywords_step(&policy->verbs, cmd->reach,
					       cmd->len, octets[n]);
		u64 open = reach & policy->permitted;

		if (!open || open == policy->downgrade)
			break;
		cmd->reach = reach;
	}
	return n;
}

/**
 * smtp_command_overwrite() - overwrite octets of a denied line
 * @cmd: the line, denied already
 * @octets: what comes next of it; edited in place
 * @len: how many
 *
 * What smtp_command_octet() would do with them, for less.
 *
 * Return: how many octets; the next one may end the line.
 */
u32 smtp_command_overwrite(struct smtp_command *cmd, u8 *octets, u32 len)
{
	u32 n;

	/* It may still become a verb that counts. */
	if (cmd->reach)
		return 0;
	for (n = 0; n < len && cmd->len < cmd->limit; n++) {
		if (octets[n] == '\r' || octets[n] == '\n')
			break;
		cmd->len++;
		cmd->cr = false;
		octets[n] = overwrite(cmd);
	}
	return n;
}

/* Octets that may stand in any text or address and mean nothing there. */
static const bool plain[256] = {
	['!'] = true, ['#' ... ';'] = true, ['='] = true, ['?' ... '['] = true,
	[']' ... '{'] = true, ['}' ... '~'] = true,
};

/* Does what an octet means not depend on the one before it? */
static bool octets_are_alike(const struct smtp_command *cmd)
{
	switch (cmd->argument) {
	case SMTP_ARGUMENT_COUNT:
		return false;
	case SMTP_ARGUMENT_ADDRESS:
		return !cmd->address.escaped && !cmd->address.due;
	default:
		return true;
	}
}

/**
 * smtp_command_plain() - pass over octets of an argument that mean nothing
 * @cmd: the line, in its argument
 * @octets: what comes next of it
 * @len: how many
 *
 * What smtp_command_octet() would pass and forget, for less.
 *
 * Return: how many octets; the next one is to be judged.
 */
u32 smtp_command_plain(struct smtp_command *cmd, const u8 *octets, u32 len)
{
	u32 n = 0;

	if (!octets_are_alike(cmd))
		return 0;
	if (len > (u32)(cmd->limit - cmd->len))
		len = cmd->limit - cmd->len;
	while (n < len && plain[octets[n]])
		n++;
	cmd->len += n;
	return n;
}

/*
 * Base64, or an asterisk to cancel. X is base64: the server decodes something
 * else than what it was not to see, and fails the exchange.
 */
static u8 response_octet(struct smtp_command *cmd,
			 const struct smtp_policy *policy, u8 octet)
{
	u8 lower = octet | 0x20;

	if (octet == '\r')
		cmd->part = SMTP_PART_CR;
	else if (octet != '\n' && !(lower >= 'a' && lower <= 'z') &&
		 !(octet >= '0' && octet <= '9') && octet != '+' &&
		 octet != '/' && octet != '=' && octet != '*')
		return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_OCTET);
	return octet;
}

static u8 behind_cr(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 octet)
{
	if (octet == '\n')
		return octet;
	if (cmd->argument == SMTP_ARGUMENT_COUNT)
		return reset(cmd, octet, MAILGUARD_REASON_RESET_COUNT);
	return deny(cmd, policy, octet, MAILGUARD_REASON_DENIED_OCTET);
}

static u8 denied_octet(struct smtp_command *cmd,
		       const struct smtp_policy *policy, u8 octet)
{
	if (cmd->reach && smtp_keywords_letter(octet) < 0 &&
	    announces(cmd, policy))
		return reset(cmd, octet, MAILGUARD_REASON_RESET_CHUNK);
	cmd->reach = smtp_keywords_step(&policy->verbs, cmd->reach,
					cmd->len - 1, octet);
	if (octet == '\r' || octet == '\n')
		return octet;
	return overwrite(cmd);
}

static u8 part_octet(struct smtp_command *cmd, const struct smtp_policy *policy,
		     u8 octet, struct smtp_events *ev)
{
	switch (cmd->part) {
	case SMTP_PART_VERB:
		return verb_octet(cmd, policy, octet);
	case SMTP_PART_ARGUMENT:
		return argument_octet(cmd, policy, octet, ev);
	case SMTP_PART_RESPONSE:
		return response_octet(cmd, policy, octet);
	case SMTP_PART_CR:
		return behind_cr(cmd, policy, octet);
	default:
		return denied_octet(cmd, policy, octet);
	}
}

/* A LF without CR, where the policy does not take it for the end of a line. */
static u8 bare_lf(struct smtp_command *cmd, const struct smtp_policy *policy)
{
	if (policy->action[MAILGUARD_A_ACTIONS_BARE_LF] ==
	    MAILGUARD_ACTION_RESET)
		return reset(cmd, '\n', MAILGUARD_REASON_RESET_BARE_LF);
	/* Whatever it is for the server, what follows may be no command. */
	if (cmd->argument == SMTP_ARGUMENT_COUNT)
		return reset(cmd, '\n', MAILGUARD_REASON_RESET_COUNT);
	if (announces(cmd, policy))
		return reset(cmd, '\n', MAILGUARD_REASON_RESET_CHUNK);
	cmd->reach = 0;
	if (cmd->part == SMTP_PART_DENIED)
		return overwrite(cmd);
	deny(cmd, policy, '\n', MAILGUARD_REASON_DENIED_BARE_LF);
	return overwrite(cmd);
}

/**
 * smtp_command_octet() - judge the next octet of a line
 * @cmd: the line
 * @policy: what is permitted
 * @octet: the octet; the LF that ends the line is judged too
 * @ev: counts what is let pass
 *
 * Return: the octet to send on; a LF ends the line. With %SMTP_PART_RESET
 * nothing goes on from here.
 */
u8 smtp_command_octet(struct smtp_command *cmd,
		      const struct smtp_policy *policy, u8 octet,
		      struct smtp_events *ev)
{
	bool bare = octet == '\n' && !cmd->cr;

	cmd->len++;
	cmd->cr = octet == '\r';
	if (bare && policy->action[MAILGUARD_A_ACTIONS_BARE_LF] !=
	    MAILGUARD_ACTION_PASS)
		return bare_lf(cmd, policy);
	octet = part_octet(cmd, policy, octet, ev);
	if (bare)
		smtp_count(ev, MAILGUARD_REASON_BARE_LF);
	return octet;
}
