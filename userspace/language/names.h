/* SPDX-License-Identifier: GPL-2.0 */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mailguard.yaml */
#ifndef MAILGUARD_NAMES_H
#define MAILGUARD_NAMES_H

#include "mailguard.h"

static const char * const denied_names[] = {
	[MAILGUARD_DENIED_X] = "x",
	[MAILGUARD_DENIED_NOOP] = "noop",
};

static const char * const verdict_names[] = {
	[MAILGUARD_VERDICT_X] = "x",
	[MAILGUARD_VERDICT_NOOP] = "noop",
	[MAILGUARD_VERDICT_RESET] = "reset",
	[MAILGUARD_VERDICT_LOG] = "log",
};

static const char * const state_names[] = {
	[MAILGUARD_STATE_GREETING] = "greeting",
	[MAILGUARD_STATE_COMMAND] = "command",
	[MAILGUARD_STATE_DATA] = "data",
	[MAILGUARD_STATE_CONTENT] = "content",
	[MAILGUARD_STATE_RELEASED] = "released",
	[MAILGUARD_STATE_ENDED] = "ended",
	[MAILGUARD_STATE_CHUNK] = "chunk",
	[MAILGUARD_STATE_EXCH50] = "exch50",
	[MAILGUARD_STATE_AUTH] = "auth",
	[MAILGUARD_STATE_RESPONSE] = "response",
	[MAILGUARD_STATE_STARTTLS] = "starttls",
	[MAILGUARD_STATE_TLS] = "tls",
	[MAILGUARD_STATE_UNFOLLOWED] = "unfollowed",
};

static const char * const action_names[] = {
	[MAILGUARD_ACTION_PASS] = "pass",
	[MAILGUARD_ACTION_BLANK] = "blank",
	[MAILGUARD_ACTION_DENY] = "deny",
	[MAILGUARD_ACTION_RESET] = "reset",
	[MAILGUARD_ACTION_HOLD] = "hold",
	[MAILGUARD_ACTION_ACCEPT] = "accept",
	[MAILGUARD_ACTION_DROP] = "drop",
	[MAILGUARD_ACTION_DEFANG] = "defang",
	[MAILGUARD_ACTION_LF] = "lf",
	[MAILGUARD_ACTION_NEUTRAL] = "neutral",
	[MAILGUARD_ACTION_MASK] = "mask",
	[MAILGUARD_ACTION_REQUIRE] = "require",
	[MAILGUARD_ACTION_CLOSE] = "close",
};

static const char * const tls_version_names[] = {
	[MAILGUARD_TLS_VERSION_ANY] = "any",
	[MAILGUARD_TLS_VERSION_1_0] = "1.0",
	[MAILGUARD_TLS_VERSION_1_1] = "1.1",
	[MAILGUARD_TLS_VERSION_1_2] = "1.2",
	[MAILGUARD_TLS_VERSION_1_3] = "1.3",
};

static const char * const mode_names[] = {
	[MAILGUARD_MODE_ENFORCE] = "enforce",
	[MAILGUARD_MODE_MONITOR] = "monitor",
};

