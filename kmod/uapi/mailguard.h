/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mailguard.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_MAILGUARD_H
#define _UAPI_LINUX_MAILGUARD_H

/*
 * What the mailguard command and the module nf_conntrack_smtp say to each
 * other. Everything acts on the network namespace of the socket. Every request
 * is validated strictly, and every refusal carries an extended ACK with a
 * message and, where one attribute is to blame, its offset.
 */
#define MAILGUARD_FAMILY_NAME		"mailguard"

#define MAILGUARD_FAMILY_VERSION	1

/*
 * Longest policy name. NF_CT_HELPER_NAME_LEN is 16 with the NUL, and the
 * helper's "smtp-" takes five bytes.
 */
#define MAILGUARD_POLICY_NAME_MAX	10

/* The policy that always exists. */
#define MAILGUARD_POLICY_DEFAULT	"default"

/*
 * The helper of the policy "default"; that of another policy NAME is
 * smtp-NAME.
 */
#define MAILGUARD_HELPER_NAME		"smtp"

/* Longest text an overlay writes, in bytes. */
#define MAILGUARD_TEXT_MAX		64
/* Longest list of characters that an overlay keeps, in bytes. */
#define MAILGUARD_KEEP_MAX		128
/* Longest verb a policy may permit, in bytes. */
#define MAILGUARD_VERB_MAX		16
/* Smallest line length a policy may set, in bytes with the CRLF. */
#define MAILGUARD_LINE_MIN		64
/* Largest line length a policy may set, in bytes with the CRLF. */
#define MAILGUARD_LINE_MAX		12288
/* Default of line-length (RFC 5321, section 4.5.3.1.4). */
#define MAILGUARD_LINE_DEFAULT		512
/* Default of line-length-mail. */
#define MAILGUARD_LINE_MAIL_DEFAULT	2048

/**
 * enum mailguard_denied_write - What the server sees of a denied command.
 * @MAILGUARD_DENIED_X: X from the first byte on that is not permitted.
 * @MAILGUARD_DENIED_NOOP: NOOP and blanks if the line is denied from its first
 *   byte on, else X.
 */
enum mailguard_denied_write {
	MAILGUARD_DENIED_X,
	MAILGUARD_DENIED_NOOP,
};

/**
 * enum mailguard_state - Where the dialogue stands.
 * @MAILGUARD_STATE_GREETING: The server has not greeted yet.
 * @MAILGUARD_STATE_COMMAND: Commands and replies.
 * @MAILGUARD_STATE_DATA: DATA, or an end of data that needs a server whose
 *   lines end in LF, was forwarded; the reply is awaited.
 * @MAILGUARD_STATE_CONTENT: Between the 354 and the end of data.
 * @MAILGUARD_STATE_RELEASED: The connection passes untouched.
 * @MAILGUARD_STATE_ENDED: The connection was reset; nothing passes any more.
 * @MAILGUARD_STATE_CHUNK: Within the bytes that BDAT or XEXCH50 announced.
 * @MAILGUARD_STATE_EXCH50: XEXCH50 was forwarded; its reply is awaited.
 * @MAILGUARD_STATE_AUTH: AUTH, or a line of its exchange, was forwarded; the
 *   reply is awaited.
 * @MAILGUARD_STATE_RESPONSE: Between a 334 and the client's response to it.
 * @MAILGUARD_STATE_STARTTLS: STARTTLS was forwarded; its reply is awaited.
 * @MAILGUARD_STATE_TLS: TLS records in both directions.
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
};

/**
 * enum mailguard_action - What is done about an anomaly.
 * @MAILGUARD_ACTION_PASS: It is counted and passes.
 * @MAILGUARD_ACTION_BLANK: A blank overwrites the byte.
 * @MAILGUARD_ACTION_DENY: The line is denied from that byte on, or the offer
 *   is hidden.
 * @MAILGUARD_ACTION_RESET: Both ends get a RST.
 * @MAILGUARD_ACTION_HOLD: It is held back until it is no anomaly any more.
 * @MAILGUARD_ACTION_ACCEPT: It passes once, if it is well formed.
 * @MAILGUARD_ACTION_DROP: The packet is dropped.
 * @MAILGUARD_ACTION_DEFANG: A blank is written over the byte behind the dot.
 * @MAILGUARD_ACTION_LF: Lines may end in LF, so it is an end of data.
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

	/* private: */
	__MAILGUARD_ACTION_MAX,
	MAILGUARD_ACTION_MAX = (__MAILGUARD_ACTION_MAX - 1)
};

