// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <strings.h>

#include "action.h"
#include "profile.h"

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

/* As Cisco's ASA. */
static const char * const asa[] = {
	"HELO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "AUTH", "EHLO",
	"ETRN", "HELP", "SAML", "SEND", "SOML", "VRFY", NULL
};

static const char * const asa_keywords[] = {
	"PIPELINING", "SIZE", "VRFY", "ETRN", "AUTH", "8BITMIME", "DSN",
	"ENHANCEDSTATUSCODES", "CHECKPOINT", "BINARYNAME", "SAML", "SEND",
	"SOML", NULL
};

static const char * const except_keywords[] = {
	"CHUNKING", "ETRN", "X-MINE", "PIPELINING", "DSN", "VRFY", "BINARYMIME",
	NULL
};

static const char * const mechanisms[] = {
	"PLAIN", "LOGIN", "SCRAM-SHA-256", NULL
};

static const char * const judged[] = {
	"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT",
	"STARTTLS", "HELP", "X-WATCHED", NULL
};

/* One shares letters with HELO, one is the first word of HTTP. */
static const struct profile_verdict verdicts[] = {
	{ "HELP", MAILGUARD_VERDICT_LOG, {} },
	{ "X-WATCHED", MAILGUARD_VERDICT_LOG, {} },
	{ "VRFY", MAILGUARD_VERDICT_NOOP,
	  { .text = "Send some mail", .fill = '.', .keep = "", .code = 252 } },
	{ "HELX", MAILGUARD_VERDICT_NOOP, {} },
	{ "GET", MAILGUARD_VERDICT_NOOP, {} },
	{ "EXPN", MAILGUARD_VERDICT_RESET, {} },
	{ "X-STOP", MAILGUARD_VERDICT_RESET, {} },
	{ "ETRN", MAILGUARD_VERDICT_X, {} },
	{ "SEND", MAILGUARD_VERDICT_X,
	  { .text = "5.7.1 Not here", .fill = ' ', .keep = "", .code = 550 } },
	{ NULL, MAILGUARD_VERDICT_X, {} },
};

static const char * const domains[] = {
	"Example.org", ".example.net", "a.example", "b.a.example",
	".d.b.a.example", "xn--bcher-kva.example", "b\303\274cher.example",
	"[192.0.2.1]", NULL
};

static const char * const helo_domains[] = {
	"example.org", ".example.org", "[192.0.2.1]", NULL
};

/* Keywords that are the command they offer. */
static const char * const offering[] = {
	"VRFY", "EXPN", "HELP", "SEND", "SOML", "SAML", "TURN", "ETRN", "ATRN",
	"STARTTLS", "BURL", "AUTH", "XCLIENT", "XFORWARD", "VERB", "ONEX",
	"XREMOTEIP", "XSETCONTEXT", "XDUMPCONTEXT", "X-EXPS", "X-ANONYMOUSTLS",
	"X-LINK2STATE", "XEXCH50", "XPROXY", "XPROXYFROM", "XPROXYTO",
	"XSHADOW", "XSHADOWREQUEST", "XQDISCARD", "XSESSIONPARAMS", NULL
};

