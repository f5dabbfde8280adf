/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_POLICY_H
#define _SMTP_POLICY_H

#include "keyword.h"

/**
 * enum smtp_framing - what follows a command on the wire
 * @SMTP_FRAMING_LINE: a reply; then the next command
 * @SMTP_FRAMING_DATA: content after a 354 (RFC 5321, 4.1.1.4)
 * @SMTP_FRAMING_OTHER: something this module does not follow
 * @SMTP_FRAMING_ROLES: client and server change places (TURN, ATRN)
 */
enum smtp_framing {
	SMTP_FRAMING_LINE,
	SMTP_FRAMING_DATA,
	SMTP_FRAMING_OTHER,
	SMTP_FRAMING_ROLES,
};

/**
 * struct smtp_verb - a verb the module knows
 * @name: in capitals
 * @framing: what follows it
 * @long_line: its line has parameters that extensions lengthen
 */
struct smtp_verb {
	const char *name;
	enum smtp_framing framing;
	bool long_line;
};

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
 * @verbs: automaton over the verbs that may begin a line
 * @permitted: the set of them; a bit of it is an index into @framing
 * @downgrade: of these, EHLO where it becomes HELO
 * @long_line: of these, the ones that get @line_long
 * @framing: &enum smtp_framing of each verb
 * @count: how many verbs there are
 * @banner: overlay for the greeting
 * @denied: overlay for the reply to a denied command
 * @denied_write: &enum mailguard_denied_write
 * @line: longest command line in octets, CRLF included
 * @line_long: the same for MAIL and RCPT
 */
struct smtp_policy {
	struct smtp_keywords verbs;
	u64 permitted;
	u64 downgrade;
	u64 long_line;
	u8 framing[SMTP_KEYWORDS];
	u8 count;
	struct smtp_overlay banner;
	struct smtp_overlay denied;
	u8 denied_write;
	u16 line;
	u16 line_long;
};

const struct smtp_verb *smtp_verb_find(const char *name);
void smtp_policy_init(struct smtp_policy *policy);
const char *smtp_policy_permit(struct smtp_policy *policy, const char *name);
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