/**
 * enum mailguard_reason - What is counted, and why something was done.
 * @MAILGUARD_REASON_CONNECTIONS: Connections guarded.
 * @MAILGUARD_REASON_RELEASED: Connections let go by "no fixup".
 * @MAILGUARD_REASON_COMMANDS: Commands passed.
 * @MAILGUARD_REASON_MESSAGES: Ends of data, and last chunks, passed.
 * @MAILGUARD_REASON_TLS: Connections that went on under TLS.
 * @MAILGUARD_REASON_PREAMBLES: Preambles of the PROXY protocol passed.
 * @MAILGUARD_REASON_BANNER_LINES: Greeting lines that the banner was laid
 *   over.
 * @MAILGUARD_REASON_REPLY_LINES: Reply lines that the denied reply was laid
 *   over.
 * @MAILGUARD_REASON_DOWNGRADED: EHLO made HELO.
 * @MAILGUARD_REASON_MASKED_KEYWORDS: Keywords masked in replies to EHLO.
 * @MAILGUARD_REASON_DENIED_VERB: Lines denied for their verb.
 * @MAILGUARD_REASON_DENIED_SHORT: Lines denied that ended inside a verb, or
 *   were empty.
 * @MAILGUARD_REASON_DENIED_OCTET: Lines denied for a byte behind a permitted
 *   verb that is not printable ASCII, nor UTF-8 where that is permitted.
 * @MAILGUARD_REASON_DENIED_ADDRESS: Lines denied for a vertical bar or an
 *   angle bracket in an address.
 * @MAILGUARD_REASON_DENIED_BARE_LF: Lines denied for a LF without CR.
 * @MAILGUARD_REASON_DENIED_CHUNKING: BDAT lines denied because the server did
 *   not offer CHUNKING.
 * @MAILGUARD_REASON_BARE_LF: Command lines that ended in LF without CR; they
 *   pass.
 * @MAILGUARD_REASON_PIPES: Vertical bars in addresses, let pass or made a
 *   blank.
 * @MAILGUARD_REASON_BRACKETS: Angle brackets that delimit no address, let pass
 *   or made a blank.
 * @MAILGUARD_REASON_DEFANGED: Ends of data that only some servers take for
 *   one, and that a blank behind the dot turned into text.
 * @MAILGUARD_REASON_UNEXPECTED_REPLY: Replies that nothing asked for, let
 *   pass.
 * @MAILGUARD_REASON_URGENT: TCP urgent flags cleared.
 * @MAILGUARD_REASON_TCP_OPTIONS: Packets some of whose TCP options were
 *   overwritten, because they could hide or reorder the stream.
 * @MAILGUARD_REASON_MALFORMED_REPLY: Server lines that do not begin with a
 *   reply code, or are not as RFC 5321 has them.
 * @MAILGUARD_REASON_HELD_SYN: Data on a SYN, cut off.
 * @MAILGUARD_REASON_HELD_GREETING: The client spoke before the greeting; held
 *   back.
 * @MAILGUARD_REASON_HELD_DATA: The client went on before the reply to DATA or
 *   XEXCH50, or to an end of data that "end-of-data lf" takes for one; held
 *   back.
 * @MAILGUARD_REASON_HELD_AUTH: The client went on before the reply to AUTH;
 *   held back.
 * @MAILGUARD_REASON_HELD_STARTTLS: The client went on before the reply to
 *   STARTTLS; held back.
 * @MAILGUARD_REASON_HELD_OFFER: A line that may be BDAT before the reply to
 *   EHLO; held back.
 * @MAILGUARD_REASON_HELD_KEYWORD: Segments of the server that ended within an
 *   EHLO keyword; cut before it, and the server repeats it with the rest.
 * @MAILGUARD_REASON_HELD_PIPELINING: A command before the one before it was
 *   answered; held back.
 * @MAILGUARD_REASON_HELD_QUEUE: Too many commands without a reply; held back.
 * @MAILGUARD_REASON_HELD_MEMORY: Too many bytes not acknowledged, or more than
 *   the budget of memory permits; held back.
 * @MAILGUARD_REASON_AHEAD: Segments of content or TLS ahead of the stream, let
 *   pass.
 * @MAILGUARD_REASON_REORDERED: Segments ahead of the stream, dropped or cut;
 *   the sender repeats them.
 * @MAILGUARD_REASON_BLANKED: Segments repeated after they were acknowledged,
 *   filled with blanks.
 * @MAILGUARD_REASON_REPEATED: Segments repeated before they were acknowledged,
 *   sent on as they were the first time.
 * @MAILGUARD_REASON_NO_MEMORY: Packets dropped for want of memory, or because
 *   they are of a kind that cannot be edited, which the sender repeats in
 *   another.
 * @MAILGUARD_REASON_FORGED: Packets dropped that spoke for the server but came
 *   in at another interface than the one by which the client's SYN went out;
 *   SYN-ACKs dropped that answered no SYN.
 * @MAILGUARD_REASON_RESET_FOREIGN: Connections reset for something else than a
 *   preamble of the PROXY protocol before the greeting.
 * @MAILGUARD_REASON_RESET_LENGTH: Connections reset for a command line too
 *   long.
 * @MAILGUARD_REASON_RESET_ADDRESS: Connections reset for a vertical bar or an
 *   angle bracket in an address.
 * @MAILGUARD_REASON_RESET_TRUNCATED: Connections reset for a line that ends
 *   inside a verb.
 * @MAILGUARD_REASON_RESET_BARE_LF: Connections reset for a LF without CR.
 * @MAILGUARD_REASON_RESET_COUNT: Connections reset for a BDAT or XEXCH50 that
 *   says anything but how many bytes follow.
 * @MAILGUARD_REASON_RESET_CHUNK: Connections reset for a denied BDAT or
 *   XEXCH50 whose extension the server offered. What follows it is no command.
 * @MAILGUARD_REASON_RESET_REPLY: Connections reset for a reply that nothing
 *   asked for.
 * @MAILGUARD_REASON_RESET_CONTENT: Connections reset for an end of data that
 *   only some servers take for one, or that came late, when what follows it
 *   had passed as content already.
 * @MAILGUARD_REASON_RESET_TLS: Connections reset for bytes that are no TLS
 *   record.
 * @MAILGUARD_REASON_RESET_MPTCP: Packets reset for Multipath TCP in the middle
 *   of a connection.
 * @MAILGUARD_REASON_RESET_MIDSTREAM: Packets reset of connections first seen
 *   in their middle, or that passed unread for a while.
 * @MAILGUARD_REASON_RESET_POLICY: Packets reset because the policy does not
 *   exist in this namespace; counted with the policy "default".
 */
