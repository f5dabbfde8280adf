// SPDX-License-Identifier: GPL-2.0
/* The table of statements, and functions that search it. */
#include <stdlib.h>
#include <string.h>

#include "language/names.h"
#include "language/statements.h"
#include "language/suggest.h"
#include "lib/memory.h"
#include "mailguard.h"

static const struct statement statements[] = {
	{
		.words = "fixup protocol smtp",
		.rest = "[PORT[-PORT]] [MATCH ...] [policy NAME]",
		.what = "guard connections to these ports",
		.op = CMD_FIXUP,
		.changes = true,
		.old = true,
		.part = STATEMENT_MATCH,
	}, {
		.words = "no fixup protocol smtp",
		.rest = "[PORT[-PORT]] [MATCH ...]",
		.what = "guard them no longer; without a port, end all fixups",
		.op = CMD_NO_FIXUP,
		.changes = true,
		.old = true,
		.part = STATEMENT_MATCH,
	}, {
		.words = "clear fixup",
		.what = "guard port 25, and nothing else, by the default policy",
		.op = CMD_CLEAR_FIXUP,
		.changes = true,
		.old = true,
	}, {
		.words = "mailhost",
		.rest = "[ADDRESS]",
		.what = "guard port 25, or that of one server, by policy pix-4.0",
		.op = CMD_FIXUP,
		.changes = true,
		.old = true,
	}, {
		.words = "no mailhost",
		.rest = "[ADDRESS]",
		.what = "end the fixup that mailhost made",
		.op = CMD_NO_FIXUP,
		.changes = true,
		.old = true,
	}, {
		.words = "show fixup",
		.what = "print which ports are guarded",
		.op = CMD_SHOW_FIXUP,
		.old = true,
	}, {
		.words = "show fixup protocol smtp",
		.what = "the same",
		.op = CMD_SHOW_FIXUP,
		.old = true,
	}, {
		.words = "write memory",
		.what = "save policies and fixups for the next start",
		.op = CMD_WRITE_MEMORY,
		.old = true,
	}, {
		.words = "show running-config",
		.what = "print what would be saved",
		.op = CMD_LIST_RULESET,
		.old = true,
	}, {
		.words = "show startup-config",
		.rest = "[N]",
		.what = "print what was saved, or what was saved N times before",
		.op = CMD_SHOW_STARTUP,
		.old = true,
	}, {
		.words = "configure rollback",
		.rest = "[N]",
		.what = "replace policies and fixups by what was saved",
		.op = CMD_ROLLBACK,
		.changes = true,
	}, {
		.words = "policy",
		.rest = "NAME { STATEMENT; ... }",
		.what = "add or replace a policy",
		.op = CMD_POLICY,
		.changes = true,
		.part = STATEMENT_POLICY,
	}, {
		.words = "add policy",
		.rest = "NAME { STATEMENT; ... }",
		.what = "the same",
		.op = CMD_POLICY,
		.changes = true,
		.part = STATEMENT_POLICY,
	}, {
		.words = "delete policy",
		.rest = "NAME",
		.what = "delete a policy",
		.op = CMD_DELETE_POLICY,
		.changes = true,
	}, {
		.words = "list policies",
		.what = "print the names of the policies",
		.op = CMD_LIST_POLICIES,
	}, {
		.words = "list startup-configs",
		.what = "print which configurations are saved, and since when",
		.op = CMD_LIST_STARTUPS,
	}, {
		.words = "list ruleset",
		.what = "print policies and fixups as -f reads them",
		.op = CMD_LIST_RULESET,
	}, {
		.words = "list connections",
		.rest = "[policy NAME] [address PREFIX] [state NAME] [denied > N] [sort KEY]",
		.what = "print the guarded connections, or some of them",
		.op = CMD_LIST_CONNECTIONS,
	}, {
		.words = "list counters",
		.what = "print each policy's counters",
		.op = CMD_LIST_COUNTERS,
	}, {
		.words = "list presets",
		.what = "print the names of the presets",
		.op = CMD_LIST_PRESETS,
	}, {
		.words = "list offenders",
		.what = "print the clients that may not connect, and until when",
		.op = CMD_LIST_OFFENDERS,
	}, {
		.words = "delete offender",
		.rest = "ADDRESS",
		.what = "let a client connect again",
		.op = CMD_DELETE_OFFENDER,
	}, {
		.words = "delete offenders",
		.what = "let all of them connect again",
		.op = CMD_DELETE_OFFENDER,
	}, {
		.words = "show preset",
		.rest = "NAME",
		.what = "print a preset, with its sources",
		.op = CMD_SHOW_PRESET,
	}, {
		.words = "define",
		.rest = "NAME = VALUE | { VALUE, ... }",
		.what = "let $NAME stand for a value, or for several",
	}, {
		.words = "include",
		.rest = "\"FILE\"",
		.what = "read the statements of a file",
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "diff",
		.rest = "[FILE]",
		.what = "compare what is saved, or a file, with what is running",
		.op = CMD_DIFF,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "confirm",
		.what = "keep what --test-for would take back",
		.op = CMD_CONFIRM,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "probe",
		.rest = "[-j] [-4 | -6] [-t SECONDS] HOST[:PORT]",
		.what = "tell whether a guard stands before a mail server",
		.op = CMD_PROBE,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "explain",
		.rest = "[-j] [--policy NAME] [-f FILE] DIALOGUE|CAPTURE|-",
		.what = "tell what a policy does with a recorded connection",
		.op = CMD_EXPLAIN,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "top",
		.rest = "[-b] [-d SECONDS] [-n COUNT] [-s KEY]",
		.what = "show live what the guard does, and to which clients",
		.op = CMD_TOP,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "monitor",
		.rest = "[-j|--syslog|--journal] [events|connections] [policy|reason|address X]...",
		.what = "tell what happens to connections, as it happens",
		.op = CMD_MONITOR,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "status",
		.what = "tell whether ports are guarded: exit status 0, 3 if not, 4 if closed",
		.op = CMD_STATUS,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "start",
		.what = "load what write memory saved; if this fails, close the ports",
		.op = CMD_START,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "restart",
		.what = "end all connections, and replace the module without a gap",
		.op = CMD_RESTART,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "help",
		.rest = "[WORD ...]",
		.what = "print this, or the statements that begin so",
		.op = CMD_HELP,
	}, {
		.place = STATEMENT_COMMAND_LINE,
		.words = "complete",
		.rest = "[WORD ...]",
		.what = "print the words that may come next, for a shell",
		.op = CMD_COMPLETE,
	}, {
		.place = STATEMENT_POLICY,
		.words = "preset",
		.rest = "NAME",
		.what = "begin with the settings of a preset",
	}, {
		.place = STATEMENT_POLICY,
		.words = "banner",
		.rest = "pass | [text STRING] [fill STRING] [keep STRING]",
		.what = "overwrite the greeting, or let it pass",
		.type = SETTING_OVERLAY,
		.attr = MAILGUARD_A_POLICY_BANNER,
	}, {
		.place = STATEMENT_POLICY,
		.words = "commands",
		.rest = "{ VERB [: x | noop | reset | log] [reply [CODE] STRING], ... }",
		.what = "let these commands pass, or say what happens to them",
		.type = SETTING_VERBS,
		.attr = MAILGUARD_A_POLICY_COMMANDS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "denied",
		.rest = "[x | noop] [reply [CODE] STRING]",
		.what = "what happens to other commands, and to the reply to them",
		.type = SETTING_DENIED,
		.attr = MAILGUARD_A_POLICY_DENIED_WRITE,
		.reply = MAILGUARD_A_POLICY_DENIED_REPLY,
	}, {
		.place = STATEMENT_POLICY,
		.words = "ehlo downgrade",
		.what = "change EHLO to HELO",
		.type = SETTING_FLAG,
		.attr = MAILGUARD_A_POLICY_EHLO_DOWNGRADE,
	}, {
		.place = STATEMENT_POLICY,
		.words = "keywords",
		.rest = "[!] { KEYWORD, ... }",
		.what = "offer these EHLO keywords only, or all but these",
		.type = SETTING_WORDS,
		.attr = MAILGUARD_A_POLICY_KEYWORDS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "auth-mechanisms",
		.rest = "{ MECHANISM, ... }",
		.what = "let clients log in by these SASL mechanisms only",
		.type = SETTING_WORDS,
		.attr = MAILGUARD_A_POLICY_AUTH_MECHANISMS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "line-length",
		.rest = "BYTES",
		.what = "limit the length of a command line",
		.type = SETTING_NUMBER,
		.attr = MAILGUARD_A_POLICY_LINE_LENGTH,
	}, {
		.place = STATEMENT_POLICY,
		.words = "line-length mail",
		.rest = "BYTES",
		.what = "the same for MAIL and RCPT",
		.type = SETTING_NUMBER,
		.attr = MAILGUARD_A_POLICY_LINE_LENGTH_MAIL,
	}, {
		.place = STATEMENT_POLICY,
		.words = "reply-line-length",
		.rest = "[BYTES] [pass | reset]",
		.what = "limit the length of a line of the server's replies",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_REPLY_LINE_LENGTH,
		.action = MAILGUARD_A_ACTIONS_REPLY_LENGTH,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address pipe",
		.rest = "pass | blank | deny | reset",
		.what = "what happens to a | in an address",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_PIPE,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address brackets",
		.rest = "pass | blank | deny | reset",
		.what = "what happens to < and > inside an address",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_BRACKETS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address percent",
		.rest = "pass | deny | reset",
		.what = "what happens to a % in an address",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_PERCENT,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address bang",
		.rest = "pass | deny | reset",
		.what = "what happens to a ! in an address",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_BANG,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address source-route",
		.rest = "pass | deny | reset",
		.what = "what happens to @host:user@domain",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_SOURCE_ROUTE,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address double-at",
		.rest = "pass | deny | reset",
		.what = "what happens to a second @ in an address",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_DOUBLE_AT,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address quoted",
		.rest = "pass | deny | reset",
		.what = "what happens to a quoted string in an address",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_QUOTED,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address 8bit",
		.rest = "pass | deny | reset",
		.what = "what happens to UTF-8 in an address",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_8BIT,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address no-domain",
		.rest = "pass | deny | reset",
		.what = "what happens to an address without a domain",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_NO_DOMAIN,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address literal",
		.rest = "pass | deny | reset",
		.what = "what happens to [192.0.2.1] in place of a domain",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_LITERAL,
	}, {
		.place = STATEMENT_POLICY,
		.words = "address-length",
		.rest = "[BYTES] [pass | deny | reset]",
		.what = "limit the length of an address",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_ADDRESS_LENGTH,
		.action = MAILGUARD_A_ACTIONS_ADDRESS_LENGTH,
	}, {
		.place = STATEMENT_POLICY,
		.words = "local-part-length",
		.rest = "[BYTES] [pass | deny | reset]",
		.what = "limit the length of what stands before the @",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_LOCAL_PART_LENGTH,
		.action = MAILGUARD_A_ACTIONS_LOCAL_PART_LENGTH,
	}, {
		.place = STATEMENT_POLICY,
		.words = "domain-length",
		.rest = "[BYTES] [pass | deny | reset]",
		.what = "limit the length of what stands behind the @",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_DOMAIN_LENGTH,
		.action = MAILGUARD_A_ACTIONS_DOMAIN_LENGTH,
	}, {
		.place = STATEMENT_POLICY,
		.words = "sender-domains",
		.rest = "[!] { DOMAIN, ... }",
		.what = "permit mail only from these domains, or from all but these",
		.type = SETTING_DOMAINS,
		.attr = MAILGUARD_A_POLICY_SENDER_DOMAINS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "recipient-domains",
		.rest = "[!] { DOMAIN, ... }",
		.what = "the same for mail to these domains: relay control",
		.type = SETTING_DOMAINS,
		.attr = MAILGUARD_A_POLICY_RECIPIENT_DOMAINS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "helo no-dot",
		.rest = "pass | deny | reset",
		.what = "what happens to HELO with a name without a dot",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_HELO_NO_DOT,
	}, {
		.place = STATEMENT_POLICY,
		.words = "helo literal",
		.rest = "pass | deny | reset",
		.what = "what happens to HELO [192.0.2.1]",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_HELO_LITERAL,
	}, {
		.place = STATEMENT_POLICY,
		.words = "helo invalid",
		.rest = "pass | deny | reset",
		.what = "what happens to HELO with a name that no host has",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_HELO_INVALID,
	}, {
		.place = STATEMENT_POLICY,
		.words = "helo-domains",
		.rest = "[!] { DOMAIN, ... }",
		.what = "permit only these names in HELO, or all but these",
		.type = SETTING_DOMAINS,
		.attr = MAILGUARD_A_POLICY_HELO_DOMAINS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "truncated",
		.rest = "deny | reset",
		.what = "what happens to a line that ends inside a verb",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_TRUNCATED,
	}, {
		.place = STATEMENT_POLICY,
		.words = "bare-lf",
		.rest = "pass | deny | reset",
		.what = "what happens to a LF without CR",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_BARE_LF,
	}, {
		.place = STATEMENT_POLICY,
		.words = "unexpected-reply",
		.rest = "pass | reset",
		.what = "what happens to a reply that nothing asked for",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_REPLY,
	}, {
		.place = STATEMENT_POLICY,
		.words = "pipelining",
		.rest = "pass | hold",
		.what = "hold a command until the one before is answered",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_PIPELINING,
	}, {
		.place = STATEMENT_POLICY,
		.words = "end-of-data",
		.rest = "reset | defang | lf",
		.what = "what happens to an end of data that only some servers know",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_END_OF_DATA,
	}, {
		.place = STATEMENT_POLICY,
		.words = "proxy-protocol",
		.rest = "hold | accept",
		.what = "let a PROXY preamble pass before the greeting",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_PROXY_PROTOCOL,
	}, {
		.place = STATEMENT_POLICY,
		.words = "asymmetric",
		.rest = "drop | pass",
		.what = "what happens to the server's packets from another interface",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_ASYMMETRIC,
	}, {
		.place = STATEMENT_POLICY,
		.words = "prdr",
		.rest = "deny | pass",
		.what = "let the server reply for each recipient",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_PRDR,
	}, {
		.place = STATEMENT_POLICY,
		.words = "replies",
		.rest = "pass | neutral",
		.what = "replace the wording of the server's replies",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_WORDING,
	}, {
		.place = STATEMENT_POLICY,
		.words = "tls-minimum",
		.rest = "any | 1.0 | 1.1 | 1.2 | 1.3",
		.what = "reset if the server selects a lower version of TLS",
		.type = SETTING_ACTION,
		.attr = MAILGUARD_A_POLICY_TLS_MINIMUM,
	}, {
		.place = STATEMENT_POLICY,
		.words = "early-talk",
		.rest = "hold | reset",
		.what = "what happens to what a client sends before the greeting",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_EARLY_TALK,
	}, {
		.place = STATEMENT_POLICY,
		.words = "foreign",
		.rest = "deny | reset",
		.what = "what happens to a line of HTTP, SSH or TLS",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_FOREIGN,
	}, {
		.place = STATEMENT_POLICY,
		.words = "starttls",
		.rest = "pass | mask | require [reply [CODE] STRING]",
		.what = "hide STARTTLS, or deny mail before it",
		.type = SETTING_ACTION,
		.action = MAILGUARD_A_ACTIONS_STARTTLS,
		.denial = MAILGUARD_A_REPLIES_STARTTLS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "recipients",
		.rest = "[NUMBER] [pass | deny | close | reset] [reply [CODE] STRING]",
		.what = "limit the recipients of a mail",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_RECIPIENTS,
		.action = MAILGUARD_A_ACTIONS_RECIPIENTS,
		.denial = MAILGUARD_A_REPLIES_RECIPIENTS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "messages",
		.rest = "[NUMBER] [pass | deny | close | reset] [reply [CODE] STRING]",
		.what = "limit the messages of a connection",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_MESSAGES,
		.action = MAILGUARD_A_ACTIONS_MESSAGES,
		.denial = MAILGUARD_A_REPLIES_MESSAGES,
	}, {
		.place = STATEMENT_POLICY,
		.words = "message-size",
		.rest = "[BYTES] [pass | deny | reset] [reply [CODE] STRING]",
		.what = "limit the size that MAIL declares",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_MESSAGE_SIZE,
		.action = MAILGUARD_A_ACTIONS_MESSAGE_SIZE,
		.denial = MAILGUARD_A_REPLIES_MESSAGE_SIZE,
		.wide = true,
	}, {
		.place = STATEMENT_POLICY,
		.words = "refused-recipients",
		.rest = "[NUMBER] [pass | close | reset]",
		.what = "limit the recipients that the server refuses in a connection",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_REFUSED_RECIPIENTS,
		.action = MAILGUARD_A_ACTIONS_REFUSED_RECIPIENTS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "denied-commands",
		.rest = "[NUMBER] [pass | close | reset]",
		.what = "limit the denied commands of a connection",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_DENIED_COMMANDS,
		.action = MAILGUARD_A_ACTIONS_DENIED_COMMANDS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "auth-failures",
		.rest = "[NUMBER] [pass | close | reset]",
		.what = "limit the failed authentications of a connection",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_AUTH_FAILURES,
		.action = MAILGUARD_A_ACTIONS_AUTH_FAILURES,
	}, {
		.place = STATEMENT_POLICY,
		.words = "junk-commands",
		.rest = "[NUMBER] [pass | close | reset]",
		.what = "limit the commands between two mails",
		.type = SETTING_LIMIT,
		.attr = MAILGUARD_A_POLICY_JUNK_COMMANDS,
		.action = MAILGUARD_A_ACTIONS_JUNK_COMMANDS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "on",
		.rest = "EVENT mark [connection | packet] VALUE[/MASK]",
		.what = "set bits of a mark when something happens",
		.type = SETTING_MARKS,
		.attr = MAILGUARD_A_POLICY_MARKS,
	}, {
		.place = STATEMENT_POLICY,
		.words = "mode",
		.rest = "enforce | monitor",
		.what = "monitor: only count, and let everything pass unchanged",
		.type = SETTING_ACTION,
		.attr = MAILGUARD_A_POLICY_MODE,
	}, {
		.place = STATEMENT_POLICY,
		.words = "event-rate",
		.rest = "NUMBER",
		.what = "how many events of each reason are sent in a second",
		.type = SETTING_NUMBER,
		.attr = MAILGUARD_A_POLICY_EVENT_RATE,
	}, {
		.place = STATEMENT_POLICY,
		.words = "offenders",
		.rest = "after NUMBER EVENT for TIME [mark MASK]",
		.what = "refuse a client for this time after NUMBER events",
		.type = SETTING_OFFENDERS,
		.attr = MAILGUARD_A_POLICY_OFFENDERS,
	}, {
		.place = STATEMENT_MATCH,
		.words = "iifname",
		.rest = "[!=] NAME | { NAME, ... }",
		.what = "the interface where a connection comes in",
	}, {
		.place = STATEMENT_MATCH,
		.words = "ip saddr",
		.rest = "[!=] ADDRESS | { ADDRESS, ... }",
		.what = "the client: an address, a prefix or a range",
	}, {
		.place = STATEMENT_MATCH,
		.words = "ip daddr",
		.rest = "[!=] ADDRESS | { ADDRESS, ... }",
		.what = "the server, as the client names it",
	}, {
		.place = STATEMENT_MATCH,
		.words = "ip6 saddr",
		.rest = "[!=] ADDRESS | { ADDRESS, ... }",
		.what = "the same over IPv6",
	}, {
		.place = STATEMENT_MATCH,
		.words = "ip6 daddr",
		.rest = "[!=] ADDRESS | { ADDRESS, ... }",
		.what = "the same over IPv6",
	},
};

