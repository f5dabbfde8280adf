/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Generic netlink family "mailguard": what the mailguard command and the
 * module nf_conntrack_smtp say to each other.
 *
 * Everything acts on the network namespace of the socket. Specified in
 * Documentation/netlink/specs/mailguard.yaml; every request is validated
 * strictly, and every refusal carries an extended ACK with a message and,
 * where one attribute is to blame, its offset.
 */
#ifndef _UAPI_MAILGUARD_H
#define _UAPI_MAILGUARD_H

#define MAILGUARD_FAMILY_NAME		"mailguard"
#define MAILGUARD_FAMILY_VERSION	1

/* NF_CT_HELPER_NAME_LEN is 16 with the NUL, "smtp-" takes five. */
#define MAILGUARD_POLICY_NAME_MAX	10
#define MAILGUARD_POLICY_DEFAULT	"default"
#define MAILGUARD_HELPER_NAME		"smtp"

/* Longest text an overlay writes, in octets. */
#define MAILGUARD_TEXT_MAX		64
/* Longest verb a policy may permit, in octets. */
#define MAILGUARD_VERB_MAX		16
/* Line lengths, in octets with the CRLF (RFC 5321, 4.5.3.1.4). */
#define MAILGUARD_LINE_MIN		64
#define MAILGUARD_LINE_MAX		12288
#define MAILGUARD_LINE_DEFAULT		512
#define MAILGUARD_LINE_MAIL_DEFAULT	2048

/**
 * enum mailguard_cmd - operations
 * @MAILGUARD_CMD_UNSPEC: unused
 * @MAILGUARD_CMD_POLICY_NEW: add a policy, or replace it in one step
 *	(&enum mailguard_policy_attr). Connections alive keep the policy they
 *	began with. CAP_NET_ADMIN.
 * @MAILGUARD_CMD_POLICY_DEL: delete the policy named by
 *	%MAILGUARD_A_POLICY_NAME. Deleting "default" puts the built-in policy
 *	back. CAP_NET_ADMIN.
 * @MAILGUARD_CMD_POLICY_GET: one policy by name, or a dump of all.
 *	CAP_NET_ADMIN.
 * @MAILGUARD_CMD_CONNECTION_GET: dump of the guarded connections
 *	(&enum mailguard_connection_attr). CAP_NET_ADMIN.
 * @MAILGUARD_CMD_CONNECTION_RELEASE: let the connections made to a range of
 *	ports pass untouched from now on (&enum mailguard_release_attr).
 *	CAP_NET_ADMIN.
 * @MAILGUARD_CMD_COUNTER_GET: dump of the counters, one message for each
 *	policy (&enum mailguard_counters_attr). Open to everyone.
 * @MAILGUARD_CMD_MEMORY_GET: dump of the bytes that guarded connections hold, one
 *	message for the namespace and in the first namespace one for the machine
 *	(&enum mailguard_memory_attr). Open to everyone.
 */
enum mailguard_cmd {
	MAILGUARD_CMD_UNSPEC,
	MAILGUARD_CMD_POLICY_NEW,
	MAILGUARD_CMD_POLICY_DEL,
	MAILGUARD_CMD_POLICY_GET,
	MAILGUARD_CMD_CONNECTION_GET,
	MAILGUARD_CMD_CONNECTION_RELEASE,
	MAILGUARD_CMD_COUNTER_GET,
	MAILGUARD_CMD_MEMORY_GET,

	/* private: */
	__MAILGUARD_CMD_MAX,
	MAILGUARD_CMD_MAX = __MAILGUARD_CMD_MAX - 1
};

