// SPDX-License-Identifier: GPL-2.0
/*
 * Compiles a policy from its settings, verbs and overlays.
 *
 * The policies that imitate products are files of user space. Only the built-in
 * default policy is here: the Mailguard of PIX 5.1, but with the reply to
 * denied commands that later products give.
 *
 * Functions that can refuse something return a message for the user, or NULL on
 * success.
 */
#include "policy.h"

#define NUMBER(name, type, field, absent) {				\
	.attr = MAILGUARD_A_POLICY_##name,				\
	.size = sizeof(type),						\
	.offset = offsetof(struct smtp_policy, field),			\
	.initial = absent,						\
}

#define ACTION(name, absent, possible, text) {				\
	.nest = MAILGUARD_A_POLICY_ACTIONS,				\
	.attr = MAILGUARD_A_ACTIONS_##name,				\
	.size = sizeof(u8),						\
	.offset = offsetof(struct smtp_policy,				\
			   action[MAILGUARD_A_ACTIONS_##name]),		\
	.initial = MAILGUARD_ACTION_##absent,				\
	.permitted = possible,						\
	.refusal = "possible here: " text,				\
}

#define CAN(action) (1U << MAILGUARD_ACTION_##action)

/* A check of addresses, or of the name in HELO, that is off by default. */
#define CHECK(name) ACTION(name, PASS, CAN(PASS) | CAN(DENY) | CAN(RESET), \
			     "pass, deny, reset")

