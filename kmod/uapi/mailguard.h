/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mailguard.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_MAILGUARD_H
#define _UAPI_LINUX_MAILGUARD_H

/*
 * The interface between the command mailguard and the module
 * nf_conntrack_smtp. Every operation acts on the network namespace of the
 * socket. Requests are validated strictly. If one is refused, the extended ACK
 * has a message and, if one attribute is the cause, the offset of that
 * attribute.
 */
#define MAILGUARD_FAMILY_NAME		"mailguard"

#define MAILGUARD_FAMILY_VERSION	1

/*
 * Longest policy name in bytes. The name of the helper is "smtp-" and this
 * name. NF_CT_HELPER_NAME_LEN has room for 15 bytes and a NUL, but libnftnl,
 * at least 1.2.4, aborts if it reads more than 14.
 */
#define MAILGUARD_POLICY_NAME_MAX	9

/* Name of the policy that always exists. */
#define MAILGUARD_POLICY_DEFAULT	"default"

/*
 * Name of the helper of the policy "default". The helper of another policy
 * NAME is smtp-NAME.
 */
#define MAILGUARD_HELPER_NAME		"smtp"

/* Longest text of an overlay, in bytes. */
#define MAILGUARD_TEXT_MAX		64
/* Longest text of an event, in bytes. */
#define MAILGUARD_EVENT_TEXT_MAX	64
/* Longest list of characters that an overlay keeps, in bytes. */
#define MAILGUARD_KEEP_MAX		128
/* Longest verb that a policy may permit, in bytes. */
#define MAILGUARD_VERB_MAX		16
/* Longest EHLO keyword or SASL mechanism that a policy may list, in bytes. */
#define MAILGUARD_WORD_MAX		24
/* Most domains of a set. */
#define MAILGUARD_DOMAINS_MAX		4096
/* Longest domain of a set, in bytes. */
#define MAILGUARD_DOMAIN_MAX		255
/* Smallest line length that a policy may set, in bytes with the CRLF. */
#define MAILGUARD_LINE_MIN		64
/* Largest line length that a policy may set, in bytes with the CRLF. */
#define MAILGUARD_LINE_MAX		12288
/* Most events after which a client is an offender. */
#define MAILGUARD_OFFENDERS_AFTER_MAX	1000
/* Longest time for which a client is an offender, in seconds. */
#define MAILGUARD_OFFENDERS_TIME_MAX	604800
/* The bits of the connection's mark that tell of offences, by default. */
#define MAILGUARD_OFFENDERS_MASK	4278190080

/**
 * enum mailguard_denied_write - What is written over a denied command.
 * @MAILGUARD_DENIED_X: X overwrites the line from the first byte that is not
 *   permitted.
 * @MAILGUARD_DENIED_NOOP: NOOP and blanks overwrite a line that is denied from
 *   its first byte on. X overwrites any other line.
 */
enum mailguard_denied_write {
	MAILGUARD_DENIED_X,
	MAILGUARD_DENIED_NOOP,
};

/**
 * enum mailguard_verdict - What becomes of a single command.
 * @MAILGUARD_VERDICT_X: X overwrites the line from the first byte that is not
 *   permitted.
 * @MAILGUARD_VERDICT_NOOP: NOOP and blanks overwrite the line.
 * @MAILGUARD_VERDICT_RESET: Both ends get a RST.
 * @MAILGUARD_VERDICT_LOG: It passes and is counted.
 */
enum mailguard_verdict {
	MAILGUARD_VERDICT_X,
	MAILGUARD_VERDICT_NOOP,
	MAILGUARD_VERDICT_RESET,
	MAILGUARD_VERDICT_LOG,
};

/**
 * enum mailguard_state - Where the dialogue stands.
 * @MAILGUARD_STATE_GREETING: The server has not greeted yet.
 * @MAILGUARD_STATE_COMMAND: The client sends commands, and the server replies.
 * @MAILGUARD_STATE_DATA: The module waits for the reply to DATA, or to an end
 *   of data that only a server whose lines end in LF recognises.
 * @MAILGUARD_STATE_CONTENT: The client sends the content of a mail.
 * @MAILGUARD_STATE_RELEASED: The connection passes unchanged and is not
 *   inspected.
 * @MAILGUARD_STATE_ENDED: The connection was reset, and nothing passes any
 *   more.
 * @MAILGUARD_STATE_CHUNK: The client sends the bytes that BDAT or XEXCH50
 *   announced.
 * @MAILGUARD_STATE_EXCH50: The module waits for the reply to XEXCH50.
 * @MAILGUARD_STATE_AUTH: The module waits for the reply to AUTH, or to a
 *   response of the client in its SASL exchange.
 * @MAILGUARD_STATE_RESPONSE: The server has replied 334, and the client is to
 *   respond.
 * @MAILGUARD_STATE_STARTTLS: The module waits for the reply to STARTTLS.
 * @MAILGUARD_STATE_TLS: Both sides send TLS records.
 * @MAILGUARD_STATE_UNFOLLOWED: The connection passes unread, because the
 *   policy only monitors it, and its dialogue could not be followed any more.
 */
enum mailguard_state {
	MAILGUARD_STATE_GREETING,
	MAILGUARD_STATE_COMMAND,
	MAILGUARD_STATE_DATA,
	MAILGUARD_STATE_CONTENT,
	MAILGUARD_STATE_RELEASED,
	MAILGUARD_STATE_ENDED,
	MAILGUARD_STATE_CHUNK,
	MAILGUARD_STATE_EXCH50,
	MAILGUARD_STATE_AUTH,
	MAILGUARD_STATE_RESPONSE,
	MAILGUARD_STATE_STARTTLS,
	MAILGUARD_STATE_TLS,
	MAILGUARD_STATE_UNFOLLOWED,
};

/**
 * enum mailguard_action - What the policy does about an anomaly.
 * @MAILGUARD_ACTION_PASS: It passes and is counted.
 * @MAILGUARD_ACTION_BLANK: A blank overwrites the byte.
 * @MAILGUARD_ACTION_DENY: The line is denied from that byte on. If the anomaly
 *   is an offer of the server, the offer is masked.
 * @MAILGUARD_ACTION_RESET: Both ends get a RST.
 * @MAILGUARD_ACTION_HOLD: It is held back until it is permitted.
 * @MAILGUARD_ACTION_ACCEPT: It may pass once, if it is well formed.
 * @MAILGUARD_ACTION_DROP: The packet is dropped.
 * @MAILGUARD_ACTION_DEFANG: A blank overwrites the byte behind the dot, so
 *   that the line does not end the content.
 * @MAILGUARD_ACTION_LF: The server ends lines at LF, so it is an end of data.
 * @MAILGUARD_ACTION_NEUTRAL: A neutral text overwrites it.
 * @MAILGUARD_ACTION_MASK: The offer is masked, and the command is denied.
 * @MAILGUARD_ACTION_REQUIRE: Commands that need it are denied before it.
 * @MAILGUARD_ACTION_CLOSE: The next reply becomes a 421, and then both ends
 *   get a RST. This waits until the client knows what became of each of its
 *   mails.
 */
enum mailguard_action {
	MAILGUARD_ACTION_PASS,
	MAILGUARD_ACTION_BLANK,
	MAILGUARD_ACTION_DENY,
	MAILGUARD_ACTION_RESET,
	MAILGUARD_ACTION_HOLD,
	MAILGUARD_ACTION_ACCEPT,
	MAILGUARD_ACTION_DROP,
	MAILGUARD_ACTION_DEFANG,
	MAILGUARD_ACTION_LF,
	MAILGUARD_ACTION_NEUTRAL,
	MAILGUARD_ACTION_MASK,
	MAILGUARD_ACTION_REQUIRE,
	MAILGUARD_ACTION_CLOSE,

	/* private: */
	__MAILGUARD_ACTION_MAX,
	MAILGUARD_ACTION_MAX = (__MAILGUARD_ACTION_MAX - 1)
};

/**
 * enum mailguard_tls_version - A version of TLS.
 * @MAILGUARD_TLS_VERSION_ANY: Any version.
 * @MAILGUARD_TLS_VERSION_1_0: TLS 1.0 (RFC 2246).
 * @MAILGUARD_TLS_VERSION_1_1: TLS 1.1 (RFC 4346).
 * @MAILGUARD_TLS_VERSION_1_2: TLS 1.2 (RFC 5246).
 * @MAILGUARD_TLS_VERSION_1_3: TLS 1.3 (RFC 8446).
 */
enum mailguard_tls_version {
	MAILGUARD_TLS_VERSION_ANY,
	MAILGUARD_TLS_VERSION_1_0,
	MAILGUARD_TLS_VERSION_1_1,
	MAILGUARD_TLS_VERSION_1_2,
	MAILGUARD_TLS_VERSION_1_3,
};