enum mailguard_reason {
	MAILGUARD_REASON_CONNECTIONS,
	MAILGUARD_REASON_RELEASED,
	MAILGUARD_REASON_COMMANDS,
	MAILGUARD_REASON_MESSAGES,
	MAILGUARD_REASON_TLS,
	MAILGUARD_REASON_PREAMBLES,
	MAILGUARD_REASON_BANNER_LINES,
	MAILGUARD_REASON_REPLY_LINES,
	MAILGUARD_REASON_DOWNGRADED,
	MAILGUARD_REASON_MASKED_KEYWORDS,
	MAILGUARD_REASON_DENIED_VERB,
	MAILGUARD_REASON_DENIED_SHORT,
	MAILGUARD_REASON_DENIED_OCTET,
	MAILGUARD_REASON_DENIED_ADDRESS,
	MAILGUARD_REASON_DENIED_BARE_LF,
	MAILGUARD_REASON_DENIED_CHUNKING,
	MAILGUARD_REASON_BARE_LF,
	MAILGUARD_REASON_PIPES,
	MAILGUARD_REASON_BRACKETS,
	MAILGUARD_REASON_DEFANGED,
	MAILGUARD_REASON_UNEXPECTED_REPLY,
	MAILGUARD_REASON_URGENT,
	MAILGUARD_REASON_TCP_OPTIONS,
	MAILGUARD_REASON_MALFORMED_REPLY,
	MAILGUARD_REASON_HELD_SYN,
	MAILGUARD_REASON_HELD_GREETING,
	MAILGUARD_REASON_HELD_DATA,
	MAILGUARD_REASON_HELD_AUTH,
	MAILGUARD_REASON_HELD_STARTTLS,
	MAILGUARD_REASON_HELD_OFFER,
	MAILGUARD_REASON_HELD_KEYWORD,
	MAILGUARD_REASON_HELD_PIPELINING,
	MAILGUARD_REASON_HELD_QUEUE,
	MAILGUARD_REASON_HELD_MEMORY,
	MAILGUARD_REASON_AHEAD,
	MAILGUARD_REASON_REORDERED,
	MAILGUARD_REASON_BLANKED,
	MAILGUARD_REASON_REPEATED,
	MAILGUARD_REASON_NO_MEMORY,
	MAILGUARD_REASON_FORGED,
	MAILGUARD_REASON_RESET_FOREIGN,
	MAILGUARD_REASON_RESET_LENGTH,
	MAILGUARD_REASON_RESET_ADDRESS,
	MAILGUARD_REASON_RESET_TRUNCATED,
	MAILGUARD_REASON_RESET_BARE_LF,
	MAILGUARD_REASON_RESET_COUNT,
	MAILGUARD_REASON_RESET_CHUNK,
	MAILGUARD_REASON_RESET_REPLY,
	MAILGUARD_REASON_RESET_CONTENT,
	MAILGUARD_REASON_RESET_TLS,
	MAILGUARD_REASON_RESET_MPTCP,
	MAILGUARD_REASON_RESET_MIDSTREAM,
	MAILGUARD_REASON_RESET_POLICY,

