// SPDX-License-Identifier: GPL-2.0
/*
 * Recorded dialogues, and the property that matters most: what comes out is a
 * function of the octets alone, not of how they are cut, repeated or
 * acknowledged. SEED=n repeats a run; the seed is printed.
 */
#include <stdio.h>
#include <time.h>

#include "harness.h"
#include "wire.h"

#define STEPS 24

struct string {
	const char *octets;
	size_t len;
};

struct step {
	enum smtp_dir dir;
	struct string in;
	struct string out;
};

/* What a side says, and what the other one gets; the same where it is once. */
#define STRING(s) { s, sizeof(s) - 1 }
#define C(in, out) { SMTP_CLIENT, STRING(in), STRING(out) }
#define S(in, out) { SMTP_SERVER, STRING(in), STRING(out) }
#define C_(in) { SMTP_CLIENT, STRING(in), {} }
#define S_(in) { SMTP_SERVER, STRING(in), {} }

struct dialogue {
	const char *name;
	int (*policy)(struct smtp_policy *policy);
	bool reset;
	struct step step[STEPS];
};

static int ok_manner(struct smtp_policy *policy)
{
	int err = smtp_policy_default(policy);

	smtp_overlay_set_code(&policy->denied, 250);
	return err || smtp_overlay_set_text(&policy->denied, "OK");
}

static int noop_manner(struct smtp_policy *policy)
{
	int err = smtp_policy_default(policy);

	smtp_overlay_init(&policy->denied);
	policy->denied_write = MAILGUARD_DENIED_NOOP;
	return err || smtp_policy_downgrade_ehlo(policy);
}

static int cmap_manner(struct smtp_policy *policy)
{
	smtp_policy_init(policy);
	return smtp_policy_permit(policy, "helo") ||
	       smtp_policy_permit(policy, "quit") ||
	       smtp_overlay_set_text(&policy->banner, "SMTP/cmap ready") ||
	       smtp_overlay_set_fill(&policy->banner, '_');
}

/* Everything that can be permitted, and nothing in the way of it. */
static int open_manner(struct smtp_policy *policy)
{
	static const char * const verbs[] = {
		"helo", "ehlo", "mail", "rcpt", "data", "rset", "noop", "quit",
		"vrfy", "expn", "auth", "bdat", "burl", "starttls", "xclient",
		"xforward", "x-exps", "x-anonymoustls", "xexch50",
		"x-link2state",
	};
	size_t i;

	smtp_policy_init(policy);
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (smtp_policy_permit(policy, verbs[i]))
			return -EINVAL;
	if (smtp_policy_permit_own(policy, "X-MINE"))
		return -EINVAL;
	return smtp_overlay_set_fill(&policy->banner, '*') ||
	       smtp_overlay_set_text(&policy->denied, "Command unrecognized");
}

static int with(struct smtp_policy *policy, enum mailguard_actions_attr check,
		enum mailguard_action action)
{
	return open_manner(policy) ||
	       smtp_policy_set_action(policy, check, action);
}

static int blank_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PIPE, MAILGUARD_ACTION_BLANK) ||
	       smtp_policy_set_action(policy, MAILGUARD_A_ACTIONS_BRACKETS,
				      MAILGUARD_ACTION_PASS);
}

static int pipe_reset_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PIPE, MAILGUARD_ACTION_RESET);
}

static int truncated_reset_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_TRUNCATED,
		    MAILGUARD_ACTION_RESET);
}

static int bare_lf_deny_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_BARE_LF, MAILGUARD_ACTION_DENY);
}

static int bare_lf_reset_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_BARE_LF,
		    MAILGUARD_ACTION_RESET);
}

static int unexpected_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_REPLY, MAILGUARD_ACTION_PASS);
}

static int hold_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PIPELINING,
		    MAILGUARD_ACTION_HOLD);
}

/* What a person writes down who wants EHLO, and did not think of the rest. */
static int ehlo_manner(struct smtp_policy *policy)
{
	return smtp_policy_default(policy) ||
	       smtp_policy_permit(policy, "EHLO") ||
	       smtp_policy_permit(policy, "BURL") ||
	       smtp_policy_permit_own(policy, "ONEX");
}

static int ehlo_hold_manner(struct smtp_policy *policy)
{
	return ehlo_manner(policy) ||
	       smtp_policy_set_action(policy, MAILGUARD_A_ACTIONS_PIPELINING,
				      MAILGUARD_ACTION_HOLD);
}

static int defang_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_END_OF_DATA,
		    MAILGUARD_ACTION_DEFANG);
}

static int lf_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_END_OF_DATA,
		    MAILGUARD_ACTION_LF);
}

static int proxy_manner(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PROXY_PROTOCOL,
		    MAILGUARD_ACTION_ACCEPT);
}

static int prdr_manner(struct smtp_policy *policy)
{
	return ehlo_manner(policy) ||
	       smtp_policy_set_action(policy, MAILGUARD_A_ACTIONS_PRDR,
				      MAILGUARD_ACTION_PASS);
}

#define GREET_OPEN S("220 mx\r\n", "220 **\r\n")
#define EHLO C_("EHLO c\r\n")
#define OFFER S_("250-mx\r\n250-SIZE\r\n250 CHUNKING\r\n")
#define DATA C_("DATA\r\n")
#define GO S_("354 go\r\n")
/* Of a preamble of version 2. */
#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
/* Here commands are judged. */
#define WIZ C("WIZ\r\n", "XXX\r\n")
#define NO_WIZ S("500 a\r\n", "500 C\r\n")
/* A record of three octets, in either direction. */
#define RECORD(type) type "\3\1\0\3abc"

#define GREETING S("220 mx ESMTP 2002\r\n", "220 *********2002\r\n")