/* The default of each setting, and the actions permitted for each anomaly. */
const struct smtp_setting smtp_settings[] = {
	NUMBER(DENIED_WRITE, u8, denied_write, MAILGUARD_DENIED_X),
	/* RFC 5321, section 4.5.3.1.4 */
	NUMBER(LINE_LENGTH, u16, line, 512),
	NUMBER(LINE_LENGTH_MAIL, u16, line_mail, 2048),
	/* RFC 5321, section 4.5.3.1.5 */
	NUMBER(REPLY_LINE_LENGTH, u16, line_reply, 512),
	/* RFC 5321, section 4.5.3.1: 256 with the brackets, 64 and 255 */
	NUMBER(ADDRESS_LENGTH, u16, address_length, 254),
	NUMBER(LOCAL_PART_LENGTH, u16, local_part_length, 64),
	NUMBER(DOMAIN_LENGTH, u16, domain_length, 255),
	NUMBER(TLS_MINIMUM, u8, tls_minimum, MAILGUARD_TLS_VERSION_ANY),
	NUMBER(MODE, u8, mode, MAILGUARD_MODE_ENFORCE),
	ACTION(PIPE, DENY, CAN(PASS) | CAN(BLANK) | CAN(DENY) | CAN(RESET),
	       "pass, blank, deny, reset"),
	ACTION(BRACKETS, DENY, CAN(PASS) | CAN(BLANK) | CAN(DENY) | CAN(RESET),
	       "pass, blank, deny, reset"),
	ACTION(TRUNCATED, DENY, CAN(DENY) | CAN(RESET), "deny, reset"),
	ACTION(BARE_LF, PASS, CAN(PASS) | CAN(DENY) | CAN(RESET),
	       "pass, deny, reset"),
	ACTION(REPLY, RESET, CAN(PASS) | CAN(RESET), "pass, reset"),
	ACTION(PIPELINING, PASS, CAN(PASS) | CAN(HOLD), "pass, hold"),
	ACTION(END_OF_DATA, RESET, CAN(RESET) | CAN(DEFANG) | CAN(LF),
	       "reset, defang, lf"),
	ACTION(PROXY_PROTOCOL, HOLD, CAN(HOLD) | CAN(ACCEPT), "hold, accept"),
	ACTION(ASYMMETRIC, DROP, CAN(PASS) | CAN(DROP), "pass, drop"),
	ACTION(PRDR, DENY, CAN(PASS) | CAN(DENY), "pass, deny"),
	ACTION(REPLY_LENGTH, PASS, CAN(PASS) | CAN(RESET), "pass, reset"),
	ACTION(WORDING, PASS, CAN(PASS) | CAN(NEUTRAL), "pass, neutral"),
	CHECK(PERCENT),
	CHECK(BANG),
	CHECK(SOURCE_ROUTE),
	CHECK(DOUBLE_AT),
	CHECK(QUOTED),
	CHECK(8BIT),
	CHECK(NO_DOMAIN),
	CHECK(LITERAL),
	CHECK(ADDRESS_LENGTH),
	CHECK(LOCAL_PART_LENGTH),
	CHECK(DOMAIN_LENGTH),
	ACTION(EARLY_TALK, HOLD, CAN(RESET) | CAN(HOLD), "reset, hold"),
	ACTION(STARTTLS, PASS, CAN(PASS) | CAN(MASK) | CAN(REQUIRE),
	       "pass, mask, require"),
	NUMBER(RECIPIENTS, u16, recipients, 0),
	ACTION(RECIPIENTS, DENY,
	       CAN(PASS) | CAN(DENY) | CAN(CLOSE) | CAN(RESET),
	       "pass, deny, reset, close"),
	NUMBER(MESSAGES, u16, messages, 0),
	ACTION(MESSAGES, CLOSE,
	       CAN(PASS) | CAN(DENY) | CAN(CLOSE) | CAN(RESET),
	       "pass, deny, reset, close"),
	NUMBER(MESSAGE_SIZE, u32, message_size, 0),
	ACTION(MESSAGE_SIZE, DENY, CAN(PASS) | CAN(DENY) | CAN(RESET),
	       "pass, deny, reset"),
	NUMBER(REFUSED_RECIPIENTS, u16, refused, 0),
	ACTION(REFUSED_RECIPIENTS, CLOSE, CAN(PASS) | CAN(CLOSE) | CAN(RESET),
	       "pass, reset, close"),
	NUMBER(DENIED_COMMANDS, u16, denied_max, 0),
	ACTION(DENIED_COMMANDS, CLOSE, CAN(PASS) | CAN(CLOSE) | CAN(RESET),
	       "pass, reset, close"),
	NUMBER(AUTH_FAILURES, u16, auth_failures, 0),
	ACTION(AUTH_FAILURES, CLOSE, CAN(PASS) | CAN(CLOSE) | CAN(RESET),
	       "pass, reset, close"),
	NUMBER(JUNK_COMMANDS, u16, junk, 0),
	ACTION(JUNK_COMMANDS, CLOSE, CAN(PASS) | CAN(CLOSE) | CAN(RESET),
	       "pass, reset, close"),
	ACTION(FOREIGN, RESET, CAN(DENY) | CAN(RESET), "deny, reset"),
	CHECK(HELO_NO_DOT),
	CHECK(HELO_LITERAL),
	CHECK(HELO_INVALID),
	NUMBER(EVENT_RATE, u16, event_rate, 100),
	{}
};

#undef NUMBER
#undef ACTION
#undef CHECK
#undef CAN

/**
 * smtp_setting_get() - read a setting
 * @setting: which one
 * @policy: the policy
 *
 * Return: its value.
 */
u32 smtp_setting_get(const struct smtp_setting *setting,
		     const struct smtp_policy *policy)
{
	const void *field = (const u8 *)policy + setting->offset;

	switch (setting->size) {
	case sizeof(u8):
		return *(const u8 *)field;
	case sizeof(u16):
		return *(const u16 *)field;
	default:
		return *(const u32 *)field;
	}
}

static void write_setting(const struct smtp_setting *setting,
			  struct smtp_policy *policy, u32 value)
{
	void *field = (u8 *)policy + setting->offset;

	switch (setting->size) {
	case sizeof(u8):
		*(u8 *)field = value;
		break;
	case sizeof(u16):
		*(u16 *)field = value;
		break;
	default:
		*(u32 *)field = value;
		break;
	}
}