static const char * const reason_names[] = {
	[MAILGUARD_REASON_CONNECTIONS] = "connections",
	[MAILGUARD_REASON_RELEASED] = "released",
	[MAILGUARD_REASON_LOGGED_COMMANDS] = "logged-commands",
	[MAILGUARD_REASON_COMMANDS] = "commands",
	[MAILGUARD_REASON_MESSAGES] = "messages",
	[MAILGUARD_REASON_RECIPIENTS] = "recipients",
	[MAILGUARD_REASON_REFUSED_RECIPIENTS] = "refused-recipients",
	[MAILGUARD_REASON_AUTH_FAILURES] = "auth-failures",
	[MAILGUARD_REASON_TLS] = "tls",
	[MAILGUARD_REASON_PREAMBLES] = "preambles",
	[MAILGUARD_REASON_BANNER_LINES] = "banner-lines",
	[MAILGUARD_REASON_REPLY_LINES] = "reply-lines",
	[MAILGUARD_REASON_NEUTRAL_LINES] = "neutral-lines",
	[MAILGUARD_REASON_DOWNGRADED] = "downgraded",
	[MAILGUARD_REASON_MASKED_KEYWORDS] = "masked-keywords",
	[MAILGUARD_REASON_MASKED_MECHANISMS] = "masked-mechanisms",
	[MAILGUARD_REASON_DENIED_VERB] = "denied-verb",
	[MAILGUARD_REASON_DENIED_SHORT] = "denied-short",
	[MAILGUARD_REASON_DENIED_BYTE] = "denied-byte",
	[MAILGUARD_REASON_DENIED_ADDRESS] = "denied-address",
	[MAILGUARD_REASON_DENIED_BARE_LF] = "denied-bare-lf",
	[MAILGUARD_REASON_DENIED_CHUNKING] = "denied-chunking",
	[MAILGUARD_REASON_DENIED_MECHANISM] = "denied-mechanism",
	[MAILGUARD_REASON_DENIED_PLAIN] = "denied-plain",
	[MAILGUARD_REASON_LIMIT_RECIPIENTS] = "limit-recipients",
	[MAILGUARD_REASON_LIMIT_MESSAGES] = "limit-messages",
	[MAILGUARD_REASON_LIMIT_SIZE] = "limit-size",
	[MAILGUARD_REASON_LIMIT_REFUSED] = "limit-refused",
	[MAILGUARD_REASON_LIMIT_DENIED] = "limit-denied",
	[MAILGUARD_REASON_LIMIT_AUTH] = "limit-auth",
	[MAILGUARD_REASON_LIMIT_JUNK] = "limit-junk",
	[MAILGUARD_REASON_BARE_LF] = "bare-lf",
	[MAILGUARD_REASON_PIPES] = "pipes",
	[MAILGUARD_REASON_BRACKETS] = "brackets",
	[MAILGUARD_REASON_DEFANGED] = "defanged",
	[MAILGUARD_REASON_UNEXPECTED_REPLY] = "unexpected-reply",
	[MAILGUARD_REASON_URGENT] = "urgent",
	[MAILGUARD_REASON_TCP_OPTIONS] = "tcp-options",
	[MAILGUARD_REASON_MALFORMED_REPLY] = "malformed-reply",
	[MAILGUARD_REASON_LONG_REPLY] = "long-reply",
	[MAILGUARD_REASON_OUT_OF_ORDER] = "out-of-order",
	[MAILGUARD_REASON_BLANKED] = "blanked",
	[MAILGUARD_REASON_REPEATED] = "repeated",
	[MAILGUARD_REASON_HELD_SYN] = "held-syn",
	[MAILGUARD_REASON_HELD_GREETING] = "held-greeting",
	[MAILGUARD_REASON_HELD_DATA] = "held-data",
	[MAILGUARD_REASON_HELD_AUTH] = "held-auth",
	[MAILGUARD_REASON_HELD_STARTTLS] = "held-starttls",
	[MAILGUARD_REASON_HELD_EHLO] = "held-ehlo",
	[MAILGUARD_REASON_HELD_KEYWORD] = "held-keyword",
	[MAILGUARD_REASON_HELD_VERB] = "held-verb",
	[MAILGUARD_REASON_HELD_PIPELINING] = "held-pipelining",
	[MAILGUARD_REASON_HELD_POLICY] = "held-policy",
	[MAILGUARD_REASON_HELD_QUEUE] = "held-queue",
	[MAILGUARD_REASON_HELD_MEMORY] = "held-memory",
	[MAILGUARD_REASON_HELD_MIDSTREAM] = "held-midstream",
	[MAILGUARD_REASON_REORDERED] = "reordered",
	[MAILGUARD_REASON_NO_MEMORY] = "no-memory",
	[MAILGUARD_REASON_FORGED] = "forged",
	[MAILGUARD_REASON_RESET_FOREIGN] = "reset-foreign",
	[MAILGUARD_REASON_RESET_EARLY_TALK] = "reset-early-talk",
	[MAILGUARD_REASON_RESET_LENGTH] = "reset-length",
	[MAILGUARD_REASON_RESET_ADDRESS] = "reset-address",
	[MAILGUARD_REASON_RESET_TRUNCATED] = "reset-truncated",
	[MAILGUARD_REASON_RESET_BARE_LF] = "reset-bare-lf",
	[MAILGUARD_REASON_RESET_COMMAND] = "reset-command",
	[MAILGUARD_REASON_RESET_CHUNK_SIZE] = "reset-chunk-size",
	[MAILGUARD_REASON_RESET_CHUNK] = "reset-chunk",
	[MAILGUARD_REASON_RESET_REPLY] = "reset-reply",
	[MAILGUARD_REASON_RESET_REPLY_LENGTH] = "reset-reply-length",
	[MAILGUARD_REASON_RESET_CONTENT] = "reset-content",
	[MAILGUARD_REASON_RESET_LIMIT] = "reset-limit",
	[MAILGUARD_REASON_RESET_TLS] = "reset-tls",
	[MAILGUARD_REASON_RESET_TLS_VERSION] = "reset-tls-version",
	[MAILGUARD_REASON_RESET_MPTCP] = "reset-mptcp",
	[MAILGUARD_REASON_RESET_MIDSTREAM] = "reset-midstream",
	[MAILGUARD_REASON_RESET_POLICY] = "reset-policy",
	[MAILGUARD_REASON_DENIED_PERCENT] = "denied-percent",
	[MAILGUARD_REASON_DENIED_BANG] = "denied-bang",
	[MAILGUARD_REASON_DENIED_SOURCE_ROUTE] = "denied-source-route",
	[MAILGUARD_REASON_DENIED_DOUBLE_AT] = "denied-double-at",
	[MAILGUARD_REASON_DENIED_QUOTED] = "denied-quoted",
	[MAILGUARD_REASON_DENIED_8BIT] = "denied-8bit",
	[MAILGUARD_REASON_DENIED_NO_DOMAIN] = "denied-no-domain",
	[MAILGUARD_REASON_DENIED_LITERAL] = "denied-literal",
	[MAILGUARD_REASON_DENIED_ADDRESS_LENGTH] = "denied-address-length",
	[MAILGUARD_REASON_DENIED_SENDER] = "denied-sender",
	[MAILGUARD_REASON_DENIED_RECIPIENT] = "denied-recipient",
	[MAILGUARD_REASON_DENIED_HELO_NO_DOT] = "denied-helo-no-dot",
	[MAILGUARD_REASON_DENIED_HELO_LITERAL] = "denied-helo-literal",
	[MAILGUARD_REASON_DENIED_HELO_INVALID] = "denied-helo-invalid",
	[MAILGUARD_REASON_DENIED_HELO] = "denied-helo",
	[MAILGUARD_REASON_DENIED_NO_HELO] = "denied-no-helo",
	[MAILGUARD_REASON_RESET_HELO] = "reset-helo",
	[MAILGUARD_REASON_UNFOLLOWED] = "unfollowed",
	[MAILGUARD_REASON_HELD_REUSED] = "held-reused",
};