static const struct dialogue dialogues[] = {
	{ "a mail", smtp_policy_default, false, {
		GREETING,
		C_("HELO c\r\n"), S_("250 mx\r\n"),
		C_("MAIL FROM:<a@b>\r\n"), S_("250 2.1.0 Ok\r\n"),
		C_("rcpt TO:<c@d>\r\n"), S_("250 2.1.5 Ok\r\n"),
		C_("Data\r\n"), S_("354 End data with <CR><LF>.<CR><LF>\r\n"),
		C_("Subject: x\r\n\r\n..stuffed\r\n.not the end\r\nCR\r.\r\n.\r"),
		C_("\n"), S_("250 2.0.0 Ok: queued\r\n"),
		C_("QUIT\r\n"), S_("221 2.0.0 Bye\r\n"),
	} },
	{ "commands that are not permitted", smtp_policy_default, false, {
		GREETING,
		C("goodmorning\r\n", "XXXXXXXXXXX\r\n"),
		S("502 5.5.2 Error: command not recognized\r\n",
		  "500 Command unrecognized               \r\n"),
		C("HELP\r\n", "HELX\r\n"),
		S("500 no\r\n", "500 Co\r\n"),
		C("EHLO c.example\r\n", "XXXXXXXXXXXXXX\r\n"),
		S("500-5.5.1 a\r\n500 5.5.1 bb\r\n",
		  "500-Command\r\n500 Command \r\n"),
		C("NOO\r\n\r\n VRFY root\r\nNOOPS\r\nHE LO\r\n",
		  "NOO\r\n\r\nXXXXXXXXXX\r\nNOOPX\r\nHEXXX\r\n"),
		S("500 1\r\n500 2\r\n500 3\r\n500 4\r\n500 5\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n500 C\r\n500 C\r\n"),
		C_("NOOP\r\n"), S_("250 2.0.0 Ok\r\n"),
		C("VRFY root\r\n", "XXXXXXXXX\r\n"),
		S_("421 4.7.0 too many errors\r\n"),
	} },
	{ "octets that servers differ on", smtp_policy_default, false, {
		GREETING,
		C("NOOP\tVRFY\r\nNOOP \0 EXPN\r\nnoop\rVRFY a\r\n",
		  "NOOPXXXXX\r\nNOOP XXXXXX\r\nnoop\rXXXXXX\r\n"),
		S("250 1\r\n250 2\r\n250 3\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n"),
		C("MAIL FROM:<a\374b>\r\n\vHELO\r\nNOOP a\r\r\nHELO a\nNOOP\n",
		  "MAIL FROM:<aXXX\r\nXXXXX\r\nNOOP a\r\r\nHELO a\nNOOP\n"),
		S("250 1\r\n250 2\r\n250 3\r\n250 4\r\n250 5\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n250 4\r\n250 5\r\n"),
	} },
	{ "pipelining", smtp_policy_default, false, {
		GREETING,
		C("HELO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@d>\r\nXYZ\r\n"
		  "RCPT TO:<b@d>\r\nDATA\r\n",
		  "HELO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@d>\r\nXXX\r\n"
		  "RCPT TO:<b@d>\r\nDATA\r\n"),
		S("250 a\r\n250 b\r\n250 c\r\n502 d\r\n250 e\r\n354 f\r\n",
		  "250 a\r\n250 b\r\n250 c\r\n500 C\r\n250 e\r\n354 f\r\n"),
		C("text\r\n.\r\nMAIL FROM:<>\r\nVRFY x\r\nRCPT TO:<a@d>\r\nDATA\r\n",
		  "text\r\n.\r\nMAIL FROM:<>\r\nXXXXXX\r\nRCPT TO:<a@d>\r\nDATA\r\n"),
		S("250 a\r\n250 b\r\n502 c\r\n550 d\r\n554 e\r\n",
		  "250 a\r\n250 b\r\n500 C\r\n550 d\r\n554 e\r\n"),
		C_("RSET\r\nQUIT\r\n"), S_("250 a\r\n221 b\r\n"),
	} },
	/* CVE-2000-1022: DATA out of order, and content behind it at once. */
	{ "DATA refused", smtp_policy_default, false, {
		C("DATA\r\nVERB\r\nEXPN postmaster\r\n.\r\n",
		  "DATA\r\nXXXX\r\nXXXXXXXXXXXXXXX\r\nX\r\n"),
		GREETING,
		S_("503 5.5.1 Error: need RCPT command\r\n"),
		S("502 a\r\n502 b\r\n502 c\r\n", "500 C\r\n500 C\r\n500 C\r\n"),
		C("DATA\r\nDATA\r\nEXPN x\r\n", "DATA\r\nDATA\r\nXXXXXX\r\n"),
		S_("503-a\r\n503 b\r\n"), S_("503 a\r\n"),
		S("502 a\r\n", "500 C\r\n"),
	} },
	{ "an empty message", smtp_policy_default, false, {
		GREETING,
		C_("DATA\r\n"), S_("354-go\r\n354 on\r\n"),
		C(".\r\nEXPN x\r\n", ".\r\nXXXXXX\r\n"),
		S("250 a\r\n502 b\r\n", "250 a\r\n500 C\r\n"),
	} },
	{ "greetings", smtp_policy_default, false, {
		S("220-one 2\r\n220-\r\nno digits 0\r\n22\r\n 220 x\r\n920 y\r\n220 z\r\n",
		  "220-****2\r\n220-\r\n**********0\r\n22\r\n*220**\r\n*20**\r\n220 *\r\n"),
		C_("QUIT\r\n"), S_("221\r\n"),
	} },
	{ "odd greeting: a tab", smtp_policy_default, false, {
		S("220\tmx\r\n", "220 **\r\n"),
		C_("MAIL x\r\n"), S_("250\tok\r\n"),
		C_("RCPT x\r\n"), S("250\0ok\r\n", "250\0ok\r\n"),
		C_("DATA\r\n"), S_("354\r\n"), C_("EXPN\r\n.\r\n"),
		S_("250:ok\r\n"),
		C("EXPN\r\n", "XXXX\r\n"), S("502_no\r\n", "500 Co\r\n"),
	} },
	{ "odd greeting: blanks", smtp_policy_default, false, {
		S(" \t220 mx\r\n", " \t220 **\r\n"),
		C_("MAIL x\r\n"), S_(" 250-a\r\n 250 b\r\n250 c\r\n"),
		C("EXPN\r\n", "XXXX\r\n"), S(" 502 no\r\n", " 500 Co\r\n"),
	} },
	{ "odd greeting: a letter", smtp_policy_default, false, {
		S("220-a\r\n220mx\r\n", "220-*\r\n220 *\r\n"),
		C_("QUIT\r\n"), S_("221\r\n"),
	} },
	{ "an idle server's odd reply", smtp_policy_default, true, {
		GREETING,
		S(" 250 a\r\n", ""),
	} },
	{ "a refusal for a greeting", smtp_policy_default, false, {
		S("554 go away\r\n", "554 *******\r\n"),
		C_("QUIT\r\n"), S_("221 bye\r\n"),
	} },
	{ "denied is answered OK", ok_manner, false, {
		GREETING,
		C("VRFY x\r\nEXPN\r\n", "XXXXXX\r\nXXXX\r\n"),
		S("500 nonsense\r\n450 later\r\n", "250 OK      \r\n450 OK   \r\n"),
	} },
	{ "denied becomes NOOP, EHLO becomes HELO", noop_manner, false, {
		GREETING,
		C("EHLO c\r\nehlo c\r\nEHL\r\nEXPN x\r\n",
		  "HELO c\r\nhelo c\r\nHEL\r\nHXXXXX\r\n"),
		S_("250 a\r\n250 b\r\n500 c\r\n500 d\r\n"),
		C("goodmorning\r\nxyz\r\nHELP\r\n",
		  "NOOP       \r\nNOO\r\nHELX\r\n"),
		S_("250 a\r\n500 b\r\n500 c\r\n"),
	} },
	{ "the oldest banner", cmap_manner, false, {
		S("220-mx.example.org Microsoft\r\n220 mx\r\n",
		  "220-SMTP/cmap ready_________\r\n220 SM\r\n"),
		C("MAIL x\r\nQUIT\r\n", "XXXXXX\r\nQUIT\r\n"),
		S_("503 a\r\n221 b\r\n"),
	} },
	{ "the server closes", smtp_policy_default, false, {
		GREETING,
		S_("421 4.4.2 timeout\r\n"),
	} },
	{ "a failure before the end of data", smtp_policy_default, false, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("text\r\n"),
		S_("552 too much\r\n"),
	} },
	{ "an idle server's good-bye", smtp_policy_default, false, {
		GREETING,
		C_("HELO c\r\n"), S_("250 a\r\n"),
		S_("451-4.7.0 Timeout waiting\r\n451 for client input\r\n"),
	} },
	{ "a 5yz of an idle server", smtp_policy_default, true, {
		GREETING,
		C_("HELO c\r\n"), S("250 a\r\n554 bye\r\n", "250 a\r\n"),
	} },
	{ "two replies to an end of data", smtp_policy_default, false, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("text\r\n.\r\n"),
		S_("250 taken\r\n250 taken\r\nno reply\r\n554-a\r\n554 b\r\n"),
		C_("QUIT\r\n"), S_("221 bye\r\n"),
	} },
	{ "353 to an end of data, without PRDR", smtp_policy_default, false, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("text\r\n.\r\n"),
		S_("353 a\r\n250 b\r\n550 c\r\n250 d\r\n"),
		C_("QUIT\r\n"), S_("221 bye\r\n"),
	} },
	{ "two replies to BDAT LAST", open_manner, false, {
		GREET_OPEN, EHLO, OFFER,
		C_("BDAT 6\r\n\r\nabcd"), S_("250 a\r\n"),
		C_("BDAT 0 LAST\r\n"), S_("250 b\r\n250 b\r\n"),
		C_("QUIT\r\n"), S_("221 bye\r\n"),
	} },
	{ "two replies to BDAT", open_manner, true, {
		GREET_OPEN, EHLO, OFFER,
		C_("BDAT 6\r\n\r\nabcd"), S("250 a\r\n250 a\r\n", "250 a\r\n"),
	} },
	{ "two replies to a mail that was refused", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("text\r\n.\r\n"),
		S("554 no\r\n554 no\r\n", "554 no\r\n"),
	} },
	{ "PRDR", prdr_manner, false, {
		GREETING, EHLO, S_("250-mx\r\n250 PRDR\r\n"),
		C_("MAIL FROM:<a@b> PRDR\r\n"), S_("250 a\r\n"),
		C_("RCPT TO:<a@d>\r\nRCPT TO:<b@d>\r\nRCPT TO:<c@d>\r\nDATA\r\n"),
		S_("250 a\r\n550 b\r\n250 c\r\n354 d\r\n"),
		C_("text\r\n.\r\n"),
		S_("353 analysis\r\n"), S_("250-a\r\n250 a\r\n550 c\r\n"),
		S_("250 taken\r\n"),
		C("VRFY x\r\n", "XXXXXX\r\n"), S("252 x\r\n", "500 C\r\n"),
		C_("MAIL FROM:<a@b>\r\nRCPT TO:<a@d>\r\nDATA\r\n"),
		S_("250 a\r\n250 b\r\n354 c\r\n"),
		C_("text\r\n.\r\n"), S_("250 taken\r\n"),
		C("VRFY x\r\n", "XXXXXX\r\n"), S("252 x\r\n", "500 C\r\n"),
	} },
	{ "PRDR that was not to be seen, pipelined", ehlo_manner, false, {
		GREETING, EHLO,
		S("250-mx\r\n250 PRDR\r\n", "250-mx\r\n250 XXXA\r\n"),
		C_("RCPT TO:<a@d>\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@d>\r\n"
		   "RCPT TO:<b@d>\r\nDATA\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n250 d\r\n354 e\r\n"),
		C("text\r\n.\r\nVRFY x\r\n", "text\r\n.\r\nXXXXXX\r\n"),
		S("353 a\r\n250 b\r\n250 c\r\n250 d\r\n252 x\r\n",
		  "353 a\r\n250 b\r\n250 c\r\n250 d\r\n500 C\r\n"),
	} },
	{ "a reply that nothing asked for", smtp_policy_default, true, {
		GREETING,
		C_("NOOP\r\n"), S("250 a\r\n250 b\r\n250 c\r\n", "250 a\r\n"),
	} },
	{ "a 354 that nothing asked for", smtp_policy_default, true, {
		GREETING,
		C("DATA \200\r\n", "DATA X\r\n"), S("354 go\r\n", ""),
	} },
	{ "another 3yz", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S("355 go\r\n", "35"),
	} },
	{ "success before the end of data", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("text\r\n"),
		S("250 taken\r\n", ""),
	} },
	{ "LF.LF", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"),
		C("ab\n.\nEXPN x\r\n", "ab\n."),
	} },
	{ "LF.CRLF", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"),
		C("ab\n.\r\nEXPN x\r\n", "ab\n.\r"),
	} },
	{ "CRLF.LF", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"),
		C("a\r\n.\nEXPN x\r\n", "a\r\n."),
	} },
	{ "CRLF.CRCRLF", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"),
		C("a\r\n.\r\r\nEXPN x\r\n", "a\r\n.\r\r"),
	} },
	{ "CRLF.NUL", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"),
		C("a\r\n.\0\r\nEXPN x\r\n", "a\r\n.\0\r"),
	} },
	{ "CRLF NUL.", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"),
		C("a\r\n\0.\r\nEXPN x\r\n", "a\r\n\0.\r"),
	} },
	{ "CRCRLF.CRLF ends", smtp_policy_default, false, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"),
		C("a\r\r\n.\r\nEXPN x\r\n", "a\r\r\n.\r\nXXXXXX\r\n"),
	} },
	{ "BDAT", open_manner, false, {
		GREET_OPEN, EHLO, OFFER,
		C("BDAT 6\r\nEXPN\r\nBDAT 9 last\r\n.\r\nQUIT\r\nhelp\r\n",
		  "BDAT 6\r\nEXPN\r\nBDAT 9 last\r\n.\r\nQUIT\r\nhelX\r\n"),
		S("250 a\r\n250 b\r\n502 c\r\n", "250 a\r\n250 b\r\n502 C\r\n"),
		C_("BDAT 0 LAST\r\nbdat 0\r\nBDAT 0000000001\r\n\nRSET\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n250 d\r\n"),
	} },
	{ "BDAT refused, and its octets still come", open_manner, false, {
		GREET_OPEN, EHLO, OFFER,
		C_("BDAT 8\r\nNO"), S_("503 no\r\n"), C_("OP\r\n\r\nRSET\r\n"),
		S_("250 ok\r\n"), C("nope\r\n", "noXX\r\n"),
	} },
	{ "BDAT that the server did not offer", open_manner, false, {
		GREET_OPEN,
		C_("RSET\r\nEHLO c\r\n"),
		S_("250-ok\r\n250 ok\r\n"
		   "250-CHUNKING\r\n250-CHUNKINGS x\r\n250-XCHUNKING\r\n250 A CHUNKING\r\n"),
		C("BDAT 6 LAST\r\nNOOP\r\nBDAT\r\n",
		  "BDATXXXXXXX\r\nNOOP\r\nBDAT\r\n"),
		S("502 a\r\n250 b\r\n500 c\r\n", "502 C\r\n250 b\r\n500 C\r\n"),
		EHLO, OFFER,
		C_("BDAT 6 LAST\r\nVRFY\r\n"), S_("250 a\r\n"),
		C_("EHLO d\r\n"), S_("500-no\r\n500 no\r\n"),
		C_("BDAT 6 LAST\r\nVRFY\r\n"), S_("250 a\r\n"),
		C_("HELO d\r\n"), S_("250 mx\r\n"),
		C("BDAT 6 LAST\r\n", "BDATXXXXXXX\r\n"),
		S("502 a\r\n", "502 C\r\n"),
	} },
	{ "BDAT waits for the reply to EHLO", open_manner, false, {
		GREET_OPEN,
		C_("RSET\r\nEHLO c\r\nBDAT 6 LAST\r\nVRFY\r\n"),
		S_("250-ok\r\n250 CHUNKING\r\n250-mx\r\n250-CHUNKING\r\n250 Z\r\n"),
		S_("250 ok\r\n"),
	} },
	{ "BDAT +5", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT +5 LAST\r\n", "BDAT "),
	} },
	{ "BDAT 5LAST", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5LAST\r\n", "BDAT 5"),
	} },
	{ "BDAT 5 LAST x", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5 LAST x\r\n", "BDAT 5 LAST"),
	} },
	{ "BDAT 5 LAS", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5 LAS\r\n", "BDAT 5 LAS"),
	} },
	{ "BDAT 5 and a blank", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5 \r\n", "BDAT 5 "),
	} },
	{ "BDAT and two blanks", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT  5\r\n", "BDAT "),
	} },
	{ "BDAT 0x5", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 0x5\r\n", "BDAT 0"),
	} },
	{ "BDAT 2^31", open_manner, true, {
		GREET_OPEN, EHLO, OFFER,
		C("BDAT 2147483648\r\n", "BDAT 214748364"),
	} },
	{ "BDAT 2^32 + 5", open_manner, true, {
		GREET_OPEN, EHLO, OFFER,
		C("BDAT 4294967301\r\n", "BDAT 429496730"),
	} },
	{ "BDAT of eleven digits", open_manner, true, {
		GREET_OPEN, EHLO, OFFER,
		C("BDAT 00000000005\r\n", "BDAT 0000000000"),
	} },
	{ "BDAT without a number", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT\r\n", "BDAT"),
	} },
	{ "BDAT ended by LF", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5\n", "BDAT 5"),
	} },
	{ "BDAT with a CR before its end", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5\r LAST\r\n", "BDAT 5\r"),
	} },
	{ "success in the middle of a chunk", unexpected_manner, true, {
		GREET_OPEN, EHLO, OFFER, C_("BDAT 9\r\nabc"),
		S("250 a\r\n250 b\r\n", "250 a\r\n"),
	} },
	{ "AUTH", open_manner, false, {
		GREET_OPEN,
		C_("AUTH PLAIN AGEAYg==\r\n"), S_("235 2.7.0 ok\r\n"),
		C("xyz\r\nAUTH LOGIN\r\n", "xXX\r\nAUTH LOGIN\r\n"),
		S("500 a\r\n334 VXNlcm5hbWU6\r\n", "500 C\r\n334 VXNlcm5hbWU6\r\n"),
		C_("YQ==\r\n"), S_("334-a\r\n334 UGFzc3dvcmQ6\r\n"),
		C_("a/+9=\r\n"), S_("535 no\r\n"),
		C_("x-exps ntlm\r\n"), S_("334 go\r\n"),
		C_("*\r\n"), S_("501 cancelled\r\n"),
		C("yes\r\nauth cram-md5\r\n", "XXX\r\nauth cram-md5\r\n"),
		S("500 a\r\n334 PDE=\r\n", "500 C\r\n334 PDE=\r\n"),
		C_("\r\n"), S_("535 no\r\n"), C_("QUIT\r\n"), S_("221 a\r\n"),
	} },
	{ "no command passes for a response", open_manner, false, {
		GREET_OPEN,
		C("AUTH LOGIN\r\nDEBUG you\r\nKILL\r\n",
		  "AUTH LOGIN\r\nDEBUGXXXX\r\nXXXX\r\n"),
		S_("334 go\r\n"), S_("501 bad\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	{ "AUTH refused", open_manner, false, {
		GREET_OPEN,
		C("AUTH GSSAPI\r\nkill\r\n", "AUTH GSSAPI\r\nXXXX\r\n"),
		S_("504 no\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	{ "354 to AUTH", open_manner, true, {
		GREET_OPEN, C_("AUTH LOGIN\r\n"), S("354 go\r\n", "3"),
	} },
	{ "354 to NOOP", open_manner, true, {
		GREET_OPEN, C_("NOOP\r\n"), S("354 go\r\n", ""),
	} },
	{ "334 to DATA", open_manner, true, {
		GREET_OPEN, C_("DATA\r\n"), S("334 go\r\n", "3"),
	} },
	{ "STARTTLS", open_manner, false, {
		GREET_OPEN,
		C_("NOOP\r\nSTARTTLS\r\n"), S_("250 a\r\n220-go\r\n220 ahead\r\n"),
		C_(RECORD("\26") RECORD("\24")), S_(RECORD("\26")),
		C_(RECORD("\27") "\27\3\3\0\0" RECORD("\30")),
		S_(RECORD("\25") RECORD("\27")),
		S_(RECORD("\26")), C_(RECORD("\25")),
	} },
	{ "STARTTLS behind a mail", open_manner, false, {
		GREET_OPEN,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("\r\n.\r\n"), S_("250 a\r\n"),
		C_("STARTTLS\r\n"), S_("220 go\r\n"), C_(RECORD("\26")),
		S_(RECORD("\26")),
	} },
	{ "STARTTLS refused", open_manner, false, {
		GREET_OPEN,
		C("STARTTLS\r\nDEBUG\r\n", "STARTTLS\r\nDXXXX\r\n"),
		S_("454 later\r\n"), S("500 a\r\n", "500 C\r\n"),
		C("X-ANONYMOUSTLS\r\nDEBUG\r\n", "X-ANONYMOUSTLS\r\nDXXXX\r\n"),
		S_("500 what\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	/* CVE-2011-0411, and the same in the other direction. */
	{ "a command behind STARTTLS", open_manner, true, {
		GREET_OPEN,
		C("STARTTLS\r\nRSET\r\n", "STARTTLS\r\n"), S_("220 go\r\n"),
	} },
	{ "a reply behind the 220", open_manner, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S("220 go\r\n250 ok\r\n", "220 go\r\n"),
	} },
	{ "a record of the server's before the client's", open_manner, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S("220 go\r\n" RECORD("\26"), "220 go\r\n"),
	} },
	{ "plain text between records", open_manner, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"), C_(RECORD("\26")),
		S_(RECORD("\26")), C_(RECORD("\25")), C("x", ""),
	} },
	{ "application data for a first record", open_manner, true, {
		GREET_OPEN,
		C_("X-ANONYMOUSTLS\r\n"), S_("220 go\r\n"),
		C(RECORD("\27"), ""),
	} },
	{ "a record of another version", open_manner, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"), C("\26\2\1\0\1a", "\26"),
	} },
	{ "a record of a version to come", open_manner, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"), C("\26\3\5\0\1a", "\26\3"),
	} },
	{ "a record of an unknown type", open_manner, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"),
		C(RECORD("\26") RECORD("\31"), RECORD("\26")),
	} },
	{ "a record that is too long", open_manner, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"),
		C("\26\3\1\110\1a", "\26\3\1\110"),
	} },
	{ "XEXCH50", open_manner, false, {
		GREET_OPEN,
		C("XEXCH50 6 2\r\nRSET\r\nWIZ\r\n", "XEXCH50 6 2\r\nRSET\r\nXXX\r\n"),
		S_("354 go\r\n"), S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"),
		C("XEXCH50 6 2\r\nNOOP\r\nWIZ\r\n", "XEXCH50 6 2\r\nNOOP\r\nXXX\r\n"),
		S_("504 need auth\r\n"), S("250 a\r\n500 b\r\n", "250 a\r\n500 C\r\n"),
		C_("XEXCH50 0 2\r\nNOOP\r\n"), S_("354 go\r\n"),
		S_("250 a\r\n250 b\r\n"),
	} },
	{ "XEXCH50 -1 2", open_manner, true, {
		GREET_OPEN, C("XEXCH50 -1 2\r\n", "XEXCH50 "),
	} },
	{ "XEXCH50 with one number", open_manner, true, {
		GREET_OPEN, C("XEXCH50 6\r\n", "XEXCH50 6"),
	} },
	{ "XEXCH50 with half of its numbers", open_manner, true, {
		GREET_OPEN, C("XEXCH50 6 \r\n", "XEXCH50 6 "),
	} },
	{ "XCLIENT", open_manner, false, {
		GREET_OPEN, EHLO, OFFER,
		C_("XCLIENT ADDR=1.2.3.4\r\n"),
		S("220 mx ESMTP\r\n", "220 ********\r\n"),
		C("BDAT 5\r\n", "BDATXX\r\n"), S("502 a\r\n", "502 C\r\n"),
		C_("XCLIENT X=1\r\n"), S_("501 no\r\n"),
	} },
	{ "a verb of one's own", open_manner, false, {
		GREET_OPEN,
		C("x-mine a\r\nX-MIN\r\n", "x-mine a\r\nX-MIN\r\n"),
		S("250 a\r\n500 b\r\n", "250 a\r\n500 C\r\n"),
	} },
	{ "addresses", open_manner, false, {
		GREET_OPEN,
		C_("MAIL FROM:<\"a<\\\">b\"@c> AUTH=<> X=|\r\n"
		   "RCPT TO:a@b\r\nRCPT TO: <@x,@y:a@b>\r\nVRFY Joe <a@b>\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n252 d\r\n"),
		C("RCPT TO:<a|b@c>\r\nRCPT TO:<\"|p\"@c>\r\nRCPT TO:|p\r\n"
		  "RCPT TO:<a>b>\r\nRCPT TO:a>b\r\nRCPT TO:<a<b>\r\nRCPT TO:<a><b>\r\n"
		  "RCPT TO:<\"\\a\"@c<b>\r\n",
		  "RCPT TO:<aXXXXX\r\nRCPT TO:<\"XXXXXX\r\nRCPT TO:<<\r\n"
		  "RCPT TO:<a>bX\r\nRCPT TO:a<<\r\nRCPT TO:<aXXX\r\nRCPT TO:<a>XXX\r\n"
		  "RCPT TO:<\"\\a\"@cXXX\r\n"),
		S("501 a\r\n501 b\r\n501 c\r\n501 d\r\n501 e\r\n501 f\r\n501 g\r\n501 h\r\n",
		  "501 C\r\n501 C\r\n501 C\r\n501 C\r\n501 C\r\n501 C\r\n501 C\r\n501 C\r\n"),
	} },
	{ "a bar becomes a blank", blank_manner, false, {
		GREET_OPEN,
		C("RCPT TO:<\"|p\"@c>\r\nexpn a|b\r\nRCPT TO:<a<b>\r\n",
		  "RCPT TO:<\" p\"@c>\r\nexpn a b\r\nRCPT TO:<a<b>\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n"),
	} },
	{ "a bar ends it", pipe_reset_manner, true, {
		GREET_OPEN, C("RCPT TO:<a|b@c>\r\n", "RCPT TO:<a"),
	} },
	{ "UTF-8 where the server takes it", open_manner, false, {
		GREET_OPEN,
		C("MAIL FROM:<\303\274@b>\r\n", "MAIL FROM:<XXXXX\r\n"),
		S("501 a\r\n", "501 C\r\n"),
		C_("EHLO c\r\n"), S_("250-mx\r\n250-SmtpUtf8\r\n250 X\r\n"),
		C_("MAIL FROM:<\303\274\342\202\254\360\237\230\200@b> SMTPUTF8\r\n"),
		S_("250 a\r\n"),
		C("NOOP \303\274\r\nVRFY \374id\r\nVRFY \303a\r\nVRFY \274\r\nVRFY \303\303\r\n",
		  "NOOP XX\r\nVRFY <<<\r\nVRFY \303<\r\nVRFY <\r\nVRFY \303<\r\n"),
		S("250 a\r\n250 b\r\n250 c\r\n250 d\r\n250 e\r\n",
		  "250 C\r\n250 C\r\n250 C\r\n250 C\r\n250 C\r\n"),
	} },
	/* Longer than need be, half a surrogate pair, beyond Unicode. */
	{ "what is no UTF-8", open_manner, false, {
		GREET_OPEN, C_("EHLO c\r\n"), S_("250-mx\r\n250 SMTPUTF8\r\n"),
		C_("VRFY \340\240\200\355\237\277\360\220\200\200\364\217\277\277\r\n"),
		S_("250 a\r\n"),
		C("VRFY \340\237\277\r\nVRFY \355\240\200\r\n",
		  "VRFY \340<<\r\nVRFY \355<<\r\n"),
		C("VRFY \360\217\277\277\r\nVRFY \364\220\200\200\r\n",
		  "VRFY \360<<<\r\nVRFY \364<<<\r\n"),
		S("250 a\r\n250 b\r\n250 c\r\n250 d\r\n",
		  "250 C\r\n250 C\r\n250 C\r\n250 C\r\n"),
	} },
	{ "a truncated command ends it", truncated_reset_manner, true, {
		GREET_OPEN,
		C("goodmorning all\r\nNOO\r\n", "XXXXXXXXXXXXXXX\r\nNOO"),
		S("500 a\r\n", ""),
	} },
	{ "a bare LF is no end", bare_lf_deny_manner, false, {
		GREET_OPEN,
		C("NOOP\nEXPN\r\n\n\r\nWIZ\n\r\n", "NOOPXXXXX\r\nX\r\nXXXX\r\n"),
		S("250 a\r\n500 b\r\n500 c\r\n", "250 C\r\n500 C\r\n500 C\r\n"),
	} },
	{ "a bare LF behind a CR in a denied line", bare_lf_deny_manner, false, {
		GREET_OPEN, C("WIZ\rx\nNOOP\r\n", "XXX\rXXXXXX\r\n"),
	} },
	{ "a bare LF ends it", bare_lf_reset_manner, true, {
		GREET_OPEN, C("NOOP\nEXPN\r\n", "NOOP"),
	} },
	{ "a reply that nothing asked for, let pass", unexpected_manner, false, {
		GREET_OPEN,
		S_("250 hello\r\n354 go\r\n"),
		C("EXPN\r\nEXPX\r\n", "EXPN\r\nEXPX\r\n"),
		S("354 a\r\n354 b\r\n250 c\r\n", "354 a\r\n354 C\r\n250 c\r\n"),
		C("DATA\r\nx\r\n", "DATA\r\nx\r\n"),
		S_("355 a\r\n"), S("250 b\r\n", "250 C\r\n"),
	} },
	{ "success before the end of data, with replies let pass",
	  unexpected_manner, true, {
		GREET_OPEN,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("text\r\n"),
		S("250 taken\r\n", ""),
	} },
	{ "an offer of what is denied", ehlo_manner, false, {
		GREETING, EHLO,
		S("250-mx STARTTLS\r\n250-PIPELINING\r\n250-SIZE 1000\r\n"
		  "250-VRFY\r\n250-ETRN\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n"
		  "250-AUTH=PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n"
		  "250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n",
		  "250-mx STARTTLS\r\n250-PIPELINING\r\n250-SIZE 1000\r\n"
		  "250-XXXA\r\n250-XXXB\r\n250-XXXXXXXC\r\n250-XXXD XXXXXXXXXXX\r\n"
		  "250-XXXE XXXXXXXXXXX\r\n250-ENHANCEDSTATUSCODES\r\n"
		  "250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 XXXXXXXF\r\n"),
		C_("HELO c\r\n"), S_("250 CHUNKING\r\n"),
		EHLO,
		S("250-mx\r\n250-PIPECONNECT\r\n250-X_PIPE_CONNECT\r\n"
		  "250-PRDR\r\n250 HELP\r\n",
		  "250-mx\r\n250-XXXXXXXXXXA\r\n250-XXXXXXXXXXXXXB\r\n"
		  "250-XXXC\r\n250 XXXD\r\n"),
	} },
	{ "keywords that are none of those denied", ehlo_manner, false, {
		GREETING, EHLO,
		S_("250-mx\r\n250-STARTTLS1\r\n250-START\r\n250-XSTARTTLS\r\n"
		   "250-S\r\n250-\r\n250-A UTH\r\n250-HELPS\r\n250-BURL imap\r\n"
		   "250-X-EXPSX\r\n250-SIZE AUTH\r\n250- \r\n"
		   "250-PIPELINING\r\n250 XX\r\n"),
		EHLO,
		S_("250-mx\r\n250-AUTHAUTHAUTHAUTHAUTHAUTHAUTHAUTHAUTHAUTH\r\n250\r\n"),
		EHLO, S_("250-mx\n250-SIZE\n250 8BITMIME\n"),
	} },
	{ "keywords in other forms", ehlo_manner, false, {
		GREETING, EHLO,
		S("250-mx\n250-StartTls\n250- AUTH\tLOGIN\r\n250-=VRFY\r\n"
		  "250-\t  expn\001x\r\n250-HELP\rAUTH\r\r\n25x\r\n250-auth=a b=c\r\n"
		  "550-chunking\r\n250 help\n",
		  "250-mx\n250-XXXXXXXA\n250- XXXB XXXXX\r\n250-=XXXC\r\n"
		  "250-\t  XXXD X\r\n250-XXXE\rXXXX\r\r\n25x\r\n250-XXXF XXXXX\r\n"
		  "550-XXXXXXXG\r\n250 XXXH\n"),
		C_("ehlo c\r\n"), S("no reply\r\n250-ETRN\r\n250 SIZE\r\n",
				    "no reply\r\n250-XXXA\r\n250 SIZE\r\n"),
		C("ETRN a\r\n", "EXXXXX\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	{ "PIPELINING where it is held, a verb of one's own",
	  ehlo_hold_manner, false, {
		GREETING, EHLO,
		S("250-mx\r\n250-PIPELINING\r\n250-ONEX\r\n250 VERB\r\n",
		  "250-mx\r\n250-XXXXXXXXXA\r\n250-ONEX\r\n250 XXXB\r\n"),
	} },
	{ "more keywords than letters", ehlo_manner, false, {
		GREETING, EHLO,
		S("250-mx\r\n"
		  "250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n"
		  "250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n"
		  "250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n"
		  "250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n"
		  "250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n"
		  "250-AUTH\r\n250-AUTH\r\n250-AUTH\r\n250 AUTH\r\n",
		  "250-mx\r\n"
		  "250-XXXA\r\n250-XXXB\r\n250-XXXC\r\n250-XXXD\r\n250-XXXE\r\n"
		  "250-XXXF\r\n250-XXXG\r\n250-XXXH\r\n250-XXXI\r\n250-XXXJ\r\n"
		  "250-XXXK\r\n250-XXXL\r\n250-XXXM\r\n250-XXXN\r\n250-XXXO\r\n"
		  "250-XXXP\r\n250-XXXQ\r\n250-XXXR\r\n250-XXXS\r\n250-XXXT\r\n"
		  "250-XXXU\r\n250-XXXV\r\n250-XXXW\r\n250-XXXX\r\n250-XXXY\r\n"
		  "250-XXXZ\r\n250-XXAA\r\n250-XXAB\r\n250 XXAC\r\n"),
	} },
	{ "a denied BDAT that the server offers", ehlo_manner, true, {
		GREETING, EHLO,
		S("250-mx\r\n250 CHUNKING\r\n", "250-mx\r\n250 XXXXXXXA\r\n"),
		C_("NOOP\r\n"), S_("250 a\r\n"),
		C("BDAT 6 LAST\r\nNOOP\r\n", "BXXX"),
	} },
	{ "the same with a TAB", open_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("bdat\t6\r\nNOOP\r\n", "bdat"),
	} },
	{ "the same without a number", ehlo_manner, true, {
		GREETING, EHLO,
		S("250-mx\r\n250 CHUNKING\r\n", "250-mx\r\n250 XXXXXXXA\r\n"),
		C("BDAT\r\nNOOP\r\n", "BXXX"),
	} },
	{ "BDAT ended by a denied LF", bare_lf_deny_manner, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 6\nNOOP\r\n", "BDAT 6"),
	} },
	{ "BDAT without a number, ended by a denied LF", bare_lf_deny_manner,
	  true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT\nNOOP\r\n", "BDAT"),
	} },
	{ "a denied XEXCH50 that the server offers", ehlo_manner, true, {
		GREETING, EHLO,
		S("250-mx\r\n250 XEXCH50\r\n", "250-mx\r\n250 XXXXXXA\r\n"),
		C("xexch50 6 2\r\nNOOP\r\n", "XXXXXXX"),
	} },
	{ "a denied BDAT that the server does not offer", ehlo_manner, false, {
		GREETING, EHLO, S_("250-mx\r\n250 SIZE\r\n"),
		C("BDAT 6\r\nNOOP\r\nBDATS\r\nBDA\r\nBDAT\tx\r\nXEXCH50 1 1\r\n",
		  "BXXXXX\r\nNOOP\r\nBXXXX\r\nBXX\r\nBXXXXX\r\nXXXXXXXXXXX\r\n"),
		S("500 a\r\n250 b\r\n500 c\r\n500 d\r\n500 e\r\n500 f\r\n",
		  "500 C\r\n250 b\r\n500 C\r\n500 C\r\n500 C\r\n500 C\r\n"),
	} },
	{ "denied, and not BDAT", ehlo_manner, false, {
		GREETING, EHLO,
		S("250-mx\r\n250-XEXCH50\r\n250 CHUNKING\r\n",
		  "250-mx\r\n250-XXXXXXA\r\n250 XXXXXXXB\r\n"),
		C("BDATS 6\r\nBDA\r\nXEXCH5 1 1\r\nABDAT 1\r\nMAIL \tBDAT 1\r\n",
		  "BXXXXXX\r\nBXX\r\nXXXXXXXXXX\r\nXXXXXXX\r\nMAIL <<<<<<<\r\n"),
		S("500 a\r\n500 b\r\n500 c\r\n500 d\r\n500 e\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n500 C\r\n500 C\r\n"),
	} },
	{ "a denied BDAT waits for the reply to EHLO", ehlo_manner, true, {
		GREETING,
		C("EHLO c\r\nBDAT 6 LAST\r\nNOOP\r\n", "EHLO c\r\nBXXX"),
		S("250-mx\r\n250 CHUNKING\r\n", "250-mx\r\n250 XXXXXXXA\r\n"),
	} },
	{ "pipelining held back", hold_manner, false, {
		GREET_OPEN,
		C_("NOOP\r\nMAIL FROM:<a@b>\r\nDATA\r\n"), S_("250 a\r\n"),
		S_("250 b\r\n"), S_("354 c\r\n"),
		C_("x\r\n.\r\nQUIT\r\n"), S_("250 d\r\n"), S_("221 e\r\n"),
	} },
	{ "false ends, defanged", defang_manner, false, {
		GREET_OPEN, DATA, GO,
		C(".\nMAIL FROM:<>\r\n.\nb\n.\nc\n.\r\nd\n\n.\n.\n.\n\n",
		  ". MAIL FROM:<>\r\n. b\n. c\n.\040\nd\n\n. .\n.\040\n"),
		C(".\rx\n.\r.\n.\r\r", ". x\n. .\n. \r"),
		C("\n..\r\n.\t\r\n.\r.\r\n.\040\n\r.\r\r\n.\r\n",
		  "\n..\r\n.\t\r\n.\r.\r\n.\040\n\r. \r\n.\r\n"),
		S_("250 taken\r\n"), WIZ, NO_WIZ,
	} },
	{ "false ends with CR, defanged", defang_manner, false, {
		GREET_OPEN, DATA, GO,
		C("\r\n.\r\r\nRSET\r\r\n.\r\r\nb\r\n.\r\0\nc\r\n\r.\r\nd\r\n.\r\r",
		  "\r\n.\r\040\nRSET\r\r\n.\r\040\nb\r\n.\r\040\nc\r\n\r.\040\nd\r\n.\r "),
		C_("\r\n.\r\n"), S_("250 taken\r\n"), WIZ, NO_WIZ,
	} },
	{ "false ends with NUL, defanged", defang_manner, false, {
		GREET_OPEN, DATA, GO,
		C("\0.\r\nRSET\r\n.\0\r\nb\0\n.\r\nc\r\0\n.\r\nd\n\0.\0",
		  "\0.\040\nRSET\r\n. \r\nb\0\n.\040\nc\r\0\n.\040\nd\n\0. "),
		C_("\0\r\n.\r\n"), S_("250 taken\r\n"),
		C("\0NOOP\r\n", "XXXXX\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	{ "LF.LF ends", lf_manner, false, {
		GREET_OPEN, DATA, GO,
		C("ab\n..\n.\nWIZ\n", "ab\n..\n.\nXXX\n"),
		S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"), DATA, GO,
		C(".\nWIZ\n", ".\nXXX\n"),
		S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"),
	} },
	{ "LF.CRLF ends", lf_manner, false, {
		GREET_OPEN, DATA, GO,
		C("ab\n.\r.\n.\r\nWIZ\r\n", "ab\n.\r.\n.\r\nXXX\r\n"),
		S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"),
	} },
	{ "CRLF.LF ends", lf_manner, false, {
		GREET_OPEN, DATA, GO,
		C("ab\r\n.\nWIZ\r\n", "ab\r\n.\nXXX\r\n"),
		S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"),
	} },
	{ "CRLF.CRLF ends where LF does", lf_manner, false, {
		GREET_OPEN, DATA, GO,
		C("ab\r\n.\r\nWIZ\r\n", "ab\r\n.\r\nXXX\r\n"),
		S("250 a\r\n500 b\r\n", "250 a\r\n500 C\r\n"),
	} },
	{ "CRLF.CRCRLF where LF ends", lf_manner, true, {
		GREET_OPEN, DATA, GO, C("a\r\n.\r\r\nEXPN x\r\n", "a\r\n.\r\r"),
	} },
	{ "LF NUL.LF where LF ends", lf_manner, true, {
		GREET_OPEN, DATA, GO, C("a\n\0.\nEXPN x\r\n", "a\n\0."),
	} },
	{ "PROXY", proxy_manner, false, {
		C_("PROXY TCP4 10.0.1.2 192.0.2.25 65535 25\r\n"),
		GREET_OPEN, WIZ, NO_WIZ,
		C("PROXY UNKNOWN\r\n", "XXXXXXXXXXXXX\r\n"),
		S("500 a\r\n", "500 C\r\n"),
	} },
	{ "PROXY and a client that talks first", proxy_manner, false, {
		C("PROXY TCP6 2001:db8::2 ::ffff:192.0.2.25 0 25\r\nWIZ\r\n",
		  "PROXY TCP6 2001:db8::2 ::ffff:192.0.2.25 0 25\r\nXXX\r\n"),
		GREET_OPEN, S("500 a\r\n", "500 C\r\n"),
	} },
	{ "PROXY of version 2", proxy_manner, false, {
		C(SIGNATURE "\x21\x11\0\x10\n\r\n\r\n\0\1\2\3\4\0\031abcdWIZ\r\n",
		  SIGNATURE "\x21\x11\0\x10\n\r\n\r\n\0\1\2\3\4\0\031abcdXXX\r\n"),
		GREET_OPEN, S("500 a\r\n", "500 C\r\n"),
	} },
	{ "PROXY of version 2, LOCAL", proxy_manner, false, {
		C_(SIGNATURE "\x20\0\0\0"), GREET_OPEN, WIZ, NO_WIZ,
	} },
	{ "no PROXY at all", proxy_manner, false, { GREET_OPEN, WIZ, NO_WIZ } },
	{ "PROXY behind the greeting's first line", proxy_manner, false, {
		S("220-mx\r\n", "220-**\r\n"),
		C("PROXY UNKNOWN\r\n", "XXXXXXXXXXXXX\r\n"),
		S("220 mx\r\n", "220 **\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	/* It is not one that waits for it: two replies to one line of ours. */
	{ "PROXY to a server that does not know it", proxy_manner, true, {
		C_("PROXY UNKNOWN\r\n"), GREET_OPEN, S("500 what\r\n", ""),
	} },
	{ "two PROXY", proxy_manner, false, {
		C("PROXY UNKNOWN\r\nPROXY UNKNOWN\r\n",
		  "PROXY UNKNOWN\r\nXXXXXXXXXXXXX\r\n"),
		GREET_OPEN, S("500 a\r\n", "500 C\r\n"),
	} },
	{ "a command where PROXY is due", proxy_manner, true, {
		C("EHLO c\r\n", ""),
	} },
	{ "a command in a line of PROXY", proxy_manner, true, {
		C("PROXY UNKNOWN\nEHLO c\r\n", "PROXY UNKNOWN"),
	} },
	{ "a command in the block of PROXY", proxy_manner, true, {
		C(SIGNATURE "\x20\0\1\000a\r\nEHLO c\r\n",
		  SIGNATURE "\x20\0\1\000a\r\n"),
	} },
	{ "PROXY where it is held back", open_manner, false, {
		C("PROXY UNKNOWN\r\n", "XXXXXXXXXXXXX\r\n"),
		GREET_OPEN, S("500 a\r\n", "500 C\r\n"),
	} },
};

#define DIALOGUES ARRAY_SIZE(dialogues)

static unsigned int below(unsigned int n)
{
	return n ? rand() % n : 0;
}

/* Sequence numbers wrap in the first few octets. */
static void open_dialogue(struct wire *w, const struct smtp_policy *policy)
{
	wire_open(w, policy, 0xfffffff8, 0x7ffffff0);
}

static void pump_whole(struct wire *w, enum smtp_dir dir)
{
	if (w->got[dir] < w->said[dir])
		wire_send(w, dir, w->got[dir], w->said[dir] - w->got[dir]);
	wire_ack(w, dir, w->got[dir]);
}

/*
 * Anything from the beginning on may come again, in any cut. A sender that gets
 * nowhere puts together what it has: a keyword is decided whole.
 */
static void pump_cut(struct wire *w, enum smtp_dir dir)
{
	unsigned int stuck = 0;
	u32 held = 0;

	while (w->got[dir] < w->said[dir] && stuck < 3) {
		u32 before = w->got[dir];
		struct smtp_events ev;
		u32 from = below(3) ? before : before - below(before + 1);
		u32 len = 1 + below(below(2) ? 4 : w->said[dir] - from);

		if (stuck == 2)
			from = before;
		if (stuck == 2 || len > w->said[dir] - from)
			len = w->said[dir] - from;
		/* Part of a keyword, and no more of it than before. */
		if (from + len > before && from + len <= held)
			len = held + 1 - from;
		ev = wire_send(w, dir, from, len);
		if (ev.count[MAILGUARD_REASON_HELD_KEYWORD])
			held = from + len;
		if (!below(3))
			wire_ack(w, dir, below(w->got[dir] + 1));
		if (from + len > before)
			stuck = w->got[dir] == before ? stuck + 1 : 0;
	}
}

typedef void pump_fn(struct wire *w, enum smtp_dir dir);

static void play(struct wire *w, const struct dialogue *d, pump_fn *pump)
{
	const struct step *step;

	for (step = d->step; step < d->step + STEPS && step->in.octets; step++) {
		wire_say(w, step->dir, step->in.octets, step->in.len);
		pump(w, step->dir);
		/* The other one's retransmission timer. */
		pump(w, !step->dir);
		pump(w, step->dir);
	}
	/* A reset comes with the packet behind what still passed. */
	pump(w, SMTP_CLIENT);
	pump(w, SMTP_SERVER);
}

static bool as_expected(const struct wire *w, const struct dialogue *d)
{
	u32 at[SMTP_DIRS] = {};
	const struct step *step;

	for (step = d->step; step < d->step + STEPS && step->in.octets; step++) {
		const struct string *out = step->out.octets ? &step->out :
							      &step->in;
		u32 *off = &at[step->dir];

		if (*off + out->len > w->got[step->dir] ||
		    memcmp(w->out[step->dir] + *off, out->octets, out->len))
			return false;
		*off += out->len;
	}
	return at[0] == w->got[0] && at[1] == w->got[1] && !w->differs &&
	       w->reset == d->reset;
}

static void show(const struct wire *w, const struct dialogue *d)
{
	unsigned int dir;

	printf("# %s: reset %d, differs %d\n", d->name, w->reset, w->differs);
	for (dir = 0; dir < SMTP_DIRS; dir++) {
		u32 i;

		printf("# %s's: \"", dir ? "server" : "client");
		for (i = 0; i < w->got[dir]; i++) {
			u8 c = w->out[dir][i];

			if (smtp_is_printable(c))
				putchar(c);
			else
				printf("\\%03o", c);
		}
		printf("\"\n");
	}
}

/* Compiled once for many plays. */
static const struct smtp_policy *compiled(const struct dialogue *d)
{
	static int (*last)(struct smtp_policy *policy);
	static struct smtp_policy policy;

	if (last != d->policy && d->policy(&policy))
		return NULL;
	last = d->policy;
	return &policy;
}

static bool check(const struct dialogue *d, pump_fn *pump)
{
	const struct smtp_policy *policy = compiled(d);
	struct wire w;
	bool ok;

	if (!policy)
		return false;
	open_dialogue(&w, policy);
	play(&w, d, pump);
	ok = as_expected(&w, d);
	if (!ok)
		show(&w, d);
	wire_close(&w);
	return ok;
}

TEST(uncut)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++)
		EXPECT_TRUE(check(&dialogues[i], pump_whole));
}

/* What did not go on is repeated with what comes next, as TCP does. */
static void send_up_to(struct wire *w, enum smtp_dir dir, u32 off, u32 end)
{
	if (off > w->got[dir])
		off = w->got[dir];
	wire_send(w, dir, off, end - off);
}

static void pump_octets(struct wire *w, enum smtp_dir dir)
{
	u32 off;

	for (off = w->got[dir]; off < w->said[dir]; off++)
		send_up_to(w, dir, off, off + 1);
	wire_ack(w, dir, w->got[dir]);
}

TEST(octet_by_octet)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++)
		EXPECT_TRUE(check(&dialogues[i], pump_octets));
}