/* Does the policy let this verb pass in plain text? */
static bool passes_plain(const struct smtp_policy *policy,
			 const struct smtp_verb *verb)
{
	switch (policy->action[MAILGUARD_A_ACTIONS_STARTTLS]) {
	case MAILGUARD_ACTION_MASK:
		return verb->framing != SMTP_FRAMING_TLS;
	case MAILGUARD_ACTION_REQUIRE:
		return verb->before_tls;
	default:
		return true;
	}
}

/**
 * smtp_policy_tie() - find the permitted verbs, and the masked keywords
 * @policy: a policy under construction, of which something has changed
 *
 * A verb is denied with its keyword, and the keyword is masked with its verb.
 */
void smtp_policy_tie(struct smtp_policy *policy)
{
	bool require = policy->action[MAILGUARD_A_ACTIONS_STARTTLS] ==
		       MAILGUARD_ACTION_REQUIRE;
	unsigned int i;

	policy->permitted = policy->listed & ~smtp_ehlo_denied_verbs(policy);
	for (i = 0; i < policy->count; i++) {
		if (!(policy->listed & (1ULL << i)))
			continue;
		policy->denial[i] = SMTP_DENIAL_COMMAND;
		if (passes_plain(policy, policy->verb[i]))
			continue;
		policy->permitted &= ~(1ULL << i);
		if (require)
			policy->denial[i] = SMTP_DENIAL_PLAIN;
	}
	policy->keywords.masked = smtp_ehlo_masked(policy);
	policy->mechanisms.masked = smtp_word_list_masked(&policy->mechanisms);
}

static bool has_action(const struct smtp_policy *policy, const u8 *checks,
		       size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (policy->action[checks[i]] != MAILGUARD_ACTION_PASS)
			return true;
	return false;
}

/* Find out whether a check is on that needs each byte of an address, or of a name. */
static void find_judged(struct smtp_policy *policy)
{
	static const u8 addresses[] = {
		MAILGUARD_A_ACTIONS_PERCENT, MAILGUARD_A_ACTIONS_BANG,
		MAILGUARD_A_ACTIONS_SOURCE_ROUTE, MAILGUARD_A_ACTIONS_DOUBLE_AT,
		MAILGUARD_A_ACTIONS_QUOTED, MAILGUARD_A_ACTIONS_8BIT,
		MAILGUARD_A_ACTIONS_NO_DOMAIN, MAILGUARD_A_ACTIONS_LITERAL,
		MAILGUARD_A_ACTIONS_ADDRESS_LENGTH,
		MAILGUARD_A_ACTIONS_LOCAL_PART_LENGTH,
		MAILGUARD_A_ACTIONS_DOMAIN_LENGTH,
	};
	static const u8 names[] = {
		MAILGUARD_A_ACTIONS_HELO_NO_DOT,
		MAILGUARD_A_ACTIONS_HELO_LITERAL,
		MAILGUARD_A_ACTIONS_HELO_INVALID,
	};

	policy->judges_addresses =
		has_action(policy, addresses, ARRAY_SIZE(addresses)) ||
		policy->domains[SMTP_SET_SENDER] ||
		policy->domains[SMTP_SET_RECIPIENT];
	policy->judges_helo = has_action(policy, names, ARRAY_SIZE(names)) ||
			      policy->domains[SMTP_SET_HELO];
}

/**
 * smtp_policy_set_domains() - permit only some domains
 * @policy: a policy under construction
 * @which: of what
 * @domains: the sealed set of them, or NULL
 */
void smtp_policy_set_domains(struct smtp_policy *policy, enum smtp_set which,
			     const struct smtp_domains *domains)
{
	policy->domains[which] = domains;
	find_judged(policy);
}

/**
 * smtp_setting_set() - change a setting
 * @setting: which one
 * @policy: a policy under construction
 * @value: the new value, within the range of the netlink specification
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_setting_set(const struct smtp_setting *setting,
			     struct smtp_policy *policy, u32 value)
{
	if (setting->permitted && !(setting->permitted & (1U << value)))
		return setting->refusal;
	write_setting(setting, policy, value);
	smtp_policy_tie(policy);
	find_judged(policy);
	return NULL;
}

/**
 * struct denial - what is known about a denial
 * @reason: the reason that is counted
 * @code: the code of the reply, unless the policy gives another reply; 0 if
 *	the reply of the server passes
 * @text: the text of the reply
 */
