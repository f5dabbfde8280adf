// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the server's reply to EHLO, and masks the keywords of what the policy
 * denies.
 *
 * A client that was offered what it is then refused may send bytes that mean
 * something else: the content behind a refused BDAT would be commands. So the
 * offer and the permission come from the same table.
 *
 * A keyword is masked as a whole, so its bytes do not pass before the keyword
 * is decided: it is known to be none of those denied, or it has ended. A sender
 * that repeats part of a keyword and nothing more can send no more (its TCP has
 * a congestion window of one segment); then that part passes, and the letter
 * that would complete a denied keyword is changed.
 */
#include "ehlo.h"
#include "policy.h"

/**
 * struct ehlo_keyword - what permits a keyword
 * @name: in capitals
 * @verb: a permitted command, or NULL
 * @check: an action of the policy that is PASS, or 0
 * @harmless: nothing needs to; the dialogue only has to know of it
 *
 * If it has none of these, the dialogue does not follow the extension.
 */
struct ehlo_keyword {
	const char *name;
	const char *verb;
	enum mailguard_actions_attr check;
	bool harmless;
};

/* The index of the first ones is their &enum smtp_extension. */
static const struct ehlo_keyword keywords[] = {
	[SMTP_EXTENSION_CHUNKING] = { .name = "CHUNKING", .verb = "BDAT" },
	[SMTP_EXTENSION_SMTPUTF8] = { .name = "SMTPUTF8", .harmless = true },
	[SMTP_EXTENSION_PRDR] = { .name = "PRDR",
				  .check = MAILGUARD_A_ACTIONS_PRDR },
	[SMTP_EXTENSION_XEXCH50] = { .name = "XEXCH50", .verb = "XEXCH50" },
	{ .name = "BINARYMIME", .verb = "BDAT" },
	{ .name = "PIPELINING", .check = MAILGUARD_A_ACTIONS_PIPELINING },
	/* RFC 1869 and RFC 5321 */
	{ .name = "VRFY", .verb = "VRFY" },
	{ .name = "EXPN", .verb = "EXPN" },
	{ .name = "HELP", .verb = "HELP" },
	{ .name = "SEND", .verb = "SEND" },
	{ .name = "SOML", .verb = "SOML" },
	{ .name = "SAML", .verb = "SAML" },
	{ .name = "TURN", .verb = "TURN" },
	/* RFC 1985, 2645, 3207, 4468, 4954 */
	{ .name = "ETRN", .verb = "ETRN" },
	{ .name = "ATRN", .verb = "ATRN" },
	{ .name = "STARTTLS", .verb = "STARTTLS" },
	{ .name = "BURL", .verb = "BURL" },
	{ .name = "AUTH", .verb = "AUTH" },
	/* Postfix, sendmail, Momentum */
	{ .name = "XCLIENT", .verb = "XCLIENT" },
	{ .name = "XFORWARD", .verb = "XFORWARD" },
	{ .name = "VERB", .verb = "VERB" },
	{ .name = "ONEX", .verb = "ONEX" },
	{ .name = "XREMOTEIP", .verb = "XREMOTEIP" },
	{ .name = "XSETCONTEXT", .verb = "XSETCONTEXT" },
	{ .name = "XDUMPCONTEXT", .verb = "XDUMPCONTEXT" },
	/* Exchange */
	{ .name = "X-EXPS", .verb = "X-EXPS" },
	{ .name = "X-ANONYMOUSTLS", .verb = "X-ANONYMOUSTLS" },
	{ .name = "X-LINK2STATE", .verb = "X-LINK2STATE" },
	{ .name = "XPROXY", .verb = "XPROXY" },
	{ .name = "XPROXYFROM", .verb = "XPROXYFROM" },
	{ .name = "XPROXYTO", .verb = "XPROXYTO" },
	{ .name = "XSHADOW", .verb = "XSHADOW" },
	{ .name = "XSHADOWREQUEST", .verb = "XSHADOWREQUEST" },
	{ .name = "XQDISCARD", .verb = "XQDISCARD" },
	{ .name = "XSESSIONPARAMS", .verb = "XSESSIONPARAMS" },
	/* Exim: the guard holds back who speaks before the greeting. */
	{ .name = "PIPECONNECT" },
	{ .name = "X_PIPE_CONNECT" },
	/* Courier: other replies to the end of data. RFC 1845: 355 to DATA. */
	{ .name = "XEXDATA" },
	{ .name = "CHECKPOINT" },
	/* RFC 5336: UTF-8 in an address is denied but under SMTPUTF8. */
	{ .name = "UTF8SMTP" },
};

/**
 * smtp_ehlo_words() - make the automaton over the keywords
 * @words: zeroed
 *
 * Return: 0, or -EINVAL if the table above is wrong.
 */
int smtp_ehlo_words(struct smtp_keywords *words)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(keywords); i++)
		err |= smtp_keywords_add(words, keywords[i].name, i);
	return err;
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
 * smtp_ehlo_denied() - the keywords that a policy denies
 * @policy: the policy
 *
 * Return: a mask over the words of smtp_ehlo_words().
 */
u64 smtp_ehlo_denied(const struct smtp_policy *policy)
{
	unsigned int i;
	u64 denied = 0;

	for (i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!is_permitted(&keywords[i], policy))
			denied |= 1ULL << i;
	return denied;
}

/*
 * The form of Cisco's ASA: XXXA, XXXB, ... XXXZ, then XXAA to XXWZ. So no two
 * of them are equal, for clients and people who wonder at that.
 */