static const struct profile bases[PROFILE_BASES] = {
	[PROFILE_DEFAULT] = {
		.verbs = minimum,
		.banner = { .text = "", .fill = '*', .keep = "20" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "", .code = 500 },
	},
	[PROFILE_OK] = {
		.verbs = minimum,
		.banner = { .text = "", .fill = '*', .keep = "20" },
		.denied = { .text = "OK", .fill = ' ', .keep = "",
			    .code = 250 },
	},
	[PROFILE_NOOP] = {
		.verbs = minimum,
		.downgrade = true,
		.noop = true,
		.banner = { .text = "", .fill = '*', .keep = "20" },
	},
	[PROFILE_CMAP] = {
		.verbs = cmap,
		.banner = { .text = "SMTP/cmap ready", .fill = '_',
			    .keep = "" },
	},
	[PROFILE_OPEN] = {
		.verbs = all,
		.banner = { .text = "", .fill = '*', .keep = "" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "" },
	},
	/* Without any overlay. */
	[PROFILE_BARE] = {
		.verbs = all,
	},
	[PROFILE_EHLO] = {
		.verbs = ehlo,
		.banner = { .text = "", .fill = '*', .keep = "20" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "", .code = 500 },
	},
	[PROFILE_ASA] = {
		.verbs = asa,
		.keywords = asa_keywords,
		.banner = { .text = "", .fill = '*', .keep = "20" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "", .code = 500 },
	},
	[PROFILE_EXCEPT] = {
		.verbs = all,
		.keywords = except_keywords,
		.except = true,
		.banner = { .text = "", .fill = '*', .keep = "" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "" },
	},
	[PROFILE_MECHANISMS] = {
		.verbs = all,
		.mechanisms = mechanisms,
		.banner = { .text = "", .fill = '*', .keep = "" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "" },
	},
	[PROFILE_VERDICTS] = {
		.verbs = judged,
		.verdicts = verdicts,
		.banner = { .text = "", .fill = '*', .keep = "20" },
		.denied = { .text = "Command unrecognized", .fill = ' ',
			    .keep = "", .code = 500 },
	},
};

static enum mailguard_action action(u8 byte, u8 shift)
{
	static const enum mailguard_action actions[] = {
		[PROFILE_DENY] = MAILGUARD_ACTION_DENY,
		[PROFILE_PASS] = MAILGUARD_ACTION_PASS,
		[PROFILE_RESET] = MAILGUARD_ACTION_RESET,
		[PROFILE_BLANK] = MAILGUARD_ACTION_BLANK,
	};

	return actions[byte >> shift & 3];
}

/* Short addresses are too long here; some checks depend on others passing. */
static void read_addresses(struct profile *profile, bool on,
			   enum profile_action which)
{
	enum mailguard_action *to = profile->action;
	enum mailguard_action some = MAILGUARD_ACTION_PASS, all;
	unsigned int i;

	all = !on ? MAILGUARD_ACTION_PASS : which == PROFILE_RESET ?
	      MAILGUARD_ACTION_RESET : MAILGUARD_ACTION_DENY;
	if (which == PROFILE_DENY || which == PROFILE_RESET)
		some = all;
	for (i = MAILGUARD_A_ACTIONS_PERCENT;
	     i <= MAILGUARD_A_ACTIONS_DOMAIN_LENGTH; i++)
		to[i] = all;
	to[MAILGUARD_A_ACTIONS_QUOTED] = some;
	to[MAILGUARD_A_ACTIONS_8BIT] = some;
	to[MAILGUARD_A_ACTIONS_SOURCE_ROUTE] = some;
	to[MAILGUARD_A_ACTIONS_DOUBLE_AT] = some;
	profile->address_length = on ? 24 : 254;
	profile->local_part_length = on ? 12 : 64;
	profile->domain_length = on ? 10 : 255;
}

static void read_limits(struct profile *profile, u8 flags)
{
	enum mailguard_action *to = profile->action;

	profile->recipients = flags & PROFILE_RECIPIENTS ? 2 : 0;
	profile->messages =
		flags & (PROFILE_MESSAGES | PROFILE_MESSAGES_CLOSE) ? 1 : 0;
	profile->size = flags & PROFILE_SIZE ? 1000 : 0;
	profile->refused = flags & PROFILE_REFUSED ? 1 : 0;
	profile->denied_commands = flags & PROFILE_DENIED ? 1 : 0;
	profile->auth_failures = flags & PROFILE_AUTH ? 1 : 0;
	profile->junk = flags & PROFILE_JUNK ? 2 : 0;
	to[MAILGUARD_A_ACTIONS_RECIPIENTS] = MAILGUARD_ACTION_DENY;
	to[MAILGUARD_A_ACTIONS_MESSAGES] =
		flags & PROFILE_MESSAGES_CLOSE ? MAILGUARD_ACTION_CLOSE :
						 MAILGUARD_ACTION_DENY;
	to[MAILGUARD_A_ACTIONS_MESSAGE_SIZE] = MAILGUARD_ACTION_DENY;
	to[MAILGUARD_A_ACTIONS_REFUSED_RECIPIENTS] = MAILGUARD_ACTION_CLOSE;
	to[MAILGUARD_A_ACTIONS_DENIED_COMMANDS] = MAILGUARD_ACTION_CLOSE;
	to[MAILGUARD_A_ACTIONS_AUTH_FAILURES] = MAILGUARD_ACTION_CLOSE;
	to[MAILGUARD_A_ACTIONS_JUNK_COMMANDS] = MAILGUARD_ACTION_CLOSE;
}