	/* private: */
	__MAILGUARD_REASON_MAX,
	MAILGUARD_REASON_MAX = (__MAILGUARD_REASON_MAX - 1)
};

/**
 * enum mailguard_policy_attr - A policy.
 * @MAILGUARD_A_POLICY_NAME: string. 1 to 10 of [A-Za-z0-9._-]; the first is a
 *   letter or a digit.
 * @MAILGUARD_A_POLICY_CHECK: flag. Do everything but the change itself, for
 *   which there may be no memory, or too many policies.
 * @MAILGUARD_A_POLICY_BANNER: nest of &enum mailguard_overlay_attr. Overlay
 *   for the greeting. Without it the greeting passes as it is.
 * @MAILGUARD_A_POLICY_COMMANDS: nest of &enum mailguard_commands_attr. The
 *   permitted commands.
 * @MAILGUARD_A_POLICY_DENIED_WRITE: u8, &enum mailguard_denied_write. What the
 *   server sees of a denied command.
 * @MAILGUARD_A_POLICY_DENIED_REPLY: nest of &enum mailguard_overlay_attr.
 *   Overlay for the reply to a denied command. Without it the server's own
 *   reply passes.
 * @MAILGUARD_A_POLICY_EHLO_DOWNGRADE: flag. Rewrite EHLO to HELO in place.
 * @MAILGUARD_A_POLICY_LINE_LENGTH: u16. Longest command line, in bytes with
 *   the CRLF.
 * @MAILGUARD_A_POLICY_LINE_LENGTH_MAIL: u16. The same for MAIL and RCPT, whose
 *   parameters extensions lengthen.
 * @MAILGUARD_A_POLICY_ACTIONS: nest of &enum mailguard_actions_attr. What is
 *   done about each anomaly.
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

	/* private: */
	__MAILGUARD_A_POLICY_MAX,
	MAILGUARD_A_POLICY_MAX = (__MAILGUARD_A_POLICY_MAX - 1)
};

