/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_SESSION_H
#define _SMTP_SESSION_H

#include "command.h"
#include "content.h"
#include "queue.h"
#include "reply.h"

/**
 * struct smtp_session - an SMTP dialogue
 * @policy: what is permitted and what is edited
 * @command: the client's line under way
 * @reply: the server's line under way
 * @content: the end of data, while @state is %MAILGUARD_STATE_CONTENT
 * @queue: the replies outstanding
 * @passed: commands passed
 * @denied: commands denied
 * @state: &enum mailguard_state
 */
struct smtp_session {
	const struct smtp_policy *policy;
	struct smtp_command command;
	struct smtp_reply reply;
	struct smtp_content content;
	struct smtp_queue queue;
	u32 passed;
	u32 denied;
	u8 state;
};

void smtp_session_init(struct smtp_session *s,
		       const struct smtp_policy *policy);
u32 smtp_session_client(struct smtp_session *s, u8 *octets, u32 len,
			struct smtp_events *ev);
u32 smtp_session_content(struct smtp_session *s, const u8 *octets, u32 len,
			 struct smtp_events *ev);
u32 smtp_session_server(struct smtp_session *s, u8 *octets, u32 len,
			struct smtp_events *ev);

#endif /* _SMTP_SESSION_H */
