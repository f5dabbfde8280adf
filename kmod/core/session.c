// SPDX-License-Identifier: GPL-2.0
/*
 * The dialogue.
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
 *	CHUNK --(its last octet)--> COMMAND
 *	RESPONSE --(a line)--> AUTH
 *
 * In GREETING a preamble of the PROXY protocol may pass, if the policy accepts
 * one, before the server has said anything.
 *
 * In GREETING, DATA, EXCH50, AUTH and STARTTLS nothing of the client is
 * decided: what its octets mean depends on the server's reply, so they are held
 * back until that is there.
 *
 * Every command that goes on, overwritten or not, will be answered; the queue
 * says what each reply answers.
 */
#include "find.h"
#include "session.h"

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
	s->state = MAILGUARD_STATE_GREETING;
	smtp_queue_push(&s->queue, SMTP_AWAIT_GREETING);
	smtp_reply_begin(&s->reply, false);
}

/*
 * While the reply to EHLO is outstanding, it is not known whether BDAT will be
 * followed by a chunk; nor, if it is denied, by what the server would take for
 * one.
 */
static bool offer_is_open(const struct smtp_session *s, u8 octet)
{
	return smtp_keywords_step(&s->policy->verbs, SMTP_VERB_BDAT, 0,
				  octet) &&
	       (smtp_queue_has(&s->queue, SMTP_AWAIT_HELLO) ||
		smtp_queue_has(&s->queue, SMTP_AWAIT_XCLIENT));
}

static bool may_pipeline(const struct smtp_session *s)
{
	return s->policy->action[MAILGUARD_A_ACTIONS_PIPELINING] ==
	       MAILGUARD_ACTION_PASS;
}

/*
 * Must a client's line that begins with this octet wait, and why? In its middle
 * it need not: it began, and what is outstanding does not decide on it.
 */
static bool must_hold(const struct smtp_session *s, u8 octet,
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
	if (smtp_queue_full(&s->queue))
		*why = MAILGUARD_REASON_HELD_QUEUE;
	else if (s->queue.runs && !may_pipeline(s))
		*why = MAILGUARD_REASON_HELD_PIPELINING;
	else if (offer_is_open(s, octet))
		*why = MAILGUARD_REASON_HELD_OFFER;
	else
		return false;
	return true;
}

static void command_begins(struct smtp_session *s)
{
	if (s->taken == SMTP_TAKEN_SEEN)
		s->taken = SMTP_TAKEN_NONE;
	if (s->state == MAILGUARD_STATE_RESPONSE)
		smtp_command_begin_response(&s->command);
	else
		smtp_command_begin(&s->command, s->policy, s->offered);
}

static void octets_end(struct smtp_session *s, struct smtp_events *ev)
{
	if (s->last)
		smtp_count(ev, MAILGUARD_REASON_MESSAGES);
	s->state = MAILGUARD_STATE_COMMAND;
}

/* BDAT is answered once, whenever; the octets come at once. */
static void chunk_begins(struct smtp_session *s, struct smtp_events *ev)
{
	s->octets = s->command.count.octets;
	s->last = s->command.count.last;
	smtp_queue_push(&s->queue, s->last ? SMTP_AWAIT_MESSAGE :
					     SMTP_AWAIT_COMMAND);
	s->state = MAILGUARD_STATE_CHUNK;
	if (!s->octets)
		octets_end(s, ev);
}

static void await(struct smtp_session *s, enum smtp_await what,
		  enum mailguard_state state)
{
	smtp_queue_push(&s->queue, what);
	s->state = state;
}

