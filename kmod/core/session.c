// SPDX-License-Identifier: GPL-2.0
/*
 * Follows the SMTP dialogue, and judges the lines of both sides.
 *
 *	GREETING --(greeting's last line)--> COMMAND
 *	COMMAND --(DATA passes)--> DATA --(354)--> CONTENT
 *	COMMAND --(BDAT passes)--> CHUNK
 *	COMMAND --(XEXCH50 passes)--> EXCH50 --(354)--> CHUNK
 *	COMMAND --(AUTH passes)--> AUTH --(334)--> RESPONSE
 *	COMMAND --(STARTTLS passes)--> STARTTLS --(220)--> TLS
 *	DATA, EXCH50, AUTH, STARTTLS --(any other reply)--> COMMAND
 *	CONTENT --(CRLF.CRLF)--> COMMAND
 *	CONTENT --(LF.LF, where that ends)--> DATA
 *	CHUNK --(its last byte)--> COMMAND
 *	RESPONSE --(a line)--> AUTH
 *
 * In GREETING, if the policy accepts it, a PROXY preamble may pass before the
 * server has said anything.
 *
 * In GREETING, DATA, EXCH50, AUTH and STARTTLS the client's bytes are held back
 * until the server has replied, because its reply decides what they mean.
 *
 * The server replies to every command that is sent on, overwritten or not. The
 * queue tells which command each reply answers.
 */
#include "find.h"
#include "neutral.h"
#include "record.h"
#include "session.h"

static_assert(SMTP_AWAIT_DENIED + SMTP_DENIALS <= SMTP_AWAIT_END,
	      "the queue has a number for each reply");

/* The server replies to a HELO or EHLO that was denied for its name. */
#define AWAIT_DENIED_HELO	(SMTP_AWAIT_DENIED + SMTP_DENIAL_HELO)
#define AWAIT_DENIED_SIZE	(SMTP_AWAIT_DENIED + SMTP_DENIAL_SIZE)

/**
 * smtp_session_init() - begin a dialogue
 * @s: the session
 * @policy: what is permitted; must outlive the session
 */
void smtp_session_init(struct smtp_session *s,
		       const struct smtp_policy *policy)
{
	memset(s, 0, sizeof(*s));
	s->policy = policy;
	s->monitor = policy->mode == MAILGUARD_MODE_MONITOR;
	s->state = MAILGUARD_STATE_GREETING;
	smtp_queue_push(&s->queue, SMTP_AWAIT_GREETING);
	smtp_reply_begin(&s->reply, false);
}

/* Is a command outstanding at which the server may begin its session anew? */
static bool session_may_begin(const struct smtp_session *s)
{
	return smtp_queue_has(&s->queue, SMTP_AWAIT_HELLO) ||
	       smtp_queue_has(&s->queue, SMTP_AWAIT_XCLIENT) ||
	       smtp_queue_has(&s->queue, SMTP_AWAIT_DENIED_SESSION);
}

/*
 * Can this line be BDAT while the reply to such a command is outstanding? Only that
 * reply tells whether the server knows BDAT. If it does, a chunk comes after the
 * line, and otherwise the next command.
 */
static bool may_be_early_bdat(const struct smtp_session *s, u8 byte)
{
	return smtp_keywords_step(&s->policy->verbs, SMTP_VERB_BDAT, 0,
				  byte) && session_may_begin(s);
}

/*
 * Does an outstanding reply decide what a line that begins with this byte means?
 * The server may accept a HELO that is denied here, and refuse one that is
 * permitted. If it accepts XCLIENT, it forgets the name.
 */
static bool depends_on_helo(const struct smtp_session *s, u8 byte)
{
	u64 waiting = smtp_policy_lacks_helo(s->policy, s->offered);

	if (smtp_queue_has(&s->queue, AWAIT_DENIED_HELO) ||
	    smtp_queue_has(&s->queue, SMTP_AWAIT_XCLIENT) ||
	    smtp_queue_has(&s->queue, SMTP_AWAIT_DENIED_SESSION))
		return true;
	return smtp_keywords_step(&s->policy->verbs, waiting, 0, byte) &&
	       smtp_queue_has(&s->queue, SMTP_AWAIT_HELLO);
}

/* Does the reply to HELO or EHLO decide what such a line is? */
static bool waits_for_hello(const struct smtp_session *s, u8 byte)
{
	return may_be_early_bdat(s, byte) ||
	       (s->policy->judges_helo && depends_on_helo(s, byte));
}

static bool may_pipeline(const struct smtp_session *s)
{
	return s->policy->action[MAILGUARD_A_ACTIONS_PIPELINING] ==
	       MAILGUARD_ACTION_PASS;
}

/*
 * A limit was exceeded, and a mail is still at stake. A client could otherwise
 * send one mail behind the other, so that one always is.
 */
static bool waits_for_end(const struct smtp_session *s)
{
	return s->limits.ending && s->limits.ending != SMTP_LIMITS_TOLD &&
	       smtp_session_mail_at_stake(s);
}

/*
 * Must a client's line that begins with this byte be held back? @why: set to
 * the reason. This is asked at the first byte only: no outstanding reply
 * changes what a line that has begun means.
 */
static bool must_hold(const struct smtp_session *s, u8 byte,
		      enum mailguard_reason *why)
{
	switch (s->state) {
	case MAILGUARD_STATE_GREETING:
		*why = MAILGUARD_REASON_HELD_GREETING;
		return true;
	case MAILGUARD_STATE_DATA:
	case MAILGUARD_STATE_EXCH50:
		*why = MAILGUARD_REASON_HELD_DATA;
		return true;
	case MAILGUARD_STATE_AUTH:
		*why = MAILGUARD_REASON_HELD_AUTH;
		return true;
	case MAILGUARD_STATE_STARTTLS:
		*why = MAILGUARD_REASON_HELD_STARTTLS;
		return true;
	default:
		break;
	}
	if (s->renewing && s->queue.runs)
		*why = MAILGUARD_REASON_HELD_POLICY;
	else if (smtp_queue_full(&s->queue))
		*why = MAILGUARD_REASON_HELD_QUEUE;
	else if ((s->queue.runs && !may_pipeline(s)) || waits_for_end(s))
		*why = MAILGUARD_REASON_HELD_PIPELINING;
	else if (waits_for_hello(s, byte))
		*why = MAILGUARD_REASON_HELD_EHLO;
	else
		return false;
	return true;
}

