// SPDX-License-Identifier: GPL-2.0
/*
 * Counts what a policy may limit, and decides what follows when a limit is
 * exceeded.
 *
 * A limit whose action is DENY takes a verb out of the permitted ones. The other
 * actions end the connection, but only when no mail is at stake: see
 * smtp_session_mail_at_stake().
 */
#include "limit.h"

static void add_one(u16 *number)
{
	if (*number < 0xffff)
		++*number;
}

/* 0 stands for no limit. */
static bool limit_reached(u16 limit, u16 number)
{
	return limit && number >= limit;
}

static void exceeded(struct smtp_limits *limits,
		     const struct smtp_policy *policy,
		     enum mailguard_actions_attr which,
		     enum mailguard_reason why, struct smtp_events *ev)
{
	u8 action = policy->action[which];
	bool ends = action == MAILGUARD_ACTION_CLOSE ||
		    action == MAILGUARD_ACTION_RESET;

	if (ends && limits->ending == SMTP_LIMITS_TOLD)
		return;
	smtp_count(ev, why);
	if (ends)
		limits->ending = action;
}

static bool denies_excess(const struct smtp_policy *policy,
			  enum mailguard_actions_attr which)
{
	return policy->action[which] == MAILGUARD_ACTION_DENY;
}

/* Return: a mask of the verbs that are beyond a limit now. */
static u64 denied_now(const struct smtp_limits *limits,
		      const struct smtp_policy *policy)
{
	u64 verbs = 0;

	if (limit_reached(policy->recipients, limits->recipients) &&
	    denies_excess(policy, MAILGUARD_A_ACTIONS_RECIPIENTS))
		verbs |= policy->rcpt;
	if (limit_reached(policy->messages, limits->messages) &&
	    denies_excess(policy, MAILGUARD_A_ACTIONS_MESSAGES))
		verbs |= policy->mail;
	if (limits->begun)
		verbs |= policy->mail | policy->rcpt;
	return verbs;
}

/**
 * smtp_limits_permitted() - find the verbs that are permitted now
 * @limits: the limits
 * @policy: the policy
 * @offered: what the server offers, a mask of &enum smtp_extension
 * @bytes: a line of the client from its beginning on
 * @len: how many bytes there are, at least one
 * @permitted: set to a mask of these verbs
 *
 * Some verbs are denied with NOOP, which begins with their first letter. They may
 * share it, and more letters, with one that is permitted (RCPT and RSET, HELP and
 * HELO). So the line is looked at up to where they differ. If that is missing,
 * the line must wait, but once only: a sender that repeats the same bytes cannot
 * send more. X overwrites its line then, from the byte on that is denied.
 *
 * Return: false if the line must wait.
 */
bool smtp_limits_permitted(const struct smtp_limits *limits,
			   const struct smtp_policy *policy, u8 offered,
			   const u8 *bytes, u32 len, u64 *permitted)
{
	u64 denied = denied_now(limits, policy) |
		     smtp_policy_lacks_helo(policy, offered);
	u64 others, first;
	u32 i;

	*permitted = policy->permitted & ~denied;
	denied |= policy->noop;
	if (!denied)
		return true;
	others = smtp_keywords_step(&policy->verbs, *permitted, 0, bytes[0]);
	first = others;
	for (i = 0; i < len && denied && others; i++) {
		denied = smtp_keywords_step(&policy->verbs, denied, i, bytes[i]);
		others = smtp_keywords_step(&policy->verbs, others, i, bytes[i]);
	}
	if (denied && others)
		return limits->waited;
	if (denied)
		*permitted &= ~first;
	return true;
}

/**
 * smtp_limits_passed() - count a command that passed
 * @limits: the limits
 * @policy: the policy
 * @cmd: the line, which has ended
 * @ev: counts it if a limit is exceeded
 */
void smtp_limits_passed(struct smtp_limits *limits,
			const struct smtp_policy *policy,
			const struct smtp_command *cmd, struct smtp_events *ev)
{
	switch (policy->verb[cmd->bit]->framing) {
	case SMTP_FRAMING_MAIL:
		if (limit_reached(policy->messages, limits->messages))
			exceeded(limits, policy, MAILGUARD_A_ACTIONS_MESSAGES,
				 MAILGUARD_REASON_LIMIT_MESSAGES, ev);
		return;
	case SMTP_FRAMING_RCPT:
		if (limit_reached(policy->recipients, limits->recipients))
			exceeded(limits, policy, MAILGUARD_A_ACTIONS_RECIPIENTS,
				 MAILGUARD_REASON_LIMIT_RECIPIENTS, ev);
		add_one(&limits->recipients);
		add_one(&limits->next);
		return;
	case SMTP_FRAMING_DATA:
	case SMTP_FRAMING_CHUNK:
	case SMTP_FRAMING_BURL:
		return;
	case SMTP_FRAMING_RSET:
		/* Some servers refuse RSET with an argument. */
		if (cmd->len <= sizeof("RSET\r\n") - 1) {
			limits->recipients = 0;
			limits->next = 0;
			limits->begun = false;
		}
		break;
	case SMTP_FRAMING_HELLO:
		limits->begun = false;
		break;
	default:
		break;
	}
	if (limit_reached(policy->junk, limits->junk))
		exceeded(limits, policy, MAILGUARD_A_ACTIONS_JUNK_COMMANDS,
			 MAILGUARD_REASON_LIMIT_JUNK, ev);
	add_one(&limits->junk);
}

/**
 * smtp_limits_denied() - count a denied command
 * @limits: the limits
 * @policy: the policy
 * @denial: &enum smtp_denial; what is beyond another limit is not counted here
 * @ev: counts it if the limit is exceeded
 */
void smtp_limits_denied(struct smtp_limits *limits,
			const struct smtp_policy *policy, u8 denial,
			struct smtp_events *ev)
{
	if (denial == SMTP_DENIAL_RECIPIENTS || denial == SMTP_DENIAL_MESSAGES)
		return;
	if (limit_reached(policy->denied_max, limits->denied))
		exceeded(limits, policy, MAILGUARD_A_ACTIONS_DENIED_COMMANDS,
			 MAILGUARD_REASON_LIMIT_DENIED, ev);
	add_one(&limits->denied);
}

/**
 * smtp_limits_refused() - count a recipient that the server refused
 * @limits: the limits
 * @policy: the policy
 * @ev: counts it if the limit is exceeded
 */
void smtp_limits_refused(struct smtp_limits *limits,
			 const struct smtp_policy *policy,
			 struct smtp_events *ev)
{
	if (limit_reached(policy->refused, limits->refused))
		exceeded(limits, policy, MAILGUARD_A_ACTIONS_REFUSED_RECIPIENTS,
			 MAILGUARD_REASON_LIMIT_REFUSED, ev);
	add_one(&limits->refused);
}

/**
 * smtp_limits_auth_failed() - count a failed authentication
 * @limits: the limits
 * @policy: the policy
 * @ev: counts it if the limit is exceeded
 */
void smtp_limits_auth_failed(struct smtp_limits *limits,
			     const struct smtp_policy *policy,
			     struct smtp_events *ev)
{
	if (limit_reached(policy->auth_failures, limits->auth_failures))
		exceeded(limits, policy, MAILGUARD_A_ACTIONS_AUTH_FAILURES,
			 MAILGUARD_REASON_LIMIT_AUTH, ev);
	add_one(&limits->auth_failures);
}

/**
 * smtp_limits_message() - count an end of data
 * @limits: the limits
 */
void smtp_limits_message(struct smtp_limits *limits)
{
	limits->junk = 0;
	limits->next = 0;
	add_one(&limits->messages);
}
