/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_SESSION_H
#define _SMTP_SESSION_H

#include "command.h"
#include "content.h"
#include "proxy.h"
#include "queue.h"
#include "reply.h"
#include "tls.h"

enum smtp_dir {
	SMTP_CLIENT,
	SMTP_SERVER,
	SMTP_DIRS,
};

/**
 * enum smtp_taken - does the client know that the server took its mail?
 * @SMTP_TAKEN_NONE: there is none, or the client went on
 * @SMTP_TAKEN_REPLY: the reply that says so has just been read
 * @SMTP_TAKEN_SENT: that reply went on
 * @SMTP_TAKEN_SEEN: the client's TCP has acknowledged it
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
 * @command: the client's line under way
 * @reply: the server's line under way
 * @ehlo: the server's reply under way, if it answers EHLO
 * @proxy: the preamble of a proxy, while @state is %MAILGUARD_STATE_GREETING
 * @content: the end of data, while @state is %MAILGUARD_STATE_CONTENT
 * @octets: what is still to come of those announced, while @state is
 *	%MAILGUARD_STATE_EXCH50 or %MAILGUARD_STATE_CHUNK
 * @tls: the records, by &enum smtp_dir, while @state is %MAILGUARD_STATE_TLS
 * @queue: the replies outstanding
 * @passed: commands passed
 * @denied: commands denied
 * @state: &enum mailguard_state
 * @offered: what the server offers, a mask of &enum smtp_extension
 * @last: the octets announced are the last of a message
 * @taken: &enum smtp_taken
 * @recipients: those of the mail under way that the server accepted
 * @verdicts: replies for single recipients still to come (PRDR)
 */
struct smtp_session {
	const struct smtp_policy *policy;
	struct smtp_command command;
	struct smtp_reply reply;
	struct smtp_ehlo ehlo;
	union {
		struct smtp_proxy proxy;
		struct smtp_content content;
		u32 octets;
		struct smtp_tls tls[SMTP_DIRS];
	};
	struct smtp_queue queue;
	u32 passed;
	u32 denied;
	u8 state;
	u8 offered;
	bool last;
	u8 taken;
	u16 recipients;
	u16 verdicts;
};

void smtp_session_init(struct smtp_session *s,
		       const struct smtp_policy *policy);
u32 smtp_session_opaque(struct smtp_session *s, enum smtp_dir dir,
			struct smtp_trace *trace, const u8 *octets, u32 len,
			struct smtp_events *ev);
u32 smtp_session_defang(struct smtp_session *s, struct smtp_trace *trace,
			u8 *octets, u32 len, struct smtp_events *ev);
void smtp_session_chunk(struct smtp_session *s, u32 len,
			struct smtp_events *ev);
u32 smtp_session_client(struct smtp_session *s, u8 *octets, u32 len,
			struct smtp_events *ev);
u32 smtp_session_server(struct smtp_session *s, u8 *octets, u32 len,
			struct smtp_events *ev);

/**
 * smtp_session_is_opaque() - are the next octets no lines?
 * @s: the session
 * @dir: whose octets
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

/* &enum mailguard_action, what the policy does about a false end of data. */
static inline u8 smtp_session_false_end(const struct smtp_session *s)
{
	return s->policy->action[MAILGUARD_A_ACTIONS_END_OF_DATA];
}

#endif /* _SMTP_SESSION_H */
