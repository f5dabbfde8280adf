// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <strings.h>

#include "manner.h"

static const char * const minimum[] = {
	"HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", NULL
};

static const char * const cmap[] = { "HELO", "QUIT", NULL };

/* All that can be permitted, and one of the operator's own. */
static const char * const all[] = {
	"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY",
	"EXPN", "AUTH", "BDAT", "BURL", "STARTTLS", "XCLIENT", "XFORWARD",
	"X-EXPS", "X-ANONYMOUSTLS", "XEXCH50", "X-LINK2STATE", "X-MINE", NULL
};

/* EHLO, and nothing of what it brings. */
static const char * const ehlo[] = {
	"HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "EHLO", "BURL",
	"ONEX", NULL
};

static const struct manner bases[MANNER_BASES] = {
	[MANNER_DEFAULT] = {
		.verbs = minimum,
		.banner = { .text = "", .fill = '*', .keep = "20" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "", .code = 500 },
	},
	[MANNER_OK] = {
		.verbs = minimum,
		.banner = { .text = "", .fill = '*', .keep = "20" },
		.denied = { .text = "OK", .fill = ' ', .keep = "",
			    .code = 250 },
	},
	[MANNER_NOOP] = {
		.verbs = minimum,
		.downgrade = true,
		.noop = true,
		.banner = { .text = "", .fill = '*', .keep = "20" },
	},
	[MANNER_CMAP] = {
		.verbs = cmap,
		.banner = { .text = "SMTP/cmap ready", .fill = '_',
			    .keep = "" },
	},
	[MANNER_OPEN] = {
		.verbs = all,
		.banner = { .text = "", .fill = '*', .keep = "" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "" },
	},
	[MANNER_EHLO] = {
		.verbs = ehlo,
		.banner = { .text = "", .fill = '*', .keep = "20" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "", .code = 500 },
	},
};

static enum mailguard_action action(u8 octet, u8 shift)
{
	static const enum mailguard_action actions[] = {
		[MANNER_DENY] = MAILGUARD_ACTION_DENY,
		[MANNER_PASS] = MAILGUARD_ACTION_PASS,
		[MANNER_RESET] = MAILGUARD_ACTION_RESET,
		[MANNER_BLANK] = MAILGUARD_ACTION_BLANK,
	};

	return actions[octet >> shift & 3];
}

void manner_read(struct manner *manner, const u8 *octets)
{
	enum mailguard_action *to = manner->action;
	u8 flags = octets[2];
	bool reset = flags & MANNER_TRUNCATED_RESET;
	bool pass = flags & MANNER_REPLY_PASS;
	bool hold = flags & MANNER_HOLD;

	*manner = bases[octets[0] % MANNER_BASES];
	to[MAILGUARD_A_ACTIONS_PIPE] = action(octets[1], 0);
	to[MAILGUARD_A_ACTIONS_BRACKETS] = action(octets[1], 2);
	to[MAILGUARD_A_ACTIONS_BARE_LF] = action(flags, 0);
	if (to[MAILGUARD_A_ACTIONS_BARE_LF] == MAILGUARD_ACTION_BLANK)
		to[MAILGUARD_A_ACTIONS_BARE_LF] = MAILGUARD_ACTION_PASS;
	to[MAILGUARD_A_ACTIONS_TRUNCATED] = reset ? MAILGUARD_ACTION_RESET :
						    MAILGUARD_ACTION_DENY;
	to[MAILGUARD_A_ACTIONS_REPLY] = pass ? MAILGUARD_ACTION_PASS :
					       MAILGUARD_ACTION_RESET;
	to[MAILGUARD_A_ACTIONS_PIPELINING] = hold ? MAILGUARD_ACTION_HOLD :
						    MAILGUARD_ACTION_PASS;
	to[MAILGUARD_A_ACTIONS_END_OF_DATA] =
		flags & MANNER_DEFANG ? MAILGUARD_ACTION_DEFANG :
		flags & MANNER_LF ? MAILGUARD_ACTION_LF :
				    MAILGUARD_ACTION_RESET;
	to[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] =
		octets[1] & MANNER_PROXY ? MAILGUARD_ACTION_ACCEPT :
					   MAILGUARD_ACTION_HOLD;
	to[MAILGUARD_A_ACTIONS_ASYMMETRIC] = MAILGUARD_ACTION_DROP;
	to[MAILGUARD_A_ACTIONS_PRDR] =
		octets[1] & MANNER_PRDR ? MAILGUARD_ACTION_PASS :
					  MAILGUARD_ACTION_DENY;
	manner->line = MAILGUARD_LINE_DEFAULT;
	manner->line_mail = MAILGUARD_LINE_MAIL_DEFAULT;
	if (!(flags & MANNER_SHORT_LINES))
		return;
	manner->line = MAILGUARD_LINE_MIN;
	manner->line_mail = MAILGUARD_LINE_MIN + 16;
}