/**
 * enum mailguard_mode - What a policy does with what it judges.
 * @MAILGUARD_MODE_ENFORCE: It edits, holds back and resets.
 * @MAILGUARD_MODE_MONITOR: It counts only, and everything passes as it came.
 */
enum mailguard_mode {
	MAILGUARD_MODE_ENFORCE,
	MAILGUARD_MODE_MONITOR,
};

/**
 * enum mailguard_reason - What the module counts, and the reasons for what it
 *   does.
 * @MAILGUARD_REASON_CONNECTIONS: Connections guarded.
 * @MAILGUARD_REASON_RELEASED: Connections that "no fixup" released from
 *   inspection.
 * @MAILGUARD_REASON_LOGGED_COMMANDS: Commands that passed, and that the policy
 *   wants to be counted.
 * @MAILGUARD_REASON_COMMANDS: Commands passed.
 * @MAILGUARD_REASON_MESSAGES: Messages passed: ends of data, and last chunks
 *   of BDAT.
 * @MAILGUARD_REASON_RECIPIENTS: Recipients that the server accepted.
 * @MAILGUARD_REASON_REFUSED_RECIPIENTS: Recipients that the server refused
 *   with a 5yz.
 * @MAILGUARD_REASON_AUTH_FAILURES: Failed authentications: a 535 to AUTH, or a
 *   5yz other than 501 to a response of the client in its SASL exchange.
 * @MAILGUARD_REASON_TLS: Connections that changed to TLS.
 * @MAILGUARD_REASON_PREAMBLES: Preambles of the PROXY protocol passed.
 * @MAILGUARD_REASON_BANNER_LINES: Lines of greetings overwritten with the
 *   banner.
 * @MAILGUARD_REASON_REPLY_LINES: Lines of replies to denied commands that were
 *   overwritten.
 * @MAILGUARD_REASON_NEUTRAL_LINES: Lines of other replies whose wording was
 *   replaced.
 * @MAILGUARD_REASON_DOWNGRADED: EHLO commands rewritten to HELO.
 * @MAILGUARD_REASON_MASKED_KEYWORDS: Keywords masked in replies to EHLO.
 * @MAILGUARD_REASON_MASKED_MECHANISMS: SASL mechanisms masked in replies to
 *   EHLO.
 * @MAILGUARD_REASON_DENIED_VERB: Lines denied for their verb.
 * @MAILGUARD_REASON_DENIED_SHORT: Lines denied because they ended within a
 *   verb, or were empty.
 * @MAILGUARD_REASON_DENIED_BYTE: Lines denied for a byte behind a permitted
 *   verb that is neither printable ASCII nor, where UTF-8 is permitted, UTF-8.
 * @MAILGUARD_REASON_DENIED_ADDRESS: Lines denied for a vertical bar or an
 *   angle bracket in an address, or because "FROM:" or "TO:" is missing.
 * @MAILGUARD_REASON_DENIED_BARE_LF: Lines denied for a LF without CR.
 * @MAILGUARD_REASON_DENIED_CHUNKING: BDAT lines denied because the server did
 *   not offer CHUNKING.
 * @MAILGUARD_REASON_DENIED_MECHANISM: Lines of AUTH or X-EXPS denied for their
 *   SASL mechanism.
 * @MAILGUARD_REASON_DENIED_PLAIN: Lines denied because the policy requires
 *   STARTTLS first.
 * @MAILGUARD_REASON_LIMIT_RECIPIENTS: RCPT lines beyond the limit of
 *   recipients of a mail.
 * @MAILGUARD_REASON_LIMIT_MESSAGES: MAIL lines beyond the limit of messages of
 *   a connection.
 * @MAILGUARD_REASON_LIMIT_SIZE: MAIL lines that declare a message beyond the
 *   limit of its size.
 * @MAILGUARD_REASON_LIMIT_REFUSED: Recipients that the server refused, beyond
 *   the limit of a connection.
 * @MAILGUARD_REASON_LIMIT_DENIED: Denied commands beyond the limit of a
 *   connection.
 * @MAILGUARD_REASON_LIMIT_AUTH: Failed authentications beyond the limit of a
 *   connection.
 * @MAILGUARD_REASON_LIMIT_JUNK: Commands that belong to no mail, beyond the
 *   limit between two mails.
 * @MAILGUARD_REASON_BARE_LF: Command lines that ended in LF without CR and
 *   passed.
 * @MAILGUARD_REASON_PIPES: Vertical bars in addresses that passed or were
 *   overwritten with a blank.
 * @MAILGUARD_REASON_BRACKETS: Angle brackets that do not delimit an address,
 *   and passed or were overwritten with a blank.
 * @MAILGUARD_REASON_DEFANGED: Ends of data that only some servers recognise,
 *   made plain text by a blank behind the dot.
 * @MAILGUARD_REASON_UNEXPECTED_REPLY: Replies that no command asked for, and
 *   that passed.
 * @MAILGUARD_REASON_URGENT: TCP urgent flags cleared.
 * @MAILGUARD_REASON_TCP_OPTIONS: Packets whose TCP options were overwritten in
 *   part, because they could hide or reorder the stream.
 * @MAILGUARD_REASON_MALFORMED_REPLY: Lines of the server without a reply code,
 *   or with another violation of RFC 5321.
 * @MAILGUARD_REASON_LONG_REPLY: Lines of the server that were too long and
 *   passed.
 * @MAILGUARD_REASON_OUT_OF_ORDER: Segments of content or TLS that arrived out
 *   of order and passed.
 * @MAILGUARD_REASON_BLANKED: Segments retransmitted after they were
 *   acknowledged. They were filled with blanks.
 * @MAILGUARD_REASON_REPEATED: Segments retransmitted before they were
 *   acknowledged. They passed as they were sent on the first time.
 * @MAILGUARD_REASON_HELD_SYN: SYNs that carried data, which was cut off.
 * @MAILGUARD_REASON_HELD_GREETING: Segments held back because the client sent
 *   them before the greeting.
 * @MAILGUARD_REASON_HELD_DATA: Segments held back because the client sent them
 *   before the reply to DATA or XEXCH50, or to an end of data that is one only
 *   under "end-of-data lf".
 * @MAILGUARD_REASON_HELD_AUTH: Segments held back because the client sent them
 *   before the reply to AUTH.
 * @MAILGUARD_REASON_HELD_STARTTLS: Segments held back because the client sent
 *   them before the reply to STARTTLS.
 * @MAILGUARD_REASON_HELD_EHLO: Lines held back because the reply to EHLO or
 *   HELO is outstanding, and decides whether they are BDAT, or are denied.
 * @MAILGUARD_REASON_HELD_KEYWORD: Segments of the server that ended within an
 *   EHLO keyword. They were cut before the keyword, which the server
 *   retransmits as a whole.
 * @MAILGUARD_REASON_HELD_VERB: Segments held back because they ended behind
 *   the first letter of a command that may be beyond a limit.
 * @MAILGUARD_REASON_HELD_PIPELINING: Commands held back because the reply to
 *   an earlier one is outstanding.
 * @MAILGUARD_REASON_HELD_POLICY: Commands held back because a new policy
 *   applies to them, and the reply to an earlier one is outstanding.
 * @MAILGUARD_REASON_HELD_QUEUE: Commands held back because too many replies
 *   are outstanding.
 * @MAILGUARD_REASON_HELD_MEMORY: Segments held back because too many bytes are
 *   not acknowledged, or more than the memory budget permits.
 * @MAILGUARD_REASON_HELD_MIDSTREAM: Segments held back because their
 *   connection was first seen in its middle. Their receivers are asked for the
 *   next sequence number, with which the connection is then reset.
 * @MAILGUARD_REASON_REORDERED: Segments that arrived out of order and were
 *   dropped or cut. The sender retransmits them.
 * @MAILGUARD_REASON_NO_MEMORY: Packets dropped because there was no memory, or
 *   because packets of their kind cannot be edited. The sender retransmits the
 *   data in another packet.
 * @MAILGUARD_REASON_FORGED: Packets dropped because they claimed to be from
 *   the server, but came in on another interface than the one by which the
 *   client's SYN went out. SYN-ACKs dropped because they answered no SYN.
 * @MAILGUARD_REASON_RESET_FOREIGN: Connections reset because the client spoke
 *   HTTP, SSH or TLS in plain text, or something other than a PROXY preamble
 *   before the greeting.
 * @MAILGUARD_REASON_RESET_EARLY_TALK: Connections reset because the client
 *   sent something before the greeting.
 * @MAILGUARD_REASON_RESET_LENGTH: Connections reset for a command line that
 *   was too long.
 * @MAILGUARD_REASON_RESET_ADDRESS: Connections reset for an address that the
 *   policy does not permit.
 * @MAILGUARD_REASON_RESET_TRUNCATED: Connections reset for a line that ended
 *   within a verb.
 * @MAILGUARD_REASON_RESET_BARE_LF: Connections reset for a LF without CR.
 * @MAILGUARD_REASON_RESET_COMMAND: Connections reset for a verb.
 * @MAILGUARD_REASON_RESET_CHUNK_SIZE: Connections reset for a BDAT or XEXCH50
 *   whose argument is not a valid number of bytes.
 * @MAILGUARD_REASON_RESET_CHUNK: Connections reset for a denied BDAT or
 *   XEXCH50 whose extension the server offered. The bytes that follow such a
 *   line are not commands.
 * @MAILGUARD_REASON_RESET_REPLY: Connections reset for a reply that no command
 *   asked for.
 * @MAILGUARD_REASON_RESET_REPLY_LENGTH: Connections reset for a line of the
 *   server that was too long.
 * @MAILGUARD_REASON_RESET_CONTENT: Connections reset for an end of data that
 *   only some servers recognise, or for one that came when the bytes behind it
 *   had passed out of order as content already.
 * @MAILGUARD_REASON_RESET_LIMIT: Connections reset because a limit was
 *   exceeded, after a 421 if the policy says so.
 * @MAILGUARD_REASON_RESET_TLS: Connections reset for bytes that are not in a
 *   TLS record.
 * @MAILGUARD_REASON_RESET_TLS_VERSION: Connections reset because the server
 *   selected a lower version of TLS than tls-minimum, or sent something else
 *   before its version.
 * @MAILGUARD_REASON_RESET_MPTCP: Packets answered with a reset because they
 *   used Multipath TCP in the middle of a connection.
 * @MAILGUARD_REASON_RESET_MIDSTREAM: Packets answered with a reset because
 *   their connection was first seen in its middle, or was not inspected for a
 *   while.
 * @MAILGUARD_REASON_RESET_POLICY: Packets answered with a reset because their
 *   policy does not exist in this namespace. They are counted with the policy
 *   "default".
 * @MAILGUARD_REASON_DENIED_PERCENT: Lines denied for a percent sign in an
 *   address.
 * @MAILGUARD_REASON_DENIED_BANG: Lines denied for an exclamation mark in an
 *   address.
 * @MAILGUARD_REASON_DENIED_SOURCE_ROUTE: Lines denied for a source route.
 * @MAILGUARD_REASON_DENIED_DOUBLE_AT: Lines denied for a second at sign in an
 *   address.
 * @MAILGUARD_REASON_DENIED_QUOTED: Lines denied for a quoted string in an
 *   address.
 * @MAILGUARD_REASON_DENIED_8BIT: Lines denied for UTF-8 in an address.
 * @MAILGUARD_REASON_DENIED_NO_DOMAIN: Lines denied for an address without a
 *   domain.
 * @MAILGUARD_REASON_DENIED_LITERAL: Lines denied for an address literal.
 * @MAILGUARD_REASON_DENIED_ADDRESS_LENGTH: Lines denied for an address, local
 *   part or domain too long.
 * @MAILGUARD_REASON_DENIED_SENDER: Lines denied for the domain of the sender.
 * @MAILGUARD_REASON_DENIED_RECIPIENT: Lines denied for the domain of the
 *   recipient.
 * @MAILGUARD_REASON_DENIED_HELO_NO_DOT: HELO or EHLO denied because its name
 *   has no dot.
 * @MAILGUARD_REASON_DENIED_HELO_LITERAL: HELO or EHLO denied for an address
 *   literal.
 * @MAILGUARD_REASON_DENIED_HELO_INVALID: HELO or EHLO denied because no host
 *   has such a name.
 * @MAILGUARD_REASON_DENIED_HELO: HELO or EHLO denied because helo-domains does
 *   not permit the name.
 * @MAILGUARD_REASON_DENIED_NO_HELO: Lines denied because there was no HELO or
 *   EHLO with a permitted name before.
 * @MAILGUARD_REASON_RESET_HELO: Connections reset for the name in HELO or
 *   EHLO.
 * @MAILGUARD_REASON_UNFOLLOWED: Connections of a policy with "mode monitor"
 *   that pass unread from some point on, because their dialogue could not be
 *   followed any more.
 * @MAILGUARD_REASON_HELD_REUSED: SYN-ACKs dropped because their connection
 *   began on the conntrack entry of an older one. Conntrack forgets that
 *   entry, and the client's next SYN begins the connection on a new one.
 */