#define STATEMENTS	(sizeof(statements) / sizeof(*statements))

const struct statement *statement_at(size_t i)
{
	return i < STATEMENTS ? &statements[i] : NULL;
}

size_t statement_number(const struct statement *s)
{
	return s - statements;
}

const struct statement *statement_find(enum statement_place place,
				       const char *words)
{
	size_t i;

	for (i = 0; i < STATEMENTS; i++)
		if (statements[i].place == place &&
		    !strcmp(statements[i].words, words))
			return &statements[i];
	return NULL;
}

bool setting_is_list(const struct statement *s)
{
	return s->type == SETTING_VERBS || s->type == SETTING_WORDS ||
	       s->type == SETTING_DOMAINS;
}

#define COUNT(names)	(sizeof(names) / sizeof(*(names)))

const char *setting_action_name(const struct statement *s, unsigned long value)
{
	switch (s->attr) {
	case MAILGUARD_A_POLICY_DENIED_WRITE:
		return value < COUNT(denied_names) ? denied_names[value] : NULL;
	case MAILGUARD_A_POLICY_COMMANDS:
		return value < COUNT(verdict_names) ? verdict_names[value] :
						      NULL;
	case MAILGUARD_A_POLICY_TLS_MINIMUM:
		return value < COUNT(tls_version_names) ?
		       tls_version_names[value] : NULL;
	case MAILGUARD_A_POLICY_MODE:
		return value < COUNT(mode_names) ? mode_names[value] : NULL;
	case MAILGUARD_A_POLICY_MARKS:
	case MAILGUARD_A_POLICY_OFFENDERS:
		return value < COUNT(event_names) ? event_names[value] : NULL;
	default:
		return value < COUNT(action_names) ? action_names[value] : NULL;
	}
}