/**
 * enum mailguard_policy_attr - a policy
 * @MAILGUARD_A_POLICY_UNSPEC: unused
 * @MAILGUARD_A_POLICY_NAME: string, 1 to %MAILGUARD_POLICY_NAME_MAX of
 *	[A-Za-z0-9._-], the first a letter or a digit
 * @MAILGUARD_A_POLICY_CHECK: flag; do all but the change itself, for which there
 *	may be no memory, or too many policies
 * @MAILGUARD_A_POLICY_BANNER: nest of &enum mailguard_overlay_attr, laid over
 *	the text of the greeting; absent: the greeting passes as it is
 * @MAILGUARD_A_POLICY_COMMANDS: nest of &enum mailguard_commands_attr
 * @MAILGUARD_A_POLICY_DENIED_WRITE: u8, &enum mailguard_denied_write
 * @MAILGUARD_A_POLICY_DENIED_REPLY: nest of &enum mailguard_overlay_attr, laid
 *	over the reply to a denied command; absent: the server's own reply passes
 * @MAILGUARD_A_POLICY_EHLO_DOWNGRADE: flag; EHLO becomes HELO in place
 * @MAILGUARD_A_POLICY_LINE_LENGTH: u16, longest command line, octets with CRLF
 * @MAILGUARD_A_POLICY_LINE_LENGTH_MAIL: u16, the same for MAIL and RCPT, whose
 *	parameters extensions lengthen
 * @MAILGUARD_A_POLICY_ACTIONS: nest of &enum mailguard_actions_attr, what is
 *	done about anomalies
 */
enum mailguard_policy_attr {
	MAILGUARD_A_POLICY_UNSPEC,
	MAILGUARD_A_POLICY_NAME,
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
	MAILGUARD_A_POLICY_MAX = __MAILGUARD_A_POLICY_MAX - 1
};

/**
 * enum mailguard_commands_attr - the permitted commands
 * @MAILGUARD_A_COMMANDS_UNSPEC: unused
 * @MAILGUARD_A_COMMANDS_VERB: string, a verb the module knows, any case;
 *	repeated
 * @MAILGUARD_A_COMMANDS_OWN: string, a verb it does not know, of letters,
 *	digits and hyphens, any case; what follows its line is a reply and the
 *	next command; repeated
 */
enum mailguard_commands_attr {
	MAILGUARD_A_COMMANDS_UNSPEC,
	MAILGUARD_A_COMMANDS_VERB,
	MAILGUARD_A_COMMANDS_OWN,

	/* private: */
	__MAILGUARD_A_COMMANDS_MAX,
	MAILGUARD_A_COMMANDS_MAX = __MAILGUARD_A_COMMANDS_MAX - 1
};

/**
 * enum mailguard_actions_attr - anomalies, each a u8 of &enum mailguard_action
 * @MAILGUARD_A_ACTIONS_UNSPEC: unused
 * @MAILGUARD_A_ACTIONS_PIPE: a vertical bar in an address of MAIL, RCPT, SEND,
 *	SOML, SAML, VRFY or EXPN: PASS, BLANK, DENY (if absent) or RESET
 * @MAILGUARD_A_ACTIONS_BRACKETS: an angle bracket there that delimits no
 *	address and stands in no quoted string: PASS, BLANK, DENY (if absent) or
 *	RESET
 * @MAILGUARD_A_ACTIONS_TRUNCATED: a line that ends inside a verb, or is empty:
 *	DENY (if absent) or RESET
 * @MAILGUARD_A_ACTIONS_BARE_LF: a LF without CR in a command line: PASS (if
 *	absent) as the end of the line, DENY or RESET
 * @MAILGUARD_A_ACTIONS_REPLY: a reply that the dialogue did not call for: PASS
 *	or RESET (if absent). A success in the middle of content is always reset.
 * @MAILGUARD_A_ACTIONS_PIPELINING: a command before the replies to all earlier
 *	ones: PASS (if absent) or HOLD
 * @MAILGUARD_A_ACTIONS_END_OF_DATA: an end of data that only some servers take
 *	for one: RESET (if absent), DEFANG or LF
 * @MAILGUARD_A_ACTIONS_PROXY_PROTOCOL: a preamble of the PROXY protocol before
 *	the greeting: HOLD (if absent) or ACCEPT
 * @MAILGUARD_A_ACTIONS_ASYMMETRIC: a packet of the server that comes in on
 *	another interface than the one by which the client's SYN went out: DROP
 *	(if absent) or PASS
 * @MAILGUARD_A_ACTIONS_PRDR: the server offers a reply for each recipient at
 *	the end of data: DENY (if absent) hides the offer, PASS follows it
 */