enum mailguard_reason {
	MAILGUARD_REASON_CONNECTIONS,
	MAILGUARD_REASON_RELEASED,
	MAILGUARD_REASON_LOGGED_COMMANDS,
	MAILGUARD_REASON_COMMANDS,
	MAILGUARD_REASON_MESSAGES,
	MAILGUARD_REASON_RECIPIENTS,
	MAILGUARD_REASON_REFUSED_RECIPIENTS,
	MAILGUARD_REASON_AUTH_FAILURES,
	MAILGUARD_REASON_TLS,
	MAILGUARD_REASON_PREAMBLES,
	MAILGUARD_REASON_BANNER_LINES,
	MAILGUARD_REASON_REPLY_LINES,
	MAILGUARD_REASON_NEUTRAL_LINES,
	MAILGUARD_REASON_DOWNGRADED,
	MAILGUARD_REASON_MASKED_KEYWORDS,
	MAILGUARD_REASON_MASKED_MECHANISMS,
	MAILGUARD_REASON_DENIED_VERB,
	MAILGUARD_REASON_DENIED_SHORT,
	MAILGUARD_REASON_DENIED_BYTE,
	MAILGUARD_REASON_DENIED_ADDRESS,
	MAILGUARD_REASON_DENIED_BARE_LF,
	MAILGUARD_REASON_DENIED_CHUNKING,
	MAILGUARD_REASON_DENIED_MECHANISM,
	MAILGUARD_REASON_DENIED_PLAIN,
	MAILGUARD_REASON_LIMIT_RECIPIENTS,
	MAILGUARD_REASON_LIMIT_MESSAGES,
	MAILGUARD_REASON_LIMIT_SIZE,
	MAILGUARD_REASON_LIMIT_REFUSED,
	MAILGUARD_REASON_LIMIT_DENIED,
	MAILGUARD_REASON_LIMIT_AUTH,
	MAILGUARD_REASON_LIMIT_JUNK,
	MAILGUARD_REASON_BARE_LF,
	MAILGUARD_REASON_PIPES,
	MAILGUARD_REASON_BRACKETS,
	MAILGUARD_REASON_DEFANGED,
	MAILGUARD_REASON_UNEXPECTED_REPLY,
	MAILGUARD_REASON_URGENT,
	MAILGUARD_REASON_TCP_OPTIONS,
	MAILGUARD_REASON_MALFORMED_REPLY,
	MAILGUARD_REASON_LONG_REPLY,
	MAILGUARD_REASON_OUT_OF_ORDER,
	MAILGUARD_REASON_BLANKED,
	MAILGUARD_REASON_REPEATED,
	MAILGUARD_REASON_HELD_SYN,
	MAILGUARD_REASON_HELD_GREETING,
	MAILGUARD_REASON_HELD_DATA,
	MAILGUARD_REASON_HELD_AUTH,
	MAILGUARD_REASON_HELD_STARTTLS,
	MAILGUARD_REASON_HELD_EHLO,
	MAILGUARD_REASON_HELD_KEYWORD,
	MAILGUARD_REASON_HELD_VERB,
	MAILGUARD_REASON_HELD_PIPELINING,
	MAILGUARD_REASON_HELD_POLICY,
	MAILGUARD_REASON_HELD_QUEUE,
	MAILGUARD_REASON_HELD_MEMORY,
	MAILGUARD_REASON_HELD_MIDSTREAM,
	MAILGUARD_REASON_REORDERED,
	MAILGUARD_REASON_NO_MEMORY,
	MAILGUARD_REASON_FORGED,
	MAILGUARD_REASON_RESET_FOREIGN,
	MAILGUARD_REASON_RESET_EARLY_TALK,
	MAILGUARD_REASON_RESET_LENGTH,
	MAILGUARD_REASON_RESET_ADDRESS,
	MAILGUARD_REASON_RESET_TRUNCATED,
	MAILGUARD_REASON_RESET_BARE_LF,
	MAILGUARD_REASON_RESET_COMMAND,
	MAILGUARD_REASON_RESET_CHUNK_SIZE,
	MAILGUARD_REASON_RESET_CHUNK,
	MAILGUARD_REASON_RESET_REPLY,
	MAILGUARD_REASON_RESET_REPLY_LENGTH,
	MAILGUARD_REASON_RESET_CONTENT,
	MAILGUARD_REASON_RESET_LIMIT,
	MAILGUARD_REASON_RESET_TLS,
	MAILGUARD_REASON_RESET_TLS_VERSION,
	MAILGUARD_REASON_RESET_MPTCP,
	MAILGUARD_REASON_RESET_MIDSTREAM,
	MAILGUARD_REASON_RESET_POLICY,
	MAILGUARD_REASON_DENIED_PERCENT,
	MAILGUARD_REASON_DENIED_BANG,
	MAILGUARD_REASON_DENIED_SOURCE_ROUTE,
	MAILGUARD_REASON_DENIED_DOUBLE_AT,
	MAILGUARD_REASON_DENIED_QUOTED,
	MAILGUARD_REASON_DENIED_8BIT,
	MAILGUARD_REASON_DENIED_NO_DOMAIN,
	MAILGUARD_REASON_DENIED_LITERAL,
	MAILGUARD_REASON_DENIED_ADDRESS_LENGTH,
	MAILGUARD_REASON_DENIED_SENDER,
	MAILGUARD_REASON_DENIED_RECIPIENT,
	MAILGUARD_REASON_DENIED_HELO_NO_DOT,
	MAILGUARD_REASON_DENIED_HELO_LITERAL,
	MAILGUARD_REASON_DENIED_HELO_INVALID,
	MAILGUARD_REASON_DENIED_HELO,
	MAILGUARD_REASON_DENIED_NO_HELO,
	MAILGUARD_REASON_RESET_HELO,
	MAILGUARD_REASON_UNFOLLOWED,
	MAILGUARD_REASON_HELD_REUSED,