static void command_passed(struct smtp_session *s, struct smtp_events *ev)
{
	switch (s->policy->verb[s->command.bit]->framing) {
	case SMTP_FRAMING_HELLO:
		smtp_queue_push(&s->queue, SMTP_AWAIT_HELLO);
		break;
	case SMTP_FRAMING_MAIL:
		smtp_queue_push(&s->queue, SMTP_AWAIT_MAIL);
		break;
	case SMTP_FRAMING_RCPT:
		smtp_queue_push(&s->queue, SMTP_AWAIT_RCPT);
		break;
	case SMTP_FRAMING_DATA:
		await(s, SMTP_AWAIT_DATA, MAILGUARD_STATE_DATA);
		break;
	case SMTP_FRAMING_CHUNK:
		chunk_begins(s, ev);
		break;
	case SMTP_FRAMING_EXCH50:
		s->octets = s->command.count.octets;
		await(s, SMTP_AWAIT_EXCH50, MAILGUARD_STATE_EXCH50);
		break;
	case SMTP_FRAMING_AUTH:
		await(s, SMTP_AWAIT_AUTH, MAILGUARD_STATE_AUTH);
		break;
	case SMTP_FRAMING_TLS:
		await(s, SMTP_AWAIT_TLS, MAILGUARD_STATE_STARTTLS);
		break;
	case SMTP_FRAMING_XCLIENT:
		smtp_queue_push(&s->queue, SMTP_AWAIT_XCLIENT);
		break;
	default:
		smtp_queue_push(&s->queue, SMTP_AWAIT_COMMAND);
		break;
	}
	if (s->policy->downgrade & (1ULL << s->command.bit))
		smtp_count(ev, MAILGUARD_REASON_DOWNGRADED);
	smtp_count(ev, MAILGUARD_REASON_COMMANDS);
	s->passed++;
}

/* A denied response was made one that fails: the server's word is for all. */
static void command_ends(struct smtp_session *s, struct smtp_events *ev)
{
	bool denied = smtp_command_denied(&s->command);

	if (denied) {
		smtp_count(ev, s->command.why);
		s->denied++;
	}
	if (s->state == MAILGUARD_STATE_RESPONSE)
		await(s, SMTP_AWAIT_AUTH, MAILGUARD_STATE_AUTH);
	else if (denied)
		smtp_queue_push(&s->queue, SMTP_AWAIT_DENIED);
	else
		command_passed(s, ev);
	s->command.len = 0;
}

/* Can a line of the client begin here, with this octet? */
static bool line_begins(struct smtp_session *s, u8 octet,
			struct smtp_events *ev)
{
	enum mailguard_reason why;

	if (smtp_session_is_opaque(s, SMTP_CLIENT))
		return false;
	if (must_hold(s, octet, &why)) {
		smtp_stop(ev, SMTP_HOLD, why);
		return false;
	}
	command_begins(s);
	return true;
}

/* As much as needs no look at one octet after the other. */
static u32 run(struct smtp_command *cmd, const struct smtp_policy *policy,
	       u8 *octets, u32 len)
{
	switch (cmd->part) {
	case SMTP_PART_VERB:
		return smtp_command_verb(cmd, policy, octets, len);
	case SMTP_PART_ARGUMENT:
		return smtp_command_plain(cmd, octets, len);
	case SMTP_PART_DENIED:
		return smtp_command_overwrite(cmd, octets, len);
	default:
		return 0;
	}
}

static bool may_be_preamble(const struct smtp_session *s)
{
	return s->state == MAILGUARD_STATE_GREETING &&
	       s->proxy.part != SMTP_PROXY_OVER &&
	       s->policy->action[MAILGUARD_A_ACTIONS_PROXY_PROTOCOL] ==
		       MAILGUARD_ACTION_ACCEPT;
}

/* Before the greeting a client says a preamble, or nothing. */
static u32 preamble(struct smtp_session *s, const u8 *octets, u32 len,
		    struct smtp_events *ev)
{
	u32 i;

	for (i = 0; i < len && may_be_preamble(s); i++) {
		if (!smtp_proxy_octet(&s->proxy, octets[i])) {
			smtp_stop(ev, SMTP_RESET,
				  MAILGUARD_REASON_RESET_FOREIGN);
			break;
		}
		if (s->proxy.part == SMTP_PROXY_OVER)
			smtp_count(ev, MAILGUARD_REASON_PREAMBLES);
	}
	return i;
}

/**
 * smtp_session_client() - judge what the client says in lines
 * @s: the session
 * @octets: edited in place
 * @len: how many
 * @ev: set to why not all of them were judged, if they must not go on
 *
 * Return: how many octets may go on; fewer than @len also where a line is
 * followed by octets that are none.
 */
u32 smtp_session_client(struct smtp_session *s, u8 *octets, u32 len,
			struct smtp_events *ev)
{
	struct smtp_command *cmd = &s->command;
	u32 i = preamble(s, octets, len, ev);

	while (i < len && ev->verdict == SMTP_PASS) {
		u8 octet;

		if (!cmd->len && !line_begins(s, octets[i], ev))
			break;
		i += run(cmd, s->policy, octets + i, len - i);
		if (i == len)
			break;
		if (cmd->len == cmd->limit) {
			smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_LENGTH);
			break;
		}
		octet = smtp_command_octet(cmd, s->policy, octets[i], ev);
		if (cmd->part == SMTP_PART_RESET) {
			smtp_stop(ev, SMTP_RESET, cmd->why);
			break;
		}
		octets[i++] = octet;
		if (octet == '\n')
			command_ends(s, ev);
	}
	return i;
}