static const char * const event_names[] = {
	[MAILGUARD_EVENT_DENIED] = "denied",
	[MAILGUARD_EVENT_RESET] = "reset",
	[MAILGUARD_EVENT_HELD] = "held",
	[MAILGUARD_EVENT_REFUSED_RECIPIENT] = "refused-recipient",
	[MAILGUARD_EVENT_AUTH_FAILED] = "auth-failed",
	[MAILGUARD_EVENT_RECIPIENT] = "recipient",
	[MAILGUARD_EVENT_MESSAGE] = "message",
	[MAILGUARD_EVENT_TLS] = "tls",
	[MAILGUARD_EVENT_EARLY_TALK] = "early-talk",
	[MAILGUARD_EVENT_LIMIT] = "limit",
};

static const char * const mark_names[] = {
	[MAILGUARD_MARK_CONNECTION] = "connection",
	[MAILGUARD_MARK_PACKET] = "packet",
};

static const char * const done_names[] = {
	[MAILGUARD_DONE_PASSED] = "passed",
	[MAILGUARD_DONE_LOGGED] = "logged",
	[MAILGUARD_DONE_EDITED] = "edited",
	[MAILGUARD_DONE_MASKED] = "masked",
	[MAILGUARD_DONE_DENIED] = "denied",
	[MAILGUARD_DONE_HELD] = "held",
	[MAILGUARD_DONE_DROPPED] = "dropped",
	[MAILGUARD_DONE_RESET] = "reset",
};

static const char * const end_names[] = {
	[MAILGUARD_END_FIN] = "fin",
	[MAILGUARD_END_RST_CLIENT] = "rst-client",
	[MAILGUARD_END_RST_SERVER] = "rst-server",
	[MAILGUARD_END_RESET] = "reset",
	[MAILGUARD_END_TIMEOUT] = "timeout",
	[MAILGUARD_END_DELETED] = "deleted",
	[MAILGUARD_END_RELEASED] = "released",
};