enum mailguard_actions_attr {
	MAILGUARD_A_ACTIONS_UNSPEC,
	MAILGUARD_A_ACTIONS_PIPE,
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
	MAILGUARD_A_ACTIONS_MAX = __MAILGUARD_A_ACTIONS_MAX - 1
};

/**
 * enum mailguard_action - what is done about an anomaly
 * @MAILGUARD_ACTION_PASS: it is counted and passes
 * @MAILGUARD_ACTION_BLANK: the octet is overwritten by a blank
 * @MAILGUARD_ACTION_DENY: the line is denied from that octet on
 * @MAILGUARD_ACTION_RESET: both ends get a RST
 * @MAILGUARD_ACTION_HOLD: it is held back until it is none any more
 * @MAILGUARD_ACTION_ACCEPT: it passes once, if it is well formed
 * @MAILGUARD_ACTION_DROP: the packet is dropped
 * @MAILGUARD_ACTION_DEFANG: a blank is written over the byte behind the dot
 * @MAILGUARD_ACTION_LF: lines may end in LF: it is an end of data
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
	MAILGUARD_ACTION_MAX = __MAILGUARD_ACTION_MAX - 1
};

/**
 * enum mailguard_overlay_attr - what is laid over the lines of a reply
 * @MAILGUARD_A_OVERLAY_UNSPEC: unused
 * @MAILGUARD_A_OVERLAY_CODE: u16, 200 to 599, written over the reply code;
 *	absent: the code stays
 * @MAILGUARD_A_OVERLAY_TEXT: string of printable ASCII, at most
 *	%MAILGUARD_TEXT_MAX octets, written from the fifth octet of each line on
 * @MAILGUARD_A_OVERLAY_FILL: u8, printable ASCII, written over what follows
 *	the text; absent: a blank
 * @MAILGUARD_A_OVERLAY_KEEP: string of printable ASCII, the characters that
 *	the fill leaves alone
 */
enum mailguard_overlay_attr {
	MAILGUARD_A_OVERLAY_UNSPEC,
	MAILGUARD_A_OVERLAY_CODE,
	MAILGUARD_A_OVERLAY_TEXT,
	MAILGUARD_A_OVERLAY_FILL,
	MAILGUARD_A_OVERLAY_KEEP,

	/* private: */
	__MAILGUARD_A_OVERLAY_MAX,
	MAILGUARD_A_OVERLAY_MAX = __MAILGUARD_A_OVERLAY_MAX - 1
};

/**
 * enum mailguard_denied_write - what the server sees of a denied command
 * @MAILGUARD_DENIED_X: X from the first octet that is not permitted on
 * @MAILGUARD_DENIED_NOOP: NOOP and blanks where the line is denied from its
 *	first octet on, else X
 */
enum mailguard_denied_write {
	MAILGUARD_DENIED_X,
	MAILGUARD_DENIED_NOOP,
};