/*
 * A server that does not take LF for the end of a line does not answer at a lone
 * dot: to it, what follows is content. So nothing follows before the reply.
 */
static void content_stops(struct smtp_session *s, enum smtp_content_end end,
			  struct smtp_events *ev)
{
	switch (end) {
	case SMTP_CONTENT_END:
		smtp_count(ev, MAILGUARD_REASON_MESSAGES);
		await(s, SMTP_AWAIT_MESSAGE, MAILGUARD_STATE_COMMAND);
		break;
	case SMTP_CONTENT_LF_END:
		smtp_count(ev, MAILGUARD_REASON_MESSAGES);
		await(s, SMTP_AWAIT_LF_MESSAGE, MAILGUARD_STATE_DATA);
		break;
	case SMTP_CONTENT_FALSE_END:
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_CONTENT);
		break;
	default:
		break;
	}
}

static u32 content(struct smtp_session *s, struct smtp_trace *trace,
		   const u8 *octets, u32 len, struct smtp_events *ev)
{
	enum smtp_content_end end;
	u32 done = smtp_content_scan(&s->content, trace, octets, len, &end);

	content_stops(s, end, ev);
	return done;
}

/**
 * smtp_session_defang() - follow content where a byte of it becomes a blank
 * @s: a session where smtp_session_opaque() did not follow the next octet
 * @trace: as for smtp_session_opaque()
 * @octets: edited in place
 * @len: how many
 * @ev: counts the blanks; else as for smtp_session_opaque()
 *
 * Return: as smtp_session_opaque() does.
 */
u32 smtp_session_defang(struct smtp_session *s, struct smtp_trace *trace,
			u8 *octets, u32 len, struct smtp_events *ev)
{
	enum smtp_content_end end;
	u32 done, blanks;

	done = smtp_content_defang(&s->content, trace, octets, len, &end,
				   &blanks);
	smtp_count_some(ev, MAILGUARD_REASON_DEFANGED, blanks);
	content_stops(s, end, ev);
	return done;
}

/**
 * smtp_session_chunk() - octets of a chunk passed
 * @s: a session where @s->state is %MAILGUARD_STATE_CHUNK
 * @len: how many; not more than are to come
 * @ev: counts the message, if it ends
 */
void smtp_session_chunk(struct smtp_session *s, u32 len, struct smtp_events *ev)
{
	s->octets -= len;
	if (!s->octets)
		octets_end(s, ev);
}

static u32 chunk(struct smtp_session *s, struct smtp_trace *trace, u32 len,
		 struct smtp_events *ev)
{
	u32 done = len < s->octets ? len : s->octets;

	smtp_trace_opaque(trace, done);
	smtp_session_chunk(s, done, ev);
	return done;
}

/* A TLS server speaks when it is spoken to. */
static u32 tls(struct smtp_session *s, enum smtp_dir dir,
	       struct smtp_trace *trace, const u8 *octets, u32 len,
	       struct smtp_events *ev)
{
	bool ok = false;
	u32 done = 0;

	if (dir == SMTP_CLIENT || s->tls[SMTP_CLIENT].begun)
		done = smtp_tls_scan(&s->tls[dir], trace, octets, len, &ok);
	if (!ok)
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_TLS);
	return done;
}

/**
 * smtp_session_opaque() - follow octets that are no lines
 * @s: a session where smtp_session_is_opaque()
 * @dir: whose octets
 * @trace: remembers what passes; with room for a record at least
 * @octets: read only
 * @len: how many
 * @ev: set to why not all of them may pass, if so
 *
 * Return: how many octets may go on; fewer than @len also where lines follow, or
 * when @trace has no room for more. None, and no reason in @ev, where an octet of
 * content has to become a blank: smtp_session_defang() goes on from there.
 */
u32 smtp_session_opaque(struct smtp_session *s, enum smtp_dir dir,
			struct smtp_trace *trace, const u8 *octets, u32 len,
			struct smtp_events *ev)
{
	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
		return content(s, trace, octets, len, ev);
	case MAILGUARD_STATE_CHUNK:
		return chunk(s, trace, len, ev);
	default:
		return tls(s, dir, trace, octets, len, ev);
	}
}