static void read_helo(struct profile *profile, u8 flags)
{
	enum mailguard_action action = flags & PROFILE_HELO_RESET ?
		MAILGUARD_ACTION_RESET : flags & PROFILE_HELO ?
		MAILGUARD_ACTION_DENY : MAILGUARD_ACTION_PASS;

	profile->action[MAILGUARD_A_ACTIONS_HELO_NO_DOT] = action;
	profile->action[MAILGUARD_A_ACTIONS_HELO_INVALID] =
		flags & PROFILE_HELO ? action : MAILGUARD_ACTION_PASS;
	profile->action[MAILGUARD_A_ACTIONS_HELO_LITERAL] =
		flags & PROFILE_HELO_LITERALS ? MAILGUARD_ACTION_PASS : action;
	if (flags & PROFILE_HELO_DOMAINS)
		profile->helo_domains = (struct profile_domains){
			.names = helo_domains, .except = true,
		};
}

static bool lists(const struct profile *profile, const char *verb)
{
	const char * const *listed;

	for (listed = profile->verbs; *listed; listed++)
		if (!strcmp(*listed, verb))
			return true;
	return false;
}

static enum mailguard_action read_starttls(const struct profile *profile,
					   u8 flags)
{
	if (!lists(profile, "EHLO") || !lists(profile, "STARTTLS"))
		return MAILGUARD_ACTION_PASS;
	return flags & PROFILE_TLS_REQUIRE ? MAILGUARD_ACTION_REQUIRE :
	       flags & PROFILE_TLS_MASK ? MAILGUARD_ACTION_MASK :
					  MAILGUARD_ACTION_PASS;
}

void profile_read(struct profile *profile, const u8 *bytes)
{
	enum mailguard_action *to = profile->action;
	u8 flags = bytes[2];
	bool reset = flags & PROFILE_TRUNCATED_RESET;
	bool pass = flags & PROFILE_REPLY_PASS;
	bool hold = flags & PROFILE_HOLD;
	bool strict = (flags & 3) == PROFILE_BLANK;

	*profile = bases[(bytes[0] & ~PROFILE_ADDRESSES) % PROFILE_BASES];
	to[MAILGUARD_A_ACTIONS_PIPE] = action(bytes[1], 0);
	to[MAILGUARD_A_ACTIONS_BRACKETS] = action(bytes[1], 2);
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
		flags & PROFILE_DEFANG ? MAILGUARD_ACTION_DEFANG :
		flags & PROFILE_LF ? MAILGUARD_ACTION_LF :
				    MAILGUARD_ACTION_RESET;
	to[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] =
		bytes[1] & PROFILE_PROXY ? MAILGUARD_ACTION_ACCEPT :
					   MAILGUARD_ACTION_HOLD;
	to[MAILGUARD_A_ACTIONS_ASYMMETRIC] = MAILGUARD_ACTION_DROP;
	to[MAILGUARD_A_ACTIONS_PRDR] =
		bytes[1] & PROFILE_PRDR ? MAILGUARD_ACTION_PASS :
					  MAILGUARD_ACTION_DENY;
	to[MAILGUARD_A_ACTIONS_REPLY_LENGTH] =
		bytes[1] & PROFILE_SHORT_REPLIES ? MAILGUARD_ACTION_RESET :
						   MAILGUARD_ACTION_PASS;
	to[MAILGUARD_A_ACTIONS_WORDING] =
		bytes[1] & PROFILE_NEUTRAL ? MAILGUARD_ACTION_NEUTRAL :
					     MAILGUARD_ACTION_PASS;
	to[MAILGUARD_A_ACTIONS_FOREIGN] = MAILGUARD_ACTION_RESET;
	to[MAILGUARD_A_ACTIONS_EARLY_TALK] = strict ? MAILGUARD_ACTION_RESET :
						      MAILGUARD_ACTION_HOLD;
	profile->tls_minimum = strict ? MAILGUARD_TLS_VERSION_1_2 :
					MAILGUARD_TLS_VERSION_ANY;
	profile->line_reply = bytes[1] & PROFILE_SHORT_REPLIES ?
				     MAILGUARD_LINE_MIN : 512;
	read_addresses(profile, bytes[0] & PROFILE_ADDRESSES, bytes[1] & 3);
	read_limits(profile, bytes[3]);
	to[MAILGUARD_A_ACTIONS_STARTTLS] = read_starttls(profile, bytes[4]);
	profile->monitor = bytes[4] & PROFILE_MONITOR;
	if (bytes[4] & PROFILE_DOMAINS) {
		profile->sender_domains.names = domains;
		profile->sender_domains.except = true;
		profile->recipient_domains.names = domains;
	}
	read_helo(profile, bytes[4]);
	profile->line = 512;
	profile->line_mail = 2048;
	if (!(flags & PROFILE_SHORT_LINES))
		return;
	profile->line = MAILGUARD_LINE_MIN;
	profile->line_mail = MAILGUARD_LINE_MIN + 16;
}