/**
 * enum mailguard_connection_attr - a guarded connection
 * @MAILGUARD_A_CONNECTION_UNSPEC: unused
 * @MAILGUARD_A_CONNECTION_ID: u32, unique in the namespace while it lives
 * @MAILGUARD_A_CONNECTION_POLICY: string
 * @MAILGUARD_A_CONNECTION_STATE: u8, &enum mailguard_state
 * @MAILGUARD_A_CONNECTION_CLIENT: address of the client, 4 or 16 octets
 * @MAILGUARD_A_CONNECTION_CLIENT_PORT: u16, network byte order
 * @MAILGUARD_A_CONNECTION_ADDRESS: address the client connected to, as CLIENT
 * @MAILGUARD_A_CONNECTION_PORT: u16, port the client connected to, network
 *	byte order
 * @MAILGUARD_A_CONNECTION_SERVER: address of the server behind NAT, or the
 *	same again
 * @MAILGUARD_A_CONNECTION_SERVER_PORT: u16, network byte order
 * @MAILGUARD_A_CONNECTION_PASSED: u32, commands passed
 * @MAILGUARD_A_CONNECTION_DENIED: u32, commands denied
 */
enum mailguard_connection_attr {
	MAILGUARD_A_CONNECTION_UNSPEC,
	MAILGUARD_A_CONNECTION_ID,
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
	MAILGUARD_A_CONNECTION_MAX = __MAILGUARD_A_CONNECTION_MAX - 1
};

/**
 * enum mailguard_state - where the dialogue stands
 * @MAILGUARD_STATE_GREETING: the server has not greeted yet
 * @MAILGUARD_STATE_COMMAND: commands and replies
 * @MAILGUARD_STATE_DATA: DATA, or an end of data that needs a server whose lines
 *	end in LF, went on; the reply is awaited
 * @MAILGUARD_STATE_CONTENT: between the 354 and the end of data
 * @MAILGUARD_STATE_RELEASED: passes untouched
 * @MAILGUARD_STATE_ENDED: reset; nothing passes any more
 * @MAILGUARD_STATE_CHUNK: in the octets that BDAT or XEXCH50 announced
 * @MAILGUARD_STATE_EXCH50: XEXCH50 went on, its reply is awaited
 * @MAILGUARD_STATE_AUTH: AUTH, or a line of its exchange, went on; the reply is
 *	awaited
 * @MAILGUARD_STATE_RESPONSE: between a 334 and the client's response to it
 * @MAILGUARD_STATE_STARTTLS: STARTTLS went on, its reply is awaited
 * @MAILGUARD_STATE_TLS: TLS records in both directions
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
 * enum mailguard_release_attr - which connections are let go
 * @MAILGUARD_A_RELEASE_UNSPEC: unused
 * @MAILGUARD_A_RELEASE_FIRST: u16, first port, host byte order; the port is
 *	the one the client connected to
 * @MAILGUARD_A_RELEASE_LAST: u16, last port, host byte order
 */
enum mailguard_release_attr {
	MAILGUARD_A_RELEASE_UNSPEC,
	MAILGUARD_A_RELEASE_FIRST,
	MAILGUARD_A_RELEASE_LAST,

	/* private: */
	__MAILGUARD_A_RELEASE_MAX,
	MAILGUARD_A_RELEASE_MAX = __MAILGUARD_A_RELEASE_MAX - 1
};

/**
 * enum mailguard_counters_attr - the counters of a policy
 * @MAILGUARD_A_COUNTERS_UNSPEC: unused
 * @MAILGUARD_A_COUNTERS_POLICY: string
 * @MAILGUARD_A_COUNTERS_COUNTER: nest of &enum mailguard_counter_attr;
 *	repeated, one for each &enum mailguard_reason
 */
enum mailguard_counters_attr {
	MAILGUARD_A_COUNTERS_UNSPEC,
	MAILGUARD_A_COUNTERS_POLICY,
	MAILGUARD_A_COUNTERS_COUNTER,

	/* private: */
	__MAILGUARD_A_COUNTERS_MAX,
	MAILGUARD_A_COUNTERS_MAX = __MAILGUARD_A_COUNTERS_MAX - 1
};

/**
 * enum mailguard_counter_attr - one counter
 * @MAILGUARD_A_COUNTER_UNSPEC: unused
 * @MAILGUARD_A_COUNTER_PAD: padding
 * @MAILGUARD_A_COUNTER_REASON: u32, &enum mailguard_reason
 * @MAILGUARD_A_COUNTER_COUNT: u64
 */
