// SPDX-License-Identifier: GPL-2.0
/* The verbs the module knows, and what follows each of them. */
#include "verb.h"

#define PATH .argument = SMTP_ARGUMENT_ADDRESS, .limit = SMTP_LIMIT_MAIL

/*
 * The one table that says what follows a verb. Another one is permitted only
 * by name, as one that nothing follows but a reply.
 */
static const struct smtp_verb verbs[] = {
	/* RFC 5321 and its predecessors */
	{ "HELO", SMTP_FRAMING_HELLO },
	{ "EHLO", SMTP_FRAMING_HELLO },
	{ "MAIL", SMTP_FRAMING_LINE, PATH },
	{ "RCPT", SMTP_FRAMING_LINE, PATH },
	{ "DATA", SMTP_FRAMING_DATA },
	{ "RSET", SMTP_FRAMING_LINE },
	{ "NOOP", SMTP_FRAMING_LINE },
	{ "QUIT", SMTP_FRAMING_LINE },
	{ "VRFY", SMTP_FRAMING_LINE, SMTP_ARGUMENT_ADDRESS },
	{ "EXPN", SMTP_FRAMING_LINE, SMTP_ARGUMENT_ADDRESS },
	{ "HELP", SMTP_FRAMING_LINE },
	{ "SEND", SMTP_FRAMING_LINE, PATH },
	{ "SOML", SMTP_FRAMING_LINE, PATH },
	{ "SAML", SMTP_FRAMING_LINE, PATH },
	{ "TURN", SMTP_FRAMING_ROLES },
	/* Extensions: RFC 1985, 2645, 3030, 3207, 4468, 4954 */
	{ "ETRN", SMTP_FRAMING_LINE },
	{ "ATRN", SMTP_FRAMING_ROLES },
	{ "BDAT", SMTP_FRAMING_CHUNK, SMTP_ARGUMENT_COUNT },
	{ "STARTTLS", SMTP_FRAMING_TLS },
	{ "BURL", SMTP_FRAMING_LINE, .limit = SMTP_LIMIT_MAIL },
	{ "AUTH", SMTP_FRAMING_AUTH, .limit = SMTP_LIMIT_AUTH },
	/* LMTP: RFC 2033 */
	{ "LHLO", SMTP_FRAMING_LMTP },
	/* Postfix */
	{ "XCLIENT", SMTP_FRAMING_XCLIENT },
	{ "XFORWARD", SMTP_FRAMING_LINE },
	/* Exchange */
	{ "X-EXPS", SMTP_FRAMING_AUTH, .limit = SMTP_LIMIT_AUTH },
	{ "X-ANONYMOUSTLS", SMTP_FRAMING_TLS },
	{ "X-LINK2STATE", SMTP_FRAMING_LINE, .limit = SMTP_LIMIT_MAIL },
	{ "XEXCH50", SMTP_FRAMING_EXCH50, SMTP_ARGUMENT_COUNT },
};

/* What a verb of the operator's own is taken for. */
const struct smtp_verb smtp_verb_own = { NULL, SMTP_FRAMING_LINE };

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

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (same_word(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

/**
 * smtp_verb_refused() - can no policy permit a verb?
 * @verb: the verb
 *
 * Return: why not, or NULL if one can.
 */
const char *smtp_verb_refused(const struct smtp_verb *verb)
{
	switch (verb->framing) {
	case SMTP_FRAMING_ROLES:
		return "verb exchanges client and server and is never permitted";
	case SMTP_FRAMING_LMTP:
		return "verb belongs to LMTP, which is another protocol";
	default:
		return NULL;
	}
}
