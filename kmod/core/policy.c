// SPDX-License-Identifier: GPL-2.0
/*
 * The compiled policy. Products are data; the only list here is the default,
 * the Mailguard of PIX 5.1 with the reply every later reader expects.
 *
 * Functions that can refuse return NULL or a message for the user.
 */
#include "policy.h"

/* Against each check, what is the default, and what may be said. */
static const struct {
	u8 absent;
	u16 possible;
} actions[MAILGUARD_A_ACTIONS_MAX + 1] = {
#define CAN(action) (1U << MAILGUARD_ACTION_##action)
	[MAILGUARD_A_ACTIONS_PIPE] = {
		MAILGUARD_ACTION_DENY,
		CAN(PASS) | CAN(BLANK) | CAN(DENY) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_BRACKETS] = {
		MAILGUARD_ACTION_DENY,
		CAN(PASS) | CAN(BLANK) | CAN(DENY) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_TRUNCATED] = {
		MAILGUARD_ACTION_DENY,
		CAN(DENY) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_BARE_LF] = {
		MAILGUARD_ACTION_PASS,
		CAN(PASS) | CAN(DENY) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_REPLY] = {
		MAILGUARD_ACTION_RESET,
		CAN(PASS) | CAN(RESET),
	},
	[MAILGUARD_A_ACTIONS_PIPELINING] = {
		MAILGUARD_ACTION_PASS,
		CAN(PASS) | CAN(HOLD),
	},
	[MAILGUARD_A_ACTIONS_END_OF_DATA] = {
		MAILGUARD_ACTION_RESET,
		CAN(RESET) | CAN(DEFANG) | CAN(LF),
	},
	[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] = {
		MAILGUARD_ACTION_HOLD,
		CAN(HOLD) | CAN(ACCEPT),
	},
	[MAILGUARD_A_ACTIONS_ASYMMETRIC] = {
		MAILGUARD_ACTION_DROP,
		CAN(DROP) | CAN(PASS),
	},
	[MAILGUARD_A_ACTIONS_PRDR] = {
		MAILGUARD_ACTION_DENY,
		CAN(DENY) | CAN(PASS),
	},
#undef CAN
};

/**
 * smtp_policy_init() - begin a policy that permits nothing and edits nothing
 * @policy: the policy
 */
void smtp_policy_init(struct smtp_policy *policy)
{
	unsigned int i;

	memset(policy, 0, sizeof(*policy));
	smtp_ehlo_words(&policy->keywords);
	smtp_keywords_add(&policy->verbs, "XEXCH50", SMTP_VERBS_MAX);
	smtp_keywords_add(&policy->verbs, "BDAT", SMTP_VERBS_MAX + 1);
	smtp_overlay_init(&policy->banner);
	smtp_overlay_init(&policy->denied);
	for (i = 0; i <= MAILGUARD_A_ACTIONS_MAX; i++)
		policy->action[i] = actions[i].absent;
	policy->line = MAILGUARD_LINE_DEFAULT;
	policy->line_mail = MAILGUARD_LINE_MAIL_DEFAULT;
	policy->masked = smtp_ehlo_denied(policy);
}

static bool begins_line(const struct smtp_policy *policy, u8 octet)
{
	return smtp_keywords_step(&policy->verbs, policy->permitted, 0, octet);
}

/**
 * smtp_policy_permits() - is a verb permitted?
 * @policy: the policy
 * @word: the verb, any case
 *
 * Return: true if the policy permits it.
 */
bool smtp_policy_permits(const struct smtp_policy *policy, const char *word)
{
	u64 reach = policy->permitted;
	unsigned int len;

	for (len = 0; word[len]; len++)
		reach = smtp_keywords_step(&policy->verbs, reach, len,
					   word[len]);
	return smtp_keywords_ending(&policy->verbs, reach, len);
}

/* Return: the verb's bit, or 0 when there is no room or it is no verb. */
static u64 add_verb(struct smtp_policy *policy, const struct smtp_verb *verb,
		    const char *name)
{
	u64 bit;

	if (policy->count == SMTP_VERBS_MAX ||
	    smtp_keywords_add(&policy->verbs, name, policy->count))
		return 0;
	bit = 1ULL << policy->count;
	policy->verb[policy->count++] = verb;
	policy->permitted |= bit;
	policy->masked = smtp_ehlo_denied(policy);
	return bit;
}

/**
 * smtp_policy_permit() - permit a verb that the module knows
 * @policy: a policy under construction
 * @name: the verb, any case
 *
 * Return: NULL, or why it can't be.
 */
const char *smtp_policy_permit(struct smtp_policy *policy, const char *name)
{
	const struct smtp_verb *verb = smtp_verb_find(name);
	const char *why;
	u64 bit;

	if (!verb)
		return "unknown verb; one of your own stands in quotes";
	why = smtp_verb_refused(verb);
	if (why)
		return why;
	if (smtp_policy_permits(policy, verb->name))
		return "verb is given twice";
	bit = add_verb(policy, verb, verb->name);
	if (!bit)
		return "too many verbs";
	if (verb->framing == SMTP_FRAMING_CHUNK)
		policy->chunking |= bit;
	return NULL;
}

/**
 * smtp_policy_permit_own() - permit a verb that the module does not know
 * @policy: a policy under construction
 * @name: the verb, any case
 *
 * What follows its line is a reply and the next command.
 *
 * Return: NULL, or why it can't be.
 */