static void command_begins(struct smtp_session *s, u64 permitted)
{
	if (s->taken == SMTP_TAKEN_SEEN)
		s->taken = SMTP_TAKEN_NONE;
	s->limits.waited = false;
	if (s->state == MAILGUARD_STATE_RESPONSE)
		smtp_command_begin_response(&s->command);
	else
		smtp_command_begin(&s->command, s->policy, permitted,
				   s->offered);
}

static void message_ends(struct smtp_session *s, struct smtp_events *ev)
{
	smtp_count(ev, MAILGUARD_REASON_MESSAGES);
	smtp_limits_message(&s->limits);
}

static void bytes_end(struct smtp_session *s, struct smtp_events *ev)
{
	if (s->last_chunk)
		message_ends(s, ev);
	s->state = MAILGUARD_STATE_COMMAND;
}

/* The chunk follows BDAT at once; the client need not wait for the reply. */
static void chunk_begins(struct smtp_session *s, struct smtp_events *ev)
{
	smtp_queue_push(&s->queue, s->last_chunk ? SMTP_AWAIT_MESSAGE :
					     SMTP_AWAIT_COMMAND);
	s->state = MAILGUARD_STATE_CHUNK;
	if (!s->bytes)
		bytes_end(s, ev);
}

static void await_reply(struct smtp_session *s, enum smtp_await what,
			enum mailguard_state state)
{
	smtp_queue_push(&s->queue, what);
	s->state = state;
}

/*
 * If the server accepts this, it forgets the RCPT before. Which of them is not
 * known if the reply to an earlier command that does the same is outstanding.
 */
static void hello_passed(struct smtp_session *s)
{
	s->unnamed = s->policy->judges_helo &&
		     (smtp_command_denied(&s->command) ||
		      s->command.part == SMTP_PART_RESET);
	if (!smtp_session_has_mail(s) &&
	    !smtp_queue_has(&s->queue, SMTP_AWAIT_HELLO))
		s->limits.next = 0;
	smtp_queue_push(&s->queue, SMTP_AWAIT_HELLO);
}

/* The server gets a line with such a verb. */
static void await_verb(struct smtp_session *s, enum smtp_framing framing,
		       struct smtp_events *ev)
{
	switch (framing) {
	case SMTP_FRAMING_HELLO:
		hello_passed(s);
		break;
	case SMTP_FRAMING_MAIL:
		smtp_queue_push(&s->queue, SMTP_AWAIT_MAIL);
		break;
	case SMTP_FRAMING_RCPT:
		smtp_queue_push(&s->queue, SMTP_AWAIT_RCPT);
		break;
	case SMTP_FRAMING_DATA:
		await_reply(s, SMTP_AWAIT_DATA, MAILGUARD_STATE_DATA);
		break;
	case SMTP_FRAMING_CHUNK:
		chunk_begins(s, ev);
		break;
	case SMTP_FRAMING_BURL:
		smtp_queue_push(&s->queue, SMTP_AWAIT_MESSAGE);
		break;
	case SMTP_FRAMING_EXCH50:
		await_reply(s, SMTP_AWAIT_EXCH50, MAILGUARD_STATE_EXCH50);
		break;
	case SMTP_FRAMING_AUTH:
		s->challenged = false;
		await_reply(s, SMTP_AWAIT_AUTH, MAILGUARD_STATE_AUTH);
		break;
	case SMTP_FRAMING_TLS:
		await_reply(s, SMTP_AWAIT_TLS, MAILGUARD_STATE_STARTTLS);
		break;
	case SMTP_FRAMING_XCLIENT:
		smtp_queue_push(&s->queue, SMTP_AWAIT_XCLIENT);
		break;
	default:
		smtp_queue_push(&s->queue, SMTP_AWAIT_COMMAND);
		break;
	}
}

static void command_passed(struct smtp_session *s, struct smtp_events *ev)
{
	enum smtp_framing framing = s->policy->verb[s->command.bit]->framing;

	if (s->command.argument == SMTP_ARGUMENT_CHUNK_SIZE) {
		s->bytes = s->command.chunk_size.bytes;
		s->last_chunk = s->command.chunk_size.last;
	}
	await_verb(s, framing, ev);
	if (s->policy->downgrade & (1ULL << s->command.bit))
		smtp_count(ev, MAILGUARD_REASON_DOWNGRADED);
	if (s->policy->logged & (1ULL << s->command.bit))
		smtp_count(ev, MAILGUARD_REASON_LOGGED_COMMANDS);
	smtp_count(ev, MAILGUARD_REASON_COMMANDS);
	smtp_limits_passed(&s->limits, s->policy, &s->command, ev);
	s->passed++;
}

/*
 * Servers accept almost any name in EHLO and HELO, so also one that is partly
 * overwritten. If the policy shows the client that reply, it is edited like the
 * reply to a line that passed.
 */
static void await_denied_session(struct smtp_session *s, struct smtp_events *ev)
{
	if (s->policy->denied[SMTP_DENIAL_COMMAND].on)
		smtp_queue_push(&s->queue, SMTP_AWAIT_DENIED_SESSION);
	else
		await_verb(s, s->policy->verb[s->command.bit]->framing, ev);
}

/*
 * Some servers accept MAIL whatever stands behind SIZE= (Exim a sender <>,
 * sendmail, OpenSMTPD). A client that did not wait would add recipients to that
 * mail and send it, or content that is empty. So recipients are denied until the
 * server has refused MAIL, or the client ends the mail that it knows nothing of.
 * MAIL is, too, as the server would refuse it for good.
 */
