/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_POLICY_H
#define _SMTP_POLICY_H

#include "ehlo.h"
#include "verb.h"

/*
 * Words of the automaton over the verbs that need not be permitted: the lines
 * behind which bytes follow that are no commands.
 */
#define SMTP_VERBS_MAX		(SMTP_KEYWORDS - 2)
#define SMTP_VERB_XEXCH50	0x4000000000000000ULL
#define SMTP_VERB_BDAT		0x8000000000000000ULL
#define SMTP_VERBS_ANNOUNCING	(SMTP_VERB_XEXCH50 | SMTP_VERB_BDAT)

/**
 * struct smtp_overlay - what is laid over the lines of a reply
 * @on: there is one
 * @has_code: @code is written over the reply code
 * @code: three digits
 * @text_len: octets in @text
 * @fill: written over what follows the text
 * @keep: the characters that the fill leaves alone, a bit for each
 * @text: written from the fifth octet of each line on
 */
struct smtp_overlay {
	bool on;
	bool has_code;
	u8 code[3];
	u8 text_len;
	u8 fill;
	u32 keep[4];
	char text[MAILGUARD_TEXT_MAX];
};

/**
 * struct smtp_policy - a compiled policy, immutable once connections use it
 * @verbs: automaton over the verbs that may begin a line, and over
 *	%SMTP_VERBS_ANNOUNCING
 * @permitted: the set of them; a bit of it is an index into @verb
 * @downgrade: of these, EHLO where it becomes HELO
 * @chunking: of these, BDAT
 * @verb: what each of them is
 * @count: how many verbs there are
 * @keywords: automaton over the EHLO keywords that matter
 * @masked: of these, what is overwritten in the reply to EHLO
 * @banner: overlay for the greeting
 * @denied: overlay for the reply to a denied command
 * @denied_write: &enum mailguard_denied_write
 * @action: what is done about each &enum mailguard_actions_attr,
 *	&enum mailguard_action
 * @line: longest command line in octets, CRLF included
 * @line_mail: the same for lines that extensions lengthen
 */
struct smtp_policy {
	struct smtp_keywords verbs;
	u64 permitted;
	u64 downgrade;
	u64 chunking;
	const struct smtp_verb *verb[SMTP_VERBS_MAX];
	u8 count;
	struct smtp_keywords keywords;
	u64 masked;
	struct smtp_overlay banner;
	struct smtp_overlay denied;
	u8 denied_write;
	u8 action[MAILGUARD_A_ACTIONS_MAX + 1];
	u16 line;
	u16 line_mail;
};

void smtp_policy_init(struct smtp_policy *policy);
bool smtp_policy_permits(const struct smtp_policy *policy, const char *word);
const char *smtp_policy_permit(struct smtp_policy *policy, const char *name);
const char *smtp_policy_permit_own(struct smtp_policy *policy,
				   const char *name);
const char *smtp_policy_set_action(struct smtp_policy *policy,
				   enum mailguard_actions_attr check,
				   enum mailguard_action action);
const char *smtp_policy_downgrade_ehlo(struct smtp_policy *policy);
const char *smtp_policy_name(const struct smtp_policy *policy,
			     unsigned int bit, char *name);
int smtp_policy_default(struct smtp_policy *policy);

void smtp_overlay_init(struct smtp_overlay *overlay);
void smtp_overlay_set_code(struct smtp_overlay *overlay, unsigned int code);
const char *smtp_overlay_set_text(struct smtp_overlay *overlay,
				  const char *text);
const char *smtp_overlay_set_fill(struct smtp_overlay *overlay, u8 fill);
const char *smtp_overlay_set_keep(struct smtp_overlay *overlay,
				  const char *keep);

static inline bool smtp_overlay_keeps(const struct smtp_overlay *overlay,
				      u8 octet)
{
	return octet < 128 && overlay->keep[octet / 32] & (1U << octet % 32);
}

#endif /* _SMTP_POLICY_H */
