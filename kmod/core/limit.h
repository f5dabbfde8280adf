/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_LIMIT_H
#define _SMTP_LIMIT_H

#include "command.h"

/* &smtp_limits.ending once a monitored connection would have ended. */
#define SMTP_LIMITS_TOLD	0xff

/**
 * struct smtp_limits - what is counted because the policy may limit it
 * @recipients: RCPT of the current mail
 * @next: RCPT behind the last end of data or EHLO; they belong to the next mail,
 *	but count for the current one until the server replies
 * @refused: recipients that the server refused
 * @denied: denied commands, except for those beyond a limit
 * @auth_failures: authentications that failed
 * @messages: ends of data
 * @junk: commands since the last mail that belong to no mail
 * @ending: &enum mailguard_action that ends the connection as soon as no mail
 *	is at stake: CLOSE or RESET; else 0, or %SMTP_LIMITS_TOLD
 * @waited: the client's next line was held back once, because its verb was
 *	incomplete; in monitor mode, it was counted that it would be
 * @begun: the server may have begun a mail of which the client was told that its
 *	size is denied
 */
struct smtp_limits {
	u16 recipients;
	u16 next;
	u16 refused;
	u16 denied;
	u16 auth_failures;
	u16 messages;
	u16 junk;
	u8 ending;
	bool waited : 1;
	bool begun : 1;
};

/* May a verb be beyond a limit, denied with NOOP, or one that needs HELO first? */
static inline bool smtp_limits_may_deny(const struct smtp_limits *limits,
					const struct smtp_policy *policy)
{
	return limits->begun || policy->noop || policy->recipients ||
	       policy->messages || policy->judges_helo;
}

bool smtp_limits_permitted(const struct smtp_limits *limits,
			   const struct smtp_policy *policy, u8 offered,
			   const u8 *bytes, u32 len, u64 *permitted);
void smtp_limits_passed(struct smtp_limits *limits,
			const struct smtp_policy *policy,
			const struct smtp_command *cmd,
			struct smtp_events *ev);
void smtp_limits_denied(struct smtp_limits *limits,
			const struct smtp_policy *policy, u8 denial,
			struct smtp_events *ev);
void smtp_limits_refused(struct smtp_limits *limits,
			 const struct smtp_policy *policy,
			 struct smtp_events *ev);
void smtp_limits_auth_failed(struct smtp_limits *limits,
			     const struct smtp_policy *policy,
			     struct smtp_events *ev);
void smtp_limits_message(struct smtp_limits *limits);

/* The server has ended the last mail, so the RCPT behind it begin to count. */
static inline void smtp_limits_answered(struct smtp_limits *limits)
{
	limits->recipients = limits->next;
}

#endif /* _SMTP_LIMIT_H */