/* A bit of the mask between two octets: cut there. */
static u32 cut_mask;
static u32 cut_from[SMTP_DIRS];

static void pump_mask(struct wire *w, enum smtp_dir dir)
{
	u32 off, end;

	for (off = w->got[dir]; off < w->said[dir]; off = end) {
		for (end = off + 1; end < w->said[dir]; end++) {
			u32 bit = end - cut_from[dir] - 1;

			if (end > cut_from[dir] && bit < 8 &&
			    cut_mask & (1U << bit))
				break;
		}
		send_up_to(w, dir, off, end);
	}
	wire_ack(w, dir, w->got[dir]);
}

TEST(all_cuts_of_eight_octets)
{
	size_t i;
	u32 from;

	for (i = 0; i < DIALOGUES; i++)
		for (from = 0; from < 180; from += 7) {
			cut_from[SMTP_CLIENT] = from;
			cut_from[SMTP_SERVER] = from;
			for (cut_mask = 0; cut_mask < 256; cut_mask++)
				if (!check(&dialogues[i], pump_mask))
					goto out;
		}
out:
	EXPECT_EQ(i, DIALOGUES);
}

TEST(random_cuts_and_repetitions)
{
	const char *given = getenv("SEED");
	unsigned int seed = given ? strtoul(given, NULL, 0) :
				    (unsigned long)time(NULL);
	unsigned int round;
	size_t i;

	printf("# SEED=%u\n", seed);
	srand(seed);
	for (round = 0; round < 300; round++)
		for (i = 0; i < DIALOGUES; i++)
			if (!check(&dialogues[i], pump_cut))
				goto out;
out:
	EXPECT_EQ(round, 300U);
}

TEST_HARNESS_MAIN
