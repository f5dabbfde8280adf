// SPDX-License-Identifier: GPL-2.0
/* Lists the verbs that the module knows, and what follows each of them. */
#include "verb.h"

#define PATH .argument = SMTP_ARGUMENT_ADDRESS, .limit = SMTP_LIMIT_MAIL
#define PLAIN .before_tls = true

/*
 * A policy can also permit a verb that is not in this table. Then only a reply
 * and the next command may follow its line.
 */
static const struct smtp_verb verbs[] = {
	/* RFC 5321 and its predecessors */
	{ .name = "HELO", .framing = SMTP_FRAMING_HELLO,
	  .argument = SMTP_ARGUMENT_HELO, PLAIN },
	{ .name = "EHLO", .framing = SMTP_FRAMING_HELLO,
	  .argument = SMTP_ARGUMENT_HELO, PLAIN },
	{ .name = "MAIL", .framing = SMTP_FRAMING_MAIL, PATH },
	{ .name = "RCPT", .framing = SMTP_FRAMING_RCPT, PATH },
	{ .name = "DATA", .framing = SMTP_FRAMING_DATA },
	{ .name = "RSET", .framing = SMTP_FRAMING_RSET, PLAIN },
	{ .name = "NOOP", PLAIN },
	{ .name = "QUIT", PLAIN },
	{ .name = "VRFY", .argument = SMTP_ARGUMENT_ADDRESS },
	{ .name = "EXPN", .argument = SMTP_ARGUMENT_ADDRESS },
	{ .name = "HELP" },
	{ .name = "SEND", .framing = SMTP_FRAMING_MAIL, PATH },
	{ .name = "SOML", .framing = SMTP_FRAMING_MAIL, PATH },
	{ .name = "SAML", .framing = SMTP_FRAMING_MAIL, PATH },
	{ .name = "TURN", .framing = SMTP_FRAMING_TURN },
	/* Extensions: RFC 1985, 2645, 3030, 3207, 4468, 4954 */
	{ .name = "ETRN" },
	{ .name = "ATRN", .framing = SMTP_FRAMING_TURN },
	{ .name = "BDAT", .framing = SMTP_FRAMING_CHUNK,
	  .argument = SMTP_ARGUMENT_CHUNK_SIZE },
	{ .name = "STARTTLS", .framing = SMTP_FRAMING_TLS, PLAIN },
	{ .name = "BURL", .framing = SMTP_FRAMING_BURL,
	  .limit = SMTP_LIMIT_MAIL },
	{ .name = "AUTH", .framing = SMTP_FRAMING_AUTH,
	  .argument = SMTP_ARGUMENT_MECHANISM, .limit = SMTP_LIMIT_AUTH },
	/* LMTP: RFC 2033 */
	{ .name = "LHLO", .framing = SMTP_FRAMING_LMTP },
	/* Postfix */
	{ .name = "XCLIENT", .framing = SMTP_FRAMING_XCLIENT,
	  .argument = SMTP_ARGUMENT_SESSION },
	{ .name = "XFORWARD" },
	/* Exchange */
	{ .name = "X-EXPS", .framing = SMTP_FRAMING_AUTH,
	  .argument = SMTP_ARGUMENT_MECHANISM, .limit = SMTP_LIMIT_AUTH },
	{ .name = "X-ANONYMOUSTLS", .framing = SMTP_FRAMING_TLS, PLAIN },
	{ .name = "X-LINK2STATE", .limit = SMTP_LIMIT_MAIL },
	{ .name = "XEXCH50", .framing = SMTP_FRAMING_EXCH50,
	  .argument = SMTP_ARGUMENT_CHUNK_SIZE },
};

/* Stands for all verbs that the operator defines. */
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
 * @name: the verb, in any case
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
 * smtp_verb_refused() - tell why no policy can permit a verb
 * @verb: the verb
 *
 * Return: a message for the user, or NULL if a policy can permit it.
 */
const char *smtp_verb_refused(const struct smtp_verb *verb)
{
	switch (verb->framing) {
	case SMTP_FRAMING_TURN:
		return "verb exchanges client and server and is never permitted";
	case SMTP_FRAMING_LMTP:
		return "verb belongs to LMTP, which is another protocol";
	default:
		return NULL;
	}
}