	/* private: */
	__MAILGUARD_REASON_MAX,
	MAILGUARD_REASON_MAX = (__MAILGUARD_REASON_MAX - 1)
};

/**
 * enum mailguard_event - What can set a mark.
 * @MAILGUARD_EVENT_DENIED: A command line was denied.
 * @MAILGUARD_EVENT_RESET: The connection was reset.
 * @MAILGUARD_EVENT_HELD: Bytes were held back until they are permitted.
 * @MAILGUARD_EVENT_REFUSED_RECIPIENT: The server replied 5yz to RCPT.
 * @MAILGUARD_EVENT_AUTH_FAILED: The server replied 535 to AUTH, or a 5yz other
 *   than 501 to a response of the client in its SASL exchange.
 * @MAILGUARD_EVENT_RECIPIENT: The server replied 2yz to RCPT.
 * @MAILGUARD_EVENT_MESSAGE: The content of a message ended.
 * @MAILGUARD_EVENT_TLS: The connection changed to TLS.
 * @MAILGUARD_EVENT_EARLY_TALK: The client sent something before the greeting.
 * @MAILGUARD_EVENT_LIMIT: A limit of the policy was exceeded.
 */
enum mailguard_event {
	MAILGUARD_EVENT_DENIED,
	MAILGUARD_EVENT_RESET,
	MAILGUARD_EVENT_HELD,
	MAILGUARD_EVENT_REFUSED_RECIPIENT,
	MAILGUARD_EVENT_AUTH_FAILED,
	MAILGUARD_EVENT_RECIPIENT,
	MAILGUARD_EVENT_MESSAGE,
	MAILGUARD_EVENT_TLS,
	MAILGUARD_EVENT_EARLY_TALK,
	MAILGUARD_EVENT_LIMIT,

	/* private: */
	__MAILGUARD_EVENT_MAX,
	MAILGUARD_EVENT_MAX = (__MAILGUARD_EVENT_MAX - 1)
};

/**
 * enum mailguard_mark_kind - Which mark an event sets.
 * @MAILGUARD_MARK_CONNECTION: The mark of the connection.
 * @MAILGUARD_MARK_PACKET: The mark of the packet in which the event happened.
 */
enum mailguard_mark_kind {
	MAILGUARD_MARK_CONNECTION,
	MAILGUARD_MARK_PACKET,

	/* private: */
	__MAILGUARD_MARK_MAX,
	MAILGUARD_MARK_MAX = (__MAILGUARD_MARK_MAX - 1)
};

/**
 * enum mailguard_done - What was done because of a reason.
 * @MAILGUARD_DONE_PASSED: It passed.
 * @MAILGUARD_DONE_LOGGED: It passed, and it is told because it matters to an
 *   operator.
 * @MAILGUARD_DONE_EDITED: It passed with some bytes replaced.
 * @MAILGUARD_DONE_MASKED: It was masked in the reply of the server.
 * @MAILGUARD_DONE_DENIED: The command was overwritten.
 * @MAILGUARD_DONE_HELD: It was held back until it is permitted.
 * @MAILGUARD_DONE_DROPPED: The packet was dropped.
 * @MAILGUARD_DONE_RESET: The connection is reset.
 */
enum mailguard_done {
	MAILGUARD_DONE_PASSED,
	MAILGUARD_DONE_LOGGED,
	MAILGUARD_DONE_EDITED,
	MAILGUARD_DONE_MASKED,
	MAILGUARD_DONE_DENIED,
	MAILGUARD_DONE_HELD,
	MAILGUARD_DONE_DROPPED,
	MAILGUARD_DONE_RESET,
};

/**
 * enum mailguard_end - Why a connection ended.
 * @MAILGUARD_END_FIN: Both sides closed it.
 * @MAILGUARD_END_RST_CLIENT: The client reset it.
 * @MAILGUARD_END_RST_SERVER: The server reset it.
 * @MAILGUARD_END_RESET: The module reset it.
 * @MAILGUARD_END_TIMEOUT: No packet came for so long that conntrack forgot it.
 * @MAILGUARD_END_DELETED: Its conntrack entry was deleted.
 * @MAILGUARD_END_RELEASED: It was released from inspection, and may go on.
 */
enum mailguard_end {
	MAILGUARD_END_FIN,
	MAILGUARD_END_RST_CLIENT,
	MAILGUARD_END_RST_SERVER,
	MAILGUARD_END_RESET,
	MAILGUARD_END_TIMEOUT,
	MAILGUARD_END_DELETED,
	MAILGUARD_END_RELEASED,
};

/**
 * enum mailguard_policy_attr - A policy.
 * @MAILGUARD_A_POLICY_NAME: string. 1 to 9 of [A-Za-z0-9._-]; the first is a
 *   letter or a digit.
 * @MAILGUARD_A_POLICY_CHECK: flag. Validate the policy, but do not add it.
 *   Adding it later may still fail, if there is no memory or there are too
 *   many policies.
 * @MAILGUARD_A_POLICY_BANNER: nest of &enum mailguard_overlay_attr. Overlay
 *   for the greeting. Without it the greeting passes unchanged.
 * @MAILGUARD_A_POLICY_COMMANDS: nest of &enum mailguard_commands_attr. The
 *   permitted commands.
 * @MAILGUARD_A_POLICY_DENIED_WRITE: u8, &enum mailguard_denied_write. What is
 *   written over a denied command; x by default.
 * @MAILGUARD_A_POLICY_DENIED_REPLY: nest of &enum mailguard_overlay_attr.
 *   Overlay for the reply to a denied command. Without it the reply of the
 *   server passes unchanged.
 * @MAILGUARD_A_POLICY_EHLO_DOWNGRADE: flag. Rewrite EHLO to HELO in place.
 * @MAILGUARD_A_POLICY_LINE_LENGTH: u16. Longest command line, in bytes with
 *   the CRLF; 512 by default (RFC 5321, section 4.5.3.1.4).
 * @MAILGUARD_A_POLICY_LINE_LENGTH_MAIL: u16. The same for MAIL, RCPT and other
 *   commands to which extensions add parameters; 2048 by default.
 * @MAILGUARD_A_POLICY_ACTIONS: nest of &enum mailguard_actions_attr. What is
 *   done about each anomaly.
 * @MAILGUARD_A_POLICY_REPLY_LINE_LENGTH: u16. Longest line of a reply, in
 *   bytes with the CRLF; 512 by default (RFC 5321, section 4.5.3.1.5).
 * @MAILGUARD_A_POLICY_KEYWORDS: nest of &enum mailguard_words_attr. The
 *   keywords that pass in the reply to EHLO; all others are masked. Without it
 *   keywords pass unless their command is denied.
 * @MAILGUARD_A_POLICY_AUTH_MECHANISMS: nest of &enum mailguard_words_attr. The
 *   SASL mechanisms that pass in the server's offer and in AUTH and X-EXPS;
 *   without it all pass. This list has no "except".
 * @MAILGUARD_A_POLICY_ADDRESS_LENGTH: u16. Longest address, in bytes without
 *   the angle brackets; 254 by default (RFC 5321, section 4.5.3.1.3).
 * @MAILGUARD_A_POLICY_LOCAL_PART_LENGTH: u16. Longest local part of an
 *   address, in bytes; 64 by default (RFC 5321, section 4.5.3.1.1).
 * @MAILGUARD_A_POLICY_DOMAIN_LENGTH: u16. Longest domain of an address, in
 *   bytes; 255 by default (RFC 5321, section 4.5.3.1.2).
 * @MAILGUARD_A_POLICY_TLS_MINIMUM: u8, &enum mailguard_tls_version. Lowest
 *   version of TLS that the server may select; any by default. With a lower
 *   one the connection is reset.
 * @MAILGUARD_A_POLICY_REPLIES: nest of &enum mailguard_replies_attr. The
 *   replies to commands denied for a reason other than their verb.
 * @MAILGUARD_A_POLICY_RECIPIENTS: u16. How many RCPT a mail may have, whether
 *   the server accepts them or not; not limited by default.
 * @MAILGUARD_A_POLICY_MESSAGES: u16. How many messages a client may send in a
 *   connection; not limited by default.
 * @MAILGUARD_A_POLICY_MESSAGE_SIZE: u32. How many bytes a message may have by
 *   the SIZE that MAIL declares (RFC 1870); not limited by default.
 * @MAILGUARD_A_POLICY_REFUSED_RECIPIENTS: u16. How many recipients the server
 *   may refuse (5yz to RCPT) in a connection; not limited by default.
 * @MAILGUARD_A_POLICY_DENIED_COMMANDS: u16. How many commands may be denied in
 *   a connection; not limited by default.
 * @MAILGUARD_A_POLICY_AUTH_FAILURES: u16. How many authentications may fail
 *   (535) in a connection; not limited by default.
 * @MAILGUARD_A_POLICY_JUNK_COMMANDS: u16. How many commands other than MAIL,
 *   RCPT, DATA, BDAT and BURL may come between two mails; not limited by
 *   default.
 * @MAILGUARD_A_POLICY_SENDER_DOMAINS: nest of &enum mailguard_domains_attr.
 *   The domains of senders that pass; without it all pass.
 * @MAILGUARD_A_POLICY_RECIPIENT_DOMAINS: nest of &enum mailguard_domains_attr.
 *   The domains of recipients that pass; without it all pass.
 * @MAILGUARD_A_POLICY_MARKS: nest of &enum mailguard_marks_attr. The marks
 *   that events set.
 * @MAILGUARD_A_POLICY_HELO_DOMAINS: nest of &enum mailguard_domains_attr. The
 *   names in HELO and EHLO that pass; without it all pass.
 * @MAILGUARD_A_POLICY_MODE: u8, &enum mailguard_mode. What the policy does
 *   with what it judges; enforce by default. A connection keeps the mode with
 *   which it began.
 * @MAILGUARD_A_POLICY_EVENT_RATE: u16. How many events of each reason are sent
 *   in a second; 100 by default.
 * @MAILGUARD_A_POLICY_OFFENDERS: nest of &enum mailguard_offenders_attr. Which
 *   clients may not connect for some time.
 */