static u8 first_digit(const struct smtp_reply *reply, u8 octet)
{
	if (!reply->col)
		return octet;
	return '0' + (reply->code < 10 ? reply->code : reply->code / 10);
}

/* An intermediate reply, where the dialogue has one, is this one. */
static bool intermediate_expected(const struct smtp_session *s, u8 octet,
				  const char *code)
{
	return first_digit(&s->reply, octet) != '3' ||
	       smtp_reply_code_may_be(&s->reply, octet, code);
}

/*
 * Does the dialogue call for a reply with this octet in its code? Unasked, a
 * server says good-bye with a 4yz (421, or 451 when it waited for too long), or
 * ends content before its end with a failure.
 */
static bool code_expected(const struct smtp_session *s, u8 octet)
{
	switch (smtp_queue_head(&s->queue)) {
	case SMTP_AWAIT_NOTHING:
		return s->reply.col || octet == '4' ||
		       (octet == '5' && smtp_session_is_opaque(s, SMTP_CLIENT));
	case SMTP_AWAIT_MESSAGE:
	case SMTP_AWAIT_LF_MESSAGE:
		if (!(s->offered & (1U << SMTP_EXTENSION_PRDR)))
			return s->reply.col || octet != '3';
		return intermediate_expected(s, octet, "353");
	case SMTP_AWAIT_DATA:
	case SMTP_AWAIT_EXCH50:
		return intermediate_expected(s, octet, "354");
	case SMTP_AWAIT_AUTH:
		return intermediate_expected(s, octet, "334");
	default:
		return s->reply.col || octet != '3';
	}
}

/* Is it a mail that the server has, and has not answered yet? */
static bool is_message(enum smtp_await what)
{
	return what == SMTP_AWAIT_MESSAGE || what == SMTP_AWAIT_LF_MESSAGE;
}

/*
 * Where the server has a mail, or has taken one and the client may not have
 * heard of it, a reset would make the client send the mail again. A success in
 * the middle of content would mean that the server saw an end that is none; that
 * is no matter of taste.
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

static const struct smtp_overlay *overlay_now(const struct smtp_session *s)
{
	bool code = s->reply.col >= 3;
	const struct smtp_overlay *overlay;

	switch (smtp_queue_head(&s->queue)) {
	case SMTP_AWAIT_GREETING:
		overlay = &s->policy->banner;
		break;
	case SMTP_AWAIT_XCLIENT:
		if (!code || s->reply.code != 220)
			return NULL;
		overlay = &s->policy->banner;
		break;
	case SMTP_AWAIT_DENIED:
		/* The server closes: that is its own word, not an answer. */
		if (code && s->reply.code == 421)
			return NULL;
		overlay = &s->policy->denied;
		break;
	default:
		return NULL;
	}
	return overlay->on ? overlay : NULL;
}

static void hello_answered(struct smtp_session *s)
{
	if (s->reply.code / 100 == 2)
		s->offered = s->ehlo.found;
	memset(&s->ehlo, 0, sizeof(s->ehlo));
}

static void tls_begins(struct smtp_session *s, struct smtp_events *ev)
{
	s->state = MAILGUARD_STATE_TLS;
	memset(s->tls, 0, sizeof(s->tls));
	smtp_count(ev, MAILGUARD_REASON_TLS);
}

static void exch50_begins(struct smtp_session *s, struct smtp_events *ev)
{
	smtp_queue_push(&s->queue, SMTP_AWAIT_COMMAND);
	s->last = false;
	s->state = MAILGUARD_STATE_CHUNK;
	if (!s->octets)
		octets_end(s, ev);
}

/*
 * Does this reply to an end of data leave others to come? After a 353 there is
 * one for each recipient, and one for all of them (draft-hall-prdr-00). The
 * server does so if the client asked for it, whatever the policy shows.
 */
static bool verdicts_follow(struct smtp_session *s)
{
	if (s->verdicts) {
		s->verdicts--;
		return true;
	}
	if (s->reply.code == 353 &&
	    s->offered & (1U << SMTP_EXTENSION_PRDR))
		s->verdicts = s->recipients;
	return s->verdicts;
}

static void recipient_answered(struct smtp_session *s)
{
	if (s->reply.code / 100 == 2 && s->recipients < SMTP_QUEUE_RUN_MAX)
		s->recipients++;
}