enum mailguard_counter_attr {
	MAILGUARD_A_COUNTER_UNSPEC,
	MAILGUARD_A_COUNTER_PAD,
	MAILGUARD_A_COUNTER_REASON,
	MAILGUARD_A_COUNTER_COUNT,

	/* private: */
	__MAILGUARD_A_COUNTER_MAX,
	MAILGUARD_A_COUNTER_MAX = __MAILGUARD_A_COUNTER_MAX - 1
};

/**
 * enum mailguard_memory_attr - what guarded connections hold
 * @MAILGUARD_A_MEMORY_UNSPEC: unused
 * @MAILGUARD_A_MEMORY_PAD: padding
 * @MAILGUARD_A_MEMORY_MACHINE: flag; of all namespaces together, else of this one
 * @MAILGUARD_A_MEMORY_HELD: u64, bytes held
 * @MAILGUARD_A_MEMORY_BUDGET: u64, bytes that may be held
 */
enum mailguard_memory_attr {
	MAILGUARD_A_MEMORY_UNSPEC,
	MAILGUARD_A_MEMORY_PAD,
	MAILGUARD_A_MEMORY_MACHINE,
	MAILGUARD_A_MEMORY_HELD,
	MAILGUARD_A_MEMORY_BUDGET,

	/* private: */
	__MAILGUARD_A_MEMORY_MAX,
	MAILGUARD_A_MEMORY_MAX = __MAILGUARD_A_MEMORY_MAX - 1
};

