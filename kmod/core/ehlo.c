// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the server's reply to EHLO, and masks the keywords of extensions that
 * the policy denies.
 *
 * If a client were offered an extension that is then denied, the bytes that it
 * sends could change their meaning: content behind a denied BDAT would be read
 * as commands. So what is offered and what is permitted come from one table.
 *
 * A keyword is masked as a whole. So its bytes are held back until it has
 * ended, or cannot become a denied one any more. A server that repeats just a
 * part of a keyword cannot send more before that part is acknowledged (its
 * congestion window is one segment). Then the part is sent on, and if the
 * keyword turns out to be a denied one, its last letter is changed.
 *
 * The policy may also list the keywords that pass, or those that do not. If it
 * lists those that pass, every keyword is held back until it has ended, or is
 * longer than any that can be listed. If it lists SASL mechanisms, those that the
 * server offers are treated in the same way.
 */
#include "ehlo.h"
#include "policy.h"
#include "record.h"

/**
 * struct ehlo_keyword - an EHLO keyword, and on what condition it is permitted
 * @name: the keyword, in capitals
 * @verb: permit it if the policy permits this command; or NULL
 * @borrows: another keyword offers this command
 * @check: permit it if the policy's action for this anomaly is PASS; or 0
 * @harmless: always permit it; it is here because the dialogue depends on it
 *
 * A keyword without a condition is always masked: the module cannot follow what
 * this extension does to the dialogue.
 */
struct ehlo_keyword {
	const char *name;
	const char *verb;
	bool borrows;
	enum mailguard_actions_attr check;
	bool harmless;
};

/* Their parameters are SASL mechanisms. */
enum {
	KEYWORD_AUTH = SMTP_EXTENSION_XEXCH50 + 1,
	KEYWORD_X_EXPS,
};

static const u64 sasl_keywords = 1ULL << KEYWORD_AUTH | 1ULL << KEYWORD_X_EXPS;

/* Those in &enum smtp_extension come first, at the index of that name. */
static const struct ehlo_keyword keywords[] = {
	[SMTP_EXTENSION_CHUNKING] = { .name = "CHUNKING", .verb = "BDAT" },
	[SMTP_EXTENSION_SMTPUTF8] = { .name = "SMTPUTF8", .harmless = true },
	[SMTP_EXTENSION_PRDR] = { .name = "PRDR",
				  .check = MAILGUARD_A_ACTIONS_PRDR },
	[SMTP_EXTENSION_XEXCH50] = { .name = "XEXCH50", .verb = "XEXCH50" },
	[KEYWORD_AUTH] = { .name = "AUTH", .verb = "AUTH" },
	[KEYWORD_X_EXPS] = { .name = "X-EXPS", .verb = "X-EXPS" },
	{ .name = "BINARYMIME", .verb = "BDAT", .borrows = true },
	{ .name = "PIPELINING", .check = MAILGUARD_A_ACTIONS_PIPELINING },
	/* RFC 1869 and RFC 5321 */
	{ .name = "VRFY", .verb = "VRFY" },
	{ .name = "EXPN", .verb = "EXPN" },
	{ .name = "HELP", .verb = "HELP" },
	{ .name = "SEND", .verb = "SEND" },
	{ .name = "SOML", .verb = "SOML" },
	{ .name = "SAML", .verb = "SAML" },
	{ .name = "TURN", .verb = "TURN" },
	/* RFC 1985, 2645, 3207, 4468 */
	{ .name = "ETRN", .verb = "ETRN" },
	{ .name = "ATRN", .verb = "ATRN" },
	{ .name = "STARTTLS", .verb = "STARTTLS" },
	{ .name = "BURL", .verb = "BURL" },
	/* Postfix, sendmail, Momentum */
	{ .name = "XCLIENT", .verb = "XCLIENT" },
	{ .name = "XFORWARD", .verb = "XFORWARD" },
	{ .name = "VERB", .verb = "VERB" },
	{ .name = "ONEX", .verb = "ONEX" },
	{ .name = "XREMOTEIP", .verb = "XREMOTEIP" },
	{ .name = "XSETCONTEXT", .verb = "XSETCONTEXT" },
	{ .name = "XDUMPCONTEXT", .verb = "XDUMPCONTEXT" },
	/* Exchange */
	{ .name = "X-ANONYMOUSTLS", .verb = "X-ANONYMOUSTLS" },
	{ .name = "X-LINK2STATE", .verb = "X-LINK2STATE" },
	{ .name = "XPROXY", .verb = "XPROXY" },
	{ .name = "XPROXYFROM", .verb = "XPROXYFROM" },
	{ .name = "XPROXYTO", .verb = "XPROXYTO" },
	{ .name = "XSHADOW", .verb = "XSHADOW" },
	{ .name = "XSHADOWREQUEST", .verb = "XSHADOWREQUEST" },
	{ .name = "XQDISCARD", .verb = "XQDISCARD" },
	{ .name = "XSESSIONPARAMS", .verb = "XSESSIONPARAMS" },
	/* Exim: clients speak before the greeting, but are held back then. */
	{ .name = "PIPECONNECT" },
	{ .name = "X_PIPE_CONNECT" },
	/* Courier (other replies to the end of data), RFC 1845 (355 to DATA) */
	{ .name = "XEXDATA" },
	{ .name = "CHECKPOINT" },
	/* RFC 5336; only its successor SMTPUTF8 is followed */
	{ .name = "UTF8SMTP" },
};