const char *smtp_policy_permit_own(struct smtp_policy *policy,
				   const char *name)
{
	if (smtp_verb_find(name))
		return "verb is known and stands without quotes";
	if (smtp_policy_permits(policy, name))
		return "verb is given twice";
	if (policy->count == SMTP_VERBS_MAX)
		return "too many verbs";
	if (strchr(name, '_') || !add_verb(policy, &smtp_verb_own, name))
		return "a verb is of letters, digits and hyphens";
	return NULL;
}

/**
 * smtp_policy_set_action() - say what is done about an anomaly
 * @policy: a policy under construction
 * @check: the anomaly
 * @action: what is done
 *
 * Return: NULL, or why it can't be.
 */
const char *smtp_policy_set_action(struct smtp_policy *policy,
				   enum mailguard_actions_attr check,
				   enum mailguard_action action)
{
	if (!(actions[check].possible & (1U << action)))
		return "action is not possible here";
	policy->action[check] = action;
	policy->masked = smtp_ehlo_denied(policy);
	return NULL;
}

/**
 * smtp_policy_downgrade_ehlo() - make EHLO a HELO where it passes
 * @policy: a policy whose verbs are all permitted already
 *
 * The first octet of a line must tell EHLO from every permitted verb, since it
 * is rewritten when it is seen.
 *
 * Return: NULL, or why it can't be.
 */
const char *smtp_policy_downgrade_ehlo(struct smtp_policy *policy)
{
	if (!smtp_policy_permits(policy, "HELO"))
		return "ehlo downgrade needs the command helo";
	if (smtp_policy_permits(policy, "EHLO"))
		return "ehlo downgrade and the command ehlo exclude each other";
	if (begins_line(policy, 'E'))
		return "ehlo downgrade excludes every other verb that begins with E";
	policy->downgrade = add_verb(policy, smtp_verb_find("EHLO"), "EHLO");
	return policy->downgrade ? NULL : "too many verbs";
}

/**
 * smtp_policy_name() - read a permitted verb back
 * @policy: the policy
 * @bit: which one, from 0
 * @name: room for %MAILGUARD_VERB_MAX octets and a NUL
 *
 * Return: @name, or NULL when there are no more. A downgraded EHLO is not
 * permitted and is passed over.
 */
const char *smtp_policy_name(const struct smtp_policy *policy,
			     unsigned int bit, char *name)
{
	unsigned int pos, i;
	u64 word;

	if (bit >= policy->count)
		return NULL;
	word = 1ULL << bit;
	if (policy->downgrade == word)
		return NULL;
	for (pos = 0; !smtp_keywords_ending(&policy->verbs, word, pos); pos++)
		for (i = 0; i < 256; i++)
			if (smtp_keywords_step(&policy->verbs, word, pos, i)) {
				name[pos] = i;
				break;
			}
	name[pos] = '\0';
	return name;
}

/**
 * smtp_policy_default() - compile the built-in policy
 * @policy: room for it
 *
 * RFC 821's minimum of verbs and the banner of PIX 5.1: every character but
 * 2 and 0 becomes an asterisk.
 *
 * Return: 0, or -EINVAL if the tables above contradict each other.
 */
int smtp_policy_default(struct smtp_policy *policy)
{
	static const char * const verbs[] = {
		"HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT",
	};
	size_t i;

	smtp_policy_init(policy);
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (smtp_policy_permit(policy, verbs[i]))
			return -EINVAL;
	if (smtp_overlay_set_fill(&policy->banner, '*') ||
	    smtp_overlay_set_keep(&policy->banner, "20") ||
	    smtp_overlay_set_text(&policy->denied, "Command unrecognized"))
		return -EINVAL;
	smtp_overlay_set_code(&policy->denied, 500);
	return 0;
}

void smtp_overlay_init(struct smtp_overlay *overlay)
{
	memset(overlay, 0, sizeof(*overlay));
	overlay->fill = ' ';
}

void smtp_overlay_set_code(struct smtp_overlay *overlay, unsigned int code)
{
	overlay->on = true;
	overlay->has_code = true;
	overlay->code[0] = '0' + code / 100 % 10;
	overlay->code[1] = '0' + code / 10 % 10;
	overlay->code[2] = '0' + code % 10;
}

const char *smtp_overlay_set_text(struct smtp_overlay *overlay,
				  const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++) {
		if (i == MAILGUARD_TEXT_MAX)
			return "text is too long";
		if (!smtp_is_printable(text[i]))
			return "text must be printable ASCII";
		overlay->text[i] = text[i];
	}
	overlay->text_len = i;
	overlay->on = true;
	return NULL;
}

const char *smtp_overlay_set_fill(struct smtp_overlay *overlay, u8 fill)
{
	if (!smtp_is_printable(fill))
		return "fill must be a printable ASCII character";
	overlay->fill = fill;
	overlay->on = true;
	return NULL;
}

const char *smtp_overlay_set_keep(struct smtp_overlay *overlay,
				  const char *keep)
{
	for (; *keep; keep++) {
		u8 octet = *keep;

		if (!smtp_is_printable(octet))
			return "keep must be printable ASCII characters";
		overlay->keep[octet / 32] |= 1U << octet % 32;
	}
	overlay->on = true;
	return NULL;
}
