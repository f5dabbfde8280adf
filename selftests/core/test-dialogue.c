// SPDX-License-Identifier: GPL-2.0
/*
 * Recorded dialogues, and the property that matters most: what comes out is a
 * function of the bytes alone, not of how they are cut, repeated or
 * acknowledged. SEED=n repeats a run; the seed is printed.
 *
 * All are held a second time under "mode monitor": then everything comes out as
 * it went in, and what is counted is the same in all cuts.
 */
#include <stdio.h>
#include <time.h>

#include "action.h"
#include "harness.h"
#include "wire.h"

#define STEPS 24

struct string {
	const char *bytes;
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

static int ok_profile(struct smtp_policy *policy)
{
	int err = smtp_policy_default(policy);

	smtp_overlay_set_code(&policy->denied[SMTP_DENIAL_COMMAND], 250);
	return err || smtp_overlay_set_text(&policy->denied[SMTP_DENIAL_COMMAND], "OK");
}

static int noop_profile(struct smtp_policy *policy)
{
	int err = smtp_policy_default(policy);

	smtp_overlay_init(&policy->denied[SMTP_DENIAL_COMMAND]);
	policy->denied_write = MAILGUARD_DENIED_NOOP;
	return err || smtp_policy_downgrade_ehlo(policy);
}

static int cmap_profile(struct smtp_policy *policy)
{
	smtp_policy_init(policy);
	return smtp_policy_permit(policy, "helo") ||
	       smtp_policy_permit(policy, "quit") ||
	       smtp_overlay_set_text(&policy->banner, "SMTP/cmap ready") ||
	       smtp_overlay_set_fill(&policy->banner, '_');
}

/* Everything that can be permitted, and nothing in the way of it. */
static int open_profile(struct smtp_policy *policy)
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
	       smtp_overlay_set_text(&policy->denied[SMTP_DENIAL_COMMAND], "Command unrecognized");
}

static int with(struct smtp_policy *policy, enum mailguard_actions_attr check,
		enum mailguard_action action)
{
	return open_profile(policy) ||
	       set_action(policy, check, action);
}

static int blank_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PIPE, MAILGUARD_ACTION_BLANK) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_BRACKETS,
			  MAILGUARD_ACTION_PASS);
}

static int pipe_reset_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PIPE, MAILGUARD_ACTION_RESET);
}

/* All checks of addresses have the action, and what is long is short. */
static int with_addresses(struct smtp_policy *policy,
			  enum mailguard_action action)
{
	int err = open_profile(policy);
	unsigned int i;

	for (i = MAILGUARD_A_ACTIONS_PERCENT;
	     i <= MAILGUARD_A_ACTIONS_DOMAIN_LENGTH; i++)
		err = err || set_action(policy, i, action);
	return err ||
	       set_number(policy, MAILGUARD_A_POLICY_ADDRESS_LENGTH, 24) ||
	       set_number(policy, MAILGUARD_A_POLICY_LOCAL_PART_LENGTH, 12) ||
	       set_number(policy, MAILGUARD_A_POLICY_DOMAIN_LENGTH, 10);
}

static int address_profile(struct smtp_policy *policy)
{
	return with_addresses(policy, MAILGUARD_ACTION_DENY);
}

static int address_reset_profile(struct smtp_policy *policy)
{
	return with_addresses(policy, MAILGUARD_ACTION_RESET) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_PIPE,
			  MAILGUARD_ACTION_RESET);
}

static int percent_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PERCENT, MAILGUARD_ACTION_DENY);
}

/* Some faults pass here, so that others come to light behind them. */
static int address_some_profile(struct smtp_policy *policy)
{
	static const enum mailguard_actions_attr passing[] = {
		MAILGUARD_A_ACTIONS_PIPE, MAILGUARD_A_ACTIONS_QUOTED,
		MAILGUARD_A_ACTIONS_8BIT, MAILGUARD_A_ACTIONS_SOURCE_ROUTE,
		MAILGUARD_A_ACTIONS_DOUBLE_AT,
	};
	int err = address_profile(policy);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(passing); i++)
		err = err || set_action(policy, passing[i],
					MAILGUARD_ACTION_PASS);
	return err;
}

static struct smtp_domains *domains_set(bool except, const char * const *names)
{
	static struct smtp_domains_node node[2][1000];
	static struct smtp_domains domains[2];
	static char text[2][1000];

	memset(node[except], 0, sizeof(node[except]));
	smtp_domains_init(&domains[except], node[except], text[except]);
	domains[except].except = except;
	for (; *names; names++)
		if (smtp_domains_add(&domains[except], *names))
			return NULL;
	smtp_domains_seal(&domains[except]);
	return &domains[except];
}

/* Mail from everyone but us, and to us only. */
static int domains_profile(struct smtp_policy *policy)
{
	static const char * const ours[] = {
		"Example.org", ".example.net", "a.example", "b.a.example",
		".d.b.a.example", "xn--bcher-kva.example",
		"b\303\274cher.example", "[192.0.2.1]", NULL
	};
	int err = open_profile(policy);

	smtp_policy_set_domains(policy, SMTP_SET_SENDER,
				domains_set(true, ours));
	smtp_policy_set_domains(policy, SMTP_SET_RECIPIENT,
				domains_set(false, ours));
	return err || !policy->domains[SMTP_SET_SENDER] ||
	       !policy->domains[SMTP_SET_RECIPIENT];
}

/* All checks of the name in HELO have the action. */
static int with_names(struct smtp_policy *policy, enum mailguard_action action)
{
	return with(policy, MAILGUARD_A_ACTIONS_HELO_NO_DOT, action) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_HELO_LITERAL, action) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_HELO_INVALID, action);
}

static int helo_profile(struct smtp_policy *policy)
{
	return with_names(policy, MAILGUARD_ACTION_DENY) ||
	       set_number(policy, MAILGUARD_A_POLICY_LINE_LENGTH, 2048);
}

static int helo_no_dot_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_HELO_NO_DOT,
		    MAILGUARD_ACTION_DENY);
}

static int helo_reset_profile(struct smtp_policy *policy)
{
	return with_names(policy, MAILGUARD_ACTION_RESET);
}

static int helo_literal_profile(struct smtp_policy *policy)
{
	return helo_profile(policy) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_HELO_LITERAL,
			  MAILGUARD_ACTION_PASS);
}

static int helo_bare_lf_profile(struct smtp_policy *policy)
{
	return helo_profile(policy) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_BARE_LF,
			  MAILGUARD_ACTION_DENY);
}

static int helo_downgrade_profile(struct smtp_policy *policy)
{
	return noop_profile(policy) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_HELO_NO_DOT,
			  MAILGUARD_ACTION_DENY);
}

/* Nobody else has our names. */
static int helo_domains_profile(struct smtp_policy *policy)
{
	static const char * const ours[] = {
		"example.org", ".example.org", "[192.0.2.1]", NULL
	};
	int err = open_profile(policy);

	smtp_policy_set_domains(policy, SMTP_SET_HELO, domains_set(true, ours));
	return err || !policy->domains[SMTP_SET_HELO];
}

static int helo_ours_profile(struct smtp_policy *policy)
{
	static const char * const ours[] = {
		"a.example", ".b.example", "[192.0.2.1]", NULL
	};
	int err = open_profile(policy);

	smtp_policy_set_domains(policy, SMTP_SET_HELO,
				domains_set(false, ours));
	return err || !policy->domains[SMTP_SET_HELO];
}

static int truncated_reset_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_TRUNCATED,
		    MAILGUARD_ACTION_RESET);
}

static int bare_lf_deny_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_BARE_LF, MAILGUARD_ACTION_DENY);
}

static int bare_lf_reset_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_BARE_LF,
		    MAILGUARD_ACTION_RESET);
}

static int unexpected_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_REPLY, MAILGUARD_ACTION_PASS);
}

static int hold_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PIPELINING,
		    MAILGUARD_ACTION_HOLD);
}

/* What a person writes down who wants EHLO, and did not think of the rest. */
static int ehlo_profile(struct smtp_policy *policy)
{
	return smtp_policy_default(policy) ||
	       smtp_policy_permit(policy, "EHLO") ||
	       smtp_policy_permit(policy, "BURL") ||
	       smtp_policy_permit_own(policy, "ONEX");
}

static int ehlo_hold_profile(struct smtp_policy *policy)
{
	return ehlo_profile(policy) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_PIPELINING,
			  MAILGUARD_ACTION_HOLD);
}

static int defang_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_END_OF_DATA,
		    MAILGUARD_ACTION_DEFANG);
}

static int lf_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_END_OF_DATA,
		    MAILGUARD_ACTION_LF);
}

static int proxy_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_PROXY_PROTOCOL,
		    MAILGUARD_ACTION_ACCEPT);
}

static int prdr_profile(struct smtp_policy *policy)
{
	return ehlo_profile(policy) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_PRDR,
			  MAILGUARD_ACTION_PASS);
}

static int short_reply_profile(struct smtp_policy *policy)
{
	int err = with(policy, MAILGUARD_A_ACTIONS_REPLY_LENGTH,
		       MAILGUARD_ACTION_RESET);

	policy->line_reply = MAILGUARD_LINE_MIN;
	return err;
}

static int neutral_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_WORDING,
		    MAILGUARD_ACTION_NEUTRAL);
}

/* The greeting and the replies to denied commands are the server's. */
static int neutral_only_profile(struct smtp_policy *policy)
{
	int err = neutral_profile(policy);

	smtp_overlay_init(&policy->banner);
	smtp_overlay_init(&policy->denied[SMTP_DENIAL_COMMAND]);
	return err;
}

/* @words: ends with NULL. */
static int list_words(struct smtp_word_list *list, bool except,
		      const char * const *words)
{
	list->on = true;
	list->except = except;
	for (; *words; words++)
		if (smtp_word_list_add(list, *words))
			return -EINVAL;
	return 0;
}

/* The client gets the server's own reply to what is denied. */
static int shown_profile(struct smtp_policy *policy)
{
	static const char * const verbs[] = {
		"helo", "ehlo", "mail", "rcpt", "data", "quit", "xclient",
	};
	size_t i;

	smtp_policy_init(policy);
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (smtp_policy_permit(policy, verbs[i]))
			return -EINVAL;
	return smtp_overlay_set_fill(&policy->banner, '*') ||
	       set_action(policy, MAILGUARD_A_ACTIONS_BARE_LF,
			  MAILGUARD_ACTION_DENY);
}

/* As "inspect esmtp" of Cisco's ASA, with its default map. */
static int asa_profile(struct smtp_policy *policy)
{
	static const char * const verbs[] = {
		"AUTH", "EHLO", "ETRN", "HELP", "SAML", "SEND", "SOML", "VRFY",
	};
	static const char * const words[] = {
		"pipelining", "size", "vrfy", "etrn", "auth", "8bitmime", "dsn",
		"enhancedstatuscodes", "Checkpoint", "binaryname", "saml",
		"send", "soml", NULL
	};
	int err = smtp_policy_default(policy);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (smtp_policy_permit(policy, verbs[i]))
			err = -EINVAL;
	err |= list_words(&policy->keywords, false, words);
	smtp_policy_tie(policy);
	return err;
}

/* Everything that can be permitted, but for what some keywords offer. */
static int except_profile(struct smtp_policy *policy)
{
	static const char * const words[] = {
		"chunking", "etrn", "x-mine", "pipelining", "dsn", "vrfy",
		"binarymime", NULL
	};
	int err = open_profile(policy);

	err |= list_words(&policy->keywords, true, words);
	smtp_policy_tie(policy);
	return err;
}

static int mechanisms_profile(struct smtp_policy *policy)
{
	static const char * const words[] = {
		"plain", "LOGIN", "scram-sha-256", NULL
	};
	int err = open_profile(policy);

	err |= list_words(&policy->mechanisms, false, words);
	smtp_policy_tie(policy);
	return err;
}

static int tls_profile(struct smtp_policy *policy,
		       enum mailguard_tls_version minimum)
{
	int err = open_profile(policy);

	policy->tls_minimum = minimum;
	return err;
}

static int tls_1_2_profile(struct smtp_policy *policy)
{
	return tls_profile(policy, MAILGUARD_TLS_VERSION_1_2);
}

static int tls_1_3_profile(struct smtp_policy *policy)
{
	return tls_profile(policy, MAILGUARD_TLS_VERSION_1_3);
}

static int early_reset_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_EARLY_TALK,
		    MAILGUARD_ACTION_RESET);
}

static int early_proxy_profile(struct smtp_policy *policy)
{
	return proxy_profile(policy) ||
	       set_action(policy, MAILGUARD_A_ACTIONS_EARLY_TALK,
			  MAILGUARD_ACTION_RESET);
}

static int foreign_deny_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_FOREIGN, MAILGUARD_ACTION_DENY);
}

static int own_get_profile(struct smtp_policy *policy)
{
	return ehlo_profile(policy) || smtp_policy_permit_own(policy, "GET");
}

/* What the policy says of a word of another protocol, and of PUT nothing. */
static int judged_foreign_profile(struct smtp_policy *policy)
{
	return ehlo_profile(policy) ||
	       smtp_policy_judge(policy, "GET", true, MAILGUARD_VERDICT_NOOP) ||
	       smtp_policy_judge(policy, "POST", true, MAILGUARD_VERDICT_X) ||
	       smtp_policy_judge(policy, "HEAD", true, MAILGUARD_VERDICT_LOG) ||
	       smtp_policy_judge(policy, "SSH-2", true,
				 MAILGUARD_VERDICT_RESET);
}

#define GREET_OPEN S("220 mx\r\n", "220 **\r\n")
#define EHLO C_("EHLO c\r\n")
#define OFFER_UTF8 S_("250-mx\r\n250 SMTPUTF8\r\n")
#define OFFER S_("250-mx\r\n250-SIZE\r\n250 CHUNKING\r\n")
#define DATA C_("DATA\r\n")
#define GO S_("354 go\r\n")
/* Of a preamble of version 2. */
#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
/* Here commands are judged. */
#define WIZ C("WIZ\r\n", "XXX\r\n")
#define NO_WIZ S("500 a\r\n", "500 C\r\n")
/* What follows a reply code: with CR and LF it is as long as it may be, 64. */
#define TEXT58 "1234567890123456789012345678901234567890123456789012345678"
#define XS33 "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
#define XS58 XS33 "XXXXXXXXXXXXXXXXXXXXXXXXX"
#define ARGOSOFT "ArGoSoft Mail Server Pro for Windows, Version 1.8 (1.8.8.8)"
#define STARS58 "**********************************************************"
#define BLANKS58 "                                                          "
/* A server accepts a denied HELO. */
#define DENIED_HELO S("250 mx.example.org welcome\r\n", \
		      "550 5.7.1 HELO name denied\r\n")
