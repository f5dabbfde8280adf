// SPDX-License-Identifier: GPL-2.0
/*
 * The dialogue.
 *
 *	GREETING --(greeting's last line)--> COMMAND
 *	COMMAND --(DATA passes)--> DATA
 *	DATA --(354)--> CONTENT;  DATA --(any other reply)--> COMMAND
 *	CONTENT --(CRLF.CRLF)--> COMMAND
 *
 * In GREETING and DATA nothing of the client is decided: what its octets mean
 * depends on the server's reply, so they are held back until that is there.
 * Content begins with the server's 354 and with nothing else.
 *
 * Every command that goes on, overwritten or not, will be answered; the queue
 * says what each reply answers.
 */
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
	smtp_command_begin(&s->command, policy);
	smtp_reply_begin(&s->reply);
}

/* Why the client's next octet can't be decided now, if it can't. */
static bool must_hold(const struct smtp_session *s, enum mailguard_reason *why)
{
	if (s->state == MAILGUARD_STATE_GREETING)
		*why = MAILGUARD_REASON_HELD_GREETING;
	else if (s->state == MAILGUARD_STATE_DATA)
		*why = MAILGUARD_REASON_HELD_DATA;
	else if (!s->command.len && smtp_queue_full(&s->queue))
		*why = MAILGUARD_REASON_HELD_QUEUE;
	else
		return false;
	return true;
}

static void command_denied(struct smtp_session *s, struct smtp_events *ev)
{
	smtp_queue_push(&s->queue, SMTP_AWAIT_DENIED);
	smtp_count(ev, s->command.why);
	s->denied++;
}

static void command_passed(struct smtp_session *s, struct smtp_events *ev)
{
	unsigned int verb = s->command.verb;

	if (s->policy->framing[verb] == SMTP_FRAMING_DATA) {
		smtp_queue_push(&s->queue, SMTP_AWAIT_DATA);
		s->state = MAILGUARD_STATE_DATA;
	} else {
		smtp_queue_push(&s->queue, SMTP_AWAIT_COMMAND);
	}
	if (s->policy->downgrade & (1ULL << verb))
		smtp_count(ev, MAILGUARD_REASON_DOWNGRADED);
	smtp_count(ev, MAILGUARD_REASON_COMMAND);
	s->passed++;
}

static void command_ends(struct smtp_session *s, bool crlf,
			 struct smtp_events *ev)
{
	if (!crlf)
		smtp_count(ev, MAILGUARD_REASON_BARE_LF);
	if (smtp_command_denied(&s->command))
		command_denied(s, ev);
	else
		command_passed(s, ev);
	smtp_command_begin(&s->command, s->policy);
}

/**
 * smtp_session_client() - judge what the client says outside of content
 * @s: the session
 * @octets: edited in place
 * @len: how many
 * @ev: set to why not all of them were judged, if so
 *
 * Return: how many octets may go on.
 */
u32 smtp_session_client(struct smtp_session *s, u8 *octets, u32 len,
			struct smtp_events *ev)
{
	enum mailguard_reason why;
	u32 i;

	for (i = 0; i < len; i++) {
		u8 octet = octets[i];

		if (must_hold(s, &why)) {
			smtp_stop(ev, SMTP_HOLD, why);
			break;
		}
		if (s->command.len == s->command.limit) {
			smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_LENGTH);
			break;
		}
		octets[i] = smtp_command_octet(&s->command, s->policy, octet);
		if (octet == '\n')
			command_ends(s, s->command.cr, ev);
		else
			s->command.cr = octet == '\r';
	}
	return i;
}

/**
 * smtp_session_content() - scan message content
 * @s: a session in %MAILGUARD_STATE_CONTENT
 * @octets: read only
 * @len: how many
 * @ev: set to why not all of them may pass, if so
 *
 * Return: how many octets are content; behind them the client speaks commands
 * again.
 */
u32 smtp_session_content(struct smtp_session *s, const u8 *octets, u32 len,
			 struct smtp_events *ev)
{
	enum smtp_content_end end;
	u32 done = smtp_content_scan(&s->content, octets, len, &end);