static void message_answered(struct smtp_session *s)
{
	if (s->reply.code / 100 == 2 || s->reply.code / 100 == 3)
		s->taken = SMTP_TAKEN_REPLY;
	s->recipients = 0;
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
		recipient_answered(s);
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
		return;
	}
	if (what == SMTP_AWAIT_DATA && code == 354) {
		s->state = MAILGUARD_STATE_CONTENT;
		smtp_content_begin(&s->content, smtp_session_false_end(s));
	} else if (what == SMTP_AWAIT_EXCH50 && code == 354) {
		exch50_begins(s, ev);
	} else if (what == SMTP_AWAIT_AUTH && code == 334) {
		s->state = MAILGUARD_STATE_RESPONSE;
	} else if (what == SMTP_AWAIT_TLS && code == 220) {
		tls_begins(s, ev);
	}
}

/* A malformed line is nobody's last line: clients go on reading, as we do. */
static void reply_line_ends(struct smtp_session *s, struct smtp_events *ev)
{
	enum smtp_await what = smtp_queue_head(&s->queue);
	bool malformed = s->reply.malformed || s->reply.col < 4;
	bool more = s->reply.continued;

	if (overlay_now(s))
		smtp_count(ev, what == SMTP_AWAIT_DENIED ?
				       MAILGUARD_REASON_REPLY_LINES :
				       MAILGUARD_REASON_BANNER_LINES);
	if (what == SMTP_AWAIT_HELLO)
		smtp_ehlo_line_ends(&s->ehlo);
	if (s->reply.odd || malformed)
		smtp_count(ev, MAILGUARD_REASON_MALFORMED_REPLY);
	if (!malformed) {
		more = s->reply.more;
		if (!more)
			reply_ends(s, ev);
	}
	smtp_reply_begin(&s->reply, more);
}

/*
 * Take the text of a line, up to its LF, or up to an EHLO keyword whose end is
 * still to come.
 */
static u32 text(struct smtp_session *s, u8 *octets, u32 len,
		struct smtp_events *ev)
{
	u32 n = smtp_find_lf(octets, octets + len) - octets;

	if (smtp_queue_head(&s->queue) == SMTP_AWAIT_HELLO &&
	    !s->reply.malformed) {
		u32 line = n < len ? n + 1 : n;
		u32 done = smtp_ehlo_text(&s->ehlo, s->policy, octets, line,
					  ev);

		if (done < line)
			n = done;
	}
	smtp_reply_text(&s->reply, overlay_now(s), octets, n);
	return n;
}

/* At the first octet that the dialogue does not call for. */
static bool unexpected(struct smtp_session *s, struct smtp_events *ev)
{
	if (!reply_may_pass(s)) {
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_REPLY);
		return false;
	}
	if (!s->reply.unexpected)
		smtp_count(ev, MAILGUARD_REASON_UNEXPECTED_REPLY);
	s->reply.unexpected = true;
	return true;
}

/* What code_expected() and overlay_now() have nothing to say of. */
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
 * smtp_session_server() - read the server's replies
 * @s: the session
 * @octets: edited in place
 * @len: how many
 * @ev: set to why not all of them were judged, if they must not go on
 *
 * Return: how many octets may go on; fewer than @len also where a reply is
 * followed by octets that are none, or before an EHLO keyword whose end is still
 * to come.
 */
u32 smtp_session_server(struct smtp_session *s, u8 *octets, u32 len,
			struct smtp_events *ev)
{
	u32 i = 0;

	/* A server that waits for a preamble says nothing before it. */
	if (s->state == MAILGUARD_STATE_GREETING)
		s->proxy.part = SMTP_PROXY_OVER;
	while (i < len && !smtp_session_is_opaque(s, SMTP_SERVER)) {
		u8 octet;

		if (!s->reply.col && reply_is_plain(s))
			i += smtp_reply_plain(&s->reply, octets + i, len - i);
		if (s->reply.col == 4)
			i += text(s, octets + i, len - i, ev);
		if (i == len)
			break;
		octet = octets[i];
		if (s->reply.col == 4 && octet != '\n')
			break;
		if (s->reply.col < 3 && !code_expected(s, octet) &&
		    !unexpected(s, ev))
			break;
		if (s->reply.col < 4)
			octets[i] = smtp_reply_octet(&s->reply, overlay_now(s),
						     octet);
		i++;
		if (octet == '\n')
			reply_line_ends(s, ev);
	}
	return i;
}
