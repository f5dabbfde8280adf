// SPDX-License-Identifier: GPL-2.0
/*
 * Sends events to those who listen on the multicast group of the netlink family.
 *
 * While nobody listens, nothing is built and nothing is allocated. A listener
 * that does not read loses events, and sees it by their numbers; nobody waits
 * for it.
 */
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/genetlink.h>

#include "core/event.h"
#include "net.h"
#include "netlink.h"
#include "notify.h"

#define EVENT_GFP	(GFP_ATOMIC | __GFP_NOWARN | __GFP_NOMEMALLOC)

/* Room for the longest event, with the text and the name of a server. */
#define EVENT_SIZE	1024

bool smtp_notify_heard;
unsigned long smtp_notify_asked;

/**
 * smtp_notify_ask() - look whether somebody listens to events
 * @net: the network namespace
 *
 * Context: any.
 */
void smtp_notify_ask(struct net *net)
{
	WRITE_ONCE(smtp_notify_heard, smtp_netlink_has_listeners(net));
	WRITE_ONCE(smtp_notify_asked, jiffies);
}

/**
 * smtp_notifier_init() - set up the events of a new namespace
 * @notifier: the events to initialise
 */
void smtp_notifier_init(struct smtp_notifier *notifier)
{
	spin_lock_init(&notifier->lock);
	notifier->number = 0;
}

/**
 * smtp_notify_prepare() - remember what happens to a packet
 * @ev: gets a record, which smtp_notify_events() frees
 *
 * If there is no memory, the events have no text.
 *
 * Context: any.
 */
void smtp_notify_prepare(struct smtp_events *ev)
{
	ev->record = kzalloc(sizeof(*ev->record), EVENT_GFP);
}

/*
 * May an event of this reason be sent in this second? @suppressed: set to how
 * many were not, since the last one that was.
 */
static bool rate_permits(const struct smtp_policy_entry *entry,
			 const struct smtp_record_entry *what, u32 *suppressed)
{
	struct smtp_rate *rate = &entry->counters->rates[what->why];
	u32 now = jiffies / HZ;

	if (rate->second != now) {
		rate->second = now;
		rate->sent = 0;
	}
	if (rate->sent >= entry->policy.event_rate) {
		rate->suppressed += what->count;
		return false;
	}
	rate->sent++;
	*suppressed = rate->suppressed;
	rate->suppressed = 0;
	return true;
}

static bool put_what(struct sk_buff *skb, const struct smtp_record_entry *what,
		     const struct smtp_record *record, int done)
{
	if (nla_put_u32(skb, MAILGUARD_A_CONNECTION_REASON, what->why) ||
	    nla_put_u8(skb, MAILGUARD_A_CONNECTION_DONE, done))
		return false;
	if (what->len && nla_put(skb, MAILGUARD_A_CONNECTION_TEXT, what->len,
				 what->text))
		return false;
	if (what->code &&
	    nla_put_u16(skb, MAILGUARD_A_CONNECTION_CODE, what->code))
		return false;
	if (what->count > 1 &&
	    nla_put_u32(skb, MAILGUARD_A_CONNECTION_COUNT, what->count))
		return false;
	return !what->hello || !record->name_len ||
	       !nla_put(skb, MAILGUARD_A_CONNECTION_SERVER_NAME,
			record->name_len + 1, record->name);
}

