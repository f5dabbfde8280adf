/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_SESSION_H
#define _SMTP_SESSION_H

#include "command.h"
#include "content.h"
#include "limit.h"
#include "proxy.h"
#include "queue.h"
#include "reply.h"
#include "tls_hello.h"

enum smtp_dir {
	SMTP_CLIENT,
	SMTP_SERVER,
	SMTP_DIRS,
};

/**
 * enum smtp_taken - does the client know that the server took its mail?
 * @SMTP_TAKEN_NONE: there is no such mail, or the client has gone on since
 * @SMTP_TAKEN_REPLY: the server's reply that says so has just been read
 * @SMTP_TAKEN_SENT: that reply was sent on
 * @SMTP_TAKEN_SEEN: the client's TCP has acknowledged that reply
 */
enum smtp_taken {
	SMTP_TAKEN_NONE,
	SMTP_TAKEN_REPLY,
	SMTP_TAKEN_SENT,
	SMTP_TAKEN_SEEN,
};

/**
 * struct smtp_session - an SMTP dialogue
 * @policy: what is permitted and what is edited
 * @command: the client's current line
 * @reply: the server's current line
 * @ehlo: the server's current reply, if it answers EHLO
 * @proxy: the PROXY preamble, while @state is %MAILGUARD_STATE_GREETING
 * @content: looks for the end of data, while @state is
 *	%MAILGUARD_STATE_CONTENT
 * @bytes: how many of the bytes that a command announced are still to come,
 *	while @state is %MAILGUARD_STATE_EXCH50 or %MAILGUARD_STATE_CHUNK
 * @challenged: the server has sent a challenge, while @state is
 *	%MAILGUARD_STATE_AUTH or %MAILGUARD_STATE_RESPONSE
 * @tls: the records, by &enum smtp_dir, while @state is %MAILGUARD_STATE_TLS
 * @hello: the server's first message, while @state is %MAILGUARD_STATE_TLS
 * @queue: what the server has not replied to yet
 * @passed: how many commands passed
 * @denied: how many commands were denied
 * @state: &enum mailguard_state
 * @offered: what the server offers, a mask of &enum smtp_extension
 * @last_chunk: the chunk in @bytes is the last one of a message
 * @monitor: the policy only monitors the connection, see monitor.c
 * @unnamed: the last HELO or EHLO that the server got was a denied one, and the
 *	policy judges the name in it
 * @secret: the client's current line may be a password, or the next one
 * @framing: &enum smtp_framing of the client's current line as the server reads
 *	it, if @monitor is set
 * @renewing: another policy replaces @policy as soon as nothing depends on that
 * @taken: &enum smtp_taken
 * @had_tls: the connection has changed to TLS
 * @recipients: how many recipients of the current mail the server accepted
 * @recipient_replies: how many replies for single recipients are still to come
 *	(PRDR)
 * @accepted: how many recipients of all mails it accepted, at most 65535
 * @limits: what the policy may limit
 */
struct smtp_session {
	const struct smtp_policy *policy;
	struct smtp_command command;
	struct smtp_reply reply;
	union {
		struct smtp_ehlo ehlo;
		struct smtp_tls_hello hello;
	};
	union {
		struct smtp_proxy proxy;
		struct smtp_content content;
		u32 bytes;
		bool challenged;
		struct smtp_tls tls[SMTP_DIRS];
	};
	struct smtp_queue queue;
	u32 passed;
	u32 denied;
	u8 state;
	u8 offered;
	bool last_chunk : 1;
	bool monitor : 1;
	bool unnamed : 1;
	bool secret : 1;
	u8 framing;
	bool renewing;
	u8 taken;
	bool had_tls;
	u16 recipients;
	u16 recipient_replies;
	u16 accepted;
	struct smtp_limits limits;
};

void smtp_session_init(struct smtp_session *s,
		       const struct smtp_policy *policy);
u32 smtp_session_opaque(struct smtp_session *s, enum smtp_dir dir,
			struct smtp_history *history, const u8 *bytes, u32 len,
			struct smtp_events *ev);
u32 smtp_session_defang(struct smtp_session *s, struct smtp_history *history,
			u8 *bytes, u32 len, struct smtp_events *ev);
void smtp_session_chunk(struct smtp_session *s, u32 len,
			struct smtp_events *ev);
u32 smtp_session_client(struct smtp_session *s, u8 *bytes, u32 len,
			struct smtp_events *ev);
u32 smtp_session_preamble(struct smtp_session *s, const u8 *bytes, u32 len,
			  struct smtp_events *ev);
bool smtp_session_waits(struct smtp_session *s, u8 byte,
			struct smtp_events *ev);
bool smtp_session_read_verb(struct smtp_session *s, const u8 *line, u32 len);
void smtp_session_record_line(struct smtp_session *s, u32 from,
			      struct smtp_events *ev);
void smtp_session_monitor_line(struct smtp_session *s, u8 *bytes, u32 len,
			       bool ends, struct smtp_events *ev);
u32 smtp_session_server(struct smtp_session *s, u8 *bytes, u32 len,
			struct smtp_events *ev);

/**
 * smtp_session_is_opaque() - are the next bytes other than commands or replies?
 * @s: the session
 * @dir: the direction of the bytes
 *
 * Return: true for content, a chunk and TLS.
 */
static inline bool smtp_session_is_opaque(const struct smtp_session *s,
					  enum smtp_dir dir)
{
	switch (s->state) {
	case MAILGUARD_STATE_CONTENT:
	case MAILGUARD_STATE_CHUNK:
		return dir == SMTP_CLIENT;
	case MAILGUARD_STATE_TLS:
		return true;
	default:
		return false;
	}
}

/*
 * Does nothing depend on the policy now? No line is begun, no reply is begun or
 * outstanding, and no content is being read.
 */
static inline bool smtp_session_is_idle(const struct smtp_session *s)
{
	switch (s->state) {
	case MAILGUARD_STATE_COMMAND:
		return !s->queue.runs && !s->command.len && !s->reply.len &&
		       !s->reply.continued;
	case MAILGUARD_STATE_TLS:
	case MAILGUARD_STATE_ENDED:
	case MAILGUARD_STATE_RELEASED:
	case MAILGUARD_STATE_UNFOLLOWED:
		return true;
	default:
		return false;
	}
}

/*
 * May a line of the client be no command? It may be a password, or a part of a
 * mail, also if it comes before the server has asked for that.
 */
static inline bool smtp_session_is_secret(const struct smtp_session *s)
{
	return s->state != MAILGUARD_STATE_COMMAND &&
	       s->state != MAILGUARD_STATE_GREETING;
}

/* Has the server received a mail and not yet replied to it? */
static inline bool smtp_session_has_mail(const struct smtp_session *s)
{
	return smtp_queue_has(&s->queue, SMTP_AWAIT_MESSAGE) ||
	       smtp_queue_has(&s->queue, SMTP_AWAIT_LF_MESSAGE);
}

/*
 * Has the client sent a mail without knowing yet whether the server accepted
 * it? A reset would then make the client send an accepted mail again.
 */
static inline bool smtp_session_mail_at_stake(const struct smtp_session *s)
{
	return s->taken == SMTP_TAKEN_REPLY || s->taken == SMTP_TAKEN_SENT ||
	       smtp_session_has_mail(s);
}

/*
 * What the policy does about bytes that only some servers take for the end of
 * data (&enum mailguard_action).
 */
static inline u8 smtp_session_false_end(const struct smtp_session *s)
{
	return s->policy->action[MAILGUARD_A_ACTIONS_END_OF_DATA];
}

#endif /* _SMTP_SESSION_H */