/* True if @word stands in @text between blanks or brackets. */
static bool has_word(const char *text, const char *word)
{
	static const char between[] = " |[]";
	size_t len;

	for (; text && *text; text += len) {
		text += strspn(text, between);
		len = strcspn(text, between);
		if (len == strlen(word) && !strncmp(text, word, len))
			return true;
	}
	return false;
}

/* The events for which a client can be blamed. */
#define OFFENCES	"denied reset refused-recipient auth-failed early-talk limit"

static bool takes_action(const struct statement *s, const char *name)
{
	if (s->type == SETTING_MARKS)
		return true;
	if (s->type == SETTING_OFFENDERS)
		return has_word(OFFENCES, name);
	return (s->type == SETTING_DENIED || s->type == SETTING_ACTION ||
		s->type == SETTING_VERBS ||
		s->action) && has_word(s->rest, name);
}

bool setting_takes_except(const struct statement *s)
{
	return has_word(s->rest, "!");
}

int setting_action(const struct statement *s, const char *name)
{
	const char *action;
	int i;

	for (i = 0; (action = setting_action_name(s, i)); i++)
		if (!strcmp(action, name) && takes_action(s, name))
			return i;
	return -1;
}

char *setting_permitted_action(const struct statement *s, size_t i)
{
	const char *action;
	size_t value;

	for (value = 0; (action = setting_action_name(s, value)); value++)
		if (takes_action(s, action) && !i--)
			return xstrdup(action);
	return NULL;
}