static void await_denied(struct smtp_session *s, struct smtp_events *ev)
{
	if (s->command.argument == SMTP_ARGUMENT_SESSION) {
		await_denied_session(s, ev);
		return;
	}
	smtp_queue_push(&s->queue, SMTP_AWAIT_DENIED + s->command.denial);
	if (s->command.denial == SMTP_DENIAL_SIZE)
		s->limits.begun = true;
}

/*
 * A denied SASL response was overwritten so that the exchange fails. The
 * server's reply to it passes unchanged, so it is not queued as
 * SMTP_AWAIT_DENIED. In monitor mode the server gets what is denied, too.
 */
static void command_ends(struct smtp_session *s, struct smtp_events *ev)
{
	bool denied = smtp_command_denied(&s->command);

	if (denied) {
		smtp_count(ev, s->command.why);
		s->denied++;
		smtp_limits_denied(&s->limits, s->policy, s->command.denial,
				   ev);
	}
	if (s->state == MAILGUARD_STATE_RESPONSE)
		await_reply(s, SMTP_AWAIT_AUTH, MAILGUARD_STATE_AUTH);
	else if (denied && !s->monitor)
		await_denied(s, ev);
	else if (denied || s->command.part == SMTP_PART_RESET)
		await_verb(s, s->framing, ev);
	else
		command_passed(s, ev);
	s->command.len = 0;
}

/* Hold a client's line back, unless the policy resets early talkers. */
static void hold_line(const struct smtp_session *s, enum mailguard_reason why,
		      struct smtp_events *ev)
{
	if (why == MAILGUARD_REASON_HELD_GREETING &&
	    s->policy->action[MAILGUARD_A_ACTIONS_EARLY_TALK] ==
		    MAILGUARD_ACTION_RESET)
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_EARLY_TALK);
	else
		smtp_stop(ev, SMTP_HOLD, why);
}

/*
 * The connection ends here for a limit that was exceeded before. In monitor mode
 * this is counted, once, and the connection goes on. Return: does it end?
 */
static bool ends_at_limit(struct smtp_session *s, struct smtp_events *ev)
{
	smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_LIMIT);
	if (!s->monitor)
		return true;
	ev->verdict = SMTP_PASS;
	s->limits.ending = SMTP_LIMITS_TOLD;
	return false;
}

/*
 * Begin a line of the client, unless it must be held back. In monitor mode
 * smtp_session_waits() was asked before.
 */
static bool line_begins(struct smtp_session *s, const u8 *bytes, u32 len,
			struct smtp_events *ev)
{
	u64 permitted = s->policy->permitted;
	enum mailguard_reason why;

	if (smtp_session_is_opaque(s, SMTP_CLIENT))
		return false;
	if (s->limits.ending == MAILGUARD_ACTION_RESET &&
	    !smtp_session_mail_at_stake(s) && ends_at_limit(s, ev))
		return false;
	if (!s->monitor && must_hold(s, *bytes, &why)) {
		hold_line(s, why, ev);
		return false;
	}
	/* A response has no verb. */
	if (smtp_limits_may_deny(&s->limits, s->policy) &&
	    s->state != MAILGUARD_STATE_RESPONSE &&
	    !smtp_limits_permitted(&s->limits, s->policy, s->offered, bytes,
				   len, &permitted) && !s->monitor)
		return false;
	command_begins(s, permitted);
	return true;
}

/*
 * Judge bytes in one go where that is possible. Return: how many were judged;
 * smtp_command_byte() judges the next one.
 */
static u32 command_run(struct smtp_command *cmd,
		       const struct smtp_policy *policy,
		       u8 *bytes, u32 len)
{
	switch (cmd->part) {
	case SMTP_PART_VERB:
		return smtp_command_verb(cmd, policy, bytes, len);
	case SMTP_PART_ARGUMENT:
		return smtp_command_plain(cmd, bytes, len);
	case SMTP_PART_DENIED:
		return smtp_command_overwrite(cmd, bytes, len);
	default:
		return 0;
	}
}

static bool may_be_preamble(const struct smtp_session *s)
{
	return s->state == MAILGUARD_STATE_GREETING &&
	       s->proxy.part != SMTP_PROXY_DONE &&
	       s->policy->action[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] ==
		       MAILGUARD_ACTION_ACCEPT;
}

/* Before the greeting, only a PROXY preamble may come from the client. */
static u32 take_preamble(struct smtp_session *s, const u8 *bytes, u32 len,
			 struct smtp_events *ev)
{
	u32 i;

	for (i = 0; i < len && may_be_preamble(s); i++) {
		if (!smtp_proxy_byte(&s->proxy, bytes[i])) {
			smtp_stop(ev, SMTP_RESET,
				  MAILGUARD_REASON_RESET_FOREIGN);
			break;
		}
		if (s->proxy.part == SMTP_PROXY_DONE)
			smtp_count(ev, MAILGUARD_REASON_PREAMBLES);
	}
	return i;
}

/**
 * smtp_session_record_line() - note that a line of the client begins
 * @s: the session
 * @from: where in the piece of the segment
 * @ev: has the record, if somebody listens; else nobody knows whether it is AUTH
 */
void smtp_session_record_line(struct smtp_session *s, u32 from,
			      struct smtp_events *ev)
{
	if (ev->record)
		smtp_record_begin(ev->record, from, smtp_session_is_secret(s));
	else
		s->secret = true;
}

/**
 * smtp_session_client() - judge the client's command lines
 * @s: the session
 * @bytes: the bytes, edited in place
 * @len: how many
 * @ev: counts what happens, and gets the verdict on the first byte that must
 *	not be sent on, if there is one
 *
 * Return: how many bytes may be sent on. They are fewer than @len also where
 * content, a chunk or TLS follows a line, and before a line whose verb is
 * incomplete but must be known.
 */
u32 smtp_session_client(struct smtp_session *s, u8 *bytes, u32 len,
			struct smtp_events *ev)
{
	struct smtp_command *cmd = &s->command;
	u32 i = take_preamble(s, bytes, len, ev);