static void mask(u8 *octets, u32 len, u16 number)
{
	memset(octets, 'X', len);
	octets[len - 1] = 'A' + number % 26;
	if (number >= 26)
		octets[len - 2] = 'A' + (number / 26 - 1) % ('X' - 'A');
}

static void keyword_ends(struct smtp_ehlo *ehlo,
			 const struct smtp_policy *policy, u8 *octets, u32 len,
			 struct smtp_events *ev)
{
	u64 word = smtp_keywords_ending(&policy->keywords, ehlo->reach,
					ehlo->pos);

	ehlo->found |= word & SMTP_EXTENSIONS;
	ehlo->part = SMTP_EHLO_OVER;
	if (!(word & policy->masked))
		return;
	mask(octets, len, ehlo->masked++);
	ehlo->part = SMTP_EHLO_MASKED;
	smtp_count(ev, MAILGUARD_REASON_MASKED_KEYWORDS);
}

/*
 * Take a keyword, or what comes of one that is denied in no case. Whatever can
 * not stand in a keyword ends it, as some clients have it. Return: 0 if it is
 * undecided.
 */
static u32 take_keyword(struct smtp_ehlo *ehlo,
			const struct smtp_policy *policy, u8 *octets, u32 len,
			struct smtp_events *ev)
{
	u64 reach = ehlo->reach;
	u32 n;

	for (n = 0; n < len && smtp_keywords_letter(octets[n]) >= 0; n++)
		reach = smtp_keywords_step(&policy->keywords, reach,
					   ehlo->pos + n, octets[n]);
	if (n == len && reach & policy->masked)
		return 0;
	ehlo->reach = reach;
	ehlo->pos = ehlo->pos + n < SMTP_KEYWORD_LEN ? ehlo->pos + n :
						       SMTP_KEYWORD_LEN;
	if (n < len)
		keyword_ends(ehlo, policy, octets, n, ev);
	return n;
}

/*
 * Take what there is of a keyword, since the sender does not get on with more.
 * The letter that would complete a denied one is changed: whatever comes behind
 * it, the client sees another word.
 */
static u32 force_keyword(struct smtp_ehlo *ehlo,
			 const struct smtp_policy *policy, u8 *octets, u32 len,
			 struct smtp_events *ev)
{
	u64 word = smtp_keywords_ending(&policy->keywords, ehlo->reach,
					ehlo->pos);
	u32 n;

	for (n = 0; n < len && smtp_keywords_letter(octets[n]) >= 0; n++) {
		ehlo->reach = smtp_keywords_step(&policy->keywords, ehlo->reach,
						 ehlo->pos, octets[n]);
		if (ehlo->pos < SMTP_KEYWORD_LEN)
			ehlo->pos++;
		word = smtp_keywords_ending(&policy->keywords, ehlo->reach,
					    ehlo->pos);
		if (word & policy->masked)
			octets[n] = (octets[n] | 0x20) == 'x' ? 'A' : 'X';
	}
	if (n == len)
		return n;
	ehlo->found |= word & SMTP_EXTENSIONS;
	ehlo->part = SMTP_EHLO_OVER;
	if (word & policy->masked) {
		ehlo->part = SMTP_EHLO_MASKED;
		smtp_count(ev, MAILGUARD_REASON_MASKED_KEYWORDS);
	}
	return n;
}

/* Clients pass over these before the keyword. */
static u32 take_blanks(const u8 *octets, u32 len)
{
	u32 n = 0;

	while (n < len && (octets[n] == ' ' || octets[n] == '\t' ||
			   octets[n] == '='))
		n++;
	return n;
}

/*
 * Parameters of a masked keyword would tell which one it is (AUTH PLAIN LOGIN,
 * AUTH=LOGIN). They become one parameter: the line stays one of RFC 5321.
 */
static void hide(struct smtp_ehlo *ehlo, u8 *octets, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (octets[i] != '\r' && octets[i] != '\n')
			octets[i] = ehlo->part == SMTP_EHLO_MASKED ? ' ' : 'X';
		ehlo->part = SMTP_EHLO_HIDDEN;
	}
}

/**
 * smtp_ehlo_text() - take text of a line
 * @ehlo: the reply, zeroed at its beginning
 * @policy: says which keywords are masked
 * @octets: the text; the LF that ends the line too; edited in place
 * @len: how many
 * @ev: counts what is masked
 *
 * Return: how many bytes are decided; fewer than @len if they end within a
 * keyword that is not, before its first byte.
 */
u32 smtp_ehlo_text(struct smtp_ehlo *ehlo, const struct smtp_policy *policy,
		   u8 *octets, u32 len, struct smtp_events *ev)
{
	u32 n = 0;

	if (ehlo->part == SMTP_EHLO_BEGIN) {
		n = take_blanks(octets, len);
		ehlo->reach = ~0ULL;
		ehlo->pos = 0;
	}
	if (n < len && (ehlo->part == SMTP_EHLO_BEGIN ||
			ehlo->part == SMTP_EHLO_KEYWORD)) {
		ehlo->part = SMTP_EHLO_KEYWORD;
		n += take_keyword(ehlo, policy, octets + n, len - n, ev);
	}
	if (ehlo->part == SMTP_EHLO_FORCED)
		n = force_keyword(ehlo, policy, octets, len, ev);
	if (ehlo->part == SMTP_EHLO_KEYWORD && n < len) {
		ehlo->part = SMTP_EHLO_BEGIN;
		return n;
	}
	if (ehlo->part == SMTP_EHLO_MASKED || ehlo->part == SMTP_EHLO_HIDDEN)
		hide(ehlo, octets + n, len - n);
	return len;
}