enum mailguard_policy_attr {
	MAILGUARD_A_POLICY_NAME = 1,
	MAILGUARD_A_POLICY_CHECK,
	MAILGUARD_A_POLICY_BANNER,
	MAILGUARD_A_POLICY_COMMANDS,
	MAILGUARD_A_POLICY_DENIED_WRITE,
	MAILGUARD_A_POLICY_DENIED_REPLY,
	MAILGUARD_A_POLICY_EHLO_DOWNGRADE,
	MAILGUARD_A_POLICY_LINE_LENGTH,
	MAILGUARD_A_POLICY_LINE_LENGTH_MAIL,
	MAILGUARD_A_POLICY_ACTIONS,
	MAILGUARD_A_POLICY_REPLY_LINE_LENGTH,
	MAILGUARD_A_POLICY_KEYWORDS,
	MAILGUARD_A_POLICY_AUTH_MECHANISMS,
	MAILGUARD_A_POLICY_ADDRESS_LENGTH,
	MAILGUARD_A_POLICY_LOCAL_PART_LENGTH,
	MAILGUARD_A_POLICY_DOMAIN_LENGTH,
	MAILGUARD_A_POLICY_TLS_MINIMUM,
	MAILGUARD_A_POLICY_REPLIES,
	MAILGUARD_A_POLICY_RECIPIENTS,
	MAILGUARD_A_POLICY_MESSAGES,
	MAILGUARD_A_POLICY_MESSAGE_SIZE,
	MAILGUARD_A_POLICY_REFUSED_RECIPIENTS,
	MAILGUARD_A_POLICY_DENIED_COMMANDS,
	MAILGUARD_A_POLICY_AUTH_FAILURES,
	MAILGUARD_A_POLICY_JUNK_COMMANDS,
	MAILGUARD_A_POLICY_SENDER_DOMAINS,
	MAILGUARD_A_POLICY_RECIPIENT_DOMAINS,
	MAILGUARD_A_POLICY_MARKS,
	MAILGUARD_A_POLICY_HELO_DOMAINS,
	MAILGUARD_A_POLICY_MODE,
	MAILGUARD_A_POLICY_EVENT_RATE,
	MAILGUARD_A_POLICY_OFFENDERS,

	/* private: */
	__MAILGUARD_A_POLICY_MAX,
	MAILGUARD_A_POLICY_MAX = (__MAILGUARD_A_POLICY_MAX - 1)
};

/**
 * enum mailguard_commands_attr - The permitted commands.
 * @MAILGUARD_A_COMMANDS_VERB: string, repeated. A verb that the module knows,
 *   in any case.
 * @MAILGUARD_A_COMMANDS_OWN: string, repeated. A verb that the module does not
 *   know, in any case. It consists of letters, digits and hyphens. A reply and
 *   the next command must follow its line.
 * @MAILGUARD_A_COMMANDS_JUDGED: nest of &enum mailguard_command_attr,
 *   repeated. A verb with a verdict of its own.
 */
enum mailguard_commands_attr {
	MAILGUARD_A_COMMANDS_VERB = 1,
	MAILGUARD_A_COMMANDS_OWN,
	MAILGUARD_A_COMMANDS_JUDGED,

	/* private: */
	__MAILGUARD_A_COMMANDS_MAX,
	MAILGUARD_A_COMMANDS_MAX = (__MAILGUARD_A_COMMANDS_MAX - 1)
};

/**
 * enum mailguard_command_attr - A command with a verdict of its own.
 * @MAILGUARD_A_COMMAND_VERB: string. A verb that the module knows, in any
 *   case.
 * @MAILGUARD_A_COMMAND_OWN: string. A verb that the module does not know,
 *   instead of "verb".
 * @MAILGUARD_A_COMMAND_VERDICT: u8, &enum mailguard_verdict. What becomes of
 *   it; x by default.
 * @MAILGUARD_A_COMMAND_REPLY: nest of &enum mailguard_overlay_attr. Overlay
 *   for the reply, if the verdict is x or noop; that of a denied command by
 *   default.
 */
enum mailguard_command_attr {
	MAILGUARD_A_COMMAND_VERB = 1,
	MAILGUARD_A_COMMAND_OWN,
	MAILGUARD_A_COMMAND_VERDICT,
	MAILGUARD_A_COMMAND_REPLY,

	/* private: */
	__MAILGUARD_A_COMMAND_MAX,
	MAILGUARD_A_COMMAND_MAX = (__MAILGUARD_A_COMMAND_MAX - 1)
};