	while (i < len && ev->verdict == SMTP_PASS) {
		u8 byte;

		if (!cmd->len)
			smtp_session_record_line(s, i, ev);
		if (!cmd->len && !line_begins(s, bytes + i, len - i, ev))
			break;
		i += command_run(cmd, s->policy, bytes + i, len - i);
		if (i == len)
			break;
		if (cmd->len == cmd->limit) {
			smtp_stop(ev, SMTP_RESET,
				  MAILGUARD_REASON_RESET_LENGTH);
			break;
		}
		byte = bytes[i];
		if (!smtp_command_ends(cmd, byte))
			byte = smtp_command_byte(cmd, s->policy, byte, ev);
		if (cmd->part == SMTP_PART_RESET) {
			smtp_stop(ev, SMTP_RESET, cmd->why);
			break;
		}
		bytes[i++] = byte;
		if (byte != '\n')
			continue;
		command_ends(s, ev);
		if (ev->record)
			s->secret = smtp_record_end(ev->record,
						    smtp_command_denied(cmd) ?
							    cmd->why : -1);
	}
	return i;
}

/**
 * smtp_session_preamble() - in monitor mode, judge a PROXY preamble
 * @s: the session
 * @bytes: bytes of the client, where no line is begun
 * @len: how many
 * @ev: counts what happens
 *
 * Return: how many of them belong to a preamble.
 */
u32 smtp_session_preamble(struct smtp_session *s, const u8 *bytes, u32 len,
			  struct smtp_events *ev)
{
	u32 done = take_preamble(s, bytes, len, ev);

	if (ev->verdict != SMTP_PASS)
		s->proxy.part = SMTP_PROXY_DONE;
	ev->verdict = SMTP_PASS;
	return done;
}

/**
 * smtp_session_waits() - in monitor mode, must a line wait to be judged?
 * @s: the session
 * @byte: the first byte of the line
 * @ev: counts, once for this line, that the policy would hold it back
 *
 * Return: true if a reply that is outstanding decides what the line means, or
 * the queue is full.
 */
bool smtp_session_waits(struct smtp_session *s, u8 byte, struct smtp_events *ev)
{
	enum mailguard_reason why;

	if (!must_hold(s, byte, &why))
		return false;
	if (!s->limits.waited)
		hold_line(s, why, ev);
	ev->verdict = SMTP_PASS;
	s->limits.waited = true;
	return (s->state != MAILGUARD_STATE_COMMAND &&
		s->state != MAILGUARD_STATE_RESPONSE) ||
	       smtp_queue_full(&s->queue) || waits_for_hello(s, byte);
}

/*
 * Read the number of bytes that a line announces, from the byte behind the verb
 * on. Return: does every server read the same?
 */
static bool read_chunk_size(struct smtp_session *s, const u8 *bytes, u32 len)
{
	struct smtp_chunk_size size = {};
	u32 i;

	if (*bytes != ' ')
		return false;
	for (i = 1; i < len && bytes[i] != '\r'; i++)
		if (!smtp_chunk_size_byte(&size, s->framing, bytes[i]))
			return false;
	s->bytes = size.bytes;
	s->last_chunk = size.last;
	return i + 2 == len && bytes[i + 1] == '\n' &&
	       smtp_chunk_size_complete(&size, s->framing);
}

/**
 * smtp_session_read_verb() - in monitor mode, read what verb a line has
 * @s: the session
 * @line: the beginning of a line of the client
 * @len: how many bytes there are of it
 *
 * Sets @s->framing, and what belongs to it, by what the server will read.
 *
 * Return: false if bytes follow that the server may read in another way than the
 * module.
 */
bool smtp_session_read_verb(struct smtp_session *s, const u8 *line, u32 len)
{
	char name[MAILGUARD_VERB_MAX + 1];
	const struct smtp_verb *verb;
	u32 n = 0;

	s->framing = SMTP_FRAMING_LINE;
	if (s->state == MAILGUARD_STATE_RESPONSE)
		return true;
	while (n < len && n < MAILGUARD_VERB_MAX && line[n] > ' ') {
		name[n] = line[n];
		n++;
	}
	name[n] = '\0';
	verb = n < len && line[n] <= ' ' ? smtp_verb_find(name) : NULL;
	if (!verb)
		return true;
	if (verb->framing == SMTP_FRAMING_CHUNK &&
	    !(s->offered & (1U << SMTP_EXTENSION_CHUNKING)))
		return true;
	s->framing = verb->framing;
	return verb->argument != SMTP_ARGUMENT_CHUNK_SIZE ||
	       read_chunk_size(s, line + n, len - n);
}

/**
 * smtp_session_monitor_line() - in monitor mode, judge bytes of one line
 * @s: the session
 * @bytes: the bytes of the client, which are overwritten
 * @len: how many
 * @ends: the last byte is the LF that ends the line
 * @ev: counts what happens
 */
void smtp_session_monitor_line(struct smtp_session *s, u8 *bytes, u32 len,
			       bool ends, struct smtp_events *ev)
{
	struct smtp_command *cmd = &s->command;

	/* The rest of a line that would be reset is not judged. */
	if (!cmd->len || cmd->part != SMTP_PART_RESET)
		smtp_session_client(s, bytes, len, ev);
	if (ev->verdict != SMTP_PASS)
		cmd->part = SMTP_PART_RESET;
	ev->verdict = SMTP_PASS;
	/* It is not over yet if the policy wants more than LF for that. */
	if (ends && cmd->len)
		command_ends(s, ev);
}

/*
 * The policy may say that the server's lines end in LF, so that LF.LF ends the
 * content. A server whose lines do not end in LF would not reply, and take what
 * follows for content. So the client is held back until the server replies.
 */
static void content_stops(struct smtp_session *s, enum smtp_content_end end,
			  struct smtp_events *ev)
{
	switch (end) {
	case SMTP_CONTENT_END:
		message_ends(s, ev);
		await_reply(s, SMTP_AWAIT_MESSAGE, MAILGUARD_STATE_COMMAND);
		break;
	case SMTP_CONTENT_LF_END:
		message_ends(s, ev);
		await_reply(s, SMTP_AWAIT_LF_MESSAGE, MAILGUARD_STATE_DATA);
		break;
	case SMTP_CONTENT_FALSE_END:
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_CONTENT);
		break;
	default:
		break;
	}
}

