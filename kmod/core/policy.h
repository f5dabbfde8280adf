/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_POLICY_H
#define _SMTP_POLICY_H

#include "domains.h"
#include "ehlo.h"
#include "verb.h"

/*
 * XEXCH50, BDAT and the words by which other protocols begin are always in the
 * automaton that recognises verbs, even if the policy does not permit them:
 * bytes that are no commands may follow their lines, so a denied one must be
 * recognised, too. They have the last bits.
 */
#define SMTP_VERBS_FOREIGN_MAX	12
#define SMTP_VERBS_MAX		(SMTP_KEYWORDS - 2 - SMTP_VERBS_FOREIGN_MAX)
#define SMTP_VERBS_FOREIGN	0x3ffc000000000000ULL
#define SMTP_VERB_XEXCH50	0x4000000000000000ULL
#define SMTP_VERB_BDAT		0x8000000000000000ULL
#define SMTP_VERBS_ANNOUNCING	(SMTP_VERB_XEXCH50 | SMTP_VERB_BDAT | \
				 SMTP_VERBS_FOREIGN)

/* The default of &smtp_overlay.fill. */
#define SMTP_OVERLAY_FILL	' '

/**
 * struct smtp_overlay - what is written over the lines of a reply
 * @on: the overlay is used
 * @has_code: @code is written over the reply code
 * @code: three digits
 * @text_len: how many bytes @text has
 * @fill: the character written over all that follows @text
 * @keep: the characters over which @fill is not written, a bit for each
 * @text: the text written over each line from its fifth byte on
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
 * enum smtp_denial - for what a command is denied, and so what the reply is
 * @SMTP_DENIAL_COMMAND: the policy does not permit the command
 * @SMTP_DENIAL_PLAIN: the command must wait for STARTTLS
 * @SMTP_DENIAL_RECIPIENTS: the mail has too many recipients
 * @SMTP_DENIAL_MESSAGES: the connection has had too many messages
 * @SMTP_DENIAL_SIZE: the mail is declared to be too large
 * @SMTP_DENIAL_MECHANISM: the policy does not permit the SASL mechanism
 * @SMTP_DENIAL_CLOSE: not a denial, but the 421 before a connection is closed
 * @SMTP_DENIAL_SENDER: the policy does not permit the sender's domain
 * @SMTP_DENIAL_RECIPIENT: the policy does not permit the recipient's domain
 * @SMTP_DENIAL_HELO: the policy does not permit the name in HELO or EHLO
 * @SMTP_DENIAL_NO_HELO: the command must wait for HELO or EHLO with a permitted
 *	name
 * @SMTP_DENIAL_OWN: the first of those of single commands
 * @SMTP_DENIALS: how many there are
 *
 * The reply to each of them is in &smtp_policy.denied. Those from
 * %SMTP_DENIAL_OWN on are for single commands to which the policy gives a reply
 * of their own.
 */
enum smtp_denial {
	SMTP_DENIAL_COMMAND,
	SMTP_DENIAL_PLAIN = MAILGUARD_A_REPLIES_STARTTLS,
	SMTP_DENIAL_RECIPIENTS = MAILGUARD_A_REPLIES_RECIPIENTS,
	SMTP_DENIAL_MESSAGES = MAILGUARD_A_REPLIES_MESSAGES,
	SMTP_DENIAL_SIZE = MAILGUARD_A_REPLIES_MESSAGE_SIZE,
	SMTP_DENIAL_MECHANISM = MAILGUARD_A_REPLIES_MAX + 1,
	SMTP_DENIAL_CLOSE,
	SMTP_DENIAL_SENDER,
	SMTP_DENIAL_RECIPIENT,
	SMTP_DENIAL_HELO,
	SMTP_DENIAL_NO_HELO,
	SMTP_DENIAL_OWN,
	SMTP_DENIALS = SMTP_DENIAL_OWN + 16,
};

/**
 * enum smtp_set - which domains a set of a policy judges
 * @SMTP_SET_SENDER: those of senders
 * @SMTP_SET_RECIPIENT: those of recipients
 * @SMTP_SET_HELO: the names in HELO and EHLO
 * @SMTP_SETS: how many sets there are
 */
enum smtp_set {
	SMTP_SET_SENDER,
	SMTP_SET_RECIPIENT,
	SMTP_SET_HELO,
	SMTP_SETS,
};

/**
 * struct smtp_mark - the bits of a mark that an event sets
 * @value: the value of the bits in @mask
 * @mask: which bits; 0 if the event does not set this mark
 */