/* Then a mail is denied; or it is not. */
#define NO_MAIL C("MAIL FROM:<a@b>\r\n", "NOOP           \r\n")
#define HELO_FIRST S("250 2.0.0 I have done nothing.\r\n", \
		     "503 5.5.1 Send HELO or EHLO fi\r\n")
#define MAIL C_("MAIL FROM:<a@b>\r\n")
#define MAIL_OK S_("250 ok\r\n")
/* A record of three bytes, in either direction. */
static int require_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_STARTTLS,
		    MAILGUARD_ACTION_REQUIRE) ||
	       smtp_policy_check_tls(policy);
}

/* HELP shares its first letters with HELO, and becomes NOOP nevertheless. */
static int verdict_profile(struct smtp_policy *policy)
{
	struct smtp_overlay *reply;

	if (smtp_policy_default(policy) ||
	    smtp_policy_judge(policy, "VRFY", false, MAILGUARD_VERDICT_NOOP) ||
	    smtp_policy_judge(policy, "HELX", true, MAILGUARD_VERDICT_X) ||
	    smtp_policy_judge(policy, "EXPN", false, MAILGUARD_VERDICT_RESET) ||
	    smtp_policy_judge(policy, "ETRN", false, MAILGUARD_VERDICT_LOG))
		return -EINVAL;
	if (smtp_policy_judge(policy, "SEND", false, MAILGUARD_VERDICT_X))
		return -EINVAL;
	reply = smtp_policy_own_reply(policy);
	smtp_overlay_set_code(reply, 550);
	return !!smtp_overlay_set_text(reply, "5.7.1 Not here");
}

static int mask_tls_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_STARTTLS,
		    MAILGUARD_ACTION_MASK);
}

static int messages_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_MESSAGES,
		    MAILGUARD_ACTION_DENY) || (policy->messages = 1, 0);
}

static int size_profile(struct smtp_policy *policy)
{
	return open_profile(policy) || (policy->message_size = 1000, 0);
}

/* No other verb begins as RCPT does, so that none is held back. */
static int size_simple_profile(struct smtp_policy *policy)
{
	smtp_policy_init(policy);
	policy->message_size = 1000;
	return smtp_policy_permit(policy, "ehlo") ||
	       smtp_policy_permit(policy, "mail") ||
	       smtp_policy_permit(policy, "rcpt") ||
	       smtp_policy_permit(policy, "data");
}

static int size_reset_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_MESSAGE_SIZE,
		    MAILGUARD_ACTION_RESET) ||
	       (policy->message_size = 1000, 0);
}

static int refused_profile(struct smtp_policy *policy)
{
	return open_profile(policy) || (policy->refused = 1, 0);
}

static int refused_reset_profile(struct smtp_policy *policy)
{
	return with(policy, MAILGUARD_A_ACTIONS_REFUSED_RECIPIENTS,
		    MAILGUARD_ACTION_RESET) || (policy->refused = 1, 0);
}

static int denied_max_profile(struct smtp_policy *policy)
{
	return smtp_policy_default(policy) || (policy->denied_max = 1, 0);
}

static int auth_failures_profile(struct smtp_policy *policy)
{
	return open_profile(policy) || (policy->auth_failures = 1, 0);
}

static int junk_profile(struct smtp_policy *policy)
{
	return open_profile(policy) || (policy->junk = 2, 0);
}

#define RECORD(type) type "\3\1\0\3abc"

#define STARTTLS C_("STARTTLS\r\n")
#define READY S_("220 go\r\n")
#define CLIENT_HELLO C_(RECORD("\26"))
/* The header of a record, and that of a ServerHello; its length in bytes. */
#define RECORD_OF(len) "\26\3\1\0" len
#define HELLO_OF(len) "\2\0\0" len
#define RANDOM "12345678901234567890123456789012"
/* From the random on: no session ID, a cipher suite, a compression. */
#define CHOICE RANDOM "\0\0\57\0"
/* All but the last byte of a ServerHello that has no extensions. */
#define HELLO(version) RECORD_OF("\52") HELLO_OF("\46") version RANDOM \
	"\0\0\57"
/* A ServerHello with the extension of this data, in a record. */
#define HELLO_SELECTS(len, hello_len, list_len, extension) \
	RECORD_OF(len) HELLO_OF(hello_len) "\3\3" CHOICE "\0" list_len extension