static u32 pass_content(struct smtp_session *s, struct smtp_history *history,
			const u8 *bytes, u32 len, struct smtp_events *ev)
{
	enum smtp_content_end end;
	u32 done = smtp_content_scan(&s->content, history, bytes, len, &end);

	content_stops(s, end, ev);
	return done;
}

/**
 * smtp_session_defang() - follow content that needs blanks written in
 * @s: a session in which smtp_session_opaque() stopped at a byte that must
 *	become a blank
 * @history: as for smtp_session_opaque()
 * @bytes: the bytes, edited in place
 * @len: how many
 * @ev: as for smtp_session_opaque(); also counts the blanks
 *
 * Return: the same as smtp_session_opaque().
 */
u32 smtp_session_defang(struct smtp_session *s, struct smtp_history *history,
			u8 *bytes, u32 len, struct smtp_events *ev)
{
	enum smtp_content_end end;
	u32 done, blanks;

	done = smtp_content_defang(&s->content, history, bytes, len, &end,
				   &blanks);
	smtp_count_some(ev, MAILGUARD_REASON_DEFANGED, blanks);
	content_stops(s, end, ev);
	return done;
}

/**
 * smtp_session_chunk() - note that bytes of a chunk passed
 * @s: a session in the state %MAILGUARD_STATE_CHUNK
 * @len: how many bytes; not more than the chunk has left
 * @ev: counts the message, if it ends here
 */
void smtp_session_chunk(struct smtp_session *s, u32 len, struct smtp_events *ev)
{
	s->bytes -= len;
	if (!s->bytes)
		bytes_end(s, ev);
}

static u32 pass_chunk(struct smtp_session *s, struct smtp_history *history,
		      u32 len,
		      struct smtp_events *ev)
{
	u32 done = len < s->bytes ? len : s->bytes;

	smtp_history_opaque(history, done);
	smtp_session_chunk(s, done, ev);
	return done;
}

/* Follow the server's records, up to its ServerHello also for the version. */
static u32 pass_server_tls(struct smtp_session *s, struct smtp_history *history,
			   const u8 *bytes, u32 len, bool *ok,
			   struct smtp_events *ev)
{
	struct smtp_tls before = s->tls[SMTP_SERVER];
	u32 done = smtp_tls_scan(&s->tls[SMTP_SERVER], history, bytes, len, ok);
	u32 good = done;

	if (smtp_tls_hello_is_due(&s->hello))
		good = smtp_tls_hello_scan(&s->hello, before, bytes, done);
	if (good == done)
		return done;
	smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_TLS_VERSION);
	*ok = true;
	if (!s->monitor)
		return good;
	ev->verdict = SMTP_PASS;
	smtp_tls_hello_begin(&s->hello, MAILGUARD_TLS_VERSION_ANY);
	return done;
}

static void note_hello(struct smtp_record *record, const u8 *bytes, u32 len)
{
	u32 name_len = 0;
	const u8 *name = smtp_tls_hello_name(bytes, len, &name_len);

	smtp_record_hello(record, name, name_len);
}

/* In TLS the client speaks first: no record of the server comes before. */
static u32 pass_tls(struct smtp_session *s, enum smtp_dir dir,
		    struct smtp_history *history, const u8 *bytes, u32 len,
		    struct smtp_events *ev)
{
	bool begun = s->tls[SMTP_CLIENT].begun;
	bool ok = false;
	u32 done = 0;

	if (dir == SMTP_CLIENT)
		done = smtp_tls_scan(&s->tls[dir], history, bytes, len, &ok);
	else if (s->tls[SMTP_CLIENT].begun)
		done = pass_server_tls(s, history, bytes, len, &ok, ev);
	if (s->tls[SMTP_CLIENT].begun != begun && ev->record)
		note_hello(ev->record, bytes, len);
	if (!ok)
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_TLS);
	return done;
}

/**
 * smtp_session_opaque() - follow content, a chunk or TLS
 * @s: a session for which smtp_session_is_opaque() is true
 * @dir: the direction of the bytes
 * @history: remembers what passes; has room for a record at least
 * @bytes: the bytes, which are not edited
 * @len: how many
 * @ev: counts what happens, and gets the verdict on the first byte that must
 *	not be sent on, if there is one
 *
 * Return: how many bytes may be sent on. They are fewer than @len also where
 * lines follow, or when @history has no room for more. If this is 0 and @ev has
 * no verdict, the next byte must become a blank: the caller goes on with
 * smtp_session_defang().
 */
u32 smtp_session_opaque(struct smtp_session *s, enum smtp_dir dir,
			struct smtp_history *history, const u8 *bytes, u32 len,
			struct smtp_events *ev)
{
	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
		return pass_content(s, history, bytes, len, ev);
	case MAILGUARD_STATE_CHUNK:
		return pass_chunk(s, history, len, ev);
	default:
		return pass_tls(s, dir, history, bytes, len, ev);
	}
}

static u8 first_digit(const struct smtp_reply *reply, u8 byte)
{
	if (!reply->col)
		return byte;
	return '0' + (reply->code < 10 ? reply->code : reply->code / 10);
}

/* A 3yz must be @code here; any other reply is expected, too. */
static bool intermediate_expected(const struct smtp_session *s, u8 byte,
				  const char *code)
{
	return first_digit(&s->reply, byte) != '3' ||
	       smtp_reply_code_may_be(&s->reply, byte, code);
}

/*
 * Can the code of a reply have this byte at this point of the dialogue? When no
 * reply is outstanding, a server may still close with a 4yz (421, or 451 after
 * a timeout), or refuse content with a failure before it ends.
 */