/**
 * enum mailguard_actions_attr - What is done about each anomaly.
 * @MAILGUARD_A_ACTIONS_PIPE: u8, &enum mailguard_action. A vertical bar in an
 *   address of MAIL, RCPT, SEND, SOML, SAML, VRFY or EXPN: pass, blank, deny
 *   (default) or reset.
 * @MAILGUARD_A_ACTIONS_BRACKETS: u8, &enum mailguard_action. An angle bracket
 *   in such an address that does not delimit it and is not in a quoted string:
 *   pass, blank, deny (default) or reset.
 * @MAILGUARD_A_ACTIONS_TRUNCATED: u8, &enum mailguard_action. A line that ends
 *   within a verb, or is empty: deny (default) or reset.
 * @MAILGUARD_A_ACTIONS_BARE_LF: u8, &enum mailguard_action. A LF without CR in
 *   a command line: pass (default) as the end of the line, deny or reset.
 * @MAILGUARD_A_ACTIONS_REPLY: u8, &enum mailguard_action. A reply that the
 *   dialogue did not call for: pass or reset (default). A success in the
 *   middle of content is always reset.
 * @MAILGUARD_A_ACTIONS_PIPELINING: u8, &enum mailguard_action. A command that
 *   the client sends before the replies to all earlier ones: pass (default) or
 *   hold.
 * @MAILGUARD_A_ACTIONS_END_OF_DATA: u8, &enum mailguard_action. An end of data
 *   that only some servers recognise: reset (default), defang or lf.
 * @MAILGUARD_A_ACTIONS_PROXY_PROTOCOL: u8, &enum mailguard_action. A preamble
 *   of the PROXY protocol before the greeting: hold (default) or accept.
 * @MAILGUARD_A_ACTIONS_ASYMMETRIC: u8, &enum mailguard_action. A packet of the
 *   server that comes in on another interface than the one by which the
 *   client's SYN went out: drop (default) or pass.
 * @MAILGUARD_A_ACTIONS_PRDR: u8, &enum mailguard_action. An offer of the
 *   server to reply to the end of data for each recipient (PRDR): deny
 *   (default) masks the offer, pass supports it.
 * @MAILGUARD_A_ACTIONS_REPLY_LENGTH: u8, &enum mailguard_action. A line of a
 *   reply longer than reply-line-length: pass (default) or reset. The line
 *   always passes while the client does not know whether the server took its
 *   mail, because a reset would make the client send it again.
 * @MAILGUARD_A_ACTIONS_WORDING: u8, &enum mailguard_action. The wording of
 *   replies that no other overlay overwrites: pass (default) or neutral. The
 *   code, the enhanced status code, EHLO keywords and challenges of AUTH stay.
 * @MAILGUARD_A_ACTIONS_PERCENT: u8, &enum mailguard_action. A percent sign in
 *   an address, quoted or not: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_BANG: u8, &enum mailguard_action. An exclamation mark
 *   in an address, quoted or not: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_SOURCE_ROUTE: u8, &enum mailguard_action. An address
 *   that begins with an at sign: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_DOUBLE_AT: u8, &enum mailguard_action. A second at sign
 *   in an address, quoted or not, behind a source route: pass (default), deny
 *   or reset.
 * @MAILGUARD_A_ACTIONS_QUOTED: u8, &enum mailguard_action. A quoted string in
 *   an address: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_8BIT: u8, &enum mailguard_action. A byte above 127 in
 *   an address, where the server offers SMTPUTF8: pass (default), deny or
 *   reset.
 * @MAILGUARD_A_ACTIONS_NO_DOMAIN: u8, &enum mailguard_action. An address of
 *   MAIL or RCPT without a domain, or without angle brackets, but for the null
 *   sender and the recipient postmaster: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_LITERAL: u8, &enum mailguard_action. A domain that
 *   begins with a square bracket: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_ADDRESS_LENGTH: u8, &enum mailguard_action. An address
 *   longer than address-length: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_LOCAL_PART_LENGTH: u8, &enum mailguard_action. A local
 *   part longer than local-part-length: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_DOMAIN_LENGTH: u8, &enum mailguard_action. A domain
 *   longer than domain-length: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_EARLY_TALK: u8, &enum mailguard_action. Something other
 *   than a PROXY preamble that the client sends before the greeting: hold
 *   (default) or reset.
 * @MAILGUARD_A_ACTIONS_STARTTLS: u8, &enum mailguard_action. STARTTLS: pass
 *   (default) if it is among the permitted commands, mask, or require: then
 *   only EHLO, HELO, NOOP, RSET, QUIT and STARTTLS pass in plain text.
 * @MAILGUARD_A_ACTIONS_RECIPIENTS: u8, &enum mailguard_action. A RCPT beyond
 *   the limit: pass, deny (default), close or reset.
 * @MAILGUARD_A_ACTIONS_MESSAGES: u8, &enum mailguard_action. A MAIL behind the
 *   last message of the limit: pass, deny, close (default) or reset.
 * @MAILGUARD_A_ACTIONS_MESSAGE_SIZE: u8, &enum mailguard_action. A MAIL that
 *   declares too many bytes: pass, deny (default) or reset.
 * @MAILGUARD_A_ACTIONS_REFUSED_RECIPIENTS: u8, &enum mailguard_action. A
 *   refused recipient beyond the limit: pass, close (default) or reset.
 * @MAILGUARD_A_ACTIONS_DENIED_COMMANDS: u8, &enum mailguard_action. A denied
 *   command beyond the limit: pass, close (default) or reset.
 * @MAILGUARD_A_ACTIONS_AUTH_FAILURES: u8, &enum mailguard_action. A failed
 *   authentication beyond the limit: pass, close (default) or reset.
 * @MAILGUARD_A_ACTIONS_JUNK_COMMANDS: u8, &enum mailguard_action. A command
 *   beyond this limit: pass, close (default) or reset.
 * @MAILGUARD_A_ACTIONS_FOREIGN: u8, &enum mailguard_action. A line by which a
 *   client of HTTP, SSH or TLS begins to speak: deny, as any command that is
 *   not permitted, or reset (default).
 * @MAILGUARD_A_ACTIONS_HELO_NO_DOT: u8, &enum mailguard_action. A name without
 *   a dot in HELO or EHLO, or none: pass (default), deny or reset. Under this
 *   and the other checks of that name, MAIL, AUTH and STARTTLS are denied
 *   until HELO or EHLO with a permitted name.
 * @MAILGUARD_A_ACTIONS_HELO_LITERAL: u8, &enum mailguard_action. An address
 *   literal in HELO or EHLO: pass (default), deny or reset.
 * @MAILGUARD_A_ACTIONS_HELO_INVALID: u8, &enum mailguard_action. A name in
 *   HELO or EHLO that no host has, or none: pass (default), deny or reset.
 */
enum mailguard_actions_attr {
	MAILGUARD_A_ACTIONS_PIPE = 1,
	MAILGUARD_A_ACTIONS_BRACKETS,
	MAILGUARD_A_ACTIONS_TRUNCATED,
	MAILGUARD_A_ACTIONS_BARE_LF,
	MAILGUARD_A_ACTIONS_REPLY,
	MAILGUARD_A_ACTIONS_PIPELINING,
	MAILGUARD_A_ACTIONS_END_OF_DATA,
	MAILGUARD_A_ACTIONS_PROXY_PROTOCOL,
	MAILGUARD_A_ACTIONS_ASYMMETRIC,
	MAILGUARD_A_ACTIONS_PRDR,
	MAILGUARD_A_ACTIONS_REPLY_LENGTH,
	MAILGUARD_A_ACTIONS_WORDING,
	MAILGUARD_A_ACTIONS_PERCENT,
	MAILGUARD_A_ACTIONS_BANG,
	MAILGUARD_A_ACTIONS_SOURCE_ROUTE,
	MAILGUARD_A_ACTIONS_DOUBLE_AT,
	MAILGUARD_A_ACTIONS_QUOTED,
	MAILGUARD_A_ACTIONS_8BIT,
	MAILGUARD_A_ACTIONS_NO_DOMAIN,
	MAILGUARD_A_ACTIONS_LITERAL,
	MAILGUARD_A_ACTIONS_ADDRESS_LENGTH,
	MAILGUARD_A_ACTIONS_LOCAL_PART_LENGTH,
	MAILGUARD_A_ACTIONS_DOMAIN_LENGTH,
	MAILGUARD_A_ACTIONS_EARLY_TALK,
	MAILGUARD_A_ACTIONS_STARTTLS,
	MAILGUARD_A_ACTIONS_RECIPIENTS,
	MAILGUARD_A_ACTIONS_MESSAGES,
	MAILGUARD_A_ACTIONS_MESSAGE_SIZE,
	MAILGUARD_A_ACTIONS_REFUSED_RECIPIENTS,
	MAILGUARD_A_ACTIONS_DENIED_COMMANDS,
	MAILGUARD_A_ACTIONS_AUTH_FAILURES,
	MAILGUARD_A_ACTIONS_JUNK_COMMANDS,
	MAILGUARD_A_ACTIONS_FOREIGN,
	MAILGUARD_A_ACTIONS_HELO_NO_DOT,
	MAILGUARD_A_ACTIONS_HELO_LITERAL,
	MAILGUARD_A_ACTIONS_HELO_INVALID,

	/* private: */
	__MAILGUARD_A_ACTIONS_MAX,
	MAILGUARD_A_ACTIONS_MAX = (__MAILGUARD_A_ACTIONS_MAX - 1)
};

/**
 * enum mailguard_replies_attr - The replies to commands denied for a reason
 * other than their verb.
 * @MAILGUARD_A_REPLIES_STARTTLS: nest of &enum mailguard_overlay_attr. Reply
 *   to a command that must wait for STARTTLS.
 * @MAILGUARD_A_REPLIES_RECIPIENTS: nest of &enum mailguard_overlay_attr. Reply
 *   to a RCPT beyond the limit.
 * @MAILGUARD_A_REPLIES_MESSAGES: nest of &enum mailguard_overlay_attr. Reply
 *   to a MAIL beyond the limit of messages.
 * @MAILGUARD_A_REPLIES_MESSAGE_SIZE: nest of &enum mailguard_overlay_attr.
 *   Reply to a MAIL that declares too many bytes.
 */
enum mailguard_replies_attr {
	MAILGUARD_A_REPLIES_STARTTLS = 1,
	MAILGUARD_A_REPLIES_RECIPIENTS,
	MAILGUARD_A_REPLIES_MESSAGES,
	MAILGUARD_A_REPLIES_MESSAGE_SIZE,

	/* private: */
	__MAILGUARD_A_REPLIES_MAX,
	MAILGUARD_A_REPLIES_MAX = (__MAILGUARD_A_REPLIES_MAX - 1)
};

