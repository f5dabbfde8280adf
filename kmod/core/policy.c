// SPDX-License-Identifier: GPL-2.0
/*
 * The compiled policy. Products are data; the only list here is the default,
 * the Mailguard of PIX 5.1 with the reply every later reader expects.
 *
 * Functions that can refuse return NULL or a message for the user.
 */
#include "policy.h"

/*
 * The one table that says what follows a verb. A verb that is not here, or
 * that is followed by something the session cannot follow, is not permitted
 * to any policy: what comes behind it would be judged as something it is not.
 */
static const struct smtp_verb smtp_verbs[] = {
	{ .name = "HELO" },
	{ .name = "EHLO" },
	{ .name = "MAIL", .long_line = true },
	{ .name = "RCPT", .long_line = true },
	{ .name = "DATA", .framing = SMTP_FRAMING_DATA },
	{ .name = "RSET" },
	{ .name = "NOOP" },
	{ .name = "QUIT" },
	{ .name = "VRFY" },
	{ .name = "EXPN" },
	{ .name = "HELP" },
	{ .name = "ETRN" },
	{ .name = "SEND", .long_line = true },
	{ .name = "SOML", .long_line = true },
	{ .name = "SAML", .long_line = true },
	{ .name = "AUTH", .framing = SMTP_FRAMING_OTHER },
	{ .name = "BDAT", .framing = SMTP_FRAMING_OTHER },
	{ .name = "BURL", .framing = SMTP_FRAMING_OTHER },
	{ .name = "STARTTLS", .framing = SMTP_FRAMING_OTHER },
	{ .name = "LHLO", .framing = SMTP_FRAMING_OTHER },
	{ .name = "XCLIENT", .framing = SMTP_FRAMING_OTHER },
	{ .name = "XFORWARD", .framing = SMTP_FRAMING_OTHER },
	{ .name = "XEXCH50", .framing = SMTP_FRAMING_OTHER },
	{ .name = "X-EXPS", .framing = SMTP_FRAMING_OTHER },
	{ .name = "X-ANONYMOUSTLS", .framing = SMTP_FRAMING_OTHER },
	{ .name = "X-LINK2STATE", .framing = SMTP_FRAMING_OTHER },
	{ .name = "TURN", .framing = SMTP_FRAMING_ROLES },
	{ .name = "ATRN", .framing = SMTP_FRAMING_ROLES },
};

static bool same_word(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && (*a & ~0x20) != *b)
			return false;
	return !*a && !*b;
}

/**
 * smtp_verb_find() - look up a verb
 * @name: any case
 *
 * Return: the verb, or NULL.
 */
const struct smtp_verb *smtp_verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(smtp_verbs); i++)
		if (same_word(name, smtp_verbs[i].name))
			return &smtp_verbs[i];
	return NULL;
}

/**
 * smtp_policy_init() - begin a policy that permits nothing and edits nothing
 * @policy: the policy
 */
void smtp_policy_init(struct smtp_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	smtp_overlay_init(&policy->banner);
	smtp_overlay_init(&policy->denied);
	policy->line = MAILGUARD_LINE_DEFAULT;
	policy->line_long = MAILGUARD_LINE_MAIL_DEFAULT;
}

static bool begins_line(const struct smtp_policy *policy, u8 octet)
{
	return smtp_keywords_step(&policy->verbs, policy->permitted, 0, octet);
}

static bool permits(const struct smtp_policy *policy, const char *word)
{
	u64 reach = policy->permitted;
	unsigned int len;

	for (len = 0; word[len]; len++)
		reach = smtp_keywords_step(&policy->verbs, reach, len,
					   word[len]);
	return smtp_keywords_ending(&policy->verbs, reach, len);
}

static void add_verb(struct smtp_policy *policy, const struct smtp_verb *verb)
{
	u64 bit = 1ULL << policy->count;

	smtp_keywords_add(&policy->verbs, verb->name, policy->count);
	policy->framing[policy->count++] = verb->framing;
	policy->permitted |= bit;
	if (verb->long_line)
		policy->long_line |= bit;
}

/**
 * smtp_policy_permit() - permit a verb
 * @policy: a policy under construction
 * @name: the verb, any case
 *
 * Return: NULL, or why it can't be.
 */
const char *smtp_policy_permit(struct smtp_policy *policy, const char *name)
{
	const struct smtp_verb *verb = smtp_verb_find(name);

	if (!verb)
		return "unknown verb";
	if (verb->framing == SMTP_FRAMING_ROLES)
		return "verb exchanges client and server and is never permitted";
	if (verb->framing == SMTP_FRAMING_OTHER)
		return "verb can't be permitted: what follows it would pass unread";
	if (permits(policy, verb->name))
		return "verb is given twice";
	add_verb(policy, verb);
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
	if (!permits(policy, "HELO"))
		return "ehlo downgrade needs the command helo";
	if (permits(policy, "EHLO"))
		return "ehlo downgrade and the command ehlo exclude each other";
	if (begins_line(policy, 'E'))
		return "ehlo downgrade excludes every other verb that begins with E";
	policy->downgrade = 1ULL << policy->count;
	add_verb(policy, smtp_verb_find("EHLO"));
	return NULL;
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
	u64 word = 1ULL << bit;
	unsigned int pos, i;

	if (bit >= policy->count || policy->downgrade == word)
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