/**
 * enum mailguard_commands_attr - The permitted commands.
 * @MAILGUARD_A_COMMANDS_VERB: string, repeated. A verb that the module knows,
 *   in any case.
 * @MAILGUARD_A_COMMANDS_OWN: string, repeated. A verb that the module does not
 *   know, of letters, digits and hyphens, in any case. A reply and the next
 *   command follow its line.
 */
enum mailguard_commands_attr {
	MAILGUARD_A_COMMANDS_VERB = 1,
	MAILGUARD_A_COMMANDS_OWN,

	/* private: */
	__MAILGUARD_A_COMMANDS_MAX,
	MAILGUARD_A_COMMANDS_MAX = (__MAILGUARD_A_COMMANDS_MAX - 1)
};

/**
 * enum mailguard_actions_attr - What is done about each anomaly.
 * @MAILGUARD_A_ACTIONS_PIPE: u8, &enum mailguard_action. A vertical bar in an
 *   address of MAIL, RCPT, SEND, SOML, SAML, VRFY or EXPN: pass, blank, deny
 *   (default) or reset.
 * @MAILGUARD_A_ACTIONS_BRACKETS: u8, &enum mailguard_action. An angle bracket
 *   in such an address that delimits none and stands in no quoted string:
 *   pass, blank, deny (default) or reset.
 * @MAILGUARD_A_ACTIONS_TRUNCATED: u8, &enum mailguard_action. A line that ends
 *   inside a verb, or is empty: deny (default) or reset.
 * @MAILGUARD_A_ACTIONS_BARE_LF: u8, &enum mailguard_action. A LF without CR in
 *   a command line: pass (default) as the end of the line, deny or reset.
 * @MAILGUARD_A_ACTIONS_REPLY: u8, &enum mailguard_action. A reply that the
 *   dialogue did not call for: pass or reset (default). A success in the
 *   middle of content is always reset.
 * @MAILGUARD_A_ACTIONS_PIPELINING: u8, &enum mailguard_action. A command
 *   before the replies to all earlier ones: pass (default) or hold.
 * @MAILGUARD_A_ACTIONS_END_OF_DATA: u8, &enum mailguard_action. An end of data
 *   that only some servers take for one: reset (default), defang or lf.
 * @MAILGUARD_A_ACTIONS_PROXY_PROTOCOL: u8, &enum mailguard_action. A preamble
 *   of the PROXY protocol before the greeting: hold (default) or accept.
 * @MAILGUARD_A_ACTIONS_ASYMMETRIC: u8, &enum mailguard_action. A packet of the
 *   server that comes in on another interface than the one by which the
 *   client's SYN went out: drop (default) or pass.
 * @MAILGUARD_A_ACTIONS_PRDR: u8, &enum mailguard_action. The server offers a
 *   reply for each recipient at the end of data: deny (default) hides the
 *   offer, pass follows it.
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

	/* private: */
	__MAILGUARD_A_ACTIONS_MAX,
	MAILGUARD_A_ACTIONS_MAX = (__MAILGUARD_A_ACTIONS_MAX - 1)
};