/**
 * enum mailguard_marks_attr - The marks that events set.
 * @MAILGUARD_A_MARKS_MARK: nest of &enum mailguard_mark_attr, repeated. One
 *   mark; the last one for an event and a kind of mark counts.
 */
enum mailguard_marks_attr {
	MAILGUARD_A_MARKS_MARK = 1,

	/* private: */
	__MAILGUARD_A_MARKS_MAX,
	MAILGUARD_A_MARKS_MAX = (__MAILGUARD_A_MARKS_MAX - 1)
};

/**
 * enum mailguard_mark_attr - A mark that an event sets.
 * @MAILGUARD_A_MARK_EVENT: u8, &enum mailguard_event. The event.
 * @MAILGUARD_A_MARK_KIND: u8, &enum mailguard_mark_kind. Which mark it sets.
 * @MAILGUARD_A_MARK_VALUE: u32. The value of the bits in the mask.
 * @MAILGUARD_A_MARK_MASK: u32. Which bits are set; the others stay as they
 *   are.
 */
enum mailguard_mark_attr {
	MAILGUARD_A_MARK_EVENT = 1,
	MAILGUARD_A_MARK_KIND,
	MAILGUARD_A_MARK_VALUE,
	MAILGUARD_A_MARK_MASK,

	/* private: */
	__MAILGUARD_A_MARK_MAX,
	MAILGUARD_A_MARK_MAX = (__MAILGUARD_A_MARK_MAX - 1)
};

/**
 * enum mailguard_overlay_attr - What is written over the lines of a reply.
 * @MAILGUARD_A_OVERLAY_CODE: u16. Code written over the reply code. Without it
 *   the code is not changed.
 * @MAILGUARD_A_OVERLAY_TEXT: string. Text of printable ASCII, written over
 *   each line from its fifth byte on.
 * @MAILGUARD_A_OVERLAY_FILL: u8. Character of printable ASCII, written over
 *   everything that follows the text; a blank by default.
 * @MAILGUARD_A_OVERLAY_KEEP: string. Characters of printable ASCII over which
 *   the fill is not written.
 */
enum mailguard_overlay_attr {
	MAILGUARD_A_OVERLAY_CODE = 1,
	MAILGUARD_A_OVERLAY_TEXT,
	MAILGUARD_A_OVERLAY_FILL,
	MAILGUARD_A_OVERLAY_KEEP,

	/* private: */
	__MAILGUARD_A_OVERLAY_MAX,
	MAILGUARD_A_OVERLAY_MAX = (__MAILGUARD_A_OVERLAY_MAX - 1)
};

/**
 * enum mailguard_connection_attr - A guarded connection, and what happened to
 * it.
 * @MAILGUARD_A_CONNECTION_ID: u32. Number of the connection, unique in the
 *   namespace while it exists.
 * @MAILGUARD_A_CONNECTION_POLICY: string. Name of its policy.
 * @MAILGUARD_A_CONNECTION_STATE: u8, &enum mailguard_state. Where the dialogue
 *   stands.
 * @MAILGUARD_A_CONNECTION_CLIENT: binary. Address of the client, 4 or 16
 *   bytes.
 * @MAILGUARD_A_CONNECTION_CLIENT_PORT: u16, network byte order. Port of the
 *   client.
 * @MAILGUARD_A_CONNECTION_ADDRESS: binary. Address that the client connected
 *   to.
 * @MAILGUARD_A_CONNECTION_PORT: u16, network byte order. Port that the client
 *   connected to.
 * @MAILGUARD_A_CONNECTION_SERVER: binary. Address of the server, which differs
 *   from the former under NAT.
 * @MAILGUARD_A_CONNECTION_SERVER_PORT: u16, network byte order. Port of the
 *   server.
 * @MAILGUARD_A_CONNECTION_PASSED: u32. Commands passed.
 * @MAILGUARD_A_CONNECTION_DENIED: u32. Commands denied.
 * @MAILGUARD_A_CONNECTION_MODE: u8, &enum mailguard_mode. The mode with which
 *   it began.
 * @MAILGUARD_A_CONNECTION_PAD: pad. Padding.
 * @MAILGUARD_A_CONNECTION_NUMBER: u64. Counts the events of the namespace
 *   while somebody listens. One that is missing was lost.
 * @MAILGUARD_A_CONNECTION_TIME: u64. When it happened, in nanoseconds of
 *   CLOCK_REALTIME.
 * @MAILGUARD_A_CONNECTION_REASON: u32, &enum mailguard_reason. What is counted
 *   for it. At the end of a connection, why the module reset it, if it did.
 * @MAILGUARD_A_CONNECTION_DONE: u8, &enum mailguard_done. What was done.
 * @MAILGUARD_A_CONNECTION_TEXT: binary. The command or keyword concerned as it
 *   was sent, without its CRLF, as far as one packet has it. Of AUTH only the
 *   mechanism is told, and no response of a SASL exchange.
 * @MAILGUARD_A_CONNECTION_CODE: u16. The code of the reply concerned.
 * @MAILGUARD_A_CONNECTION_SERVER_NAME: string. The name of the server that the
 *   client's ClientHello asks for.
 * @MAILGUARD_A_CONNECTION_COUNT: u32. How many of these happened in one
 *   packet, if several.
 * @MAILGUARD_A_CONNECTION_SUPPRESSED: u32. How many more of this reason and
 *   this policy happened since the last event of theirs, beyond the rate that
 *   the policy sets.
 * @MAILGUARD_A_CONNECTION_END: u8, &enum mailguard_end. Why the connection
 *   ended.
 * @MAILGUARD_A_CONNECTION_DURATION: u64. How long it lasted from its SYN-ACK
 *   on, in nanoseconds.
 * @MAILGUARD_A_CONNECTION_CLIENT_BYTES: u32. How many bytes the client sent
 *   that passed, without repetitions, modulo 2^32. If a connection is not
 *   followed any more, up to there.
 * @MAILGUARD_A_CONNECTION_SERVER_BYTES: u32. The same for the server.
 * @MAILGUARD_A_CONNECTION_MESSAGES: u16. How many messages ended; 65535 is
 *   that many or more.
 * @MAILGUARD_A_CONNECTION_RECIPIENTS: u16. How many recipients the server
 *   accepted; likewise.
 * @MAILGUARD_A_CONNECTION_REFUSED_RECIPIENTS: u16. How many recipients the
 *   server refused with a 5yz; likewise.
 * @MAILGUARD_A_CONNECTION_TLS: flag. The connection changed to TLS.
 */
enum mailguard_connection_attr {
	MAILGUARD_A_CONNECTION_ID = 1,
	MAILGUARD_A_CONNECTION_POLICY,
	MAILGUARD_A_CONNECTION_STATE,
	MAILGUARD_A_CONNECTION_CLIENT,
	MAILGUARD_A_CONNECTION_CLIENT_PORT,
	MAILGUARD_A_CONNECTION_ADDRESS,
	MAILGUARD_A_CONNECTION_PORT,
	MAILGUARD_A_CONNECTION_SERVER,
	MAILGUARD_A_CONNECTION_SERVER_PORT,
	MAILGUARD_A_CONNECTION_PASSED,
	MAILGUARD_A_CONNECTION_DENIED,
	MAILGUARD_A_CONNECTION_MODE,
	MAILGUARD_A_CONNECTION_PAD,
	MAILGUARD_A_CONNECTION_NUMBER,
	MAILGUARD_A_CONNECTION_TIME,
	MAILGUARD_A_CONNECTION_REASON,
	MAILGUARD_A_CONNECTION_DONE,
	MAILGUARD_A_CONNECTION_TEXT,
	MAILGUARD_A_CONNECTION_CODE,
	MAILGUARD_A_CONNECTION_SERVER_NAME,
	MAILGUARD_A_CONNECTION_COUNT,
	MAILGUARD_A_CONNECTION_SUPPRESSED,
	MAILGUARD_A_CONNECTION_END,
	MAILGUARD_A_CONNECTION_DURATION,
	MAILGUARD_A_CONNECTION_CLIENT_BYTES,
	MAILGUARD_A_CONNECTION_SERVER_BYTES,
	MAILGUARD_A_CONNECTION_MESSAGES,
	MAILGUARD_A_CONNECTION_RECIPIENTS,
	MAILGUARD_A_CONNECTION_REFUSED_RECIPIENTS,
	MAILGUARD_A_CONNECTION_TLS,

	/* private: */
	__MAILGUARD_A_CONNECTION_MAX,
	MAILGUARD_A_CONNECTION_MAX = (__MAILGUARD_A_CONNECTION_MAX - 1)
};

/**
 * enum mailguard_release_attr - Which connections are released from
 * inspection.
 * @MAILGUARD_A_RELEASE_FIRST: u16. First port of a range of ports that clients
 *   connected to.
 * @MAILGUARD_A_RELEASE_LAST: u16. Last port of the range.
 */