struct denial {
	enum mailguard_reason reason;
	unsigned int code;
	const char *text;
};

static const struct denial denials[SMTP_DENIAL_OWN] = {
	[SMTP_DENIAL_COMMAND] = { .reason = MAILGUARD_REASON_DENIED_VERB },
	/* RFC 4954, section 4 */
	[SMTP_DENIAL_MECHANISM] = { MAILGUARD_REASON_DENIED_MECHANISM, 504,
				    "5.5.4 Unrecognized authentication type" },
	/* RFC 3207, section 4 */
	[SMTP_DENIAL_PLAIN] = { MAILGUARD_REASON_DENIED_PLAIN, 530,
				"5.7.0 Must issue a STARTTLS command first" },
	/* RFC 5321, section 4.5.3.1.10 */
	[SMTP_DENIAL_RECIPIENTS] = { MAILGUARD_REASON_LIMIT_RECIPIENTS, 452,
				     "4.5.3 Too many recipients" },
	[SMTP_DENIAL_MESSAGES] = { MAILGUARD_REASON_LIMIT_MESSAGES, 452,
				   "4.5.3 Too many messages" },
	/* RFC 1870, section 6.1 */
	[SMTP_DENIAL_SIZE] = { MAILGUARD_REASON_LIMIT_SIZE, 552,
			       "5.3.4 Message size exceeds fixed limit" },
	[SMTP_DENIAL_CLOSE] = { MAILGUARD_REASON_RESET_LIMIT, 421,
				"4.7.0 Limit exceeded, closing connection" },
	[SMTP_DENIAL_SENDER] = { MAILGUARD_REASON_DENIED_SENDER, 550,
				 "5.7.1 Sender domain denied" },
	[SMTP_DENIAL_RECIPIENT] = { MAILGUARD_REASON_DENIED_RECIPIENT, 550,
				    "5.7.1 Relaying denied" },
	/* RFC 5321, sections 4.1.4 and 4.3.2 */
	[SMTP_DENIAL_HELO] = { MAILGUARD_REASON_DENIED_HELO, 550,
			       "5.7.1 HELO name denied" },
	[SMTP_DENIAL_NO_HELO] = { MAILGUARD_REASON_DENIED_NO_HELO, 503,
				  "5.5.1 Send HELO or EHLO first" },
};

/**
 * smtp_denial_reason() - tell what is counted for a denied command
 * @denial: &enum smtp_denial
 *
 * Return: the reason.
 */
enum mailguard_reason smtp_denial_reason(u8 denial)
{
	return denial < SMTP_DENIAL_OWN ? denials[denial].reason :
					  MAILGUARD_REASON_DENIED_VERB;
}

static void init_denial(struct smtp_overlay *reply, u8 denial)
{
	smtp_overlay_init(reply);
	if (denial >= SMTP_DENIAL_OWN || !denials[denial].code)
		return;
	smtp_overlay_set_code(reply, denials[denial].code);
	smtp_overlay_set_text(reply, denials[denial].text);
}

/**
 * smtp_denial_is_default() - does the policy leave the reply as it is?
 * @policy: the policy
 * @denial: &enum smtp_denial
 *
 * Return: true if the reply is the default one.
 */
bool smtp_denial_is_default(const struct smtp_policy *policy, u8 denial)
{
	struct smtp_overlay initial;

	init_denial(&initial, denial);
	return !memcmp(&initial, &policy->denied[denial], sizeof(initial));
}

/* HTTP (RFC 9110, 9.3; RFC 5789; RFC 9113, 3.4) and SSH (RFC 4253, 4.2) */
static const char * const foreign[SMTP_VERBS_FOREIGN_MAX] = {
	"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE",
	"PATCH", "PRI", "SSH-1", "SSH-2",
};

/**
 * smtp_policy_init() - initialise a policy that permits no verb
 * @policy: the policy, which gets all defaults and no overlay
 */