/**
 * enum mailguard_overlay_attr - What is laid over the lines of a reply.
 * @MAILGUARD_A_OVERLAY_CODE: u16. Written over the reply code. Without it the
 *   code stays.
 * @MAILGUARD_A_OVERLAY_TEXT: string. Printable ASCII, written from the fifth
 *   byte of each line on.
 * @MAILGUARD_A_OVERLAY_FILL: u8. Printable ASCII, written over what follows
 *   the text; a blank by default.
 * @MAILGUARD_A_OVERLAY_KEEP: string. Printable ASCII: the characters that the
 *   fill leaves alone.
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
 * enum mailguard_connection_attr - A guarded connection.
 * @MAILGUARD_A_CONNECTION_ID: u32. Unique in the namespace while the
 *   connection lives.
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
 * @MAILGUARD_A_CONNECTION_SERVER: binary. Address of the server behind NAT, or
 *   the same again.
 * @MAILGUARD_A_CONNECTION_SERVER_PORT: u16, network byte order. Port of the
 *   server.
 * @MAILGUARD_A_CONNECTION_PASSED: u32. Commands passed.
 * @MAILGUARD_A_CONNECTION_DENIED: u32. Commands denied.
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

	/* private: */
	__MAILGUARD_A_CONNECTION_MAX,
	MAILGUARD_A_CONNECTION_MAX = (__MAILGUARD_A_CONNECTION_MAX - 1)
};

/**
 * enum mailguard_release_attr - Which connections are let go.
 * @MAILGUARD_A_RELEASE_FIRST: u16. First port that the client connected to.
 * @MAILGUARD_A_RELEASE_LAST: u16. Last one.
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
 *   repeated. One for each reason.
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
 * @MAILGUARD_A_COUNTER_REASON: u32, &enum mailguard_reason. What is counted.
 * @MAILGUARD_A_COUNTER_COUNT: u64. How often it happened.
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
 * enum mailguard_memory_attr - What guarded connections hold.
 * @MAILGUARD_A_MEMORY_PAD: pad. Padding.
 * @MAILGUARD_A_MEMORY_MACHINE: flag. What all namespaces hold together, else
 *   this one.
 * @MAILGUARD_A_MEMORY_HELD: u64. Bytes held.
 * @MAILGUARD_A_MEMORY_BUDGET: u64. Bytes that may be held.
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
 * enum mailguard_cmd - Operations.
 * @MAILGUARD_CMD_POLICY_NEW: Add a policy, or replace it in one step. Living
 *   connections keep the policy they began with. Needs CAP_NET_ADMIN.
 *   Attributes: &enum mailguard_policy_attr.
 * @MAILGUARD_CMD_POLICY_DEL: Delete the policy of this name. Deleting
 *   "default" restores the built-in policy. Needs CAP_NET_ADMIN. Attributes:
 *   &enum mailguard_policy_attr.
 * @MAILGUARD_CMD_POLICY_GET: Get one policy by name, or dump all. Needs
 *   CAP_NET_ADMIN. Attributes: &enum mailguard_policy_attr.
 * @MAILGUARD_CMD_CONNECTION_GET: Dump the guarded connections. Needs
 *   CAP_NET_ADMIN. Attributes: &enum mailguard_connection_attr.
 * @MAILGUARD_CMD_CONNECTION_RELEASE: Let the connections made to a range of
 *   ports pass untouched from now on. Needs CAP_NET_ADMIN. Attributes: &enum
 *   mailguard_release_attr.
 * @MAILGUARD_CMD_COUNTER_GET: Dump the counters, one message for each policy.
 *   Open to everyone. Attributes: &enum mailguard_counters_attr.
 * @MAILGUARD_CMD_MEMORY_GET: Dump how many bytes guarded connections hold, one
 *   message for the namespace and in the initial namespace one for the
 *   machine. Open to everyone. Attributes: &enum mailguard_memory_attr.
 */
enum mailguard_cmd {
	MAILGUARD_CMD_POLICY_NEW = 1,
	MAILGUARD_CMD_POLICY_DEL,
	MAILGUARD_CMD_POLICY_GET,
	MAILGUARD_CMD_CONNECTION_GET,
	MAILGUARD_CMD_CONNECTION_RELEASE,
	MAILGUARD_CMD_COUNTER_GET,
	MAILGUARD_CMD_MEMORY_GET,

	/* private: */
	__MAILGUARD_CMD_MAX,
	MAILGUARD_CMD_MAX = (__MAILGUARD_CMD_MAX - 1)
};

#endif /* _UAPI_LINUX_MAILGUARD_H */