/**
 * enum mailguard_reason - what is counted, and why something was done
 * @MAILGUARD_REASON_CONNECTIONS: connections guarded
 * @MAILGUARD_REASON_RELEASED: connections let go by CONNECTION_RELEASE
 * @MAILGUARD_REASON_COMMANDS: commands passed
 * @MAILGUARD_REASON_MESSAGES: ends of data passed
 * @MAILGUARD_REASON_TLS: connections that went on under TLS
 * @MAILGUARD_REASON_PREAMBLES: preambles of the PROXY protocol passed
 * @MAILGUARD_REASON_BANNER_LINES: greeting lines the banner overlay was laid over
 * @MAILGUARD_REASON_REPLY_LINES: reply lines the denied overlay was laid over
 * @MAILGUARD_REASON_DOWNGRADED: EHLO made HELO
 * @MAILGUARD_REASON_MASKED_KEYWORDS: EHLO keywords masked
 * @MAILGUARD_REASON_DENIED_VERB: lines whose verb is not permitted
 * @MAILGUARD_REASON_DENIED_SHORT: lines that ended inside a verb, or empty
 * @MAILGUARD_REASON_DENIED_OCTET: lines with an octet that is not printable
 *	ASCII behind a permitted verb, nor UTF-8 where the server offered that
 * @MAILGUARD_REASON_DENIED_ADDRESS: lines denied for a vertical bar or an angle
 *	bracket in an address
 * @MAILGUARD_REASON_DENIED_BARE_LF: lines denied for a LF without CR
 * @MAILGUARD_REASON_DENIED_CHUNKING: BDAT lines denied, the server did not
 *	offer CHUNKING
 * @MAILGUARD_REASON_BARE_LF: command lines ended by LF without CR (let pass)
 * @MAILGUARD_REASON_PIPES: vertical bars in addresses, blanked or let pass
 * @MAILGUARD_REASON_BRACKETS: angle brackets that delimit no address, blanked or
 *	let pass
 * @MAILGUARD_REASON_DEFANGED: ends of data that only some servers take for one,
 *	made none by a blank behind the dot
 * @MAILGUARD_REASON_UNEXPECTED_REPLY: replies that nothing asked for, let pass
 * @MAILGUARD_REASON_URGENT: urgent flags cleared
 * @MAILGUARD_REASON_TCP_OPTIONS: packets whose TCP options became NOPs, for they
 *	could hide the stream
 * @MAILGUARD_REASON_MALFORMED_REPLY: reply lines that are not as RFC 5321 has them
 * @MAILGUARD_REASON_HELD_SYN: data on a SYN cut off
 * @MAILGUARD_REASON_HELD_GREETING: client spoke before the greeting; held back
 * @MAILGUARD_REASON_HELD_DATA: client went on before the reply to DATA, or to an
 *	end of data that needs a server whose lines end in LF; held back
 * @MAILGUARD_REASON_HELD_AUTH: client went on before the reply to AUTH; held
 *	back
 * @MAILGUARD_REASON_HELD_STARTTLS: client went on before the reply to STARTTLS;
 *	held back
 * @MAILGUARD_REASON_HELD_OFFER: BDAT before the reply to EHLO; held back
 * @MAILGUARD_REASON_HELD_KEYWORD: a segment of the server's that ends within an
 *	EHLO keyword; cut before it
 * @MAILGUARD_REASON_HELD_PIPELINING: a command before the replies to all
 *	earlier ones; held back
 * @MAILGUARD_REASON_HELD_QUEUE: too many commands outstanding; held back
 * @MAILGUARD_REASON_HELD_MEMORY: too many octets outstanding; held back
 * @MAILGUARD_REASON_AHEAD: segments of content or TLS ahead of the stream, let
 *	pass
 * @MAILGUARD_REASON_REORDERED: segments ahead of the stream, dropped or cut
 * @MAILGUARD_REASON_BLANKED: segments repeated after they were acknowledged,
 *	blanked
 * @MAILGUARD_REASON_REPEATED: segments repeated before they were acknowledged,
 *	sent on again as they were sent on first
 * @MAILGUARD_REASON_NO_MEMORY: packets dropped for want of memory, or because
 *	they are of a kind that can't be edited
 * @MAILGUARD_REASON_FORGED: packets dropped that spoke for the server, and came
 *	in where it is not; SYN-ACKs dropped that answered no SYN
 * @MAILGUARD_REASON_RESET_FOREIGN: connections reset, something else than a
 *	preamble of the PROXY protocol before the greeting
 * @MAILGUARD_REASON_RESET_LENGTH: connections reset, command line too long
 * @MAILGUARD_REASON_RESET_ADDRESS: connections reset, a vertical bar or an
 *	angle bracket in an address
 * @MAILGUARD_REASON_RESET_TRUNCATED: connections reset, a line that ends inside
 *	a verb
 * @MAILGUARD_REASON_RESET_BARE_LF: connections reset, a LF without CR
 * @MAILGUARD_REASON_RESET_COUNT: connections reset, BDAT or XEXCH50 with
 *	anything but the octets that follow
 * @MAILGUARD_REASON_RESET_CHUNK: connections reset, a denied BDAT or XEXCH50 that
 *	the server offered: what follows is no command
 * @MAILGUARD_REASON_RESET_REPLY: connections reset, a reply that nothing asked
 *	for
 * @MAILGUARD_REASON_RESET_CONTENT: connections reset, an end of data that only
 *	some servers take for one, or that came when what follows it had gone on
 * @MAILGUARD_REASON_RESET_TLS: connections reset, octets that are no TLS record
 * @MAILGUARD_REASON_RESET_MPTCP: packets reset, Multipath TCP behind the SYN
 * @MAILGUARD_REASON_RESET_MIDSTREAM: packets reset, connection first seen in
 *	its middle, or after it was out of sight
 * @MAILGUARD_REASON_RESET_POLICY: packets reset, the policy does not exist in
 *	this namespace (counted with the policy "default")
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
	MAILGUARD_REASON_MAX = __MAILGUARD_REASON_MAX - 1
};

#endif /* _UAPI_MAILGUARD_H */