/**
 * smtp_ehlo_keywords() - build the automaton that recognises the keywords
 * @list: the policy's list of keywords, zeroed
 */
void smtp_ehlo_keywords(struct smtp_word_list *list)
{
	for (; list->used < ARRAY_SIZE(keywords); list->used++)
		smtp_keywords_add(&list->words, keywords[list->used].name,
				  list->used);
}

static bool is_permitted(const struct ehlo_keyword *keyword,
			 const struct smtp_policy *policy)
{
	if (keyword->check)
		return policy->action[keyword->check] == MAILGUARD_ACTION_PASS;
	if (keyword->verb)
		return smtp_policy_permits(policy, keyword->verb);
	return keyword->harmless;
}

/**
 * smtp_ehlo_masked() - find the keywords that a policy masks
 * @policy: the policy
 *
 * Return: a mask of these keywords, as numbered in &smtp_policy.keywords.
 */
u64 smtp_ehlo_masked(const struct smtp_policy *policy)
{
	u64 masked = smtp_word_list_masked(&policy->keywords);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!is_permitted(&keywords[i], policy))
			masked |= 1ULL << i;
	return masked;
}

/* The verb that a keyword offers. Return: its mask, 0 if it has none. */
static u64 offered_verb(const struct smtp_policy *policy, unsigned int bit)
{
	char name[SMTP_KEYWORD_LEN + 1];

	if (bit >= ARRAY_SIZE(keywords))
		return smtp_policy_verb(policy,
					smtp_keywords_name(&policy->keywords.words,
							   bit, name));
	if (!keywords[bit].verb || keywords[bit].borrows)
		return 0;
	return smtp_policy_verb(policy, keywords[bit].verb);
}

/**
 * smtp_ehlo_denied_verbs() - find the verbs that are denied with their keyword
 * @policy: the policy
 *
 * Return: a mask of the verbs whose keyword the policy's list masks.
 */
u64 smtp_ehlo_denied_verbs(const struct smtp_policy *policy)
{
	u64 masked = smtp_word_list_masked(&policy->keywords);
	u64 denied = 0;
	unsigned int i;

	for (i = 0; i < policy->keywords.used; i++)
		if (masked >> i & 1)
			denied |= offered_verb(policy, i);
	return denied;
}

/*
 * Masked keywords look as on Cisco's ASA: XXXA, XXXB, ... XXXZ, then XXAA to
 * XXWZ, then XAAA. They are numbered so that no keyword is offered twice, as
 * far as their length allows.
 */
static void mask_keyword(u8 *bytes, u32 len, u16 number)
{
	memset(bytes, 'X', len);
	bytes[--len] = 'A' + number % 26;
	for (number /= 26; number && len; number = (number - 1) / ('X' - 'A'))
		bytes[--len] = 'A' + (number - 1) % ('X' - 'A');
}

/*
 * Are keywords masked that the module does not know? In a line that says why
 * EHLO failed, they are words for a person.
 */