static const char * const reason_docs[] = {
	[MAILGUARD_REASON_CONNECTIONS] =
		"Connections guarded.",
	[MAILGUARD_REASON_RELEASED] =
		"Connections that 'no fixup' released from inspection.",
	[MAILGUARD_REASON_LOGGED_COMMANDS] =
		"Commands that passed, and that the policy wants to be counted.",
	[MAILGUARD_REASON_COMMANDS] =
		"Commands passed.",
	[MAILGUARD_REASON_MESSAGES] =
		"Messages passed: ends of data, and last chunks of BDAT.",
	[MAILGUARD_REASON_RECIPIENTS] =
		"Recipients that the server accepted.",
	[MAILGUARD_REASON_REFUSED_RECIPIENTS] =
		"Recipients that the server refused with a 5yz.",
	[MAILGUARD_REASON_AUTH_FAILURES] =
		"Failed authentications: a 535 to AUTH, or a 5yz other than 501 to a response of the client in its SASL exchange.",
	[MAILGUARD_REASON_TLS] =
		"Connections that changed to TLS.",
	[MAILGUARD_REASON_PREAMBLES] =
		"Preambles of the PROXY protocol passed.",
	[MAILGUARD_REASON_BANNER_LINES] =
		"Lines of greetings overwritten with the banner.",
	[MAILGUARD_REASON_REPLY_LINES] =
		"Lines of replies to denied commands that were overwritten.",
	[MAILGUARD_REASON_NEUTRAL_LINES] =
		"Lines of other replies whose wording was replaced.",
	[MAILGUARD_REASON_DOWNGRADED] =
		"EHLO commands rewritten to HELO.",
	[MAILGUARD_REASON_MASKED_KEYWORDS] =
		"Keywords masked in replies to EHLO.",
	[MAILGUARD_REASON_MASKED_MECHANISMS] =
		"SASL mechanisms masked in replies to EHLO.",
	[MAILGUARD_REASON_DENIED_VERB] =
		"Lines denied for their verb.",
	[MAILGUARD_REASON_DENIED_SHORT] =
		"Lines denied because they ended within a verb, or were empty.",
	[MAILGUARD_REASON_DENIED_BYTE] =
		"Lines denied for a byte behind a permitted verb that is neither printable ASCII nor, where UTF-8 is permitted, UTF-8.",
	[MAILGUARD_REASON_DENIED_ADDRESS] =
		"Lines denied for a vertical bar or an angle bracket in an address, or because 'FROM:' or 'TO:' is missing.",
	[MAILGUARD_REASON_DENIED_BARE_LF] =
		"Lines denied for a LF without CR.",
	[MAILGUARD_REASON_DENIED_CHUNKING] =
		"BDAT lines denied because the server did not offer CHUNKING.",
	[MAILGUARD_REASON_DENIED_MECHANISM] =
		"Lines of AUTH or X-EXPS denied for their SASL mechanism.",
	[MAILGUARD_REASON_DENIED_PLAIN] =
		"Lines denied because the policy requires STARTTLS first.",
	[MAILGUARD_REASON_LIMIT_RECIPIENTS] =
		"RCPT lines beyond the limit of recipients of a mail.",
	[MAILGUARD_REASON_LIMIT_MESSAGES] =
		"MAIL lines beyond the limit of messages of a connection.",
	[MAILGUARD_REASON_LIMIT_SIZE] =
		"MAIL lines that declare a message beyond the limit of its size.",
	[MAILGUARD_REASON_LIMIT_REFUSED] =
		"Recipients that the server refused, beyond the limit of a connection.",
	[MAILGUARD_REASON_LIMIT_DENIED] =
		"Denied commands beyond the limit of a connection.",
	[MAILGUARD_REASON_LIMIT_AUTH] =
		"Failed authentications beyond the limit of a connection.",
	[MAILGUARD_REASON_LIMIT_JUNK] =
		"Commands that belong to no mail, beyond the limit between two mails.",
	[MAILGUARD_REASON_BARE_LF] =
		"Command lines that ended in LF without CR and passed.",
	[MAILGUARD_REASON_PIPES] =
		"Vertical bars in addresses that passed or were overwritten with a blank.",
	[MAILGUARD_REASON_BRACKETS] =
		"Angle brackets that do not delimit an address, and passed or were overwritten with a blank.",
	[MAILGUARD_REASON_DEFANGED] =
		"Ends of data that only some servers recognise, made plain text by a blank behind the dot.",
	[MAILGUARD_REASON_UNEXPECTED_REPLY] =
		"Replies that no command asked for, and that passed.",
	[MAILGUARD_REASON_URGENT] =
		"TCP urgent flags cleared.",
	[MAILGUARD_REASON_TCP_OPTIONS] =
		"Packets whose TCP options were overwritten in part, because they could hide or reorder the stream.",
	[MAILGUARD_REASON_MALFORMED_REPLY] =
		"Lines of the server without a reply code, or with another violation of RFC 5321.",
	[MAILGUARD_REASON_LONG_REPLY] =
		"Lines of the server that were too long and passed.",
	[MAILGUARD_REASON_OUT_OF_ORDER] =
		"Segments of content or TLS that arrived out of order and passed.",
	[MAILGUARD_REASON_BLANKED] =
		"Segments retransmitted after they were acknowledged. They were filled with blanks.",
	[MAILGUARD_REASON_REPEATED] =
		"Segments retransmitted before they were acknowledged. They passed as they were sent on the first time.",
	[MAILGUARD_REASON_HELD_SYN] =
		"SYNs that carried data, which was cut off.",
	[MAILGUARD_REASON_HELD_GREETING] =
		"Segments held back because the client sent them before the greeting.",
	[MAILGUARD_REASON_HELD_DATA] =
		"Segments held back because the client sent them before the reply to DATA or XEXCH50, or to an end of data that is one only under 'end-of-data lf'.",
	[MAILGUARD_REASON_HELD_AUTH] =
		"Segments held back because the client sent them before the reply to AUTH.",
	[MAILGUARD_REASON_HELD_STARTTLS] =
		"Segments held back because the client sent them before the reply to STARTTLS.",
	[MAILGUARD_REASON_HELD_EHLO] =
		"Lines held back because the reply to EHLO or HELO is outstanding, and decides whether they are BDAT, or are denied.",
	[MAILGUARD_REASON_HELD_KEYWORD] =
		"Segments of the server that ended within an EHLO keyword. They were cut before the keyword, which the server retransmits as a whole.",
	[MAILGUARD_REASON_HELD_VERB] =
		"Segments held back because they ended behind the first letter of a command that may be beyond a limit.",
	[MAILGUARD_REASON_HELD_PIPELINING] =
		"Commands held back because the reply to an earlier one is outstanding.",
	[MAILGUARD_REASON_HELD_POLICY] =
		"Commands held back because a new policy applies to them, and the reply to an earlier one is outstanding.",
	[MAILGUARD_REASON_HELD_QUEUE] =
		"Commands held back because too many replies are outstanding.",
	[MAILGUARD_REASON_HELD_MEMORY] =
		"Segments held back because too many bytes are not acknowledged, or more than the memory budget permits.",
	[MAILGUARD_REASON_HELD_MIDSTREAM] =
		"Segments held back because their connection was first seen in its middle. Their receivers are asked for the next sequence number, with which the connection is then reset.",
	[MAILGUARD_REASON_REORDERED] =
		"Segments that arrived out of order and were dropped or cut. The sender retransmits them.",
	[MAILGUARD_REASON_NO_MEMORY] =
		"Packets dropped because there was no memory, or because packets of their kind cannot be edited. The sender retransmits the data in another packet.",
	[MAILGUARD_REASON_FORGED] =
		"Packets dropped because they claimed to be from the server, but came in on another interface than the one by which the client's SYN went out. SYN-ACKs dropped because they answered no SYN.",
	[MAILGUARD_REASON_RESET_FOREIGN] =
		"Connections reset because the client spoke HTTP, SSH or TLS in plain text, or something other than a PROXY preamble before the greeting.",
	[MAILGUARD_REASON_RESET_EARLY_TALK] =
		"Connections reset because the client sent something before the greeting.",
	[MAILGUARD_REASON_RESET_LENGTH] =
		"Connections reset for a command line that was too long.",
	[MAILGUARD_REASON_RESET_ADDRESS] =
		"Connections reset for an address that the policy does not permit.",
	[MAILGUARD_REASON_RESET_TRUNCATED] =
		"Connections reset for a line that ended within a verb.",
	[MAILGUARD_REASON_RESET_BARE_LF] =
		"Connections reset for a LF without CR.",
	[MAILGUARD_REASON_RESET_COMMAND] =
		"Connections reset for a verb.",
	[MAILGUARD_REASON_RESET_CHUNK_SIZE] =
		"Connections reset for a BDAT or XEXCH50 whose argument is not a valid number of bytes.",
	[MAILGUARD_REASON_RESET_CHUNK] =
		"Connections reset for a denied BDAT or XEXCH50 whose extension the server offered. The bytes that follow such a line are not commands.",
	[MAILGUARD_REASON_RESET_REPLY] =
		"Connections reset for a reply that no command asked for.",
	[MAILGUARD_REASON_RESET_REPLY_LENGTH] =
		"Connections reset for a line of the server that was too long.",
	[MAILGUARD_REASON_RESET_CONTENT] =
		"Connections reset for an end of data that only some servers recognise, or for one that came when the bytes behind it had passed out of order as content already.",
	[MAILGUARD_REASON_RESET_LIMIT] =
		"Connections reset because a limit was exceeded, after a 421 if the policy says so.",
	[MAILGUARD_REASON_RESET_TLS] =
		"Connections reset for bytes that are not in a TLS record.",
	[MAILGUARD_REASON_RESET_TLS_VERSION] =
		"Connections reset because the server selected a lower version of TLS than tls-minimum, or sent something else before its version.",
	[MAILGUARD_REASON_RESET_MPTCP] =
		"Packets answered with a reset because they used Multipath TCP in the middle of a connection.",
	[MAILGUARD_REASON_RESET_MIDSTREAM] =
		"Packets answered with a reset because their connection was first seen in its middle, or was not inspected for a while.",
	[MAILGUARD_REASON_RESET_POLICY] =
		"Packets answered with a reset because their policy does not exist in this namespace. They are counted with the policy 'default'.",
	[MAILGUARD_REASON_DENIED_PERCENT] =
		"Lines denied for a percent sign in an address.",
	[MAILGUARD_REASON_DENIED_BANG] =
		"Lines denied for an exclamation mark in an address.",
	[MAILGUARD_REASON_DENIED_SOURCE_ROUTE] =
		"Lines denied for a source route.",
	[MAILGUARD_REASON_DENIED_DOUBLE_AT] =
		"Lines denied for a second at sign in an address.",
	[MAILGUARD_REASON_DENIED_QUOTED] =
		"Lines denied for a quoted string in an address.",
	[MAILGUARD_REASON_DENIED_8BIT] =
		"Lines denied for UTF-8 in an address.",
	[MAILGUARD_REASON_DENIED_NO_DOMAIN] =
		"Lines denied for an address without a domain.",
	[MAILGUARD_REASON_DENIED_LITERAL] =
		"Lines denied for an address literal.",
	[MAILGUARD_REASON_DENIED_ADDRESS_LENGTH] =
		"Lines denied for an address, local part or domain too long.",
	[MAILGUARD_REASON_DENIED_SENDER] =
		"Lines denied for the domain of the sender.",
	[MAILGUARD_REASON_DENIED_RECIPIENT] =
		"Lines denied for the domain of the recipient.",
	[MAILGUARD_REASON_DENIED_HELO_NO_DOT] =
		"HELO or EHLO denied because its name has no dot.",
	[MAILGUARD_REASON_DENIED_HELO_LITERAL] =
		"HELO or EHLO denied for an address literal.",
	[MAILGUARD_REASON_DENIED_HELO_INVALID] =
		"HELO or EHLO denied because no host has such a name.",
	[MAILGUARD_REASON_DENIED_HELO] =
		"HELO or EHLO denied because helo-domains does not permit the name.",
	[MAILGUARD_REASON_DENIED_NO_HELO] =
		"Lines denied because there was no HELO or EHLO with a permitted name before.",
	[MAILGUARD_REASON_RESET_HELO] =
		"Connections reset for the name in HELO or EHLO.",
	[MAILGUARD_REASON_UNFOLLOWED] =
		"Connections of a policy with 'mode monitor' that pass unread from some point on, because their dialogue could not be followed any more.",
	[MAILGUARD_REASON_HELD_REUSED] =
		"SYN-ACKs dropped because their connection began on the conntrack entry of an older one. Conntrack forgets that entry, and the client's next SYN begins the connection on a new one.",
};

#endif