struct smtp_mark {
	u32 value;
	u32 mask;
};

/* How many policies of a namespace may have offenders. */
#define SMTP_OFFENDERS_MAX	15

/* How many events the mark can tell before a rule has seen them. */
#define SMTP_OFFENCES_MAX	15

/**
 * struct smtp_offenders - which clients may not connect for some time
 * @event: &enum mailguard_event
 * @number: the policy's number, not 0, in the lower four bits of @mask
 * @after: how many events make a client an offender; 0 if no client is
 * @seconds: for how long
 * @mask: the eight adjacent bits of the connection's mark that tell of events
 */
struct smtp_offenders {
	u8 event;
	u8 number;
	u16 after;
	u32 seconds;
	u32 mask;
};

/**
 * struct smtp_policy - a compiled policy, immutable once connections use it
 * @verbs: the automaton that recognises the permitted verbs and
 *	%SMTP_VERBS_ANNOUNCING
 * @listed: a mask of the verbs that the policy lists as permitted; the bits are
 *	indices into @verb
 * @permitted: a mask of those of them that another setting does not deny
 * @x: a mask of the verbs that are denied with X, whatever @denied_write says
 * @noop: a mask of those that are denied with NOOP
 * @resets: a mask of those for which the connection is reset
 * @logged: a mask of those that are counted when they pass
 * @mail: a mask of the verbs that begin a mail
 * @rcpt: the bit of RCPT
 * @after_helo: a mask of those that need HELO or EHLO first, if the policy
 *	judges the name there
 * @downgrade: the bit of EHLO if the policy makes EHLO a HELO, else 0
 * @chunking: the bit of BDAT if BDAT is permitted, else 0
 * @verb: what is known about each verb
 * @denial: &enum smtp_denial of each verb that is not permitted
 * @count: how many entries of @verb are in use
 * @own: how many entries of @denied from %SMTP_DENIAL_OWN on are in use
 * @keywords: the EHLO keywords in ehlo.c, and those that the policy lists
 * @mechanisms: the SASL mechanisms that pass, if the policy lists them
 * @banner: the overlay for the greeting
 * @denied: the overlay for the reply to a denied command, by &enum smtp_denial
 * @denied_write: &enum mailguard_denied_write
 * @action: what is done about each anomaly: &enum mailguard_action, by &enum
 *	mailguard_actions_attr
 * @line: the longest command line in bytes, CRLF included
 * @line_mail: the same for MAIL and other lines that extensions lengthen
 * @line_reply: the same for lines of the server
 * @address_length: the longest address in bytes, without its angle brackets
 * @local_part_length: its longest local part
 * @domain_length: its longest domain
 * @domains: the sets of domains, by &enum smtp_set; NULL for one that is not
 *	there
 * @judges_addresses: a setting needs each byte of an address
 * @judges_helo: a setting needs the name in HELO and EHLO
 * @tls_minimum: the lowest version of TLS, &enum mailguard_tls_version
 * @mode: &enum mailguard_mode
 * @recipients: how many RCPT a mail may have; 0 for this and the following if
 *	there is no limit
 * @messages: how many messages a connection may have
 * @refused: how many recipients the server may refuse in a connection
 * @denied_max: how many commands may be denied in a connection
 * @auth_failures: how many authentications may fail in a connection
 * @junk: how many other commands may come between two mails
 * @message_size: how many bytes MAIL may declare
 * @event_rate: how many events of each reason are sent in a second
 * @marking: the events that set a mark, a mask of &enum mailguard_event
 * @mark: the bits, by &enum mailguard_event and &enum mailguard_mark_kind
 * @offenders: which clients may not connect for some time
 */
struct smtp_policy {
	struct smtp_keywords verbs;
	u64 listed;
	u64 permitted;
	u64 x;
	u64 noop;
	u64 resets;
	u64 logged;
	u64 mail;
	u64 rcpt;
	u64 after_helo;
	u64 downgrade;
	u64 chunking;
	const struct smtp_verb *verb[SMTP_VERBS_MAX];
	u8 denial[SMTP_VERBS_MAX];
	u8 count;
	u8 own;
	struct smtp_word_list keywords;
	struct smtp_word_list mechanisms;
	struct smtp_overlay banner;
	struct smtp_overlay denied[SMTP_DENIALS];
	u8 denied_write;
	u8 action[MAILGUARD_A_ACTIONS_MAX + 1];
	u16 line;
	u16 line_mail;
	u16 line_reply;
	u16 address_length;
	u16 local_part_length;
	u16 domain_length;
	const struct smtp_domains *domains[SMTP_SETS];
	bool judges_addresses;
	bool judges_helo;
	u8 tls_minimum;
	u8 mode;
	u16 recipients;
	u16 messages;
	u16 refused;
	u16 denied_max;
	u16 auth_failures;
	u16 junk;
	u16 event_rate;
	u32 message_size;
	u16 marking;
	struct smtp_mark mark[__MAILGUARD_EVENT_MAX][__MAILGUARD_MARK_MAX];
	struct smtp_offenders offenders;
};