static bool code_expected(const struct smtp_session *s, u8 byte)
{
	switch (smtp_queue_head(&s->queue)) {
	case SMTP_AWAIT_NOTHING:
		return s->reply.col || byte == '4' ||
		       (smtp_is_blank(byte) && !s->reply.continued) ||
		       (byte == '5' && smtp_session_is_opaque(s, SMTP_CLIENT));
	case SMTP_AWAIT_MESSAGE:
	case SMTP_AWAIT_LF_MESSAGE:
		if (!(s->offered & (1U << SMTP_EXTENSION_PRDR)))
			return s->reply.col || byte != '3';
		return intermediate_expected(s, byte, "353");
	case SMTP_AWAIT_DATA:
	case SMTP_AWAIT_EXCH50:
		return intermediate_expected(s, byte, "354");
	case SMTP_AWAIT_AUTH:
		return intermediate_expected(s, byte, "334");
	default:
		return s->reply.col || byte != '3';
	}
}

/* Is this a reply to a mail that the server has received? */
static bool is_message(enum smtp_await what)
{
	return what == SMTP_AWAIT_MESSAGE || what == SMTP_AWAIT_LF_MESSAGE;
}

/*
 * May a reply pass that the dialogue does not call for? It may while the server
 * has a mail, or has taken one and the client may not know that yet: a reset
 * would make the client send the mail again. It never may in the middle of
 * content, where a success means that the server saw an end of data where there
 * is none. Otherwise the policy decides.
 */
static bool reply_may_pass(const struct smtp_session *s)
{
	if (is_message(smtp_queue_head(&s->queue)))
		return true;
	if (smtp_session_is_opaque(s, SMTP_CLIENT))
		return false;
	return s->taken || s->policy->action[MAILGUARD_A_ACTIONS_REPLY] ==
				   MAILGUARD_ACTION_PASS;
}

/* Is this a line with a keyword in a reply to EHLO? */
static bool is_keyword_line(const struct smtp_session *s)
{
	return s->ehlo.part != SMTP_EHLO_DOMAIN && s->reply.col >= 3 &&
	       s->reply.code / 100 == 2;
}

/*
 * The overlay of replies that have none of their own. A challenge passes
 * unchanged, because its text is the client's to decode.
 */
static const struct smtp_overlay *overlay_other(const struct smtp_session *s)
{
	if (s->policy->action[MAILGUARD_A_ACTIONS_WORDING] ==
	    MAILGUARD_ACTION_PASS)
		return NULL;
	if (s->reply.col >= 3 && s->reply.code == 334)
		return NULL;
	return &smtp_neutral;
}

/* The overlay of the reply to a denied command. */
static const struct smtp_overlay *overlay_denied(const struct smtp_session *s,
						 enum smtp_await what)
{
	return &s->policy->denied[what == SMTP_AWAIT_DENIED_SESSION ?
					  SMTP_DENIAL_COMMAND :
					  what - SMTP_AWAIT_DENIED];
}

static const struct smtp_overlay *overlay_now(const struct smtp_session *s)
{
	enum smtp_await what = smtp_queue_head(&s->queue);
	const struct smtp_overlay *overlay = &s->policy->banner;
	bool code = s->reply.col >= 3;

	if (s->reply.closing)
		return &s->policy->denied[SMTP_DENIAL_CLOSE];
	if (what == SMTP_AWAIT_GREETING ||
	    (what == SMTP_AWAIT_XCLIENT && code && s->reply.code == 220))
		return overlay->on ? overlay : NULL;
	if (what == SMTP_AWAIT_HELLO && is_keyword_line(s))
		return NULL;
	/* By 421 the server closes; this is no reply to the command. */
	if (what >= SMTP_AWAIT_DENIED_SESSION &&
	    !(code && s->reply.code == 421)) {
		overlay = overlay_denied(s, what);
		if (overlay->on)
			return overlay;
	}
	return overlay_other(s);
}

static void hello_answered(struct smtp_session *s)
{
	if (s->reply.code / 100 == 2) {
		s->offered = s->ehlo.found;
		if (!s->unnamed)
			s->offered |= 1U << SMTP_EXTENSION_BASE;
		smtp_limits_answered(&s->limits);
	}
	memset(&s->ehlo, 0, sizeof(s->ehlo));
}

static void tls_begins(struct smtp_session *s, struct smtp_events *ev)
{
	s->state = MAILGUARD_STATE_TLS;
	s->had_tls = true;
	memset(s->tls, 0, sizeof(s->tls));
	smtp_tls_hello_begin(&s->hello, s->policy->tls_minimum);
	smtp_count(ev, MAILGUARD_REASON_TLS);
}

static void exch50_begins(struct smtp_session *s, struct smtp_events *ev)
{
	smtp_queue_push(&s->queue, SMTP_AWAIT_COMMAND);
	s->last_chunk = false;
	s->state = MAILGUARD_STATE_CHUNK;
	if (!s->bytes)
		bytes_end(s, ev);
}

/*
 * Do more replies to this end of data follow? After a 353 the server sends one
 * for each recipient and one for the mail as a whole (draft-hall-prdr-00). It
 * does so for every client that asks for it, even if the policy hides the
 * offer.
 */
static bool verdicts_follow(struct smtp_session *s)
{
	if (s->recipient_replies) {
		s->recipient_replies--;
		return true;
	}
	if (s->reply.code == 353 &&
	    s->offered & (1U << SMTP_EXTENSION_PRDR))
		s->recipient_replies = s->recipients;
	return s->recipient_replies;
}

static void recipient_answered(struct smtp_session *s, struct smtp_events *ev)
{
	if (s->reply.code / 100 == 5) {
		smtp_count(ev, MAILGUARD_REASON_REFUSED_RECIPIENTS);
		smtp_limits_refused(&s->limits, s->policy, ev);
	}
	if (s->reply.code / 100 != 2)
		return;
	smtp_count(ev, MAILGUARD_REASON_RECIPIENTS);
	if (s->recipients < 0xffff)
		s->recipients++;
	if (s->accepted < 0xffff)
		s->accepted++;
}

/*
 * Some servers have other codes than 535 for a wrong password. To AUTH itself
 * they mean that the server does not do this, and 501 in the exchange that the
 * client has cancelled it (RFC 4954, section 4).
 */