#define SELECTS "\0\53\0\2"
#define KEY_SHARE "\0\63\0\3key"

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
	{ "STARTTLS is required", require_profile, false, {
		S("220 mx\r\n", "220 **\r\n"),
		C_("EHLO c\r\n"),
		S("250-mx\r\n250-AUTH PLAIN\r\n250-VRFY\r\n250 STARTTLS\r\n",
		  "250-mx\r\n250-XXXA XXXXX\r\n250-XXXB\r\n250 STARTTLS\r\n"),
		C("MAIL FROM:<a@b> SIZE=1\r\nRCPT TO:<c@d>\r\n",
		  "XXXXXXXXXXXXXXXXXXXXXX\r\nRXXXXXXXXXXXX\r\n"),
		S("502 5.5.2 Error: command not recognized, sorry\r\n500 no\r\n",
		  "530 5.7.0 Must issue a STARTTLS command first \r\n"
		  "530 5.\r\n"),
		C("AUTH PLAIN AAAA\r\nGARBAGE\r\nMAILX\r\nQUITX\r\n",
		  "XXXXXXXXXXXXXXX\r\nXXXXXXX\r\nXXXXX\r\nQUITX\r\n"),
		S("500 auth\r\n500 ab\r\n500 c\r\n500 d\r\n",
		  "530 5.7.\r\n500 Co\r\n500 C\r\n500 C\r\n"),
		C_("HELO c\r\nNOOP\r\nRSET\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n"),
		C_("STARTTLS\r\n"), S_("220 go\r\n"),
		C_(RECORD("\26")), S_(RECORD("\26")),
	} },
	{ "STARTTLS is masked", mask_tls_profile, false, {
		S("220 mx\r\n", "220 **\r\n"),
		C_("EHLO c\r\n"),
		S("250-mx\r\n250-VRFY\r\n250 STARTTLS\r\n",
		  "250-mx\r\n250-VRFY\r\n250 XXXXXXXA\r\n"),
		C("STARTTLS\r\n", "XXXXXXXX\r\n"),
		S("500 abc\r\n", "500 Com\r\n"),
	} },
	{ "too many messages", messages_profile, false, {
		S("220 mx\r\n", "220 **\r\n"),
		C_("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"),
		S_("250 a\r\n250 b\r\n354 c\r\n"),
		C_("x\r\n.\r\n"), S_("250 taken\r\n"),
		C("mail FROM:<a@b>\r\n", "NOOP           \r\n"),
		S("250 2.0.0 Ok, I have done nothing\r\n",
		  "452 4.5.3 Too many messages      \r\n"),
		C_("QUIT\r\n"), S_("221 bye\r\n"),
	} },
	{ "a declared size", size_profile, false, {
		S("220 mx\r\n", "220 **\r\n"),
		C("MAIL FROM:<a@b> SIZE=1000\r\nRSET\r\n"
		  "MAIL FROM:<a@b> BODY=8BITMIME size=1001 X=1\r\n",
		  "MAIL FROM:<a@b> SIZE=1000\r\nRSET\r\n"
		  "MAIL FROM:<a@b> BODY=8BITMIME size=100XXXXX\r\n"),
		S("250 a\r\n250 b\r\n501 5.5.4 Bad size value in this line\r\n",
		  "250 a\r\n250 b\r\n552 5.3.4 Message size exceeds fixed \r\n"),
		C("MAIL FROM:<a@b> SIZE=99999999999999999999\r\n",
		  "MAIL FROM:<a@b> SIZE=999XXXXXXXXXXXXXXXXX\r\n"),
		S("501 no\r\n", "552 5.\r\n"),
		C("MAIL FROM: a@b SIZE=2000\r\n", "MAIL FROM: a@b SIZE=200<\r\n"),
		S("501 no\r\n", "552 5.\r\n"),
		C("MAIL FROM:<>SIZE=2000\r\n", "MAIL FROM:<>SIZE=200X\r\n"),
		S("501 no\r\n", "552 5.\r\n"),
		C_("MAIL FROM:<\" SIZE=5000\"@b>\r\nMAIL FROM:<a@b> XSIZE=9999\r\n"
		   "MAIL FROM:<a@b> SIZE=SIZE=9999\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n"),
	} },
	{ "a denied size, and a server that takes it", size_simple_profile, false, {
		S_("220 mx\r\n"),
		C("MAIL FROM:<> SIZE=1001\r\nRCPT TO:<c@d>\r\nDATA\r\n",
		  "MAIL FROM:<> SIZE=100X\r\nNOOP         \r\nDATA\r\n"),
		S("250 sender\r\n250 nothing\r\n503 no recipients\r\n",
		  "552 5.3.4 \r\n452 4.5.3 T\r\n503 no recipients\r\n"),
		C_("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n"),
	} },
	{ "a denied size, and another mail", size_profile, false, {
		S("220 mx\r\n", "220 **\r\n"),
		C("MAIL FROM:<> SIZE=1001\r\n", "MAIL FROM:<> SIZE=100X\r\n"),
		S("250 sender\r\n", "552 5.3.4 \r\n"),
		C("MAIL FROM:<a@b>\r\n", "NOOP           \r\n"),
		S("250 nothing\r\n", "452 4.5.3 T\r\n"),
		C_("RSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n"),
	} },
	{ "a denied size, and a server that refuses it", size_profile, false, {
		S("220 mx\r\n", "220 **\r\n"),
		C("MAIL FROM:<> SIZE=1001\r\n", "MAIL FROM:<> SIZE=100X\r\n"),
		S("501 no\r\n", "552 5.\r\n"),
		C_("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"),
		S_("250 a\r\n250 b\r\n"),
	} },
	{ "a declared size, reset", size_reset_profile, true, {
		S("220 mx\r\n", "220 **\r\n"),
		C("MAIL FROM:<a@b> SIZE=1001", "MAIL FROM:<a@b> SIZE=100"),
	} },
	{ "refused recipients", refused_profile, true, {
		S("220 mx\r\n", "220 **\r\n"),
		C_("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@d>\r\n"
		   "RCPT TO:<f@d>\r\n"),
		S("250 a\r\n550 b\r\n551 c\r\n550 no such user here\r\n",
		  "250 a\r\n550 b\r\n551 c\r\n421 4.7.0 Limit excee\r\n"),
		C("RSET\r\n", ""),
	} },
	{ "refused recipients, and a failure", refused_profile, true, {
		S("220 mx\r\n", "220 **\r\n"),
		C_("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@d>\r\n"
		   "RCPT TO:<f@d>\r\n"),
		S("250 a\r\n550 b\r\n551 c\r\n452 too many recipients\r\n",
		  "250 a\r\n550 b\r\n551 c\r\n421 4.7.0 Limit exceede\r\n"),
		C("RSET\r\n", ""),
	} },
	{ "refused recipients, reset", refused_reset_profile, true, {
		S("220 mx\r\n", "220 **\r\n"),
		C_("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@d>\r\n"),
		S_("250 a\r\n550 b\r\n551 c\r\n"),
		C("RSET\r\n", ""),
	} },
	{ "denied commands", denied_max_profile, true, {
		S("220 mx\r\n", "220 **\r\n"),
		C("VRFY\r\n", "XXXX\r\n"), S("500 a\r\n", "500 C\r\n"),
		C("EXPN\r\n", "XXXX\r\n"), S("500 a\r\n", "421 4\r\n"),
		C("NOOP\r\n", ""),
	} },
	{ "failed authentications", auth_failures_profile, true, {
		S("220 mx\r\n", "220 **\r\n"),
		C_("AUTH PLAIN AAAA\r\n"), S_("535 no\r\n"),
		C_("AUTH LOGIN\r\n"), S_("334 x\r\n"),
		C_("YQ==\r\n"), S_("535 no\r\n"),
		C_("AUTH PLAIN AAAB\r\n"), S("235 yes\r\n", "421 4.7\r\n"),
		C("NOOP\r\n", ""),
	} },
	{ "junk commands", junk_profile, true, {
		S("220 mx\r\n", "220 **\r\n"),
		C_("NOOP\r\nRSET\r\n"), S_("250 a\r\n250 b\r\n"),
		C_("NOOP\r\n"), S("250 c\r\n", "421 4\r\n"),
		C("NOOP\r\n", ""),
	} },
	{ "commands with a verdict of their own", verdict_profile, true, {
		S("220 mx\r\n", "220 **\r\n"),
		C("vrfy root\r\nVRFYX\r\nHELX a\r\nETRN a\r\nSEND FROM:<a@b>\r\n"
		  "SENDX\r\n",
		  "NOOP     \r\nNOOP \r\nHELXXX\r\nETRN a\r\nXXXXXXXXXXXXXXX\r\n"
		  "XXXXX\r\n"),
		S("250 a\r\n250 b\r\n500 c\r\n250 d\r\n500 who knows that?\r\n"
		  "500 e\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n250 d\r\n550 5.7.1 Not here \r\n"
		  "500 C\r\n"),
		C("EXPN root\r\n", "EXXX"),
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
	{ "bytes that servers differ on", smtp_policy_default, false, {
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
		S(" 250 a\r\n", " "),
	} },
	{ "an idle server's good-bye behind a blank", smtp_policy_default, false, {
		GREETING,
		S_(" \t451 4.7.0 Timeout\r\n"),
	} },
	{ "a refusal for a greeting", smtp_policy_default, false, {
		S("554 go away\r\n", "554 *******\r\n"),
		C_("QUIT\r\n"), S_("221 bye\r\n"),
	} },
	{ "denied is answered OK", ok_profile, false, {
		GREETING,
		C("VRFY x\r\nEXPN\r\n", "XXXXXX\r\nXXXX\r\n"),
		S("500 nonsense\r\n450 later\r\n",
		  "250 OK      \r\n450 OK   \r\n"),
	} },
	{ "denied becomes NOOP, EHLO becomes HELO", noop_profile, false, {
		GREETING,
		C("EHLO c\r\nehlo c\r\nEHL\r\nEXPN x\r\n",
		  "HELO c\r\nhelo c\r\nHEL\r\nHXXXXX\r\n"),
		S_("250 a\r\n250 b\r\n500 c\r\n500 d\r\n"),
		C("goodmorning\r\nxyz\r\nHELP\r\n",
		  "NOOP       \r\nNOO\r\nHELX\r\n"),
		S_("250 a\r\n500 b\r\n500 c\r\n"),
	} },
	{ "the oldest banner", cmap_profile, false, {
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
	{ "two replies to BDAT LAST", open_profile, false, {
		GREET_OPEN, EHLO, OFFER,
		C_("BDAT 6\r\n\r\nabcd"), S_("250 a\r\n"),
		C_("BDAT 0 LAST\r\n"), S_("250 b\r\n250 b\r\n"),
		C_("QUIT\r\n"), S_("221 bye\r\n"),
	} },
	{ "two replies to BDAT", open_profile, true, {
		GREET_OPEN, EHLO, OFFER,
		C_("BDAT 6\r\n\r\nabcd"), S("250 a\r\n250 a\r\n", "250 a\r\n"),
	} },
	{ "two replies to a mail that was refused", smtp_policy_default, true, {
		GREETING,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("text\r\n.\r\n"),
		S("554 no\r\n554 no\r\n", "554 no\r\n"),
	} },
	{ "PRDR", prdr_profile, false, {
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
	{ "PRDR that was not to be seen, pipelined", ehlo_profile, false, {
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
	{ "BDAT", open_profile, false, {
		GREET_OPEN, EHLO, OFFER,
		C("BDAT 6\r\nEXPN\r\nBDAT 9 last\r\n.\r\nQUIT\r\nhelp\r\n",
		  "BDAT 6\r\nEXPN\r\nBDAT 9 last\r\n.\r\nQUIT\r\nhelX\r\n"),
		S("250 a\r\n250 b\r\n502 c\r\n", "250 a\r\n250 b\r\n502 C\r\n"),
		C_("BDAT 0 LAST\r\nbdat 0\r\nBDAT 0000000001\r\n\nRSET\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n250 d\r\n"),
	} },
	{ "BDAT refused, and its bytes still come", open_profile, false, {
		GREET_OPEN, EHLO, OFFER,
		C_("BDAT 8\r\nNO"), S_("503 no\r\n"), C_("OP\r\n\r\nRSET\r\n"),
		S_("250 ok\r\n"), C("nope\r\n", "noXX\r\n"),
	} },
	{ "BDAT that the server did not offer", open_profile, false, {
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
	{ "BDAT waits for the reply to EHLO", open_profile, false, {
		GREET_OPEN,
		C_("RSET\r\nEHLO c\r\nBDAT 6 LAST\r\nVRFY\r\n"),
		S_("250-ok\r\n250 CHUNKING\r\n250-mx\r\n250-CHUNKING\r\n250 Z\r\n"),
		S_("250 ok\r\n"),
	} },
	{ "BDAT +5", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT +5 LAST\r\n", "BDAT "),
	} },
	{ "BDAT 5LAST", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5LAST\r\n", "BDAT 5"),
	} },
	{ "BDAT 5 LAST x", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5 LAST x\r\n", "BDAT 5 LAST"),
	} },
	{ "BDAT 5 LAS", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5 LAS\r\n", "BDAT 5 LAS"),
	} },
	{ "BDAT 5 and a blank", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5 \r\n", "BDAT 5 "),
	} },
	{ "BDAT and two blanks", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT  5\r\n", "BDAT "),
	} },
	{ "BDAT 0x5", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 0x5\r\n", "BDAT 0"),
	} },
	{ "BDAT 2^31", open_profile, true, {
		GREET_OPEN, EHLO, OFFER,
		C("BDAT 2147483648\r\n", "BDAT 214748364"),
	} },
	{ "BDAT 2^32 + 5", open_profile, true, {
		GREET_OPEN, EHLO, OFFER,
		C("BDAT 4294967301\r\n", "BDAT 429496730"),
	} },
	{ "BDAT of eleven digits", open_profile, true, {
		GREET_OPEN, EHLO, OFFER,
		C("BDAT 00000000005\r\n", "BDAT 0000000000"),
	} },
	{ "BDAT without a number", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT\r\n", "BDAT"),
	} },
	{ "BDAT ended by LF", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5\n", "BDAT 5"),
	} },
	{ "BDAT with a CR before its end", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 5\r LAST\r\n", "BDAT 5\r"),
	} },
	{ "success in the middle of a chunk", unexpected_profile, true, {
		GREET_OPEN, EHLO, OFFER, C_("BDAT 9\r\nabc"),
		S("250 a\r\n250 b\r\n", "250 a\r\n"),
	} },
	{ "AUTH", open_profile, false, {
		GREET_OPEN,
		C_("AUTH PLAIN AGEAYg==\r\n"), S_("235 2.7.0 ok\r\n"),
		C("xyz\r\nAUTH LOGIN\r\n", "xXX\r\nAUTH LOGIN\r\n"),
		S("500 a\r\n334 VXNlcm5hbWU6\r\n",
		  "500 C\r\n334 VXNlcm5hbWU6\r\n"),
		C_("YQ==\r\n"), S_("334-a\r\n334 UGFzc3dvcmQ6\r\n"),
		C_("a/+9=\r\n"), S_("535 no\r\n"),
		C_("x-exps ntlm\r\n"), S_("334 go\r\n"),
		C_("*\r\n"), S_("501 cancelled\r\n"),
		C("yes\r\nauth cram-md5\r\n", "XXX\r\nauth cram-md5\r\n"),
		S("500 a\r\n334 PDE=\r\n", "500 C\r\n334 PDE=\r\n"),
		C_("\r\n"), S_("535 no\r\n"), C_("QUIT\r\n"), S_("221 a\r\n"),
	} },
	{ "no command passes for a response", open_profile, false, {
		GREET_OPEN,
		C("AUTH LOGIN\r\nDEBUG you\r\nKILL\r\n",
		  "AUTH LOGIN\r\nDEBUGXXXX\r\nXXXX\r\n"),
		S_("334 go\r\n"), S_("501 bad\r\n"),
		S("500 a\r\n", "500 C\r\n"),
	} },
	{ "AUTH refused", open_profile, false, {
		GREET_OPEN,
		C("AUTH GSSAPI\r\nkill\r\n", "AUTH GSSAPI\r\nXXXX\r\n"),
		S_("504 no\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	{ "354 to AUTH", open_profile, true, {
		GREET_OPEN, C_("AUTH LOGIN\r\n"), S("354 go\r\n", "3"),
	} },
	{ "354 to NOOP", open_profile, true, {
		GREET_OPEN, C_("NOOP\r\n"), S("354 go\r\n", ""),
	} },
	{ "334 to DATA", open_profile, true, {
		GREET_OPEN, C_("DATA\r\n"), S("334 go\r\n", "3"),
	} },
	{ "STARTTLS", open_profile, false, {
		GREET_OPEN,
		C_("NOOP\r\nSTARTTLS\r\n"),
		S_("250 a\r\n220-go\r\n220 ahead\r\n"),
		C_(RECORD("\26") RECORD("\24")), S_(RECORD("\26")),
		C_(RECORD("\27") "\27\3\3\0\0" RECORD("\30")),
		S_(RECORD("\25") RECORD("\27")),
		S_(RECORD("\26")), C_(RECORD("\25")),
	} },
	{ "STARTTLS behind a mail", open_profile, false, {
		GREET_OPEN,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("\r\n.\r\n"),
		S_("250 a\r\n"),
		C_("STARTTLS\r\n"), S_("220 go\r\n"), C_(RECORD("\26")),
		S_(RECORD("\26")),
	} },
	{ "STARTTLS refused", open_profile, false, {
		GREET_OPEN,
		C("STARTTLS\r\nDEBUG\r\n", "STARTTLS\r\nDXXXX\r\n"),
		S_("454 later\r\n"), S("500 a\r\n", "500 C\r\n"),
		C("X-ANONYMOUSTLS\r\nDEBUG\r\n", "X-ANONYMOUSTLS\r\nDXXXX\r\n"),
		S_("500 what\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	/* CVE-2011-0411, and the same in the other direction. */
	{ "a command behind STARTTLS", open_profile, true, {
		GREET_OPEN,
		C("STARTTLS\r\nRSET\r\n", "STARTTLS\r\n"), S_("220 go\r\n"),
	} },
	{ "a reply behind the 220", open_profile, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S("220 go\r\n250 ok\r\n", "220 go\r\n"),
	} },
	{ "a record of the server's before the client's", open_profile, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S("220 go\r\n" RECORD("\26"), "220 go\r\n"),
	} },
	{ "plain text between records", open_profile, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"), C_(RECORD("\26")),
		S_(RECORD("\26")), C_(RECORD("\25")), C("x", ""),
	} },
	{ "application data for a first record", open_profile, true, {
		GREET_OPEN,
		C_("X-ANONYMOUSTLS\r\n"), S_("220 go\r\n"),
		C(RECORD("\27"), ""),
	} },
	{ "a record of another version", open_profile, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"), C("\26\2\1\0\1a", "\26"),
	} },
	{ "a record of a version to come", open_profile, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"),
		C("\26\3\5\0\1a", "\26\3"),
	} },
	{ "a record of an unknown type", open_profile, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"),
		C(RECORD("\26") RECORD("\31"), RECORD("\26")),
	} },
	{ "a record that is too long", open_profile, true, {
		GREET_OPEN,
		C_("STARTTLS\r\n"), S_("220 go\r\n"),
		C("\26\3\1\110\1a", "\26\3\1\110"),
	} },
	{ "TLS 1.2 where it is the minimum", tls_1_2_profile, false, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S_(HELLO("\3\3") "\0" RECORD("\26")),
		C_(RECORD("\27")), S_(RECORD("\27")),
	} },
	{ "TLS 1.1 where TLS 1.2 is the minimum", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(HELLO("\3\2") "\0" RECORD("\26"), HELLO("\3\2")),
	} },
	{ "TLS 1.2 where TLS 1.3 is the minimum", tls_1_3_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(HELLO("\3\3") "\0", HELLO("\3\3")),
	} },
	{ "SSL 3.0 where no minimum is set", open_profile, false, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S_(HELLO("\3\0") "\0" RECORD("\27")),
	} },
	{ "TLS 1.3 where it is the minimum", tls_1_3_profile, false, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S_(HELLO_SELECTS("\75", "\71", "\21",
				 KEY_SHARE SELECTS "\3\4\0\1\0\0")),
		S_(RECORD("\24") RECORD("\27")),
		C_(RECORD("\24") RECORD("\27")),
	} },
	{ "early data, and a HelloRetryRequest", tls_1_3_profile, false, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		C_(RECORD("\24") RECORD("\27")),
		S_(HELLO_SELECTS("\62", "\56", "\6", SELECTS "\3\4")),
		S_(RECORD("\24")), C_(RECORD("\26")),
		S_(HELLO_SELECTS("\62", "\56", "\6", SELECTS "\3\4")),
		S_(RECORD("\27")),
	} },
	{ "a ServerHello in five records, behind a warning", tls_1_3_profile,
	  false, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S_("\25\3\1\0\2\1\160"),
		S_(RECORD_OF("\1") "\2" RECORD_OF("\4") "\0\0\56\3"
		   RECORD_OF("\51") "\3" CHOICE "\0\6\0\53"
		   RECORD_OF("\3") "\0\2\3" RECORD_OF("\1") "\4"),
		S_(RECORD("\27")),
	} },
	{ "a ServerHello of TLS 1.2 in five records", tls_1_3_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(RECORD_OF("\1") "\2" RECORD_OF("\4") "\0\0\56\3"
		  RECORD_OF("\51") "\3" CHOICE "\0\6\0\53"
		  RECORD_OF("\3") "\0\2\3" RECORD_OF("\1") "\3",
		  RECORD_OF("\1") "\2" RECORD_OF("\4") "\0\0\56\3"
		  RECORD_OF("\51") "\3" CHOICE "\0\6\0\53"
		  RECORD_OF("\3") "\0\2\3" RECORD_OF("\1")),
	} },
	{ "supported_versions lowers the version", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(HELLO_SELECTS("\62", "\56", "\6", SELECTS "\3\2"),
		  HELLO_SELECTS("\62", "\56", "\6", SELECTS "\3")),
	} },
	{ "a version of a draft", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(HELLO_SELECTS("\62", "\56", "\6", SELECTS "\177\34"),
		  HELLO_SELECTS("\62", "\56", "\6", SELECTS "\177")),
	} },
	{ "a version of three bytes", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(HELLO_SELECTS("\63", "\57", "\7", "\0\53\0\3\3\4\4"),
		  HELLO_SELECTS("\63", "\57", "\7", "\0\53\0")),
	} },
	{ "an extension that is longer than the message", tls_1_2_profile,
	  true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(HELLO_SELECTS("\62", "\56", "\6", "\0\0\0\3ab"),
		  HELLO_SELECTS("\62", "\56", "\6", "\0\0\0")),
	} },
	{ "extensions that end before the message", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(HELLO_SELECTS("\62", "\56", "\4", "\0\0\0\2ab"),
		  RECORD_OF("\62") HELLO_OF("\56") "\3\3" CHOICE "\0"),
	} },
	{ "a session ID that is longer than the message", tls_1_2_profile,
	  true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(RECORD_OF("\52") HELLO_OF("\46") "\3\3" RANDOM "\1\0\57\0",
		  RECORD_OF("\52") HELLO_OF("\46") "\3\3" RANDOM),
	} },
	{ "a ServerHello of 65536 bytes", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(RECORD_OF("\4") "\2\1\0\0", RECORD_OF("\4") "\2\1\0"),
	} },
	{ "a Certificate for a ServerHello", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(RECORD_OF("\4") "\13\0\0\0", RECORD_OF("\4") "\13\0\0"),
	} },
	{ "application data before the ServerHello", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(RECORD("\25") RECORD("\27"), RECORD("\25")),
	} },
	{ "plain text within a ServerHello", tls_1_2_profile, true, {
		GREET_OPEN, STARTTLS, READY, CLIENT_HELLO,
		S(RECORD_OF("\1") "\2ok", RECORD_OF("\1") "\2"),
	} },
	{ "XEXCH50", open_profile, false, {
		GREET_OPEN,
		C("XEXCH50 6 2\r\nRSET\r\nWIZ\r\n",
		  "XEXCH50 6 2\r\nRSET\r\nXXX\r\n"),
		S_("354 go\r\n"), S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"),
		C("XEXCH50 6 2\r\nNOOP\r\nWIZ\r\n",
		  "XEXCH50 6 2\r\nNOOP\r\nXXX\r\n"),
		S_("504 need auth\r\n"),
		S("250 a\r\n500 b\r\n", "250 a\r\n500 C\r\n"),
		C_("XEXCH50 0 2\r\nNOOP\r\n"), S_("354 go\r\n"),
		S_("250 a\r\n250 b\r\n"),
	} },
	{ "XEXCH50 -1 2", open_profile, true, {
		GREET_OPEN, C("XEXCH50 -1 2\r\n", "XEXCH50 "),
	} },
	{ "XEXCH50 with one number", open_profile, true, {
		GREET_OPEN, C("XEXCH50 6\r\n", "XEXCH50 6"),
	} },
	{ "XEXCH50 with half of its numbers", open_profile, true, {
		GREET_OPEN, C("XEXCH50 6 \r\n", "XEXCH50 6 "),
	} },
	{ "XCLIENT", open_profile, false, {
		GREET_OPEN, EHLO, OFFER,
		C_("XCLIENT ADDR=1.2.3.4\r\n"),
		S("220 mx ESMTP\r\n", "220 ********\r\n"),
		C("BDAT 5\r\n", "BDATXX\r\n"), S("502 a\r\n", "502 C\r\n"),
		C_("XCLIENT X=1\r\n"), S_("501 no\r\n"),
	} },
	{ "a verb of one's own", open_profile, false, {
		GREET_OPEN,
		C("x-mine a\r\nX-MIN\r\n", "x-mine a\r\nX-MIN\r\n"),
		S("250 a\r\n500 b\r\n", "250 a\r\n500 C\r\n"),
	} },
	{ "addresses", open_profile, false, {
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
	{ "addresses that pass all checks", address_profile, false, {
		GREET_OPEN, EHLO, OFFER_UTF8,
		C_("MAIL FROM:<>\r\nMAIL FROM: <a@b> BODY=8BITMIME AUTH=<>\r\n"),
		C_("RCPT TO:<postmaster>\r\nrcpt to:<POSTmaster>\r\n"),
		C_("RCPT TO:<123456789012@d1.example>\r\nRCPT TO:< a@b >\r\n"),
		C_("RCPT TO:<a@b> NOTIFY=a%b!c\"@[\r\nVRFY user\r\nEXPN a\r\n"),
	} },
	{ "addresses that do not", address_profile, false, {
		GREET_OPEN, EHLO, OFFER_UTF8,
		C("RCPT TO:<a%b@c>\r\nRCPT TO:<a!b>\r\nRCPT TO:<a@b!c>\r\n",
		  "RCPT TO:<aXXXXX\r\nRCPT TO:<aXXX\r\nRCPT TO:<a@bXXX\r\n"),
		C("RCPT TO:<@a,@b:c@d>\r\nRCPT TO:< @a:b@c>\r\nRCPT TO:<@a>\r\n",
		  "RCPT TO:<XXXXXXXXXX\r\nRCPT TO:< XXXXXXX\r\nRCPT TO:<XXX\r\n"),
		C("RCPT TO:<a@b@c>\r\nRCPT TO:<\"a\"@c>\r\nRCPT TO:<a@[1]>\r\n",
		  "RCPT TO:<a@bXXX\r\nRCPT TO:<XXXXXX\r\nRCPT TO:<a@XXXX\r\n"),
		C("RCPT TO:<\303\251@b>\r\nRCPT TO:<a@b\303\251>\r\n",
		  "RCPT TO:<XXXXX\r\nRCPT TO:<a@bXXX\r\n"),
		C("VRFY a%b\r\nVRFY a!b\r\nVRFY <a@b@c>\r\nEXPN @a:b@c\r\n",
		  "VRFY a<<\r\nVRFY a<<\r\nVRFY <a@bXXX\r\nEXPN <<<<<<\r\n"),
	} },
	{ "addresses without a domain", address_profile, false, {
		GREET_OPEN,
		C("MAIL FROM:<a>\r\nMAIL FROM:<postmaster>\r\nRCPT TO:<>\r\n",
		  "MAIL FROM:<aX\r\nMAIL FROM:<postmasterX\r\nRCPT TO:<X\r\n"),
		C("RCPT TO:<a@>\r\nRCPT TO:<a@ >\r\nRCPT TO:<postmaster1> X\r\n",
		  "RCPT TO:<a@X\r\nRCPT TO:<a@ X\r\nRCPT TO:<postmaster1XXX\r\n"),
		C("RCPT TO:<a.ostmaster>\r\nRCPT TO:<postmaste>\r\n",
		  "RCPT TO:<a.ostmasterX\r\nRCPT TO:<postmasteX\r\n"),
		/* Behind an address without brackets no byte decides. */
		C("MAIL FROM: a@b\r\nRCPT TO:Joe <a@b>\r\nRCPT TO:\"a\" <b@c>\r\n",
		  "MAIL FROM: <<<\r\nRCPT TO:<<<<<<<<<\r\nRCPT TO:<<<<<<<<<\r\n"),
		C_("MAIL FROM:\r\nMAIL FROM\r\nMAIL\r\nVRFY \r\n"),
		C("MAIL a@b\r\nMAIL FROM a@b\r\nRCPT TO a@b:<c@d>\r\n",
		  "MAIL <<<\r\nMAIL FROM<<<<\r\nRCPT TO<<<<<<<<<<\r\n"),
	} },
	{ "addresses too long", address_profile, false, {
		GREET_OPEN,
		C("RCPT TO:<1234567890123@b>\r\nRCPT TO:<a@12345678901>\r\n",
		  "RCPT TO:<123456789012XXXX\r\nRCPT TO:<a@1234567890XX\r\n"),
		C("VRFY 1234567890123\r\nVRFY a@12345678901\r\n",
		  "VRFY 123456789012<\r\nVRFY a@1234567890<\r\n"),
	} },
	{ "an address too long by its route", address_some_profile, false, {
		GREET_OPEN, EHLO, OFFER_UTF8,
		C("RCPT TO:<@a,@b:1234567890@1234567>\r\n"
		  "RCPT TO:<@a,@b:12345678901@1234567>\r\n",
		  "RCPT TO:<@a,@b:1234567890@1234567>\r\n"
		  "RCPT TO:<@a,@b:12345678901@123456XX\r\n"),
		C_("RCPT TO:<a|b@c@d>\r\nRCPT TO:<@a:\"b@c<>\"@\303\251>\r\n"),
		C("RCPT TO:<\"a@3456789012\"@c>\r\n",
		  "RCPT TO:<\"a@345678901XXXXX\r\n"),
		C("RCPT TO:<\"a@b\">\r\nRCPT TO:<@a:b>\r\nRCPT TO:<@a>\r\n",
		  "RCPT TO:<\"a@b\"X\r\nRCPT TO:<@a:bX\r\nRCPT TO:<@aX\r\n"),
		C("RCPT TO:<@a:>\r\nRCPT TO:<\"a%b\"@c>\r\nRCPT TO:<a@b@[1]>\r\n",
		  "RCPT TO:<@a:X\r\nRCPT TO:<\"aXXXXXX\r\nRCPT TO:<a@b@XXXX\r\n"),
	} },
	{ "an address that is not closed", address_profile, true, {
		GREET_OPEN, C("RCPT TO:<a@b\r\n", "RCPT TO:<a@b"),
	} },
	{ "a quoted string that is not closed", address_some_profile, true, {
		GREET_OPEN, C("RCPT TO:<\"a>\n", "RCPT TO:<\"a>"),
	} },
	{ "a percent sign without a colon", percent_profile, false, {
		GREET_OPEN, C_("mail from:<a@b>\r\nRCPT To: <a@b> X:<a%b@c>\r\n"),
		C("MAIL a%b@c\r\nRCPT <a@b> X:<a%b@c>\r\nRCPT TO:a%b@c\r\n",
		  "MAIL <<<<<\r\nRCPT <<<<<<<<<<<<<<<\r\nRCPT TO:a<<<<\r\n"),
	} },
	{ "a percent sign ends it", address_reset_profile, true, {
		GREET_OPEN, C("RCPT TO:<a%b@c>\r\n", "RCPT TO:<a"),
	} },
	{ "an address without a domain ends it", address_reset_profile, true, {
		GREET_OPEN, C("RCPT TO:<ab>\r\n", "RCPT TO:<ab"),
	} },
	{ "an address without brackets ends it", address_reset_profile, true, {
		GREET_OPEN, C("RCPT TO: ab@c\r\n", "RCPT TO: "),
	} },
	{ "domains that pass", domains_profile, false, {
		GREET_OPEN, EHLO, OFFER_UTF8,
		C_("MAIL FROM:<>\r\nMAIL FROM:<a@c.example>\r\n"
		   "MAIL FROM:<@example.org:a!b%c@example.net> SIZE=1\r\n"
		   "MAIL FROM:<\"a@b\"@xexample.org>\r\nVRFY a@c\r\n"),
		C_("RCPT TO:<postmaster>\r\nRCPT TO:<a@example.org>\r\n"
		   "RCPT TO: <a@EXAMPLE.org.> NOTIFY=NEVER\r\n"
		   "RCPT TO:<\"a b\"@a.b.example.net>\r\n"),
		C_("RCPT TO:<a@a.example>\r\nRCPT TO:<a@b.A.example>\r\n"
		   "RCPT TO:<a@c.d.b.a.example>\r\nRCPT TO:<a@[192.0.2.1]>\r\n"),
		C_("RCPT TO:<a@XN--Bcher-kva.Example>\r\n"
		   "RCPT TO:<a@b\303\274cher.example>\r\n"),
	} },
	{ "domains that do not pass", domains_profile, false, {
		GREET_OPEN, EHLO, OFFER_UTF8,
		C("RCPT TO:<a@example.com>\r\nRCPT TO:<a@x.example.org> X\r\n",
		  "RCPT TO:<a@example.comX\r\nRCPT TO:<a@x.example.orgXXX\r\n"),
		C("RCPT TO:<a@example.net>\r\nRCPT TO:<a@xexample.org>\r\n",
		  "RCPT TO:<a@example.netX\r\nRCPT TO:<a@xexample.orgX\r\n"),
		C("RCPT TO:<a@example.org..>\r\nRCPT TO:<a@example.or>\r\n",
		  "RCPT TO:<a@example.org..X\r\nRCPT TO:<a@example.orX\r\n"),
		C("RCPT TO:<a@d.b.a.example>\r\nRCPT TO:<a@[192.0.2.2]>\r\n",
		  "RCPT TO:<a@d.b.a.exampleX\r\nRCPT TO:<a@[192.0.2.2]X\r\n"),
		C("RCPT TO:<a>\r\nRCPT TO:<>\r\nRCPT TO:a@example.org\r\n",
		  "RCPT TO:<aX\r\nRCPT TO:<X\r\nRCPT TO:<<<<<<<<<<<<<\r\n"),
		S("550 a\r\n550 b\r\n550 5.1.1 User unknown here\r\n",
		  "550 5\r\n550 5\r\n550 5.7.1 Relaying denied  \r\n"),
		C("MAIL FROM:<a@example.org>\r\nMAIL FROM:<a@b.example.net>\r\n",
		  "MAIL FROM:<a@example.orgX\r\nMAIL FROM:<a@b.example.netX\r\n"),
		C("MAIL FROM:<a@EXAMPLE.ORG.>\r\nMAIL FROM:<a@\"example.org\">\r\n",
		  "MAIL FROM:<a@EXAMPLE.ORG.X\r\nMAIL FROM:<a@\"example.org\"X\r\n"),
		C("MAIL FROM:<@c:a@example.org>\r\nMAIL FROM:<a>\r\n",
		  "MAIL FROM:<@c:a@example.orgX\r\nMAIL FROM:<aX\r\n"),
		C("MAIL FROM:<a@example.org..>\r\nMAIL FROM:<a@.b.org>\r\n",
		  "MAIL FROM:<a@example.org..X\r\nMAIL FROM:<a@.b.orgX\r\n"),
	} },
	{ "ways around a domain", domains_profile, false, {
		GREET_OPEN,
		C("RCPT TO:<a%b@example.org>\r\nRCPT TO:<b!a@example.org>\r\n",
		  "RCPT TO:<aXXXXXXXXXXXXXXX\r\nRCPT TO:<bXXXXXXXXXXXXXXX\r\n"),
		C("RCPT TO:<a@b@example.org>\r\nRCPT TO:<@b:a@example.org>\r\n",
		  "RCPT TO:<a@bXXXXXXXXXXXXX\r\nRCPT TO:<XXXXXXXXXXXXXXXXX\r\n"),
		C("RCPT TO:<\"a@b\"@example.org>\r\nRCPT TO:<a(@example.org>\r\n",
		  "RCPT TO:<\"aXXXXXXXXXXXXXXXX\r\nRCPT TO:<aXXXXXXXXXXXXXX\r\n"),
		C("RCPT TO:<a\\@example.org>\r\nRCPT TO:<a@example.org >\r\n",
		  "RCPT TO:<aXXXXXXXXXXXXXX\r\nRCPT TO:<a@example.org X\r\n"),
		C("RCPT TO:<(a@example.org>\r\nMAIL FROM:<a@b@c>\r\n",
		  "RCPT TO:<XXXXXXXXXXXXXXX\r\nMAIL FROM:<a@bXXX\r\n"),
		C("RCPT a@b\r\nRCPT TO a@b\r\nRCPT FROM:<a@b>\r\nMAIL T\r\n",
		  "RCPT <<<\r\nRCPT TO<<<<\r\nRCPT <<<<<<<<<<\r\nMAIL <\r\n"),
		/* Courier takes what is behind the first colon. */
		C("RCPT <a@example.org> X:<a@b>\r\nRCPT t<a@b>\r\n",
		  "RCPT <<<<<<<<<<<<<<<<<<<<<<<\r\nRCPT t<<<<<\r\n"),
		S("550 a\r\n", "550 5\r\n"),
	} },
	{ "a recipient that is not closed", domains_profile, true, {
		GREET_OPEN, C("RCPT TO:<a@b\r\n", "RCPT TO:<a@b"),
	} },
	{ "text that touches the closing bracket", domains_profile, true, {
		GREET_OPEN,
		C("RCPT TO:<a@example.org>@b\r\n", "RCPT TO:<a@example.org>"),
	} },
	{ "names in HELO that pass", helo_profile, false, {
		GREET_OPEN, C_("HELO a.b\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C_("EHLO  Mail-1.EXAMPLE_x.org. \r\n"),
		S_("250-mx\r\n250 SIZE\r\n"), MAIL, MAIL_OK,
		C_("ehlo 1.xn--bcher-kva.2a\n"), S_("250 mx\r\n"), MAIL,
		MAIL_OK,
	} },
	{ "names in HELO that do not pass", helo_profile, false, {
		GREET_OPEN, C_("EHLO c\r\n"),
		S("250-mx.example.org\r\n250-PIPELINING\r\n250 CHUNKING\r\n",
		  "550-5.7.1 HELO nam\r\n550-5.7.1 HELO\r\n550 5.7.1 HE\r\n"),
		C_("HELO c\r\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
		C_("HELO localhost.\r\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
		C("HELO localhost \r\n", "HELO localhostX\r\n"), DENIED_HELO,
		C_("EHLO localhost\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
		C_("EHLO\r\n"), DENIED_HELO, C_("EHLO \r\n"), DENIED_HELO,
		NO_MAIL, HELO_FIRST,
	} },
	{ "addresses in HELO", helo_profile, false, {
		GREET_OPEN,
		C("HELO [192.0.2.1]\r\n", "HELO XXXXXXXXXXX\r\n"), DENIED_HELO,
		C("EHLO [IPv6:2001:db8::1]\r\n", "EHLO XXXXXXXXXXXXXXXXXX\r\n"),
		DENIED_HELO, NO_MAIL, HELO_FIRST,
		C_("EHLO 192.0.2.1\r\n"), DENIED_HELO,
		C_("EHLO 192.0.2.1.\r\n"), DENIED_HELO,
		C("EHLO 2001:db8::1\r\n", "EHLO 2001XXXXXXX\r\n"), DENIED_HELO,
		NO_MAIL, HELO_FIRST, C_("HELO 3com.example\r\n"),
		S_("250 mx\r\n"), MAIL, MAIL_OK,
	} },
	{ "names in HELO that no host has", helo_profile, false, {
		GREET_OPEN,
		C("EHLO a_b.c!d\r\n", "EHLO a_b.cXX\r\n"), DENIED_HELO,
		C("EHLO b\303\274cher.example\r\n", "EHLO bXXXXXXXXXXXXXX\r\n"),
		DENIED_HELO, NO_MAIL, HELO_FIRST,
		C("EHLO .example.org\r\n", "EHLO XXXXXXXXXXXX\r\n"),
		DENIED_HELO,
		C("EHLO a..b\r\n", "EHLO a.XX\r\n"), DENIED_HELO,
		C("EHLO a.b c.d\r\n", "EHLO a.b XXX\r\n"), DENIED_HELO,
		C("EHLO a.b\rc\r\n", "EHLO a.b\rX\r\n"), DENIED_HELO, NO_MAIL,
		HELO_FIRST,
		C("EHLO <a.b>\r\n", "EHLO XXXXX\r\n"), DENIED_HELO, NO_MAIL,
		HELO_FIRST,
	} },
	{ "a name of 2000 bytes in EHLO", helo_profile, false, {
		GREET_OPEN,
		C("EHLO " TEXT58 TEXT58 TEXT58 TEXT58
		  TEXT58 TEXT58 TEXT58 TEXT58 TEXT58 TEXT58 TEXT58
		  TEXT58 TEXT58 TEXT58 TEXT58 TEXT58 TEXT58 TEXT58
		  TEXT58 TEXT58 TEXT58 TEXT58 TEXT58 TEXT58 TEXT58
		  TEXT58 TEXT58 TEXT58 TEXT58 TEXT58 TEXT58 TEXT58
		  TEXT58 TEXT58
		  "1234567890123456789012345678\r\n",
		  "EHLO " TEXT58 TEXT58 TEXT58 TEXT58 "12345678901234567890123"
		  XS33 "XX"
		  XS58 XS58 XS58 XS58 XS58 XS58 XS58 XS58 XS58 XS58 XS58
		  XS58 XS58 XS58 XS58 XS58 XS58 XS58 XS58 XS58 XS58 XS58
		  XS58 XS58 XS58 XS58 XS58 XS58 XS58
		  "XXXXXXXXXXXXXXXXXXXXXXXXXXXX\r\n"),
		DENIED_HELO, NO_MAIL, HELO_FIRST,
	} },
	{ "literals in HELO that pass", helo_literal_profile, false, {
		GREET_OPEN, C_("EHLO [192.0.2.1]\r\n"), S_("250 mx\r\n"), MAIL,
		MAIL_OK,
		C_("EHLO [IPv6:2001:db8::1]\r\n"), S_("250 mx\r\n"), MAIL,
		MAIL_OK,
		C_("EHLO [192.0.2.1\r\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
		C("EHLO [192.0.2.1].x\r\n", "EHLO [192.0.2.1]XX\r\n"),
		DENIED_HELO, NO_MAIL, HELO_FIRST,
		C("EHLO a[192.0.2.1]\r\n", "EHLO aXXXXXXXXXXX\r\n"),
		DENIED_HELO, NO_MAIL, HELO_FIRST,
	} },
	{ "any name in HELO, if it has a dot", helo_no_dot_profile, false, {
		GREET_OPEN, C_("EHLO !a.b\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C_("EHLO [::1\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C_("EHLO 192.0.2.1 c\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C_("EHLO !ab\r\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
		C_("EHLO a..\r\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
	} },
	{ "a name without a dot ends it", helo_reset_profile, true, {
		GREET_OPEN, C("EHLO localhost\r\n", "EHLO localhost"),
	} },
	{ "a literal ends it", helo_reset_profile, true, {
		GREET_OPEN, C("EHLO [192.0.2.1]\r\n", "EHLO "),
	} },
	{ "a HELO with a LF that ends no line", helo_bare_lf_profile, false, {
		GREET_OPEN, C_("EHLO a.b\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C("EHLO a.b\nMAIL FROM:<a@b>\r\n",
		  "EHLO a.bXXXXXXXXXXXXXXXX\r\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
	} },
	{ "a name in EHLO that becomes HELO", helo_downgrade_profile, false, {
		S("220 mx\r\n", "220 **\r\n"),
		C("EHLO localhost\r\n", "HELO localhost\r\n"), DENIED_HELO,
		NO_MAIL, HELO_FIRST, C("EHLO a.b\r\n", "HELO a.b\r\n"),
		S_("250 mx\r\n"),
		MAIL, MAIL_OK,
	} },
	{ "our names, in the mouth of others", helo_domains_profile, false, {
		GREET_OPEN, C_("HELO c\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C_("HELO example.org\r\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
		C_("HELO Mail.EXAMPLE.Org.\r\n"), DENIED_HELO,
		C_("EHLO [192.0.2.1]\r\n"), DENIED_HELO,
		C("EHLO example.org b\r\n", "EHLO example.orgXX\r\n"),
		DENIED_HELO,
		C("EHLO c example.org\r\n", "EHLO c XXXXXXXXXXX\r\n"),
		DENIED_HELO,
		NO_MAIL, HELO_FIRST, C_("EHLO [192.0.2.2]\r\n"),
		S_("250 mx\r\n"), MAIL, MAIL_OK,
	} },
	{ "names like ours", helo_domains_profile, false, {
		GREET_OPEN, C_("HELO xexample.org\r\n"), S_("250 mx\r\n"), MAIL,
		MAIL_OK,
		C_("HELO example.org.c\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C_("HELO 192.0.2.1\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C("HELO example.or\303\247\r\n", "HELO example.orXX\r\n"),
		DENIED_HELO,
		C("HELO (x)example.org\r\n", "HELO XXXXXXXXXXXXXX\r\n"),
		DENIED_HELO, NO_MAIL, HELO_FIRST, C_("HELO\r\n"), DENIED_HELO,
	} },
	{ "the only names that pass", helo_ours_profile, false, {
		GREET_OPEN, C_("EHLO A.example\r\n"), S_("250 mx\r\n"), MAIL,
		MAIL_OK,
		C_("EHLO x.b.example.\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C_("EHLO [192.0.2.1]\r\n"), S_("250 mx\r\n"), MAIL, MAIL_OK,
		C_("EHLO b.example\r\n"), DENIED_HELO,
		C_("EHLO [192.0.2.2]\r\n"), DENIED_HELO, NO_MAIL, HELO_FIRST,
	} },
	{ "nothing but HELO, until there is one", helo_domains_profile, false, {
		GREET_OPEN, C("MAIL FROM:<a@b>\r\nAUTH PLAIN\r\nSTARTTLS\r\n",
			      "NOOP           \r\nNOOP      \r\nNOOP    \r\n"),
		S("250 a\r\n250 b\r\n250 c\r\n", "503 5\r\n503 5\r\n503 5\r\n"),
		C_("NOOP\r\nRSET\r\nVRFY a@b\r\nEHLO c\r\n"),
		S_("250 a\r\n250 b\r\n252 c\r\n250 mx\r\n"), MAIL, MAIL_OK,
		C_("XCLIENT X\r\n"), S("220 mx\r\n", "220 **\r\n"), NO_MAIL,
		HELO_FIRST,
	} },
	{ "a denied HELO that the server accepts", helo_domains_profile, false,
		{
		GREET_OPEN, C_("EHLO c\r\n"), S_("250-mx\r\n250 CHUNKING\r\n"),
		MAIL, MAIL_OK, C("HELO example.org\r\nBDAT 3\r\n",
			"HELO example.org\r\nBDATXX\r\n"), DENIED_HELO,
		S("503 a\r\n", "503 C\r\n"), WIZ, NO_WIZ, NO_MAIL, HELO_FIRST,
		C("HELO c\r\nMAIL FROM:<a@b>\r\n",
		  "HELO c\r\nNOOP           \r\n"), S_("550 no\r\n"),
		S("250 a\r\n", "503 5\r\n"),
		C_("EHLO c\r\nMAIL FROM:<a@b>\r\nBDAT 3\r\nabc"),
		S_("250-mx\r\n250 CHUNKING\r\n"),
	} },
	{ "a byte of EHLO is denied, and the server accepts it", shown_profile,
		true, {
		GREET_OPEN, C("EHLO b\374cher\r\n", "EHLO bXXXXX\r\n"),
		S("250-mx\r\n250-CHUNKING\r\n250 PIPECONNECT\r\n",
		  "250-mx\r\n250-XXXXXXXA\r\n250 XXXXXXXXXXB\r\n"),
		C("BDAT 3\r\n", "XXXX"),
	} },
	{ "a bare LF in EHLO, and the server accepts it", shown_profile, false, {
		GREET_OPEN, C("EHLO c\nd\r\n", "EHLO cXX\r\n"),
		S("250-mx\r\n250 CHUNKING\r\n",
		  "250-mx\r\n250 XXXXXXXA\r\n"),
	} },
	{ "a byte of HELO is denied behind an offer", open_profile, false, {
		GREET_OPEN, EHLO, OFFER,
		C("HELO x\200\r\nBDAT 3\r\n", "HELO xX\r\nBDATXX\r\n"),
		S("250 mx\r\n", "250 Co\r\n"), S("503 a\r\n", "503 C\r\n"),
		WIZ, NO_WIZ,
		C("HELO x\200\r\nEHLO c\r\nBDAT 3\r\nabc",
		  "HELO xX\r\nEHLO c\r\nBDAT 3\r\nabc"),
		S("250 mx\r\n", "250 Co\r\n"), OFFER,
	} },
	{ "a byte of HELO is denied, and the server refuses it", open_profile,
		false, {
		GREET_OPEN, EHLO, OFFER,
		C("HELO x\200\r\nBDAT 3\r\nabc", "HELO xX\r\nBDAT 3\r\nabc"),
		S("501 no\r\n", "501 Co\r\n"), S_("250 a\r\n"),
	} },
	{ "a byte of XCLIENT is denied", open_profile, false, {
		GREET_OPEN, EHLO, OFFER,
		C("XCLIENT NAME=x\200\r\n", "XCLIENT NAME=xX\r\n"),
		S("220 mx\r\n", "220 Co\r\n"), C("BDAT 3\r\n", "BDATXX\r\n"),
		S("503 a\r\n", "503 C\r\n"),
	} },
	{ "XCLIENT, and HELO is judged", helo_domains_profile, false, {
		GREET_OPEN, C_("EHLO c\r\n"), S_("250 mx\r\n"),
		C("XCLIENT NAME=x\r\nMAIL FROM:<a@b>\r\n",
		  "XCLIENT NAME=x\r\nNOOP           \r\n"),
		S("220 mx\r\n", "220 **\r\n"), HELO_FIRST,
	} },
	{ "its new greeting is masked", shown_profile, false, {
		GREET_OPEN, C("XCLIENT NAME=x\200\r\n", "XCLIENT NAME=xX\r\n"),
		S("220 mx\r\n", "220 **\r\n"),
	} },
	{ "a denied HELO that the server refuses", helo_domains_profile, false,
		{
		GREET_OPEN, C_("EHLO c\r\n"), S_("250-mx\r\n250 CHUNKING\r\n"),
		C("HELO example.org\r\nBDAT 3\r\nabcNOOP\r\n",
		  "HELO example.org\r\nBDAT 3\r\nabcNOOP\r\n"),
		S("501 5.0.0 I do not like it\r\n",
		  "550 5.7.1 HELO name denied\r\n"),
		S_("503 a\r\n250 b\r\n"), MAIL, MAIL_OK,
	} },
	{ "a server that closes at HELO", helo_domains_profile, false, {
		GREET_OPEN, C_("HELO example.org\r\n"), S_("421 4.7.0 bye\r\n"),
	} },
	{ "a bar becomes a blank", blank_profile, false, {
		GREET_OPEN,
		C("RCPT TO:<\"|p\"@c>\r\nexpn a|b\r\nRCPT TO:<a<b>\r\n",
		  "RCPT TO:<\" p\"@c>\r\nexpn a b\r\nRCPT TO:<a<b>\r\n"),
		S_("250 a\r\n250 b\r\n250 c\r\n"),
	} },
	{ "a bar ends it", pipe_reset_profile, true, {
		GREET_OPEN, C("RCPT TO:<a|b@c>\r\n", "RCPT TO:<a"),
	} },
	{ "UTF-8 where the server takes it", open_profile, false, {
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
	{ "what is no UTF-8", open_profile, false, {
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
	{ "a truncated command ends it", truncated_reset_profile, true, {
		GREET_OPEN,
		C("goodmorning all\r\nNOO\r\n", "XXXXXXXXXXXXXXX\r\nNOO"),
		S("500 a\r\n", ""),
	} },
	{ "a bare LF is no end", bare_lf_deny_profile, false, {
		GREET_OPEN,
		C("NOOP\nEXPN\r\n\n\r\nWIZ\n\r\n",
		  "NOOPXXXXX\r\nX\r\nXXXX\r\n"),
		S("250 a\r\n500 b\r\n500 c\r\n", "250 C\r\n500 C\r\n500 C\r\n"),
	} },
	{ "a bare LF behind a CR in a denied line", bare_lf_deny_profile, false,
	{
		GREET_OPEN, C("WIZ\rx\nNOOP\r\n", "XXX\rXXXXXX\r\n"),
	} },
	{ "a bare LF ends it", bare_lf_reset_profile, true, {
		GREET_OPEN, C("NOOP\nEXPN\r\n", "NOOP"),
	} },
	{ "a reply that nothing asked for, let pass", unexpected_profile, false,
	{
		GREET_OPEN,
		S_("250 hello\r\n354 go\r\n"),
		C("EXPN\r\nEXPX\r\n", "EXPN\r\nEXPX\r\n"),
		S("354 a\r\n354 b\r\n250 c\r\n", "354 a\r\n354 C\r\n250 c\r\n"),
		C("DATA\r\nx\r\n", "DATA\r\nx\r\n"),
		S_("355 a\r\n"), S("250 b\r\n", "250 C\r\n"),
	} },
	{ "success before the end of data, with replies let pass",
	  unexpected_profile, true, {
		GREET_OPEN,
		C_("DATA\r\n"), S_("354 go\r\n"), C_("text\r\n"),
		S("250 taken\r\n", ""),
	} },
	{ "an offer of what is denied", ehlo_profile, false, {
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
	{ "keywords that are none of those denied", ehlo_profile, false, {
		GREETING, EHLO,
		S_("250-mx\r\n250-STARTTLS1\r\n250-START\r\n250-XSTARTTLS\r\n"
		   "250-S\r\n250-\r\n250-A UTH\r\n250-HELPS\r\n250-BURL imap\r\n"
		   "250-X-EXPSX\r\n250-SIZE AUTH\r\n250- \r\n"
		   "250-PIPELINING\r\n250 XX\r\n"),
		EHLO,
		S_("250-mx\r\n250-AUTHAUTHAUTHAUTHAUTHAUTHAUTHAUTHAUTHAUTH\r\n250\r\n"),
		EHLO, S_("250-mx\n250-SIZE\n250 8BITMIME\n"),
	} },
	{ "keywords in other forms", ehlo_profile, false, {
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
	  ehlo_hold_profile, false, {
		GREETING, EHLO,
		S("250-mx\r\n250-PIPELINING\r\n250-ONEX\r\n250 VERB\r\n",
		  "250-mx\r\n250-XXXXXXXXXA\r\n250-ONEX\r\n250 XXXB\r\n"),
	} },
	{ "more keywords than letters", ehlo_profile, false, {
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
	/* Captures 8, 9 and 11 of ASA, with what their servers said. */
	{ "ASA before Postfix", asa_profile, false, {
		S("220 smtp.deimos.example ESMTP Postfix (Ubuntu)x\r\n",
		  "220 *******************************************\r\n"),
		EHLO,
		S("250-smtp.deimos.example\r\n250-PIPELINING\r\n"
		  "250-SIZE 10240000\r\n250-VRFY\r\n250-ETRN\r\n"
		  "250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n"
		  "250-AUTH=PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n"
		  "250-8BITMIME\r\n250 DSN\r\n",
		  "250-smtp.deimos.example\r\n250-PIPELINING\r\n"
		  "250-SIZE 10240000\r\n250-VRFY\r\n250-ETRN\r\n"
		  "250-XXXXXXXA\r\n250-AUTH PLAIN LOGIN\r\n"
		  "250-AUTH=PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n"
		  "250-8BITMIME\r\n250 DSN\r\n"),
		C("STARTTLS\r\n", "SXXXXXXX\r\n"),
		S("502 5.5.2 no\r\n", "500 Command \r\n"),
	} },
	{ "ASA before another Postfix", asa_profile, false, {
		S("220 mail.zimmerman.example ESMTP Postfix\r\n",
		  "220 ************************************\r\n"),
		EHLO,
		S("250-mail.zimmerman.example\r\n250-STARTTLS\r\n"
		  "250-8BITMIME\r\n250 SMTPUTF8\r\n",
		  "250-mail.zimmerman.example\r\n250-XXXXXXXA\r\n"
		  "250-8BITMIME\r\n250 XXXXXXXB\r\n"),
	} },
	{ "ASA before ArGoSoft", asa_profile, false, {
		S("220-" ARGOSOFT ", registered for mail.argo.exa\r\n"
		  "220 ESMTP ArGoSoft Mail Server Ready\r\n",
		  "220-" STARS58 "*******************************\r\n"
		  "220 ********************************\r\n"),
		EHLO,
		S("250-Welcome\r\n250-SIZE 5242880\r\n250 HELP\r\n",
		  "250-Welcome\r\n250-SIZE 5242880\r\n250 XXXA\r\n"),
		/* The offer and the command are one. */
		C("HELP\r\n", "HELX\r\n"),
		S("214 help\r\n", "500 Comm\r\n"),
	} },
	{ "ASA before Exim", asa_profile, true, {
		GREETING, EHLO,
		S("250-mx\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n"
		  "250-PIPELINING\r\n250-PIPECONNECT\r\n250-CHUNKING\r\n"
		  "250-STARTTLS\r\n250-PRDR\r\n250 HELP\r\n",
		  "250-mx\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n"
		  "250-PIPELINING\r\n250-XXXXXXXXXXA\r\n250-XXXXXXXB\r\n"
		  "250-XXXXXXXC\r\n250-XXXD\r\n250 XXXE\r\n"),
		C("BDAT 6\r\nNOOP\r\n", "XXXX"),
	} },
	{ "only keywords that are listed", asa_profile, false, {
		GREETING, EHLO,
		S("250-mx LOGIN\r\n250-\r\n250- \r\n250-size\r\n"
		  "250-SIZE\r\n250-SIZ 1\r\n250-SIZE1\r\n250-XX\r\n"
		  "250-X\r\n250-=AUTH=LOGIN\r\n250- \tDsn\r\n250-!SIZE\r\n"
		  "250-A!SIZE\r\n250-CHECKPOINT\r\n250-binaryNAME 1\r\n"
		  "250-XNOSUCH PIPELINING\r\n250-SIZE LOGIN\r\n250 A\r\n",
		  "250-mx LOGIN\r\n250-\r\n250- \r\n250-size\r\n"
		  "250-SIZE\r\n250-XXA X\r\n250-XXXXB\r\n250-XC\r\n"
		  "250-D\r\n250-=AUTH=LOGIN\r\n250- \tDsn\r\n250- XXXX\r\n"
		  "250-E XXXX\r\n250-XXXXXXXXXF\r\n250-binaryNAME 1\r\n"
		  "250-XXXXXXG XXXXXXXXXX\r\n250-SIZE LOGIN\r\n250 H\r\n"),
	} },
	{ "a keyword as long as can be listed, and longer", asa_profile, false, {
		GREETING, EHLO,
		S("250-ABCDEFGHIJKLMNOPQRSTUVWX A\r\n"
		  "250-ABCDEFGHIJKLMNOPQRSTUVWX A\r\n"
		  "250-ABCDEFGHIJKLMNOPQRSTUVWXY A\r\n"
		  "250-ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\n"
		  "250 " TEXT58 TEXT58 TEXT58 "!SIZE\r\n",
		  "250-ABCDEFGHIJKLMNOPQRSTUVWX A\r\n"
		  "250-XXXXXXXXXXXXXXXXXXXXXXXA X\r\n"
		  "250-XXXXXXXXXXXXXXXXXXXXXXXXB X\r\n"
		  "250-XXXXXXXXXXXXXXXXXXXXXXXXCX\r\n"
		  "250 XXXXXXXXXXXXXXXXXXXXXXXXD"
		  XS33 XS58 XS58 " XXXX\r\n"),
	} },
	{ "a reply to EHLO without its last line", asa_profile, false, {
		GREETING, EHLO,
		S("250-mx\r\n250-HELP\r\n421 4.3.2 closing\r\n",
		  "250-mx\r\n250-XXXA\r\n421 4.3.2 closing\r\n"),
	} },
	{ "all keywords but those that are listed", except_profile, false, {
		GREET_OPEN, EHLO,
		S("250-mx\r\n250-SIZE 1\r\n250-PIPELINING\r\n250-DSN\r\n"
		  "250-DSNX\r\n250-dsn\r\n250-AUTH LOGIN\r\n250-X-MINE\r\n"
		  "250-STARTTLS\r\n250-BINARYMIME\r\n250-XNOSUCH\r\n"
		  "250-ETRN\r\n250-VRFY\r\n250-PRDR\r\n250 " TEXT58 "\r\n",
		  "250-mx\r\n250-SIZE 1\r\n250-XXXXXXXXXA\r\n250-XXB\r\n"
		  "250-DSNX\r\n250-XXC\r\n250-AUTH LOGIN\r\n250-XXXXXD\r\n"
		  "250-STARTTLS\r\n250-XXXXXXXXXE\r\n250-XNOSUCH\r\n"
		  "250-XXXF\r\n250-XXXG\r\n250-XXXH\r\n250 " TEXT58 "\r\n"),
		C("ETRN a\r\nX-MINE\r\nVRFY a\r\nEXPN a\r\n",
		  "EXXXXX\r\nX-XXXX\r\nXXXXXX\r\nEXPN a\r\n"),
		S("500 a\r\n500 b\r\n500 c\r\n250 d\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n250 d\r\n"),
		/* Masked, and yet a client may use it: that breaks nothing. */
		C_("RSET\r\nNOOP\r\n"), S_("250 a\r\n250 b\r\n"),
	} },
	{ "BDAT whose keyword is masked", except_profile, true, {
		GREET_OPEN, EHLO,
		S("250-mx\r\n250 CHUNKING\r\n", "250-mx\r\n250 XXXXXXXA\r\n"),
		C("BDAT 6\r\nNOOP\r\n", "BXXX"),
	} },
	{ "an offer of mechanisms", mechanisms_profile, false, {
		GREET_OPEN, EHLO,
		S("250-mx\r\n250-AUTH PLAIN LOGIN CRAM-MD5\r\n"
		  "250-AUTH=DIGEST-MD5 PLAIN\r\n250-X-EXPS GSSAPI NTLM LOGIN\r\n"
		  "250-auth\tntlm,login=plain  SCRAM-SHA-256-PLUS\r\n"
		  "250-AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAI PLAINX \r\n"
		  "250-AUTH\r\n250-AUTH \r\n250-AUTH NTLM\n250-NTLM NTLM\r\n"
		  "250-AUTHX NTLM\r\n250-AUTH " TEXT58 " A\r\n250 AUTH=NTLM\r\n",
		  "250-mx\r\n250-AUTH PLAIN LOGIN XXXXXXXA\r\n"
		  "250-AUTH=XXXXXXXXXB PLAIN\r\n250-X-EXPS XXXXXC XXXD LOGIN\r\n"
		  "250-auth\tXXXE,login=plain  XXXXXXXXXXXXXXXXXF\r\n"
		  "250-AUTH SCRAM-SHA-256 XXXXXXXXXXG XXXH XXXXXI \r\n"
		  "250-AUTH\r\n250-AUTH \r\n250-AUTH XXXJ\n250-NTLM NTLM\r\n"
		  "250-AUTHX NTLM\r\n"
		  "250-AUTH XXXXXXXXXXXXXXXXXXXXXXXXK"
		  XS33 " L\r\n250 AUTH=XXXM\r\n"),
		EHLO,
		S("250-mx\r\n250-AUTH\r\n250 SIZE\r\n",
		  "250-mx\r\n250-AUTH\r\n250 SIZE\r\n"),
		EHLO, S_("550-no\r\n550 auth is required, by ntlm\r\n"),
	} },
	{ "AUTH with mechanisms", mechanisms_profile, false, {
		GREET_OPEN,
		C("AUTH CRAM-MD5\r\n", "AUTH XXXXXXXX\r\n"),
		S("535 5.7.8 Error: authentication failed: no mechanism\r\n",
		  "504 5.5.4 Unrecognized authentication type          \r\n"),
		C("auth  ntlm AAAA\r\n", "auth  XXXXXXXXX\r\n"),
		S_("421 too many errors\r\n"),
		C("AUTH PLAI\r\nAUTH PLAINX AA\r\nAUTH PLAI AA\r\nAUTH =PLAIN\r\n",
		  "AUTH PLAI\r\nAUTH PLAINXXXX\r\nAUTH PLAIXXX\r\nAUTH XXXXXX\r\n"),
		S("504 1\r\n504 2\r\n504 3\r\n501 4\r\n",
		  "504 5\r\n504 5\r\n504 5\r\n504 5\r\n"),
		C("AUTH\r\nAUTH\tPLAIN\r\n", "AUTH\r\n"),
		S_("501 1\r\n"), C("", "AUTHXXXXXX\r\n"),
		S("500 2\r\n", "500 C\r\n"),
		C_("AUTH \r\n"), S_("501 1\r\n"),
		C_("X-EXPS login\r\n"), S_("334 VXNlcm5hbWU6\r\n"),
		C_("*\r\n"), S_("501 cancelled\r\n"),
		C("X-EXPS NTLM\r\nNOOP\r\n", "X-EXPS XXXX\r\nNOOP\r\n"),
		S("504 1\r\n250 2\r\n", "504 5\r\n250 2\r\n"),
		C_("AUTH  PLAIN AGEAYg==\r\n"), S_("235 a\r\n"),
	} },
	{ "AUTH in a transaction", mechanisms_profile, false, {
		GREET_OPEN,
		C_("MAIL FROM:<a@b>\r\n"), S_("250 a\r\n"),
		C_("AUTH PLAIN AGEAYg==\r\n"), S_("503 a\r\n"),
		C("AUTH NTLM\r\nRCPT TO:<c@d>\r\n",
		  "AUTH XXXX\r\nRCPT TO:<c@d>\r\n"),
		S("503 a\r\n250 b\r\n", "504 5\r\n250 b\r\n"),
		C_("DATA\r\n"), S_("354 a\r\n"),
		C_("AUTH NTLM\r\n.\r\n"), S_("250 taken\r\n"),
	} },
	{ "a denied BDAT that the server offers", ehlo_profile, true, {
		GREETING, EHLO,
		S("250-mx\r\n250 CHUNKING\r\n", "250-mx\r\n250 XXXXXXXA\r\n"),
		C_("NOOP\r\n"), S_("250 a\r\n"),
		C("BDAT 6 LAST\r\nNOOP\r\n", "BXXX"),
	} },
	{ "the same with a TAB", open_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("bdat\t6\r\nNOOP\r\n", "bdat"),
	} },
	{ "the same without a number", ehlo_profile, true, {
		GREETING, EHLO,
		S("250-mx\r\n250 CHUNKING\r\n", "250-mx\r\n250 XXXXXXXA\r\n"),
		C("BDAT\r\nNOOP\r\n", "BXXX"),
	} },
	{ "BDAT ended by a denied LF", bare_lf_deny_profile, true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT 6\nNOOP\r\n", "BDAT 6"),
	} },
	{ "BDAT without a number, ended by a denied LF", bare_lf_deny_profile,
	  true, {
		GREET_OPEN, EHLO, OFFER, C("BDAT\nNOOP\r\n", "BDAT"),
	} },
	{ "a denied XEXCH50 that the server offers", ehlo_profile, true, {
		GREETING, EHLO,
		S("250-mx\r\n250 XEXCH50\r\n", "250-mx\r\n250 XXXXXXA\r\n"),
		C("xexch50 6 2\r\nNOOP\r\n", "XXXXXXX"),
	} },
	{ "a denied BDAT that the server does not offer", ehlo_profile, false, {
		GREETING, EHLO, S_("250-mx\r\n250 SIZE\r\n"),
		C("BDAT 6\r\nNOOP\r\nBDATS\r\nBDA\r\nBDAT\tx\r\nXEXCH50 1 1\r\n",
		  "BXXXXX\r\nNOOP\r\nBXXXX\r\nBXX\r\nBXXXXX\r\nXXXXXXXXXXX\r\n"),
		S("500 a\r\n250 b\r\n500 c\r\n500 d\r\n500 e\r\n500 f\r\n",
		  "500 C\r\n250 b\r\n500 C\r\n500 C\r\n500 C\r\n500 C\r\n"),
	} },
	{ "denied, and not BDAT", ehlo_profile, false, {
		GREETING, EHLO,
		S("250-mx\r\n250-XEXCH50\r\n250 CHUNKING\r\n",
		  "250-mx\r\n250-XXXXXXA\r\n250 XXXXXXXB\r\n"),
		C("BDATS 6\r\nBDA\r\nXEXCH5 1 1\r\nABDAT 1\r\nMAIL \tBDAT 1\r\n",
		  "BXXXXXX\r\nBXX\r\nXXXXXXXXXX\r\nXXXXXXX\r\nMAIL <<<<<<<\r\n"),
		S("500 a\r\n500 b\r\n500 c\r\n500 d\r\n500 e\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n500 C\r\n500 C\r\n"),
	} },
	{ "a denied BDAT waits for the reply to EHLO", ehlo_profile, true, {
		GREETING,
		C("EHLO c\r\nBDAT 6 LAST\r\nNOOP\r\n", "EHLO c\r\nBXXX"),
		S("250-mx\r\n250 CHUNKING\r\n", "250-mx\r\n250 XXXXXXXA\r\n"),
	} },
	{ "pipelining held back", hold_profile, false, {
		GREET_OPEN,
		C_("NOOP\r\nMAIL FROM:<a@b>\r\nDATA\r\n"), S_("250 a\r\n"),
		S_("250 b\r\n"), S_("354 c\r\n"),
		C_("x\r\n.\r\nQUIT\r\n"), S_("250 d\r\n"), S_("221 e\r\n"),
	} },
	{ "false ends, defanged", defang_profile, false, {
		GREET_OPEN, DATA, GO,
		C(".\nMAIL FROM:<>\r\n.\nb\n.\nc\n.\r\nd\n\n.\n.\n.\n\n",
		  ". MAIL FROM:<>\r\n. b\n. c\n.\040\nd\n\n. .\n.\040\n"),
		C(".\rx\n.\r.\n.\r\r", ". x\n. .\n. \r"),
		C("\n..\r\n.\t\r\n.\r.\r\n.\040\n\r.\r\r\n.\r\n",
		  "\n..\r\n.\t\r\n.\r.\r\n.\040\n\r. \r\n.\r\n"),
		S_("250 taken\r\n"), WIZ, NO_WIZ,
	} },
	{ "false ends with CR, defanged", defang_profile, false, {
		GREET_OPEN, DATA, GO,
		C("\r\n.\r\r\nRSET\r\r\n.\r\r\nb\r\n.\r\0\nc\r\n\r.\r\nd\r\n.\r\r",
		  "\r\n.\r\040\nRSET\r\r\n.\r\040\nb\r\n.\r\040\nc\r\n\r.\040\nd\r\n.\r "),
		C_("\r\n.\r\n"), S_("250 taken\r\n"), WIZ, NO_WIZ,
	} },
	{ "false ends with NUL, defanged", defang_profile, false, {
		GREET_OPEN, DATA, GO,
		C("\0.\r\nRSET\r\n.\0\r\nb\0\n.\r\nc\r\0\n.\r\nd\n\0.\0",
		  "\0.\040\nRSET\r\n. \r\nb\0\n.\040\nc\r\0\n.\040\nd\n\0. "),
		C_("\0\r\n.\r\n"), S_("250 taken\r\n"),
		C("\0NOOP\r\n", "XXXXX\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	{ "LF.LF ends", lf_profile, false, {
		GREET_OPEN, DATA, GO,
		C("ab\n..\n.\nWIZ\n", "ab\n..\n.\nXXX\n"),
		S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"), DATA, GO,
		C(".\nWIZ\n", ".\nXXX\n"),
		S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"),
	} },
	{ "LF.CRLF ends", lf_profile, false, {
		GREET_OPEN, DATA, GO,
		C("ab\n.\r.\n.\r\nWIZ\r\n", "ab\n.\r.\n.\r\nXXX\r\n"),
		S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"),
	} },
	{ "CRLF.LF ends", lf_profile, false, {
		GREET_OPEN, DATA, GO,
		C("ab\r\n.\nWIZ\r\n", "ab\r\n.\nXXX\r\n"),
		S_("250 a\r\n"), S("500 b\r\n", "500 C\r\n"),
	} },
	{ "CRLF.CRLF ends where LF does", lf_profile, false, {
		GREET_OPEN, DATA, GO,
		C("ab\r\n.\r\nWIZ\r\n", "ab\r\n.\r\nXXX\r\n"),
		S("250 a\r\n500 b\r\n", "250 a\r\n500 C\r\n"),
	} },
	{ "CRLF.CRCRLF where LF ends", lf_profile, true, {
		GREET_OPEN, DATA, GO, C("a\r\n.\r\r\nEXPN x\r\n", "a\r\n.\r\r"),
	} },
	{ "LF NUL.LF where LF ends", lf_profile, true, {
		GREET_OPEN, DATA, GO, C("a\n\0.\nEXPN x\r\n", "a\n\0."),
	} },
	{ "PROXY", proxy_profile, false, {
		C_("PROXY TCP4 10.0.1.2 192.0.2.25 65535 25\r\n"),
		GREET_OPEN, WIZ, NO_WIZ,
		C("PROXY UNKNOWN\r\n", "XXXXXXXXXXXXX\r\n"),
		S("500 a\r\n", "500 C\r\n"),
	} },
	{ "PROXY and a client that talks first", proxy_profile, false, {
		C("PROXY TCP6 2001:db8::2 ::ffff:192.0.2.25 0 25\r\nWIZ\r\n",
		  "PROXY TCP6 2001:db8::2 ::ffff:192.0.2.25 0 25\r\nXXX\r\n"),
		GREET_OPEN, S("500 a\r\n", "500 C\r\n"),
	} },
	{ "PROXY of version 2", proxy_profile, false, {
		C(SIGNATURE "\x21\x11\0\x10\n\r\n\r\n\0\1\2\3\4\0\031abcdWIZ\r\n",
		  SIGNATURE "\x21\x11\0\x10\n\r\n\r\n\0\1\2\3\4\0\031abcdXXX\r\n"),
		GREET_OPEN, S("500 a\r\n", "500 C\r\n"),
	} },
	{ "PROXY of version 2, LOCAL", proxy_profile, false, {
		C_(SIGNATURE "\x20\0\0\0"), GREET_OPEN, WIZ, NO_WIZ,
	} },
	{ "no PROXY at all", proxy_profile, false, { GREET_OPEN, WIZ,
	NO_WIZ } },
	{ "PROXY behind the greeting's first line", proxy_profile, false, {
		S("220-mx\r\n", "220-**\r\n"),
		C("PROXY UNKNOWN\r\n", "XXXXXXXXXXXXX\r\n"),
		S("220 mx\r\n", "220 **\r\n"), S("500 a\r\n", "500 C\r\n"),
	} },
	/* It is not one that waits for it: two replies to one line of ours. */
	{ "PROXY to a server that does not know it", proxy_profile, true, {
		C_("PROXY UNKNOWN\r\n"), GREET_OPEN, S("500 what\r\n", ""),
	} },
	{ "two PROXY", proxy_profile, false, {
		C("PROXY UNKNOWN\r\nPROXY UNKNOWN\r\n",
		  "PROXY UNKNOWN\r\nXXXXXXXXXXXXX\r\n"),
		GREET_OPEN, S("500 a\r\n", "500 C\r\n"),
	} },
	{ "a command where PROXY is due", proxy_profile, true, {
		C("EHLO c\r\n", ""),
	} },
	{ "a command in a line of PROXY", proxy_profile, true, {
		C("PROXY UNKNOWN\nEHLO c\r\n", "PROXY UNKNOWN"),
	} },
	{ "a command in the block of PROXY", proxy_profile, true, {
		C(SIGNATURE "\x20\0\1\000a\r\nEHLO c\r\n",
		  SIGNATURE "\x20\0\1\000a\r\nEHL"),
	} },
	{ "HTTP", open_profile, true, {
		GREET_OPEN, C("GET / HTTP/1.1\r\n", "XXX"),
	} },
	{ "HTTP that begins as HELO does, in small letters", open_profile, true, {
		GREET_OPEN, C("head\t/\r\n", "heXX"),
	} },
	{ "HTTP behind a command", smtp_policy_default, true, {
		GREETING, C("NOOP\r\nCONNECT\r\n", "NOOP\r\nXXXXXXX"),
	} },
	{ "SSH", open_profile, true, {
		GREET_OPEN, C("SSH-2.0-x\r\n", "SXXXX"),
	} },
	{ "TLS in plain text", open_profile, true, {
		GREET_OPEN, C(RECORD("\26"), ""),
	} },
	{ "HTTP that is denied", foreign_deny_profile, false, {
		GREET_OPEN, C("GET / HTTP/1.1\r\n\26\3\1\r\n",
			      "XXXXXXXXXXXXXX\r\nXXX\r\n"),
		S("500 a\r\n500 b\r\n", "500 C\r\n500 C\r\n"),
	} },
	{ "words that are not quite foreign", open_profile, false, {
		GREET_OPEN, C("GETS /\r\nGE /\r\nSSH-3\r\nX GET /\r\n",
			      "XXXXXX\r\nXXXX\r\nSXXXX\r\nXXXXXXX\r\n"),
		S("500 a\r\n500 b\r\n500 c\r\n500 d\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n500 C\r\n"),
	} },
	{ "a verb of one's own that is of HTTP", own_get_profile, false, {
		GREETING, C_("GET x\r\n"), S_("250 a\r\n"),
	} },
	{ "words of HTTP that are judged", judged_foreign_profile, true, {
		GREETING, C("GET / HTTP/1.1\r\nHost: a\r\nPOST /\r\nHEAD /\r\n",
			    "NOOP          \r\nHXXXXXX\r\nXXXXXX\r\nHEAD /\r\n"),
		S("250 a\r\n500 b\r\n500 c\r\n250 d\r\n",
		  "500 C\r\n500 C\r\n500 C\r\n250 d\r\n"),
		C("PUT /\r\n", "XXX"),
	} },
	{ "a word of SSH that is judged", judged_foreign_profile, true, {
		GREETING, C("SSH-2.0-x\r\n", "XXXXX"),
	} },
	{ "a client that talks first", early_reset_profile, true, {
		C("EHLO c\r\n", ""),
	} },
	{ "a client that talks before the greeting is complete",
	  early_reset_profile, true, {
		S("220-mx\r\n", "220-**\r\n"), C("EHLO c\r\n", ""),
	} },
	{ "a client that waits for the greeting", early_reset_profile, false, {
		GREET_OPEN, EHLO, OFFER, C_("NOOP\r\nQUIT\r\n"),
		S_("250 a\r\n221 b\r\n"),
	} },
	{ "PROXY is no early talk", early_proxy_profile, true, {
		C("PROXY UNKNOWN\r\nEHLO c\r\n", "PROXY UNKNOWN\r\n"),
	} },
	{ "PROXY and a client that waits", early_proxy_profile, false, {
		C_("PROXY UNKNOWN\r\n"), GREET_OPEN, EHLO, OFFER,
	} },
	{ "replies as long as they may be", short_reply_profile, false, {
		GREET_OPEN, EHLO,
		S_("250-mx\r\n250-X" TEXT58 "\n250 " TEXT58 "\r\n"),
		C_("NOOP\r\n"), S_("250-" TEXT58 "\r\n250 " TEXT58 "\r\n"),
	} },
	{ "a reply too long", short_reply_profile, true, {
		GREET_OPEN, C_("NOOP\r\n"),
		S("250-a\r\n250 " TEXT58 ".\r\n", "250-a\r\n250 " TEXT58 "."),
	} },
	{ "a keyword too long", short_reply_profile, true, {
		GREET_OPEN, EHLO,
		S("250-mx\r\n250-X" TEXT58 "9\n", "250-mx\r\n250-X" TEXT58),
	} },
	{ "a greeting too long", short_reply_profile, true, {
		S("220 " TEXT58 TEXT58, "220 " STARS58 "*"),
	} },
	{ "too many blanks before a code", short_reply_profile, true, {
		GREET_OPEN, C_("NOOP\r\n"),
		S(BLANKS58 "      250 a\r\n", BLANKS58 "     "),
	} },
	{ "no reply, and too long", short_reply_profile, true, {
		GREET_OPEN, C_("NOOP\r\n"),
		S("12" TEXT58 TEXT58 "\r\n", "12" TEXT58 "123"),
	} },
	{ "a failure in content, too long", short_reply_profile, true, {
		GREET_OPEN, DATA, GO, C_("a\r\n"),
		S("552 " TEXT58 TEXT58 "\r\n", "552 " TEXT58 "1"),
	} },
	/* A reset would make the client send the mail again. */
	{ "a mail taken at length", short_reply_profile, false, {
		GREET_OPEN, DATA, GO, C_("a\r\n.\r\nNOOP\r\n"),
		S_("250-" TEXT58 TEXT58 "\r\n250 " TEXT58 TEXT58 "\r\n"),
		S_("250 " TEXT58 TEXT58 "\r\n"),
	} },
	{ "a reply too long before a mail is taken", short_reply_profile, false,
	{
		GREET_OPEN, EHLO, OFFER, C_("BDAT 1\r\naBDAT 1 LAST\r\nb"),
		S_("250 " TEXT58 TEXT58 "\r\n250 taken\r\n"),
	} },
	{ "a challenge", short_reply_profile, false, {
		GREET_OPEN, C_("AUTH NTLM\r\n"),
		S_("334 " TEXT58 TEXT58 "\r\n"),
		C_(TEXT58 TEXT58 "\r\n"), S_("235 " TEXT58 TEXT58 "\r\n"),
	} },
	{ "neutral replies", neutral_profile, false, {
		GREET_OPEN, EHLO,
		S("250-mx.example.org Hello c, I am Sendmail 8.12\r\n"
		  "250-SIZE 10\r\n250 HELP me\r\n",
		  "250-mx.example.org OK                         \r\n"
		  "250-SIZE 10\r\n250 XXXA XX\r\n"),
		C_("HELO c\r\n"), S("250 [192.0.2.1], hi\r\n",
				    "250 [192.0.2.1] OK \r\n"),
		C_("NOOP\r\n"), S("250 2.0.0 Why is there a NOOP?\r\n",
				  "250 2.0.0 OK                  \r\n"),
		C_("VRFY a\r\n"), S("252-2.5.2 Cannot VRFY user\r\n252 try\r\n",
				    "252-2.5.2 Cannot verify   \r\n252 Can\r\n"),
		C_("VRFY b\r\n"), S("557 5.5.2 String does not match\r\n",
				    "557 5.5.2 Failure              \r\n"),
		C_("MAIL FROM:<a>\r\n"), S("250 2.10.123\r\n", "250 2.10.123\r\n"),
		C_("RCPT TO:<b>\r\n"), S("551 5.1.6 try <c@d>\r\n",
					 "551 5.1.6 User not \r\n"),
		C_("RCPT TO:<b>\r\n"), S("250 Ok\r\n", "250 OK\r\n"),
		DATA, S("354 go ahead, punk\r\n", "354 Start mail inp\r\n"),
		C_("a\r\n.\r\n"), S("250 2.0.0 Ok: queued as 4F1\r\n",
				    "250 2.0.0 OK               \r\n"),
	} },
	{ "what only begins as an enhanced status code", neutral_profile, false, {
		GREET_OPEN, C_("NOOP\r\n"), S("250 2 left\r\n", "250 2 OK  \r\n"),
		C_("NOOP\r\n"), S("250 2.0 left\r\n", "250 2.0 OK  \r\n"),
		C_("NOOP\r\n"), S("250 2.com. ab\r\n", "250 2. OK    \r\n"),
		C_("NOOP\r\n"), S("250 2.0.0.0 a\r\n", "250 2.0.0 OK \r\n"),
		C_("NOOP\r\n"), S("250 2.1234.5\r\n", "250 2.123 OK\r\n"),
		C_("NOOP\r\n"), S("250 5.1.1 no\r\n", "250 OK      \r\n"),
		C_("NOOP\r\n"), S("550 5..1\r\n", "550 5. M\r\n"),
		C_("NOOP\r\n"), S("499 4.7\r\n", "499 4.7\r\n"),
		C_("NOOP\r\n"), S("299\r\n", "299\r\n"),
		C_("NOOP\r\n"), S("250 a\rb\r\n", "250 O\rK\r\n"),
	} },
	{ "neutral replies with another overlay", neutral_profile, false, {
		GREET_OPEN, C_("XCLIENT NAME=a\r\n"),
		S("220 mx\r\n", "220 **\r\n"),
		C_("XCLIENT NAME=a\r\n"), S("550 mx\r\n", "550 Ma\r\n"),
		WIZ, S("500 Command unrecognized: WIZ\r\n",
		       "500 Command unrecognized     \r\n"),
		WIZ, S("421 4.3.2 mx is Exim\r\n", "421 4.3.2 Service no\r\n"),
	} },
	{ "neutral replies without another overlay", neutral_only_profile, false, {
		S_("220 mx Exim\r\n"), C_("XCLIENT NAME=a\r\n"),
		S_("220 mx Exim\r\n"),
		WIZ, S("500 Exim: no such command\r\n",
		       "500 Command unrecognized \r\n"),
		S("421 mx Exim\r\n", "421 Service\r\n"),
	} },
	{ "neutral replies that are not as they should be", neutral_profile, false, {
		GREET_OPEN, C_("NOOP\r\n"),
		S("Sendmail 8\r\n250*Sendmail 8\r\n",
		  "          \r\n250 OK        \r\n"),
		EHLO, S("250-mx\r\nSendmail\r\n25Sendmail\r\n250*SIZE\r\n",
			"250-mx\r\n        \r\n25        \r\n250*SIZE\r\n"),
		EHLO, S("mx\r\n250 HELP\r\n", "  \r\n250 XXXA\r\n"),
		EHLO, S("550 5.7.1 Sendmail\r\n", "550 5.7.1 Mailbox \r\n"),
	} },
	{ "challenges beside neutral replies", neutral_profile, false, {
		GREET_OPEN, C_("AUTH LOGIN\r\n"), S_("334 VXNlcm5hbWU6\r\n"),
		C_("eA==\r\n"), S("535 5.7.8 no mechanism\r\n",
				  "535 5.7.8 Authenticati\r\n"),
		C_("STARTTLS\r\n"), S("220 2.0.0 Ready to start\r\n",
				      "220 2.0.0 Ready         \r\n"),
		C_(RECORD("\26")),
	} },
	{ "PROXY where it is held back", open_profile, false, {
		C("PROXY UNKNOWN\r\n", "XXXXXXXXXXXXX\r\n"),
		GREET_OPEN, S("500 a\r\n", "500 C\r\n"),
	} },
};

#define DIALOGUES ARRAY_SIZE(dialogues)

static unsigned int below(unsigned int n)
{
	return n ? rand() % n : 0;
}

/* Sequence numbers wrap in the first few bytes. */
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

	for (step = d->step; step < d->step + STEPS && step->in.bytes; step++) {
		wire_say(w, step->dir, step->in.bytes, step->in.len);
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

	for (step = d->step; step < d->step + STEPS && step->in.bytes; step++) {
		const struct string *out = step->out.bytes ? &step->out :
							      &step->in;
		u32 *off = &at[step->dir];

		if (*off + out->len > w->got[step->dir] ||
		    memcmp(w->out[step->dir] + *off, out->bytes, out->len))
			return false;
		*off += out->len;
	}
	return at[0] == w->got[0] && at[1] == w->got[1] && !w->differs &&
	       w->reset == d->reset;
}

/* Did everything come out as it went in? */
static bool is_untouched(const struct wire *w)
{
	unsigned int dir;

	for (dir = 0; dir < SMTP_DIRS; dir++)
		if (w->got[dir] != w->said[dir] ||
		    memcmp(w->out[dir], w->in[dir], w->said[dir]))
			return false;
	return !w->stopped && !w->differs;
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
static struct smtp_policy *compiled(const struct dialogue *d)
{
	static int (*last)(struct smtp_policy *policy);
	static struct smtp_policy policy;

	if (last != d->policy && d->policy(&policy))
		return NULL;
	last = d->policy;
	return &policy;
}

static bool play_as(struct wire *w, const struct dialogue *d, pump_fn *pump,
		    enum mailguard_mode mode)
{
	struct smtp_policy *policy = compiled(d);

	if (!policy)
		return false;
	policy->mode = mode;
	open_dialogue(w, policy);
	play(w, d, pump);
	return true;
}

static bool check(const struct dialogue *d, pump_fn *pump)
{
	struct wire w;
	bool ok;

	if (!play_as(&w, d, pump, MAILGUARD_MODE_ENFORCE))
		return false;
	ok = as_expected(&w, d);
	if (!ok)
		show(&w, d);
	wire_close(&w);
	return ok;
}

/* The counts of each dialogue under "mode monitor", in whole segments. */
static u32 counted[DIALOGUES][MAILGUARD_REASON_MAX + 1];
/* The client's last line is not complete, so it was not judged. */
static bool incomplete[DIALOGUES];

static bool counts_as_uncut(const struct wire *w, const struct dialogue *d)
{
	const u32 *uncut = counted[d - dialogues];
	bool ok = true;
	unsigned int i;

	for (i = 0; i <= MAILGUARD_REASON_MAX; i++) {
		if (i == MAILGUARD_REASON_REPEATED ||
		    w->total.count[i] == uncut[i])
			continue;
		printf("# reason %u: %u, not %u\n", i, w->total.count[i],
		       uncut[i]);
		ok = false;
	}
	return ok;
}

static bool check_monitored(const struct dialogue *d, pump_fn *pump)
{
	struct wire w;
	bool ok;

	if (!play_as(&w, d, pump, MAILGUARD_MODE_MONITOR))
		return false;
	ok = is_untouched(&w);
	incomplete[d - dialogues] = w.stream.history[SMTP_CLIENT].used;
	if (pump == pump_whole)
		memcpy(counted[d - dialogues], w.total.count,
		       sizeof(w.total.count));
	else
		ok &= counts_as_uncut(&w, d);
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

static void pump_bytes(struct wire *w, enum smtp_dir dir)
{
	u32 off;

	for (off = w->got[dir]; off < w->said[dir]; off++)
		send_up_to(w, dir, off, off + 1);
	wire_ack(w, dir, w->got[dir]);
}

/* The first anomaly is counted as if the policy enforced. */
static bool counts_first(const struct dialogue *d)
{
	enum mailguard_reason first;
	struct wire w;

	if (!play_as(&w, d, pump_whole, MAILGUARD_MODE_ENFORCE))
		return false;
	first = w.first;
	wire_close(&w);
	if (!first || incomplete[d - dialogues] || counted[d - dialogues][first])
		return true;
	printf("# %s: reason %u is not counted\n", d->name, first);
	return false;
}

TEST(uncut_monitored)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++) {
		EXPECT_TRUE(check_monitored(&dialogues[i], pump_whole));
		EXPECT_TRUE(counts_first(&dialogues[i]));
	}
}

TEST(byte_by_byte)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++)
		EXPECT_TRUE(check(&dialogues[i], pump_bytes));
}

TEST(byte_by_byte_monitored)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++) {
		EXPECT_TRUE(check_monitored(&dialogues[i], pump_whole));
		EXPECT_TRUE(check_monitored(&dialogues[i], pump_bytes));
	}
}

/* A bit of the mask between two bytes: cut there. */
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

typedef bool check_fn(const struct dialogue *d, pump_fn *pump);

static bool check_cuts(const struct dialogue *d, check_fn *check_as)
{
	u32 from;

	for (from = 0; from < 180; from += 7) {
		cut_from[SMTP_CLIENT] = from;
		cut_from[SMTP_SERVER] = from;
		for (cut_mask = 0; cut_mask < 256; cut_mask++)
			if (!check_as(d, pump_mask))
				return false;
	}
	return true;
}

TEST(all_cuts_of_eight_bytes)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++)
		if (!check_cuts(&dialogues[i], check))
			break;
	EXPECT_EQ(i, DIALOGUES);
}

TEST(all_cuts_of_eight_bytes_monitored)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++)
		if (!check_monitored(&dialogues[i], pump_whole) ||
		    !check_cuts(&dialogues[i], check_monitored))
			break;
	EXPECT_EQ(i, DIALOGUES);
}

static unsigned int rounds_pass(check_fn *check_as)
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
			if (!check_as(&dialogues[i], pump_cut))
				return round;
	return round;
}

TEST(random_cuts_and_repetitions)
{
	EXPECT_EQ(rounds_pass(check), 300U);
}

TEST(random_cuts_and_repetitions_monitored)
{
	size_t i;

	for (i = 0; i < DIALOGUES; i++)
		EXPECT_TRUE(check_monitored(&dialogues[i], pump_whole));
	EXPECT_EQ(rounds_pass(check_monitored), 300U);
}

TEST_HARNESS_MAIN