static void must(const char *why_not)
{
	if (why_not)
		abort();
}

static void compile_overlay(const struct profile_overlay *from,
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

static void compile_list(const char * const *words, bool except,
			 struct smtp_word_list *list)
{
	if (!words)
		return;
	list->on = true;
	list->except = except;
	for (; *words; words++)
		must(smtp_word_list_add(list, *words));
}

static void compile_verbs(const struct profile *profile,
			  struct smtp_policy *policy)
{
	const struct profile_verdict *verdict;
	const char * const *verb;

	for (verb = profile->verbs; *verb; verb++) {
		if (profile_verdict(profile, (const u8 *)*verb, strlen(*verb)))
			continue;
		must(smtp_verb_find(*verb) ?
			     smtp_policy_permit(policy, *verb) :
			     smtp_policy_permit_own(policy, *verb));
	}
	for (verdict = profile->verdicts; verdict && verdict->verb; verdict++) {
		must(smtp_policy_judge(policy, verdict->verb,
				       !smtp_verb_find(verdict->verb),
				       verdict->verdict));
		if (verdict->reply.text)
			compile_overlay(&verdict->reply,
					smtp_policy_own_reply(policy));
	}
}

static void compile_domains(const struct profile_domains *from,
			    enum smtp_set which, struct smtp_policy *policy)
{
	static struct smtp_domains_node node[SMTP_SETS][256];
	static struct smtp_domains set[SMTP_SETS];
	static char text[SMTP_SETS][256];
	const char * const *name;

	if (!from->names)
		return;
	memset(node[which], 0, sizeof(node[which]));
	smtp_domains_init(&set[which], node[which], text[which]);
	set[which].except = from->except;
	for (name = from->names; *name; name++)
		must(smtp_domains_add(&set[which], *name));
	smtp_domains_seal(&set[which]);
	smtp_policy_set_domains(policy, which, &set[which]);
}

void profile_compile(const struct profile *profile, struct smtp_policy *policy)
{
	unsigned int i;

	smtp_policy_init(policy);
	compile_verbs(profile, policy);
	if (profile->downgrade)
		must(smtp_policy_downgrade_ehlo(policy));
	compile_list(profile->keywords, profile->except, &policy->keywords);
	compile_list(profile->mechanisms, false, &policy->mechanisms);
	compile_domains(&profile->sender_domains, SMTP_SET_SENDER, policy);
	compile_domains(&profile->recipient_domains, SMTP_SET_RECIPIENT, policy);
	compile_domains(&profile->helo_domains, SMTP_SET_HELO, policy);
	smtp_policy_tie(policy);
	if (profile->noop)
		policy->denied_write = MAILGUARD_DENIED_NOOP;
	compile_overlay(&profile->banner, &policy->banner);
	compile_overlay(&profile->denied, &policy->denied[SMTP_DENIAL_COMMAND]);
	for (i = 1; i <= MAILGUARD_A_ACTIONS_MAX; i++)
		must(set_action(policy, i, profile->action[i]));
	policy->line = profile->line;
	policy->line_mail = profile->line_mail;
	policy->line_reply = profile->line_reply;
	policy->address_length = profile->address_length;
	policy->local_part_length = profile->local_part_length;
	policy->domain_length = profile->domain_length;
	policy->tls_minimum = profile->tls_minimum;
	policy->mode = profile->monitor ? MAILGUARD_MODE_MONITOR :
					  MAILGUARD_MODE_ENFORCE;
	policy->recipients = profile->recipients;
	policy->messages = profile->messages;
	policy->message_size = profile->size;
	policy->refused = profile->refused;
	policy->denied_max = profile->denied_commands;
	policy->auth_failures = profile->auth_failures;
	policy->junk = profile->junk;
}

static bool begins(const char *verb, const u8 *bytes, u32 len)
{
	return strlen(verb) >= len &&
	       !strncasecmp(verb, (const char *)bytes, len);
}

static bool is_word(const char *word, const u8 *bytes, u32 len)
{
	return strlen(word) == len && begins(word, bytes, len);
}

static bool is_one_of(const char * const *words, const u8 *bytes, u32 len)
{
	for (; *words; words++)
		if (is_word(*words, bytes, len))
			return true;
	return false;
}

const struct profile_verdict *profile_verdict(const struct profile *profile,
					      const u8 *bytes, u32 len)
{
	const struct profile_verdict *verdict;

	for (verdict = profile->verdicts; verdict && verdict->verb; verdict++)
		if (is_word(verdict->verb, bytes, len))
			return verdict;
	return NULL;
}

bool profile_begins_verdict(const struct profile *profile,
			    enum mailguard_verdict verdict, const u8 *bytes,
			    u32 len)
{
	const struct profile_verdict *one;

	for (one = profile->verdicts; one && one->verb; one++)
		if (one->verdict == verdict && begins(one->verb, bytes, len))
			return true;
	return false;
}

bool profile_has_domain(const struct profile_domains *set, const u8 *bytes,
			u32 len)
{
	const char * const *name;
	u32 below;

	for (name = set->names; *name; name++) {
		if (is_word(*name, bytes, len))
			return true;
		below = strlen(*name);
		if (**name == '.' && len > below &&
		    is_word(*name, bytes + len - below, below))
			return true;
	}
	return false;
}

/* Does the list of keywords mask this one? */
static bool list_masks(const struct profile *profile, const u8 *bytes, u32 len)
{
	return profile->keywords &&
	       is_one_of(profile->keywords, bytes, len) == profile->except;
}

static const char * const plain[] = {
	"HELO", "EHLO", "NOOP", "RSET", "QUIT", "STARTTLS", "X-ANONYMOUSTLS",
	NULL
};

/* Is this one of no use in plain text, whatever is offered? */
static bool is_denied_plain(const struct profile *profile, const char *verb)
{
	switch (profile->action[MAILGUARD_A_ACTIONS_STARTTLS]) {
	case MAILGUARD_ACTION_REQUIRE:
		return !is_one_of(plain, (const u8 *)verb, strlen(verb));
	case MAILGUARD_ACTION_MASK:
		return !strcmp(verb, "STARTTLS") ||
		       !strcmp(verb, "X-ANONYMOUSTLS");
	default:
		return false;
	}
}

bool profile_needs_tls(const struct profile *profile, const u8 *bytes, u32 len)
{
	return profile->action[MAILGUARD_A_ACTIONS_STARTTLS] ==
		       MAILGUARD_ACTION_REQUIRE &&
	       is_one_of(profile->verbs, bytes, len) &&
	       !is_one_of(plain, bytes, len);
}

bool profile_judges_helo(const struct profile *profile)
{
	return profile->helo_domains.names ||
	       profile->action[MAILGUARD_A_ACTIONS_HELO_NO_DOT] ||
	       profile->action[MAILGUARD_A_ACTIONS_HELO_INVALID] ||
	       profile->action[MAILGUARD_A_ACTIONS_HELO_LITERAL];
}

bool profile_closes(const struct profile *profile)
{
	return profile->refused || profile->denied_commands ||
	       profile->auth_failures || profile->junk ||
	       (profile->messages &&
		profile->action[MAILGUARD_A_ACTIONS_MESSAGES] ==
			MAILGUARD_ACTION_CLOSE);
}

/* Does the policy deny this verb, or the list the keyword that offers it? */
static bool is_denied(const struct profile *profile, const char *verb)
{
	const u8 *bytes = (const u8 *)verb;
	u32 len = strlen(verb);

	if (is_denied_plain(profile, verb))
		return true;
	if (!strcmp(verb, "BDAT"))
		return list_masks(profile, (const u8 *)"CHUNKING", 8);
	return (profile->except || is_one_of(offering, bytes, len)) &&
	       list_masks(profile, bytes, len);
}

const char *profile_verb(const struct profile *profile, const u8 *bytes,
			 u32 len)
{
	const char * const *verb;

	for (verb = profile->verbs; *verb; verb++)
		if (is_word(*verb, bytes, len) && !is_denied(profile, *verb))
			return *verb;
	if (profile->downgrade && is_word("EHLO", bytes, len))
		return "EHLO";
	return NULL;
}

bool profile_begins_verb(const struct profile *profile, const u8 *bytes,
			 u32 len)
{
	const char * const *verb;

	for (verb = profile->verbs; *verb; verb++)
		if (begins(*verb, bytes, len) && !is_denied(profile, *verb))
			return true;
	return profile->downgrade && begins("EHLO", bytes, len);
}

static bool begins_one_of(const char * const *words, const u8 *bytes, u32 len)
{
	for (; *words; words++)
		if (begins(*words, bytes, len))
			return true;
	return false;
}

bool profile_begins_keyword(const struct profile *profile, const u8 *bytes,
			    u32 len)
{
	return begins_one_of(profile->keywords, bytes, len);
}

bool profile_mechanism(const struct profile *profile, const u8 *bytes, u32 len)
{
	return is_one_of(profile->mechanisms, bytes, len);
}

bool profile_begins_mechanism(const struct profile *profile, const u8 *bytes,
			      u32 len)
{
	return begins_one_of(profile->mechanisms, bytes, len);
}

bool profile_masks(const struct profile *profile, const u8 *bytes, u32 len,
		   bool failure)
{
	static const char * const never[] = {
		"PIPECONNECT", "X_PIPE_CONNECT", "XEXDATA", "CHECKPOINT",
		"UTF8SMTP", NULL
	};
	/* Other keywords that the module knows. */
	static const char * const known[] = {
		"CHUNKING", "BINARYMIME", "PIPELINING", "PRDR", "SMTPUTF8", NULL
	};

	if (list_masks(profile, bytes, len) &&
	    (!failure || profile->except || is_one_of(never, bytes, len) ||
	     is_one_of(known, bytes, len) || is_one_of(offering, bytes, len)))
		return true;
	if (is_word("CHUNKING", bytes, len) ||
	    is_word("BINARYMIME", bytes, len))
		return !profile_verb(profile, (const u8 *)"BDAT", 4);
	if (is_word("PIPELINING", bytes, len))
		return profile->action[MAILGUARD_A_ACTIONS_PIPELINING] ==
		       MAILGUARD_ACTION_HOLD;
	if (is_word("PRDR", bytes, len))
		return profile->action[MAILGUARD_A_ACTIONS_PRDR] !=
		       MAILGUARD_ACTION_PASS;
	if (is_one_of(never, bytes, len))
		return true;
	return is_one_of(offering, bytes, len) &&
	       !profile_verb(profile, bytes, len);
}