static bool masks_others(const struct smtp_ehlo *ehlo,
			 const struct smtp_word_list *list)
{
	return list->on && !list->except && !ehlo->failure;
}

/* @word: the mask of the keyword, 0 if it is none that the module knows. */
static bool is_masked(const struct smtp_ehlo *ehlo,
		      const struct smtp_word_list *list, u64 word)
{
	return word ? word & list->masked : masks_others(ehlo, list);
}

static const struct smtp_word_list *
list_now(const struct smtp_ehlo *ehlo, const struct smtp_policy *policy)
{
	return ehlo->sasl ? &policy->mechanisms : &policy->keywords;
}

static void keyword_ends(struct smtp_ehlo *ehlo,
			 const struct smtp_policy *policy, u64 word,
			 struct smtp_events *ev)
{
	bool masked = is_masked(ehlo, list_now(ehlo, policy), word);

	if (masked)
		smtp_count(ev, ehlo->sasl ? MAILGUARD_REASON_MASKED_MECHANISMS :
					    MAILGUARD_REASON_MASKED_KEYWORDS);
	if (ev->record)
		smtp_record_close(ev->record, 0);
	if (ehlo->sasl) {
		ehlo->part = SMTP_EHLO_BEGIN;
		return;
	}
	ehlo->found |= word & SMTP_EXTENSIONS;
	ehlo->part = masked ? SMTP_EHLO_MASKED : SMTP_EHLO_DONE;
	if (!masked && word & sasl_keywords && policy->mechanisms.on) {
		ehlo->sasl = true;
		ehlo->part = SMTP_EHLO_BEGIN;
	}
}

/*
 * Take a keyword, or a part of one that cannot become a denied one any more. A
 * byte that cannot be in a keyword ends it, because some clients end it there.
 * Return: how many bytes were taken, 0 if the keyword cannot be judged yet.
 */
static u32 take_keyword(struct smtp_ehlo *ehlo,
			const struct smtp_policy *policy, u8 *bytes, u32 len,
			struct smtp_events *ev)
{
	const struct smtp_word_list *list = list_now(ehlo, policy);
	u64 reach = ehlo->reach;
	u64 word;
	u32 n;

	for (n = 0; n < len && smtp_keywords_letter(bytes[n]) >= 0; n++)
		reach = smtp_keywords_step(&list->words, reach, ehlo->pos + n,
					   bytes[n]);
	if (n > SMTP_KEYWORD_LEN && masks_others(ehlo, list)) {
		ehlo->part = SMTP_EHLO_LONG;
		mask_keyword(bytes, SMTP_KEYWORD_LEN + 1, ehlo->masked++);
		return SMTP_KEYWORD_LEN + 1;
	}
	if (n == len && (reach & list->masked || masks_others(ehlo, list))) {
		ehlo->part = SMTP_EHLO_HELD;
		return 0;
	}
	ehlo->reach = reach;
	ehlo->pos = smtp_at_most(ehlo->pos + n, SMTP_KEYWORD_LEN);
	if (n == len)
		return n;
	word = smtp_keywords_ending(&list->words, reach, ehlo->pos);
	if (ev->record)
		smtp_record_word(ev->record, bytes, n);
	if (n && is_masked(ehlo, list, word))
		mask_keyword(bytes, n, ehlo->masked++);
	keyword_ends(ehlo, policy, word, ev);
	return n;
}

/*
 * Take what there is of a keyword that the sender cannot send as a whole. A
 * letter that completes a denied keyword is changed, so whatever follows, the
 * client sees another keyword. If only listed keywords pass, so is each letter
 * by which it can be none of them.
 */
static u32 force_keyword(struct smtp_ehlo *ehlo,
			 const struct smtp_policy *policy, u8 *bytes, u32 len,
			 struct smtp_events *ev)
{
	const struct smtp_word_list *list = list_now(ehlo, policy);
	u64 word = smtp_keywords_ending(&list->words, ehlo->reach, ehlo->pos);
	u32 n;