static void auth_answered(struct smtp_session *s, struct smtp_events *ev)
{
	u16 code = s->reply.code;

	if (code == 535 ||
	    (code / 100 == 5 && code != 501 && s->challenged))
		smtp_count(ev, MAILGUARD_REASON_AUTH_FAILURES);
	if (code == 535)
		smtp_limits_auth_failed(&s->limits, s->policy, ev);
	if (code != 334)
		return;
	s->challenged = true;
	s->state = MAILGUARD_STATE_RESPONSE;
}

static void message_answered(struct smtp_session *s)
{
	if (s->reply.code / 100 == 2 || s->reply.code / 100 == 3)
		s->taken = SMTP_TAKEN_REPLY;
	s->recipients = 0;
	smtp_limits_answered(&s->limits);
}

static void denied_answered(struct smtp_session *s, enum smtp_await what)
{
	bool accepted = s->reply.code / 100 == 2;

	/* The server has begun its session anew, and BDAT may be over. */
	if ((what == AWAIT_DENIED_HELO || what == SMTP_AWAIT_DENIED_SESSION) &&
	    accepted)
		s->offered = 0;
	if (what == AWAIT_DENIED_SIZE && !accepted &&
	    !smtp_queue_has(&s->queue, what))
		s->limits.begun = false;
}

static void reply_ends(struct smtp_session *s, struct smtp_events *ev)
{
	enum smtp_await what = smtp_queue_head(&s->queue);
	u16 code = s->reply.code;

	if (what == SMTP_AWAIT_NOTHING)
		return;
	if (is_message(what) && verdicts_follow(s))
		return;
	smtp_queue_pop(&s->queue);
	switch (what) {
	case SMTP_AWAIT_MAIL:
		if (code / 100 == 2)
			s->recipients = 0;
		return;
	case SMTP_AWAIT_RCPT:
		recipient_answered(s, ev);
		return;
	case SMTP_AWAIT_MESSAGE:
		message_answered(s);
		return;
	case SMTP_AWAIT_HELLO:
		hello_answered(s);
		return;
	case SMTP_AWAIT_XCLIENT:
		if (code == 220)
			s->offered = 0;
		return;
	case SMTP_AWAIT_LF_MESSAGE:
		message_answered(s);
		s->state = MAILGUARD_STATE_COMMAND;
		return;
	case SMTP_AWAIT_GREETING:
	case SMTP_AWAIT_DATA:
	case SMTP_AWAIT_EXCH50:
	case SMTP_AWAIT_AUTH:
	case SMTP_AWAIT_TLS:
		s->state = MAILGUARD_STATE_COMMAND;
		break;
	default:
		denied_answered(s, what);
		return;
	}
	if (what == SMTP_AWAIT_DATA && code == 354) {
		s->state = MAILGUARD_STATE_CONTENT;
		smtp_content_begin(&s->content, smtp_session_false_end(s));
	} else if (what == SMTP_AWAIT_EXCH50 && code == 354) {
		exch50_begins(s, ev);
	} else if (what == SMTP_AWAIT_AUTH) {
		auth_answered(s, ev);
	} else if (what == SMTP_AWAIT_TLS && code == 220) {
		tls_begins(s, ev);
	}
}

static void count_overlay(const struct smtp_overlay *overlay,
			  const struct smtp_policy *policy,
			  struct smtp_events *ev)
{
	if (!overlay)
		return;
	if (overlay == &smtp_neutral)
		smtp_count(ev, MAILGUARD_REASON_NEUTRAL_LINES);
	else if (overlay == &policy->banner)
		smtp_count(ev, MAILGUARD_REASON_BANNER_LINES);
	else
		smtp_count(ev, MAILGUARD_REASON_REPLY_LINES);
}

/* Clients do not end a reply at a malformed line, so the reply goes on here. */
static void reply_line_ends(struct smtp_session *s, struct smtp_events *ev)
{
	enum smtp_await what = smtp_queue_head(&s->queue);
	bool malformed = s->reply.malformed || s->reply.col < 4;
	bool closing = s->reply.closing;
	bool more = s->reply.continued;

	count_overlay(overlay_now(s), s->policy, ev);
	if (what == SMTP_AWAIT_HELLO)
		smtp_ehlo_line_ends(&s->ehlo);
	if (s->reply.odd || malformed)
		smtp_count(ev, MAILGUARD_REASON_MALFORMED_REPLY);
	if (!malformed) {
		more = s->reply.more;
		if (!more)
			reply_ends(s, ev);
	}
	/* The packet may be dropped for want of memory; it ends for all that. */
	if (closing && !more) {
		s->state = MAILGUARD_STATE_ENDED;
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_LIMIT);
	}
	if (ev->record)
		smtp_record_close(ev->record, malformed ? 0 : s->reply.code);
	smtp_reply_begin(&s->reply, more);
	s->reply.closing = closing && more;
}

/* A SASL challenge may be longer than other replies (RFC 4954, 4). */
static u32 reply_limit(const struct smtp_session *s)
{
	return smtp_queue_head(&s->queue) == SMTP_AWAIT_AUTH ?
		       MAILGUARD_LINE_MAX : s->policy->line_reply;
}

/* A reset could make the client send a mail again; see reply_may_pass(). */
static bool long_line_may_pass(const struct smtp_session *s)
{
	return s->taken || smtp_session_has_mail(s) ||
	       s->policy->action[MAILGUARD_A_ACTIONS_REPLY_LENGTH] ==
		       MAILGUARD_ACTION_PASS;
}

/* The slow path of line_grows(), for lines beyond the policy's limit. */
static u32 long_line_grows(struct smtp_session *s, u32 n,
			   struct smtp_events *ev)
{
	u32 limit = reply_limit(s);
	u32 len = s->reply.len;