/**
 * struct smtp_setting - a number or an action that a policy can set
 * @nest: %MAILGUARD_A_POLICY_ACTIONS if @attr is in that nest, else 0
 * @attr: the netlink attribute
 * @size: the size of the value in bytes, in the attribute and in the policy
 * @offset: the offset of the value in &struct smtp_policy
 * @initial: the default
 * @permitted: a mask of the permitted values; 0 if all values in the range of
 *	the netlink specification are permitted
 * @refusal: the message for a user who gives another value; NULL if @permitted
 *	is 0
 */
struct smtp_setting {
	u8 nest;
	u8 attr;
	u8 size;
	unsigned int offset;
	u32 initial;
	u32 permitted;
	const char *refusal;
};

/* All settings; the last entry has the size 0. */
extern const struct smtp_setting smtp_settings[];

u32 smtp_setting_get(const struct smtp_setting *setting,
		     const struct smtp_policy *policy);
const char *smtp_setting_set(const struct smtp_setting *setting,
			     struct smtp_policy *policy, u32 value);

void smtp_policy_set_domains(struct smtp_policy *policy, enum smtp_set which,
			     const struct smtp_domains *domains);
enum mailguard_reason smtp_denial_reason(u8 denial);
bool smtp_denial_is_default(const struct smtp_policy *policy, u8 denial);
void smtp_policy_init(struct smtp_policy *policy);
u64 smtp_policy_verb(const struct smtp_policy *policy, const char *word);
bool smtp_policy_permits(const struct smtp_policy *policy, const char *word);
const char *smtp_policy_permit(struct smtp_policy *policy, const char *name);
const char *smtp_policy_permit_own(struct smtp_policy *policy,
				   const char *name);
const char *smtp_policy_check_tls(const struct smtp_policy *policy);
const char *smtp_policy_judge(struct smtp_policy *policy, const char *name,
			      bool own, enum mailguard_verdict verdict);
struct smtp_overlay *smtp_policy_own_reply(struct smtp_policy *policy);
enum mailguard_verdict smtp_policy_verdict(const struct smtp_policy *policy,
					   unsigned int bit);
const char *smtp_policy_downgrade_ehlo(struct smtp_policy *policy);
void smtp_policy_tie(struct smtp_policy *policy);
const char *smtp_policy_name(const struct smtp_policy *policy,
			     unsigned int bit, char *name);
const char *smtp_policy_mark(struct smtp_policy *policy, unsigned int event,
			     unsigned int kind, u32 value, u32 mask);
const char *smtp_policy_offenders(struct smtp_policy *policy,
				  const struct smtp_offenders *offenders);
int smtp_policy_default(struct smtp_policy *policy);

void smtp_overlay_init(struct smtp_overlay *overlay);
void smtp_overlay_set_code(struct smtp_overlay *overlay, unsigned int code);
const char *smtp_overlay_set_text(struct smtp_overlay *overlay,
				  const char *text);
const char *smtp_overlay_set_fill(struct smtp_overlay *overlay, u8 fill);
const char *smtp_overlay_set_keep(struct smtp_overlay *overlay,
				  const char *keep);

/*
 * Return: a mask of the permitted verbs that must wait for HELO or EHLO with a
 * permitted name. @offered: what the server offers, a mask of &enum smtp_extension.
 */
static inline u64 smtp_policy_lacks_helo(const struct smtp_policy *policy,
					 u8 offered)
{
	if (!policy->judges_helo || offered & (1U << SMTP_EXTENSION_BASE))
		return 0;
	return policy->after_helo & policy->permitted;
}

static inline bool smtp_overlay_keeps(const struct smtp_overlay *overlay,
				      u8 byte)
{
	return byte < 128 && overlay->keep[byte / 32] & (1U << byte % 32);
}

#endif /* _SMTP_POLICY_H */