enum mailguard_release_attr {
	MAILGUARD_A_RELEASE_FIRST = 1,
	MAILGUARD_A_RELEASE_LAST,

	/* private: */
	__MAILGUARD_A_RELEASE_MAX,
	MAILGUARD_A_RELEASE_MAX = (__MAILGUARD_A_RELEASE_MAX - 1)
};

/**
 * enum mailguard_counters_attr - The counters of a policy.
 * @MAILGUARD_A_COUNTERS_POLICY: string. Name of the policy.
 * @MAILGUARD_A_COUNTERS_COUNTER: nest of &enum mailguard_counter_attr,
 *   repeated. One counter for each reason.
 */
enum mailguard_counters_attr {
	MAILGUARD_A_COUNTERS_POLICY = 1,
	MAILGUARD_A_COUNTERS_COUNTER,

	/* private: */
	__MAILGUARD_A_COUNTERS_MAX,
	MAILGUARD_A_COUNTERS_MAX = (__MAILGUARD_A_COUNTERS_MAX - 1)
};

/**
 * enum mailguard_counter_attr - One counter.
 * @MAILGUARD_A_COUNTER_PAD: pad. Padding.
 * @MAILGUARD_A_COUNTER_REASON: u32, &enum mailguard_reason. The reason that is
 *   counted.
 * @MAILGUARD_A_COUNTER_COUNT: u64. How often it was counted.
 */
enum mailguard_counter_attr {
	MAILGUARD_A_COUNTER_PAD = 1,
	MAILGUARD_A_COUNTER_REASON,
	MAILGUARD_A_COUNTER_COUNT,

	/* private: */
	__MAILGUARD_A_COUNTER_MAX,
	MAILGUARD_A_COUNTER_MAX = (__MAILGUARD_A_COUNTER_MAX - 1)
};

/**
 * enum mailguard_memory_attr - Memory that guarded connections hold.
 * @MAILGUARD_A_MEMORY_PAD: pad. Padding.
 * @MAILGUARD_A_MEMORY_MACHINE: flag. Present if the message is about all
 *   namespaces together; otherwise it is about this one.
 * @MAILGUARD_A_MEMORY_HELD: u64. How many bytes they hold.
 * @MAILGUARD_A_MEMORY_BUDGET: u64. How many bytes they may hold.
 */
enum mailguard_memory_attr {
	MAILGUARD_A_MEMORY_PAD = 1,
	MAILGUARD_A_MEMORY_MACHINE,
	MAILGUARD_A_MEMORY_HELD,
	MAILGUARD_A_MEMORY_BUDGET,

	/* private: */
	__MAILGUARD_A_MEMORY_MAX,
	MAILGUARD_A_MEMORY_MAX = (__MAILGUARD_A_MEMORY_MAX - 1)
};

/**
 * enum mailguard_words_attr - A list of EHLO keywords or of SASL mechanisms.
 * @MAILGUARD_A_WORDS_WORD: string, repeated. A word of letters, digits,
 *   hyphens and underscores, in any case. The first is a letter or a digit.
 * @MAILGUARD_A_WORDS_EXCEPT: flag. The words of the list are masked, and all
 *   others pass.
 */
enum mailguard_words_attr {
	MAILGUARD_A_WORDS_WORD = 1,
	MAILGUARD_A_WORDS_EXCEPT,

	/* private: */
	__MAILGUARD_A_WORDS_MAX,
	MAILGUARD_A_WORDS_MAX = (__MAILGUARD_A_WORDS_MAX - 1)
};

/**
 * enum mailguard_domains_attr - A set of domains. In the reply to policy-get,
 * further messages with the name of a policy and parts of its sets follow the
 * message that has the rest.
 * @MAILGUARD_A_DOMAINS_DOMAIN: string, repeated. A domain, or all domains
 *   below one if it begins with a dot; in any case.
 * @MAILGUARD_A_DOMAINS_EXCEPT: flag. The domains of the set are denied, and
 *   all others pass.
 */
enum mailguard_domains_attr {
	MAILGUARD_A_DOMAINS_DOMAIN = 1,
	MAILGUARD_A_DOMAINS_EXCEPT,

	/* private: */
	__MAILGUARD_A_DOMAINS_MAX,
	MAILGUARD_A_DOMAINS_MAX = (__MAILGUARD_A_DOMAINS_MAX - 1)
};

/**
 * enum mailguard_offenders_attr - Which clients may not connect for some time.
 * The module tells of each event in the mark of the connection, and rules of
 * nft do the rest.
 * @MAILGUARD_A_OFFENDERS_EVENT: u8, &enum mailguard_event. The event: denied,
 *   reset, refused-recipient, auth-failed, early-talk or limit.
 * @MAILGUARD_A_OFFENDERS_AFTER: u16. How many events within the time make a
 *   client an offender.
 * @MAILGUARD_A_OFFENDERS_SECONDS: u32. For how long; at most
 *   offenders-time-max.
 * @MAILGUARD_A_OFFENDERS_MASK: u32. Eight adjacent bits of the mark;
 *   0xff000000 by default. The lower four have the number of the policy, the
 *   upper four count events.
 * @MAILGUARD_A_OFFENDERS_NUMBER: u8. The number of the policy in the mark,
 *   from 1 to 15. The kernel assigns it, and ignores it in requests.
 */
enum mailguard_offenders_attr {
	MAILGUARD_A_OFFENDERS_EVENT = 1,
	MAILGUARD_A_OFFENDERS_AFTER,
	MAILGUARD_A_OFFENDERS_SECONDS,
	MAILGUARD_A_OFFENDERS_MASK,
	MAILGUARD_A_OFFENDERS_NUMBER,

	/* private: */
	__MAILGUARD_A_OFFENDERS_MAX,
	MAILGUARD_A_OFFENDERS_MAX = (__MAILGUARD_A_OFFENDERS_MAX - 1)
};

/**
 * enum mailguard_cmd - Operations.
 * @MAILGUARD_CMD_POLICY_NEW: Add a policy, or replace it in one step. Existing
 *   connections keep the policy with which they began; see policy-renew. Needs
 *   CAP_NET_ADMIN. Attributes: &enum mailguard_policy_attr.
 * @MAILGUARD_CMD_POLICY_DEL: Delete the policy of this name. Deleting
 *   "default" restores the built-in policy. Needs CAP_NET_ADMIN. Attributes:
 *   &enum mailguard_policy_attr.
 * @MAILGUARD_CMD_POLICY_GET: Get one policy by name, or dump all. Settings
 *   that have their default value are left out. Needs CAP_NET_ADMIN.
 *   Attributes: &enum mailguard_policy_attr.
 * @MAILGUARD_CMD_POLICY_RENEW: Let the connections of the policy of this name
 *   take its present version, each at its next command. Needs CAP_NET_ADMIN.
 *   Attributes: &enum mailguard_policy_attr.
 * @MAILGUARD_CMD_CONNECTION_GET: Dump the guarded connections. Needs
 *   CAP_NET_ADMIN. Attributes: &enum mailguard_connection_attr.
 * @MAILGUARD_CMD_CONNECTION_RELEASE: Release connections to a range of ports:
 *   they pass unchanged from now on. Needs CAP_NET_ADMIN. Attributes: &enum
 *   mailguard_release_attr.
 * @MAILGUARD_CMD_COUNTER_GET: Dump the counters, one message for each policy.
 *   Every user may do this. Attributes: &enum mailguard_counters_attr.
 * @MAILGUARD_CMD_MEMORY_GET: Dump how many bytes guarded connections hold: one
 *   message for the namespace and, in the initial namespace, one for the
 *   machine. Every user may do this. Attributes: &enum mailguard_memory_attr.
 * @MAILGUARD_CMD_EVENT: Something happened that has a reason. Sent to the
 *   group events. The connection of a packet that belongs to no guarded one
 *   has no id. Attributes: &enum mailguard_connection_attr.
 * @MAILGUARD_CMD_CONNECTION_END: A guarded connection ended. Sent to the group
 *   events. Attributes: &enum mailguard_connection_attr.
 */
enum mailguard_cmd {
	MAILGUARD_CMD_POLICY_NEW = 1,
	MAILGUARD_CMD_POLICY_DEL,
	MAILGUARD_CMD_POLICY_GET,
	MAILGUARD_CMD_POLICY_RENEW,
	MAILGUARD_CMD_CONNECTION_GET,
	MAILGUARD_CMD_CONNECTION_RELEASE,
	MAILGUARD_CMD_COUNTER_GET,
	MAILGUARD_CMD_MEMORY_GET,
	MAILGUARD_CMD_EVENT,
	MAILGUARD_CMD_CONNECTION_END,

	/* private: */
	__MAILGUARD_CMD_MAX,
	MAILGUARD_CMD_MAX = (__MAILGUARD_CMD_MAX - 1)
};

#define MAILGUARD_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_MAILGUARD_H */
