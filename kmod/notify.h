/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_NOTIFY_H
#define _SMTP_NOTIFY_H

#include <linux/jiffies.h>

#include "conn.h"

/**
 * struct smtp_notifier - the events of a network namespace
 * @lock: orders the events, and protects @number and the rates of the policies
 * @number: how many events were sent or lost
 */
struct smtp_notifier {
	spinlock_t lock; /* protects number and the rates of the policies */
	u64 number;
};

extern bool smtp_notify_heard;
extern unsigned long smtp_notify_asked;

void smtp_notify_ask(struct net *net);

/**
 * smtp_notify_is_heard() - does somebody listen to events?
 * @net: the network namespace
 *
 * This is asked for each packet, so the answer may be one jiffy old.
 *
 * Context: any.
 * Return: false if nobody does; true perhaps also if somebody does in another
 * namespace.
 */
static inline bool smtp_notify_is_heard(struct net *net)
{
	unsigned long now = jiffies;

	if (READ_ONCE(smtp_notify_asked) != now)
		smtp_notify_ask(net);
	return READ_ONCE(smtp_notify_heard);
}

void smtp_notifier_init(struct smtp_notifier *notifier);
void smtp_notify_prepare(struct smtp_events *ev);
void smtp_notify_events(const struct nf_conn *ct, const struct smtp_conn *conn,
			const struct smtp_policy_entry *entry,
			struct smtp_events *ev);
void smtp_notify_end(struct smtp_conn *conn, enum mailguard_end why);

#endif /* _SMTP_NOTIFY_H */