/* Begin a message. The event is lost if there is no memory for it. */
static struct sk_buff *event_new(struct smtp_notifier *notifier, u8 cmd,
				 void **header)
{
	struct sk_buff *skb;

	lockdep_assert_held(&notifier->lock);
	notifier->number++;
	skb = genlmsg_new(EVENT_SIZE, EVENT_GFP);
	if (!skb)
		return NULL;
	*header = smtp_netlink_put_header(skb, cmd);
	if (*header &&
	    !nla_put_u64_64bit(skb, MAILGUARD_A_CONNECTION_NUMBER,
			       notifier->number, MAILGUARD_A_CONNECTION_PAD) &&
	    !nla_put_u64_64bit(skb, MAILGUARD_A_CONNECTION_TIME,
			       ktime_get_real_ns(), MAILGUARD_A_CONNECTION_PAD))
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static void event_send(struct net *net, struct sk_buff *skb, void *header,
		       bool complete)
{
	if (WARN_ON_ONCE(!complete)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, header);
	smtp_netlink_send_event(net, skb);
}

/* A policy that only monitors counts what it would do, and all passes. */
static int done_by(const struct smtp_conn *conn,
		   const struct smtp_policy_entry *entry,
		   const struct smtp_record_entry *what)
{
	bool monitors = conn ? conn->stream.session.monitor :
			entry->policy.mode == MAILGUARD_MODE_MONITOR;
	int done = smtp_event_done(what);

	return monitors && done > MAILGUARD_DONE_LOGGED ?
		       MAILGUARD_DONE_PASSED : done;
}

static void send_event(const struct nf_conn *ct, const struct smtp_conn *conn,
		       const struct smtp_policy_entry *entry,
		       const struct smtp_record *record,
		       const struct smtp_record_entry *what)
{
	struct net *net = nf_ct_net(ct);
	struct smtp_notifier *notifier = &smtp_net(net)->notifier;
	int done = done_by(conn, entry, what);
	u32 suppressed = 0;
	struct sk_buff *skb;
	void *header;

	if (done < 0)
		return;
	spin_lock_bh(&notifier->lock);
	if (!rate_permits(entry, what, &suppressed))
		goto out;
	skb = event_new(notifier, MAILGUARD_CMD_EVENT, &header);
	if (skb)
		event_send(net, skb, header,
			   !smtp_netlink_put_conn(skb, ct, conn, entry->name) &&
			   put_what(skb, what, record, done) &&
			   (!suppressed ||
			    !nla_put_u32(skb,
					 MAILGUARD_A_CONNECTION_SUPPRESSED,
					 suppressed)));
out:
	spin_unlock_bh(&notifier->lock);
}

/**
 * smtp_notify_events() - tell what happened to a packet
 * @ct: its conntrack entry
 * @conn: its connection, or NULL
 * @entry: the policy
 * @ev: what happened; its record is freed
 *
 * Context: RCU read side, softirq included; not under the connection's lock.
 */
void smtp_notify_events(const struct nf_conn *ct, const struct smtp_conn *conn,
			const struct smtp_policy_entry *entry,
			struct smtp_events *ev)
{
	const struct smtp_record *record = ev->record;
	struct smtp_record_entry what = {};
	unsigned int i;

	for (i = 0; record && i < record->used; i++)
		send_event(ct, conn, entry, record, &record->entry[i]);
	for (i = 0; !record && i < ev->reasons; i++) {
		what.why = ev->reason[i];
		what.count = ev->count[what.why];
		send_event(ct, conn, entry, NULL, &what);
	}
	kfree(record);
	ev->record = NULL;
}

static bool put_end(struct sk_buff *skb, const struct smtp_conn_end *end,
		    enum mailguard_end why)
{
	if (why == MAILGUARD_END_RESET && end->reset >= 0 &&
	    nla_put_u32(skb, MAILGUARD_A_CONNECTION_REASON, end->reset))
		return false;
	if (end->tls && nla_put_flag(skb, MAILGUARD_A_CONNECTION_TLS))
		return false;
	return !nla_put_u8(skb, MAILGUARD_A_CONNECTION_END, why) &&
	       !nla_put_u64_64bit(skb, MAILGUARD_A_CONNECTION_DURATION,
				  end->duration, MAILGUARD_A_CONNECTION_PAD) &&
	       !nla_put_u32(skb, MAILGUARD_A_CONNECTION_CLIENT_BYTES,
			    end->bytes[SMTP_CLIENT]) &&
	       !nla_put_u32(skb, MAILGUARD_A_CONNECTION_SERVER_BYTES,
			    end->bytes[SMTP_SERVER]) &&
	       !nla_put_u16(skb, MAILGUARD_A_CONNECTION_MESSAGES,
			    end->messages) &&
	       !nla_put_u16(skb, MAILGUARD_A_CONNECTION_RECIPIENTS,
			    end->recipients) &&
	       !nla_put_u16(skb, MAILGUARD_A_CONNECTION_REFUSED_RECIPIENTS,
			    end->refused);
}

/**
 * smtp_notify_end() - tell that a connection ended
 * @conn: the connection; nothing happens if its end was told before
 * @why: why it ended; %MAILGUARD_END_TIMEOUT also if its entry was deleted
 *
 * Context: RCU read side, softirq included; not under the connection's lock.
 */
void smtp_notify_end(struct smtp_conn *conn, enum mailguard_end why)
{
	struct net *net = nf_ct_net(conn->ct);
	struct smtp_notifier *notifier = &smtp_net(net)->notifier;
	const char *policy = rcu_dereference(conn->entry)->name;
	struct smtp_conn_end end;
	struct sk_buff *skb;
	void *header;

	if (!smtp_notify_is_heard(net) || !smtp_conn_end_once(conn, &end))
		return;
	if (why == MAILGUARD_END_TIMEOUT && !nf_ct_is_expired(conn->ct))
		why = MAILGUARD_END_DELETED;
	spin_lock_bh(&notifier->lock);
	skb = event_new(notifier, MAILGUARD_CMD_CONNECTION_END, &header);
	if (skb)
		event_send(net, skb, header,
			   !smtp_netlink_put_conn(skb, conn->ct, conn,
						  policy) &&
			   put_end(skb, &end, why));
	spin_unlock_bh(&notifier->lock);
}