static void must(const char *why_not)
{
	if (why_not)
		abort();
}

static void compile_overlay(const struct manner_overlay *from,
			    struct smtp_overlay *to)
{
	smtp_overlay_init(to);
	if (!from->text)
		return;
	must(smtp_overlay_set_text(to, from->text));
	must(smtp_overlay_set_fill(to, from->fill));
	must(smtp_overlay_set_keep(to, from->keep));
	if (from->code)
		smtp_overlay_set_code(to, from->code);
}

void manner_compile(const struct manner *manner, struct smtp_policy *policy)
{
	const char * const *verb;
	unsigned int i;

	smtp_policy_init(policy);
	for (verb = manner->verbs; *verb; verb++)
		must(smtp_verb_find(*verb) ?
			     smtp_policy_permit(policy, *verb) :
			     smtp_policy_permit_own(policy, *verb));
	if (manner->downgrade)
		must(smtp_policy_downgrade_ehlo(policy));
	if (manner->noop)
		policy->denied_write = MAILGUARD_DENIED_NOOP;
	compile_overlay(&manner->banner, &policy->banner);
	compile_overlay(&manner->denied, &policy->denied);
	for (i = 1; i <= MAILGUARD_A_ACTIONS_MAX; i++)
		must(smtp_policy_set_action(policy, i, manner->action[i]));
	policy->line = manner->line;
	policy->line_mail = manner->line_mail;
}

static bool begins(const char *verb, const u8 *octets, u32 len)
{
	return strlen(verb) >= len &&
	       !strncasecmp(verb, (const char *)octets, len);
}

const char *manner_verb(const struct manner *manner, const u8 *octets, u32 len)
{
	const char * const *verb;

	for (verb = manner->verbs; *verb; verb++)
		if (strlen(*verb) == len && begins(*verb, octets, len))
			return *verb;
	if (manner->downgrade && len == 4 && begins("EHLO", octets, len))
		return "EHLO";
	return NULL;
}

bool manner_begins_verb(const struct manner *manner, const u8 *octets, u32 len)
{
	const char * const *verb;

	for (verb = manner->verbs; *verb; verb++)
		if (begins(*verb, octets, len))
			return true;
	return manner->downgrade && begins("EHLO", octets, len);
}

static bool is_word(const char *word, const u8 *octets, u32 len)
{
	return strlen(word) == len && begins(word, octets, len);
}

bool manner_masks(const struct manner *manner, const u8 *octets, u32 len)
{
	/* Keywords that are the command they offer. */
	static const char * const commands[] = {
		"VRFY", "EXPN", "HELP", "SEND", "SOML", "SAML", "TURN", "ETRN",
		"ATRN", "STARTTLS", "BURL", "AUTH", "XCLIENT", "XFORWARD",
		"VERB", "ONEX", "XREMOTEIP", "XSETCONTEXT", "XDUMPCONTEXT",
		"X-EXPS", "X-ANONYMOUSTLS", "X-LINK2STATE", "XEXCH50",
		"XPROXY", "XPROXYFROM", "XPROXYTO", "XSHADOW",
		"XSHADOWREQUEST", "XQDISCARD", "XSESSIONPARAMS", NULL
	};
	static const char * const never[] = {
		"PIPECONNECT", "X_PIPE_CONNECT", "XEXDATA", "CHECKPOINT",
		"UTF8SMTP", NULL
	};
	const char * const *word;

	if (is_word("CHUNKING", octets, len) ||
	    is_word("BINARYMIME", octets, len))
		return !manner_verb(manner, (const u8 *)"BDAT", 4);
	if (is_word("PIPELINING", octets, len))
		return manner->action[MAILGUARD_A_ACTIONS_PIPELINING] ==
		       MAILGUARD_ACTION_HOLD;
	if (is_word("PRDR", octets, len))
		return manner->action[MAILGUARD_A_ACTIONS_PRDR] !=
		       MAILGUARD_ACTION_PASS;
	for (word = never; *word; word++)
		if (is_word(*word, octets, len))
			return true;
	for (word = commands; *word; word++)
		if (is_word(*word, octets, len))
			return !manner_verb(manner, octets, len);
	return false;
}
