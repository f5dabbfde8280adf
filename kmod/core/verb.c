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
	{ .name = "HELO", .framing = SMTP_FRAMING_HELLO },
	{ .name = "EHLO", .framing = SMTP_FRAMING_HELLO },
	{ .name = "MAIL", .framing = SMTP_FRAMING_MAIL, PATH },
	{ .name = "RCPT", .framing = SMTP_FRAMING_RCPT, PATH },
	{ .name = "DATA", .framing = SMTP_FRAMING_DATA },
	{ .name = "RSET" },
	{ .name = "NOOP" },
	{ .name = "QUIT" },
	{ .name = "VRFY", .argument = SMTP_ARGUMENT_ADDRESS },
	{ .name = "EXPN", .argument = SMTP_ARGUMENT_ADDRESS },
	{ .name = "HELP" },
	{ .name = "SEND", .framing = SMTP_FRAMING_MAIL, PATH },
	{ .name = "SOML", .framing = SMTP_FRAMING_MAIL, PATH },
	{ .name = "SAML", .framing = SMTP_FRAMING_MAIL, PATH },
	{ .name = "TURN", .framing = SMTP_FRAMING_ROLES },
	/* Extensions: RFC 1985, 2645, 3030, 3207, 4468, 4954 */
	{ .name = "ETRN" },
	{ .name = "ATRN", .framing = SMTP_FRAMING_ROLES },
	{ .name = "BDAT", .framing = SMTP_FRAMING_CHUNK,
	  .argument = SMTP_ARGUMENT_COUNT },
	{ .name = "STARTTLS", .framing = SMTP_FRAMING_TLS },
	{ .name = "BURL", .limit = SMTP_LIMIT_MAIL },
	{ .name = "AUTH", .framing = SMTP_FRAMING_AUTH,
	  .limit = SMTP_LIMIT_AUTH },
	/* LMTP: RFC 2033 */
	{ .name = "LHLO", .framing = SMTP_FRAMING_LMTP },
	/* Postfix */
	{ .name = "XCLIENT", .framing = SMTP_FRAMING_XCLIENT },
	{ .name = "XFORWARD" },
	/* Exchange */
	{ .name = "X-EXPS", .framing = SMTP_FRAMING_AUTH,
	  .limit = SMTP_LIMIT_AUTH },
	{ .name = "X-ANONYMOUSTLS", .framing = SMTP_FRAMING_TLS },
	{ .name = "X-LINK2STATE", .limit = SMTP_LIMIT_MAIL },
	{ .name = "XEXCH50", .framing = SMTP_FRAMING_EXCH50,
	  .argument = SMTP_ARGUMENT_COUNT },
};

/* What a verb of the operator's own is taken for. */
const struct smtp_verb smtp_verb_own = { .framing = SMTP_FRAMING_LINE };

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