void smtp_policy_init(struct smtp_policy *policy)
{
	const struct smtp_setting *setting;
	unsigned int i;
	u8 denial;

	memset(policy, 0, sizeof(*policy));
	smtp_ehlo_keywords(&policy->keywords);
	smtp_keywords_add(&policy->verbs, "XEXCH50", SMTP_KEYWORDS - 2);
	smtp_keywords_add(&policy->verbs, "BDAT", SMTP_KEYWORDS - 1);
	for (i = 0; i < ARRAY_SIZE(foreign); i++)
		smtp_keywords_add(&policy->verbs, foreign[i],
				  SMTP_VERBS_MAX + i);
	smtp_overlay_init(&policy->banner);
	for (denial = 0; denial < SMTP_DENIALS; denial++)
		init_denial(&policy->denied[denial], denial);
	for (setting = smtp_settings; setting->size; setting++)
		write_setting(setting, policy, setting->initial);
	smtp_policy_tie(policy);
}

static bool begins_line(const struct smtp_policy *policy, u8 byte)
{
	return smtp_keywords_step(&policy->verbs, policy->listed, 0, byte);
}

/**
 * smtp_policy_verb() - look up a verb of a policy
 * @policy: the policy
 * @word: the verb, in any case
 *
 * Return: the mask of the verb, 0 if the policy does not have it. It may be
 * denied with its keyword.
 */
u64 smtp_policy_verb(const struct smtp_policy *policy, const char *word)
{
	return smtp_keywords_find(&policy->verbs, (1ULL << policy->count) - 1,
				  word);
}

/**
 * smtp_policy_permits() - is a verb permitted?
 * @policy: the policy
 * @word: the verb, in any case
 *
 * Return: true if the policy permits it.
 */
bool smtp_policy_permits(const struct smtp_policy *policy, const char *word)
{
	return smtp_policy_verb(policy, word) & policy->permitted;
}

static bool lists_verb(const struct smtp_policy *policy, const char *word)
{
	return smtp_policy_verb(policy, word) & policy->listed;
}

/*
 * The other commands of a mail need MAIL first. After STARTTLS the client can say
 * HELO again, which is not seen.
 */
static bool needs_helo(const struct smtp_verb *verb)
{
	return verb->framing == SMTP_FRAMING_MAIL ||
	       verb->framing == SMTP_FRAMING_AUTH ||
	       verb->framing == SMTP_FRAMING_TLS;
}

/* Return: the mask of the verb, or 0 if there is no room or the name is bad. */
static u64 add_verb(struct smtp_policy *policy, const struct smtp_verb *verb,
		    const char *name, bool listed)
{
	u64 bit;

	if (policy->count == SMTP_VERBS_MAX ||
	    smtp_keywords_add(&policy->verbs, name, policy->count))
		return 0;
	bit = 1ULL << policy->count;
	policy->verb[policy->count++] = verb;
	if (listed)
		policy->listed |= bit;
	if (verb->framing == SMTP_FRAMING_MAIL)
		policy->mail |= bit;
	if (verb->framing == SMTP_FRAMING_RCPT)
		policy->rcpt |= bit;
	if (needs_helo(verb))
		policy->after_helo |= bit;
	smtp_policy_tie(policy);
	return bit;
}

/* @listed: the verb is permitted, unless another setting denies it. */
static const char *add_known(struct smtp_policy *policy, const char *name,
			     bool listed)
{
	const struct smtp_verb *verb = smtp_verb_find(name);
	const char *why;
	u64 bit;

	if (!verb)
		return "unknown verb; write a verb of your own in quotes";
	why = listed ? smtp_verb_refused(verb) : NULL;
	if (why)
		return why;
	if (smtp_policy_verb(policy, verb->name))
		return "verb is given twice";
	bit = add_verb(policy, verb, verb->name, listed);
	if (!bit)
		return "too many verbs";
	if (listed && verb->framing == SMTP_FRAMING_CHUNK)
		policy->chunking |= bit;
	return NULL;
}