	for (n = 0; n < len && smtp_keywords_letter(bytes[n]) >= 0; n++) {
		ehlo->reach = smtp_keywords_step(&list->words, ehlo->reach,
						 ehlo->pos, bytes[n]);
		if (ehlo->pos < SMTP_KEYWORD_LEN)
			ehlo->pos++;
		word = smtp_keywords_ending(&list->words, ehlo->reach,
					    ehlo->pos);
		if (word & list->masked ||
		    (masks_others(ehlo, list) &&
		     !(ehlo->reach & ~list->masked)))
			bytes[n] = (bytes[n] | 0x20) == 'x' ? 'A' : 'X';
	}
	if (n < len)
		keyword_ends(ehlo, policy, word, ev);
	return n;
}

/* Take the rest of a keyword that is masked although its end was not seen. */
static u32 mask_long_keyword(struct smtp_ehlo *ehlo,
			     const struct smtp_policy *policy, u8 *bytes,
			     u32 len, struct smtp_events *ev)
{
	u32 n;

	for (n = 0; n < len && smtp_keywords_letter(bytes[n]) >= 0; n++)
		bytes[n] = 'X';
	if (n < len)
		keyword_ends(ehlo, policy, 0, ev);
	return n;
}

/* Clients skip these bytes before a keyword, and before a mechanism. */
static bool is_blank(const struct smtp_ehlo *ehlo, u8 byte)
{
	if (ehlo->sasl)
		return smtp_keywords_letter(byte) < 0;
	return byte == ' ' || byte == '\t' || byte == '=';
}

static u32 take_blanks(struct smtp_ehlo *ehlo, const u8 *bytes, u32 len)
{
	u32 n = 0;

	while (n < len && is_blank(ehlo, bytes[n]))
		n++;
	if (n == len)
		return n;
	ehlo->part = SMTP_EHLO_KEYWORD;
	ehlo->reach = ~0ULL;
	ehlo->pos = 0;
	return n;
}

/*
 * The parameters of a masked keyword would give it away (AUTH PLAIN LOGIN,
 * AUTH=LOGIN). They are overwritten so that they become one parameter, and the
 * line keeps the syntax of RFC 5321.
 */
static void hide_parameters(struct smtp_ehlo *ehlo, u8 *bytes, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (bytes[i] != '\r' && bytes[i] != '\n')
			bytes[i] = ehlo->part == SMTP_EHLO_MASKED ? ' ' : 'X';
		ehlo->part = SMTP_EHLO_PARAMETERS;
	}
}

/*
 * Take bytes of one part of a line, at least one unless another part begins.
 * Return: how many were taken.
 */
static u32 take_part(struct smtp_ehlo *ehlo, const struct smtp_policy *policy,
		     u8 *bytes, u32 len, struct smtp_events *ev)
{
	switch (ehlo->part) {
	case SMTP_EHLO_BEGIN:
	case SMTP_EHLO_HELD:
		return take_blanks(ehlo, bytes, len);
	case SMTP_EHLO_KEYWORD:
		return take_keyword(ehlo, policy, bytes, len, ev);
	case SMTP_EHLO_FORCED:
		return force_keyword(ehlo, policy, bytes, len, ev);
	case SMTP_EHLO_LONG:
		return mask_long_keyword(ehlo, policy, bytes, len, ev);
	case SMTP_EHLO_MASKED:
	case SMTP_EHLO_PARAMETERS:
		hide_parameters(ehlo, bytes, len);
		return len;
	default:
		return len;
	}
}

/**
 * smtp_ehlo_text() - take text of a line
 * @ehlo: the reply, zeroed at its beginning
 * @policy: tells which keywords are masked
 * @bytes: the text, with the LF if the line ends; edited in place
 * @len: how many bytes
 * @ev: counts masked keywords
 *
 * Return: how many bytes may be sent on. They are fewer than @len if the bytes
 * end within a keyword that cannot be judged yet; all of it is then held back.
 */
u32 smtp_ehlo_text(struct smtp_ehlo *ehlo, const struct smtp_policy *policy,
		   u8 *bytes, u32 len, struct smtp_events *ev)
{
	u32 n = 0;

	while (n < len) {
		n += take_part(ehlo, policy, bytes + n, len - n, ev);
		if (ehlo->part == SMTP_EHLO_HELD)
			break;
	}
	return n;
}