/* If @words begin with @word, returns what follows it; otherwise NULL. */
static const char *words_behind(const char *words, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(words, word, len))
		return NULL;
	if (!len || !words[len])
		return words + len;
	return words[len] == ' ' ? words + len + 1 : NULL;
}

bool statement_begins(enum statement_place place, const char *word,
		      const char *next)
{
	const struct statement *s;
	const char *rest;
	size_t i;

	for (i = 0; (s = statement_at(i)); i++) {
		rest = s->place == place ? words_behind(s->words, word) : NULL;
		if (rest && (!*rest || !next || words_behind(rest, next)))
			return true;
	}
	return false;
}

void statement_suggest(enum statement_place place, struct suggestion *s)
{
	size_t i;

	for (i = 0; i < STATEMENTS; i++)
		if (statements[i].place == place)
			suggest_offer(s, statements[i].words);
}

/* The words that an abbreviation may stand for. */
struct candidates {
	const struct statement_words *words;
	const char *word;
	const char *array[STATEMENTS];	/* each ends at a blank */
	size_t count;
	bool old;			/* one is of a PIX statement */
	bool whole;			/* the word is one of them, in full */
};

static bool same_word(const char *a, const char *b)
{
	size_t len = strcspn(a, " ");

	return len == strcspn(b, " ") && !strncmp(a, b, len);
}