static const char *add_own(struct smtp_policy *policy, const char *name,
			   bool listed)
{
	if (smtp_verb_find(name))
		return "known verb; write it without quotes";
	if (smtp_policy_verb(policy, name))
		return "verb is given twice";
	if (policy->count == SMTP_VERBS_MAX)
		return "too many verbs";
	if (strchr(name, '_') || strlen(name) > MAILGUARD_VERB_MAX ||
	    !add_verb(policy, &smtp_verb_own, name, listed))
		return "a verb consists of letters, digits and hyphens";
	return NULL;
}

/**
 * smtp_policy_permit() - permit a verb that the module knows
 * @policy: a policy under construction
 * @name: the verb, in any case
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_policy_permit(struct smtp_policy *policy, const char *name)
{
	return add_known(policy, name, true);
}

/**
 * smtp_policy_permit_own() - permit a verb that the module does not know
 * @policy: a policy under construction
 * @name: the verb, in any case
 *
 * A reply and the next command must follow the line of such a verb.
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_policy_permit_own(struct smtp_policy *policy,
				   const char *name)
{
	return add_own(policy, name, true);
}

/**
 * smtp_policy_judge() - give a verb a verdict of its own
 * @policy: a policy under construction
 * @name: the verb, in any case
 * @own: the module does not know the verb
 * @verdict: what becomes of the command
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_policy_judge(struct smtp_policy *policy, const char *name,
			      bool own, enum mailguard_verdict verdict)
{
	bool listed = verdict == MAILGUARD_VERDICT_LOG;
	const char *why = own ? add_own(policy, name, listed) :
				add_known(policy, name, listed);
	u64 bit;

	if (why)
		return why;
	bit = 1ULL << (policy->count - 1);
	switch (verdict) {
	case MAILGUARD_VERDICT_LOG:
		policy->logged |= bit;
		break;
	case MAILGUARD_VERDICT_RESET:
		policy->resets |= bit;
		break;
	case MAILGUARD_VERDICT_NOOP:
		policy->noop |= bit;
		break;
	default:
		policy->x |= bit;
		break;
	}
	return NULL;
}

/**
 * smtp_policy_verdict() - tell what becomes of a command
 * @policy: the policy
 * @bit: the bit of its verb
 *
 * Return: the verdict; x also for a verb that has none of its own.
 */
enum mailguard_verdict smtp_policy_verdict(const struct smtp_policy *policy,
					   unsigned int bit)
{
	u64 verb = 1ULL << bit;

	if (policy->logged & verb)
		return MAILGUARD_VERDICT_LOG;
	if (policy->resets & verb)
		return MAILGUARD_VERDICT_RESET;
	return policy->noop & verb ? MAILGUARD_VERDICT_NOOP :
				     MAILGUARD_VERDICT_X;
}

/**
 * smtp_policy_own_reply() - give the last verb a reply of its own
 * @policy: a policy under construction
 *
 * Return: the overlay of the reply, or NULL if there are too many.
 */
struct smtp_overlay *smtp_policy_own_reply(struct smtp_policy *policy)
{
	u8 denial = SMTP_DENIAL_OWN + policy->own;

	if (denial == SMTP_DENIALS)
		return NULL;
	policy->own++;
	policy->denial[policy->count - 1] = denial;
	return &policy->denied[denial];
}