	if (end == SMTP_CONTENT_FALSE_END)
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_CONTENT);
	if (end == SMTP_CONTENT_END) {
		smtp_count(ev, MAILGUARD_REASON_MESSAGE);
		smtp_queue_push(&s->queue, SMTP_AWAIT_MESSAGE);
		s->state = MAILGUARD_STATE_COMMAND;
	}
	return done;
}

static u8 first_digit(const struct smtp_reply *reply, u8 octet)
{
	if (!reply->col)
		return octet;
	return '0' + (reply->code < 10 ? reply->code : reply->code / 10);
}

/*
 * Does the dialogue call for a reply with this octet in its code? Only DATA
 * has an intermediate reply, and only one. Unasked, a server says 421, or ends
 * a message before its end with a failure; a success there would mean that it
 * saw an end of data that is none.
 */
static bool code_expected(const struct smtp_session *s, u8 octet)
{
	switch (smtp_queue_head(&s->queue)) {
	case SMTP_AWAIT_NOTHING:
		if (s->state == MAILGUARD_STATE_CONTENT)
			return s->reply.col || octet == '4' || octet == '5';
		return smtp_reply_code_may_be(&s->reply, octet, "421");
	case SMTP_AWAIT_DATA:
		return first_digit(&s->reply, octet) != '3' ||
		       smtp_reply_code_may_be(&s->reply, octet, "354");
	default:
		return s->reply.col || octet != '3';
	}
}

static const struct smtp_overlay *overlay_now(const struct smtp_session *s)
{
	const struct smtp_overlay *overlay;

	switch (smtp_queue_head(&s->queue)) {
	case SMTP_AWAIT_GREETING:
		overlay = &s->policy->banner;
		break;
	case SMTP_AWAIT_DENIED:
		/* The server closes: that is its own word, not an answer. */
		if (s->reply.col >= 3 && s->reply.code == 421)
			return NULL;
		overlay = &s->policy->denied;
		break;
	default:
		return NULL;
	}
	return overlay->on ? overlay : NULL;
}

static void reply_ends(struct smtp_session *s)
{
	switch (smtp_queue_head(&s->queue)) {
	case SMTP_AWAIT_NOTHING:
		return;
	case SMTP_AWAIT_GREETING:
		s->state = MAILGUARD_STATE_COMMAND;
		break;
	case SMTP_AWAIT_DATA:
		s->state = MAILGUARD_STATE_COMMAND;
		if (s->reply.code == 354) {
			s->state = MAILGUARD_STATE_CONTENT;
			smtp_content_begin(&s->content);
		}
		break;
	default:
		break;
	}
	smtp_queue_pop(&s->queue);
}

/* A malformed line is nobody's last line: clients go on reading, as we do. */
static void reply_line_ends(struct smtp_session *s, struct smtp_events *ev)
{
	bool greeting = smtp_queue_head(&s->queue) == SMTP_AWAIT_GREETING;

	if (overlay_now(s))
		smtp_count(ev, greeting ? MAILGUARD_REASON_BANNER :
					  MAILGUARD_REASON_REPLY);
	if (s->reply.malformed || s->reply.col < 4)
		smtp_count(ev, MAILGUARD_REASON_MALFORMED);
	else if (!s->reply.more)
		reply_ends(s);
	smtp_reply_begin(&s->reply);
}

/**
 * smtp_session_server() - read the server's replies
 * @s: the session
 * @octets: edited in place
 * @len: how many
 * @ev: set to why not all of them were judged, if so
 *
 * Return: how many octets may go on.
 */
u32 smtp_session_server(struct smtp_session *s, u8 *octets, u32 len,
			struct smtp_events *ev)
{
	u32 i;

	for (i = 0; i < len; i++) {
		u8 octet = octets[i];

		if (s->reply.col < 3 && !code_expected(s, octet)) {
			smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_REPLY);
			break;
		}
		octets[i] = smtp_reply_octet(&s->reply, overlay_now(s), octet);
		if (octet == '\n')
			reply_line_ends(s, ev);
	}
	return i;
}