	if (len == limit)
		return n;
	if (len + n < limit) {
		s->reply.len += n;
		return n;
	}
	if (long_line_may_pass(s)) {
		s->reply.len = limit;
		smtp_count(ev, MAILGUARD_REASON_LONG_REPLY);
		return n;
	}
	if (s->monitor) {
		s->reply.len = limit;
		smtp_count(ev, MAILGUARD_REASON_RESET_REPLY_LENGTH);
		return n;
	}
	/* The packet may be dropped for want of memory; the next byte resets then. */
	s->reply.len = limit - 1;
	smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_REPLY_LENGTH);
	return limit - 1 - len;
}

/*
 * Add bytes to the length of a line; none of them is its LF. Return: how many
 * of them pass.
 */
static u32 line_grows(struct smtp_session *s, u32 n, struct smtp_events *ev)
{
	if (s->reply.len + n >= s->policy->line_reply)
		return long_line_grows(s, n, ev);
	s->reply.len += n;
	return n;
}

static void edit_text(struct smtp_session *s, u8 *bytes, u32 len)
{
	const struct smtp_overlay *overlay = overlay_now(s);
	bool hello = smtp_queue_head(&s->queue) == SMTP_AWAIT_HELLO;

	if (overlay == &smtp_neutral && !s->reply.malformed)
		smtp_neutral_text(&s->reply, hello && s->reply.code / 100 == 2,
				  bytes, len);
	else
		smtp_reply_text(&s->reply, overlay, bytes, len);
}

/*
 * Take the text of a line up to its LF, or up to an EHLO keyword that cannot be
 * judged yet because its end is still to come.
 */
static u32 take_text(struct smtp_session *s, u8 *bytes, u32 len,
		     struct smtp_events *ev)
{
	u32 n = smtp_find_lf(bytes, bytes + len) - bytes;

	if (smtp_queue_head(&s->queue) == SMTP_AWAIT_HELLO &&
	    !s->reply.malformed) {
		u32 line = n < len ? n + 1 : n;
		u32 done;

		s->ehlo.failure = s->reply.code / 100 != 2;
		done = smtp_ehlo_text(&s->ehlo, s->policy, bytes, line, ev);
		if (done < line)
			n = done;
	}
	n = line_grows(s, n, ev);
	edit_text(s, bytes, n);
	return n;
}

/* For events only: the code of the reply that begins here, or 0. */
static u16 code_at(const struct smtp_session *s, const u8 *bytes, u32 len)
{
	u16 code = 0;
	u32 i;

	if (s->reply.col || len < 3)
		return 0;
	for (i = 0; i < 3; i++) {
		if (!smtp_is_digit(bytes[i]))
			return 0;
		code = code * 10 + bytes[i] - '0';
	}
	return code;
}

/*
 * The code of a reply is not what the dialogue calls for. May the reply pass
 * nevertheless? @bytes: the rest of the reply
 */
static bool unexpected_may_pass(struct smtp_session *s, const u8 *bytes,
				u32 len, struct smtp_events *ev)
{
	if (!reply_may_pass(s)) {
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_REPLY);
		if (ev->record)
			smtp_record_close(ev->record, code_at(s, bytes, len));
		return false;
	}
	if (!s->reply.unexpected)
		smtp_count(ev, MAILGUARD_REASON_UNEXPECTED_REPLY);
	s->reply.unexpected = true;
	return true;
}

/*
 * A reply begins, and a limit was exceeded before. End the connection, unless
 * the client does not know yet whether the server accepted a mail.
 */
static void end_at_reply(struct smtp_session *s, struct smtp_events *ev)
{
	if (s->reply.continued || smtp_session_mail_at_stake(s) ||
	    s->limits.ending == SMTP_LIMITS_TOLD)
		return;
	if (s->limits.ending == MAILGUARD_ACTION_CLOSE && !s->monitor)
		s->reply.closing = true;
	else
		ends_at_limit(s, ev);
}

/* Is the head of the queue one whose replies are neither checked nor edited? */
static bool reply_is_plain(const struct smtp_session *s)
{
	switch (smtp_queue_head(&s->queue)) {
	case SMTP_AWAIT_COMMAND:
	case SMTP_AWAIT_HELLO:
	case SMTP_AWAIT_MAIL:
	case SMTP_AWAIT_RCPT:
	case SMTP_AWAIT_MESSAGE:
		return true;
	default:
		return false;
	}
}

/**
 * smtp_session_server() - judge the server's replies
 * @s: the session
 * @bytes: the bytes, edited in place
 * @len: how many
 * @ev: counts what happens, and gets the verdict on the first byte that must
 *	not be sent on, if there is one
 *
 * Return: how many bytes may be sent on. They are fewer than @len also where
 * TLS follows a reply, and before an EHLO keyword whose end is still to come.
 */
u32 smtp_session_server(struct smtp_session *s, u8 *bytes, u32 len,
			struct smtp_events *ev)
{
	u32 i = 0;

	/* When the server speaks, it does not wait for a preamble any more. */
	if (s->state == MAILGUARD_STATE_GREETING)
		s->proxy.part = SMTP_PROXY_DONE;
	while (i < len && ev->verdict == SMTP_PASS &&
	       !smtp_session_is_opaque(s, SMTP_SERVER)) {
		u8 byte;

		if (!s->reply.len && s->limits.ending)
			end_at_reply(s, ev);
		if (ev->verdict != SMTP_PASS)
			break;
		if (!s->reply.len && !s->reply.closing && reply_is_plain(s))
			i += smtp_reply_plain(&s->reply, bytes + i, len - i);
		if (s->reply.col == 4)
			i += take_text(s, bytes + i, len - i, ev);
		if (i == len)
			break;
		byte = bytes[i];
		if (s->reply.col == 4 && byte != '\n')
			break;
		if (s->reply.col < 3 && !code_expected(s, byte) &&
		    !unexpected_may_pass(s, bytes + i, len - i, ev))
			break;
		if (byte != '\n' && !line_grows(s, 1, ev))
			break;
		if (s->reply.col < 4)
			bytes[i] = smtp_reply_byte(&s->reply, overlay_now(s),
						   byte);
		i++;
		if (byte == '\n')
			reply_line_ends(s, ev);
	}
	return i;
}