/**
 * smtp_policy_check_tls() - can the policy require TLS, if it does?
 * @policy: a policy that is complete
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_policy_check_tls(const struct smtp_policy *policy)
{
	if (policy->action[MAILGUARD_A_ACTIONS_STARTTLS] ==
		    MAILGUARD_ACTION_REQUIRE &&
	    (policy->downgrade || !lists_verb(policy, "EHLO") ||
	     !lists_verb(policy, "STARTTLS")))
		return "starttls require needs the commands ehlo and starttls";
	return NULL;
}

/**
 * smtp_policy_downgrade_ehlo() - rewrite EHLO to HELO
 * @policy: a policy to which all permitted verbs were added already
 *
 * The first byte of EHLO must become H before the second one is there. So no
 * permitted verb may begin with E.
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_policy_downgrade_ehlo(struct smtp_policy *policy)
{
	if (!lists_verb(policy, "HELO"))
		return "ehlo downgrade needs the command helo";
	if (lists_verb(policy, "EHLO"))
		return "ehlo downgrade and the command ehlo exclude each other";
	if (begins_line(policy, 'E'))
		return "ehlo downgrade excludes every other verb that begins with E";
	policy->downgrade = add_verb(policy, smtp_verb_find("EHLO"), "EHLO",
				     true);
	return policy->downgrade ? NULL : "too many verbs";
}

/**
 * smtp_policy_name() - get the name of a verb of the policy
 * @policy: the policy
 * @bit: the bit of the verb, from 0
 * @name: room for %SMTP_KEYWORD_LEN bytes and a NUL
 *
 * Return: @name, or NULL if there are no more verbs. An EHLO that becomes HELO
 * was not listed by the policy; it was added last, and ends the list, too.
 */
const char *smtp_policy_name(const struct smtp_policy *policy,
			     unsigned int bit, char *name)
{
	if (bit >= policy->count || policy->downgrade == 1ULL << bit)
		return NULL;
	return smtp_keywords_name(&policy->verbs, bit, name);
}

/**
 * smtp_policy_mark() - let an event set a mark
 * @policy: a policy under construction
 * @event: &enum mailguard_event
 * @kind: &enum mailguard_mark_kind
 * @value: the value of the bits in @mask
 * @mask: which bits are set, at least one
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_policy_mark(struct smtp_policy *policy, unsigned int event,
			     unsigned int kind, u32 value, u32 mask)
{
	if (value & ~mask)
		return "the mark has bits outside of its mask";
	policy->marking |= 1U << event;
	policy->mark[event][kind] = (struct smtp_mark){ value, mask };
	return NULL;
}

/**
 * smtp_policy_offenders() - let some clients not connect for some time
 * @policy: a policy under construction
 * @offenders: which clients, and for how long; without a number
 *
 * Return: NULL, or a message for the user.
 */
const char *smtp_policy_offenders(struct smtp_policy *policy,
				  const struct smtp_offenders *offenders)
{
	u32 mask = offenders->mask;

	switch (offenders->event) {
	case MAILGUARD_EVENT_DENIED:
	case MAILGUARD_EVENT_RESET:
	case MAILGUARD_EVENT_REFUSED_RECIPIENT:
	case MAILGUARD_EVENT_AUTH_FAILED:
	case MAILGUARD_EVENT_EARLY_TALK:
	case MAILGUARD_EVENT_LIMIT:
		break;
	default:
		return "offenders cannot be counted by this event";
	}
	if (offenders->seconds > MAILGUARD_OFFENDERS_TIME_MAX)
		return "the time is longer than 7 days";
	/* Divided by its lowest bit, the mask is 0xff. */
	if (!mask || mask / (mask & -mask) != 0xff)
		return "the mask has eight adjacent bits, such as 0xff0000";
	policy->marking |= 1U << offenders->event;
	policy->offenders = *offenders;
	return NULL;
}

/**
 * smtp_policy_default() - compile the built-in policy
 * @policy: room for it
 *
 * The policy permits the verbs that RFC 821 requires. Its banner is that of PIX
 * 5.1, where every character but 2 and 0 becomes an asterisk.
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
	    smtp_overlay_set_text(&policy->denied[SMTP_DENIAL_COMMAND],
				  "Command unrecognized"))
		return -EINVAL;
	smtp_overlay_set_code(&policy->denied[SMTP_DENIAL_COMMAND], 500);
	return 0;
}

void smtp_overlay_init(struct smtp_overlay *overlay)
{
	memset(overlay, 0, sizeof(*overlay));
	overlay->fill = SMTP_OVERLAY_FILL;
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
		u8 byte = *keep;

		if (!smtp_is_printable(byte))
			return "keep must be printable ASCII characters";
		overlay->keep[byte / 32] |= 1U << byte % 32;
	}
	overlay->on = true;
	return NULL;
}