static void add_candidate(struct candidates *c, const char *word, bool old)
{
	size_t i;

	c->old |= old;
	for (i = 0; i < c->count && !same_word(c->array[i], word); i++)
		;
	if (i == c->count)
		c->array[c->count++] = word;
}

static void find_candidates(struct candidates *c)
{
	const struct statement *s;
	const char *rest;
	size_t i;

	for (i = 0; (s = statement_at(i)) && !c->whole; i++) {
		rest = s->place == c->words->place ?
		       words_behind(s->words, c->words->read) : NULL;
		if (!rest || strncmp(rest, c->word, strlen(c->word)))
			continue;
		c->whole = same_word(rest, c->word);
		if (c->whole)
			c->count = 0;
		add_candidate(c, rest, s->old);
	}
}

/* Returns a list such as "fixup, running-config or startup-config". */
static char *candidates_text(const struct candidates *c)
{
	char *text = xstrdup(""), *longer;
	const char *glue;
	size_t i;

	for (i = 0; i < c->count; i++) {
		glue = !i ? "" : i + 1 == c->count ? " or " : ", ";
		longer = xasprintf("%s%s%.*s", text, glue,
				   (int)strcspn(c->array[i], " "),
				   c->array[i]);
		free(text);
		text = longer;
	}
	return text;
}

int statement_read_word(struct statement_words *words, const char *word,
			const char **whole, char **candidates)
{
	struct candidates c = { .words = words, .word = word };
	size_t end = strlen(words->read);

	if (words->ended)
		return 0;
	find_candidates(&c);
	if (!c.count || (!c.whole && !c.old)) {
		words->ended = true;
		return 0;
	}
	if (c.count > 1) {
		*candidates = candidates_text(&c);
		return -1;
	}
	if (end)
		words->read[end++] = ' ';
	*whole = words->read + end;
	memcpy(words->read + end, c.array[0], strcspn(c.array[0], " "));
	words->read[end + strcspn(c.array[0], " ")] = '\0';
	return 1;
}

char *statement_next_word(const struct statement_words *words, size_t i)
{
	struct candidates c = { .words = words };
	const struct statement *s;
	const char *rest;
	size_t j;

	for (j = 0; (s = statement_at(j)); j++) {
		rest = s->type ? words_behind(s->words, words->read) : NULL;
		if (rest && *rest)
			add_candidate(&c, rest, false);
	}
	if (i >= c.count)
		return NULL;
	return xmemdup(c.array[i], strcspn(c.array[i], " "));
}
