// SPDX-License-Identifier: GPL-2.0
/* The conntrack helper: judges each packet of a guarded connection. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/tcp.h>

#include "conn.h"
#include "helper.h"
#include "mailguard_trace.h"
#include "marks.h"
#include "net.h"
#include "notify.h"
#include "packet.h"

/* Conntrack's default timeout for a connection that was reset. */
#define CLOSE_TIMEOUT	(10 * HZ)

/* The helper of the policy NAME is smtp-NAME; of the policy default, smtp. */
static const char *policy_name(const struct nf_conn *ct)
{
	const struct nf_conn_help *help = nfct_help(ct);
	const struct nf_conntrack_helper *helper;
	const char *name;

	helper = help ? rcu_dereference(help->helper) : NULL;
	if (!helper)
		return "";
	name = helper->name + strlen(MAILGUARD_HELPER_NAME);
	return *name == '-' ? name + 1 : MAILGUARD_POLICY_DEFAULT;
}

/*
 * Count what happened to a packet that belongs to no guarded connection. The
 * counters are those of the helper's policy, or if that policy was deleted, of
 * the default policy.
 */
static noinline void count_unknown(const struct nf_conn *ct,
				   const struct smtp_events *ev)
{
	const struct smtp_net *sn = smtp_net(nf_ct_net(ct));
	struct smtp_policy_entry *entry;

	entry = smtp_policy_get(&sn->policies, policy_name(ct));
	if (!entry)
		entry = smtp_policy_get(&sn->policies,
					MAILGUARD_POLICY_DEFAULT);
	if (!entry)
		return;
	smtp_counters_add(entry->counters, ev);
	smtp_policy_put(entry);
}

static void count_reasons(const struct smtp_conn *conn,
			  const struct nf_conn *ct,
			  const struct smtp_events *ev)
{
	if (conn)
		smtp_counters_add(rcu_dereference(conn->entry)->counters, ev);
	else
		count_unknown(ct, ev);
}

/* The connection's policy; or if @conn is NULL, that of the helper, or NULL. */
static const struct smtp_policy_entry *entry_of(const struct smtp_conn *conn,
						const struct nf_conn *ct)
{
	return conn ? rcu_dereference(conn->entry) :
		smtp_policy_lookup(&smtp_net(nf_ct_net(ct))->policies,
				   policy_name(ct));
}

/* Return: the policy, if it may set a mark because of these events, or NULL. */
static inline const struct smtp_policy_entry *
marking_policy(const struct smtp_conn *conn, const struct nf_conn *ct,
	       const struct smtp_events *ev)
{
	const struct smtp_policy_entry *entry;

	if (!ev->reasons)
		return NULL;
	entry = entry_of(conn, ct);
	return entry && entry->policy.marking ? entry : NULL;
}

/*
 * A connection may still have a policy that was deleted. The number of that
 * policy's offenders is free, and another policy may have it by now. So the mark
 * is that of the policy that has the name now.
 */
static void mark_connection(struct nf_conn *ct,
			    const struct smtp_policy_entry *entry,
			    const struct smtp_events *ev)
{
	const struct smtp_policy_entry *now;

	now = smtp_policy_lookup(&smtp_net(nf_ct_net(ct))->policies,
				 entry->name);
	smtp_mark_connection(ct, &entry->policy,
			     now ? &now->policy.offenders : NULL, ev);
}

static noinline void tell_reasons(const struct smtp_conn *conn,
				  const struct nf_conn *ct,
				  struct smtp_events *ev)
{
	const struct smtp_policy_entry *entry = entry_of(conn, ct);

	if (!entry)
		entry = smtp_policy_lookup(&smtp_net(nf_ct_net(ct))->policies,
					   MAILGUARD_POLICY_DEFAULT);
	if (entry)
		smtp_notify_events(ct, conn, entry, ev);
}

static inline void note_verdict(const struct smtp_packet *pkt,
				const struct smtp_conn *conn,
				const struct nf_conn *ct,
				struct smtp_events *ev)
{
	trace_mailguard_verdict(ct, conn, &pkt->seg, ev);
	if (!ev->reasons && !ev->record)
		return;
	count_reasons(conn, ct, ev);
	if (ev->record || smtp_notify_is_heard(nf_ct_net(ct)))
		tell_reasons(conn, ct, ev);
}

/*
 * Handle a SYN of the client, or a RST. Their data is cut off: the server would
 * read data of a SYN before it has sent its greeting, and data of a RST is of
 * no use to anybody.
 */
static void without_data(const struct smtp_packet *pkt,
			 const struct nf_conn *ct, struct smtp_conn *conn,
			 struct smtp_events *ev)
{
	if (pkt->flags & TCPHDR_SYN && pkt->seg.dir == SMTP_CLIENT) {
		smtp_conn_side(ct, pkt->skb);
		if (!smtp_conn_has_sides(ct)) {
			smtp_stop(ev, SMTP_RESET,
				  MAILGUARD_REASON_RESET_MIDSTREAM);
			return;
		}
	}
	if (pkt->flags & TCPHDR_RST && conn)
		smtp_conn_end(conn);
	if (!pkt->seg.len)
		return;
	ev->verdict = SMTP_HOLD;
	if (!(pkt->flags & TCPHDR_RST))
		smtp_count(ev, MAILGUARD_REASON_HELD_SYN);
}

/*
 * Did conntrack accept this SYN-ACK as the answer to a SYN? Then it has entered
 * SYN_RECV, and expects the server to continue at the end of this packet. It
 * also passes to helpers a SYN-ACK in the middle of a connection, whatever
 * sequence number it has, but ignores it.
 */
static bool is_beginning(const struct smtp_packet *pkt,
			 const struct nf_conn *ct)
{
	const struct ip_ct_tcp *tcp = &ct->proto.tcp;

	return pkt->flags & TCPHDR_SYN && pkt->seg.dir == SMTP_SERVER &&
	       READ_ONCE(tcp->state) == TCP_CONNTRACK_SYN_RECV &&
	       READ_ONCE(tcp->seen[IP_CT_DIR_REPLY].td_end) ==
		       pkt->seg.seq + pkt->seg.len + pkt->seg.fin;
}

static bool policy_monitors(const struct smtp_policy_entry *entry)
{
	return entry && entry->policy.mode == MAILGUARD_MODE_MONITOR;
}

/* The caller's reference to @entry goes to the connection, or is dropped. */
static struct smtp_conn *begin_unread(struct smtp_conn_table *conns,
				      struct nf_conn *ct,
				      struct smtp_policy_entry *entry,
				      struct smtp_events *ev)
{
	struct smtp_conn *conn;

	if (!policy_monitors(entry)) {
		if (entry)
			smtp_policy_put(entry);
		return NULL;
	}
	conn = smtp_conn_new(conns, ct, entry);
	if (conn)
		smtp_conn_unfollow(conn, ev);
	return conn;
}

/*
 * Let conntrack forget a connection soon of which nothing passes. The timeout of an
 * entry that is not confirmed yet is relative.
 */
static void close_entry(struct nf_conn *ct)
{
	if (nf_ct_is_confirmed(ct)) {
		nf_ct_set_closing(&ct->ct_general);
		return;
	}
	WRITE_ONCE(ct->proto.tcp.state, TCP_CONNTRACK_CLOSE);
	WRITE_ONCE(ct->timeout, CLOSE_TIMEOUT);
}

/*
 * End a connection that was first seen in its middle. A RST must bear the very
 * number that its receiver expects next. An acknowledgment does, but data may be
 * a retransmission of what the receiver has. So the first data is held back and
 * its receiver asked where it is. Its answer is then turned into a RST. If no
 * answer comes, each retransmission asks again, as often as smtp_conn_ask()
 * permits. The next retransmission is turned into a RST.
 */
static void end_unknown(struct smtp_packet *pkt, struct nf_conn *ct,
			struct smtp_events *ev)
{
	close_entry(ct);
	pkt->asks = !(pkt->flags & TCPHDR_SYN) &&
		    (pkt->seg.len || pkt->seg.fin) && smtp_conn_ask(ct);
	if (pkt->asks)
		smtp_stop(ev, SMTP_HOLD, MAILGUARD_REASON_HELD_MIDSTREAM);
	else
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_MIDSTREAM);
}

/*
 * Begin to guard a connection at the server's SYN-ACK. A connection of which SYN
 * or SYN-ACK were not seen is reset, because the state of its dialogue is unknown.
 * If the policy only monitors, it passes unread.
 */
static struct smtp_conn *begin_unknown(struct smtp_packet *pkt,
				       struct nf_conn *ct,
				       struct smtp_events *ev)
{
	struct smtp_net *sn = smtp_net(nf_ct_net(ct));
	struct smtp_policy_entry *entry;
	struct smtp_conn *conn;

	entry = smtp_policy_get(&sn->policies, policy_name(ct));
	if (!pkt->begins || !smtp_conn_has_sides(ct)) {
		if (policy_monitors(entry))
			smtp_stop(ev, SMTP_RESET,
				  MAILGUARD_REASON_RESET_MIDSTREAM);
		else
			end_unknown(pkt, ct, ev);
		return begin_unread(&sn->conns, ct, entry, ev);
	}
	if (!entry) {
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_POLICY);
		return NULL;
	}
	conn = smtp_conn_new(&sn->conns, ct, entry);
	if (!conn)
		smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_NO_MEMORY);
	/* If it was replaced, smtp_conn_renew_all() may not have met @conn. */
	else if (smtp_policy_lookup(&sn->policies, policy_name(ct)) != entry)
		smtp_conn_renew(conn, &sn->policies);
	return conn;
}

static bool is_released(const struct smtp_conn *conn)
{
	return conn && READ_ONCE(conn->stream.session.state) ==
		       MAILGUARD_STATE_RELEASED;
}

static bool is_icmp(const struct sk_buff *skb)
{
	__be16 frag_off;
	u8 next;

	if (ip_hdr(skb)->version != 6)
		return ip_hdr(skb)->protocol == IPPROTO_ICMP;
	next = ipv6_hdr(skb)->nexthdr;
	ipv6_skip_exthdr(skb, skb_network_offset(skb) + sizeof(struct ipv6hdr),
			 &next, &frag_off);
	return next == IPPROTO_ICMPV6;
}

/*
 * Is the packet only about the connection, and not a part of it? These are ICMP
 * errors, and the RST that this module sent. IP_CT_RELATED alone does not tell:
 * conntrack also marks with it the packets of an expected connection itself,
 * until the first reply.
 */
static bool is_about(const struct sk_buff *skb, const struct nf_conn *ct,
		     enum ip_conntrack_info ctinfo)
{
	if (ctinfo == IP_CT_RELATED)
		return is_icmp(skb) || !test_bit(IPS_EXPECTED_BIT, &ct->status);
	return ctinfo == IP_CT_RELATED_REPLY;
}

static bool permits_asymmetric(const struct nf_conn *ct,
			       const struct smtp_conn *conn)
{
	const struct smtp_policy_entry *entry = entry_of(conn, ct);

	return entry && entry->policy.action[MAILGUARD_A_ACTIONS_ASYMMETRIC] ==
			MAILGUARD_ACTION_PASS;
}

/*
 * Did a packet with the server's source address come from somewhere else? The
 * server's replies decide how the client's bytes are read. Somebody else on a
 * network of the gateway could forge a 354 reply, and the guard would take
 * commands for content.
 */
static bool is_forged(const struct smtp_packet *pkt, const struct nf_conn *ct,
		      const struct smtp_conn *conn)
{
	if (pkt->seg.dir != SMTP_SERVER ||
	    smtp_conn_is_from_server(ct, pkt->skb, pkt->begins))
		return false;
	return smtp_conn_is_from_client(ct, pkt->skb) ||
	       !permits_asymmetric(ct, conn);
}

/*
 * Does a packet other than a SYN or RST use Multipath TCP? The guard removes
 * the options from the SYN, so no honest end does. A server that accepts them
 * nevertheless would read the stream in another order than the guard.
 */
static bool is_late_multipath(const struct smtp_packet *pkt)
{
	return pkt->multipath && !(pkt->flags & (TCPHDR_SYN | TCPHDR_RST));
}

static void clean_options(struct smtp_packet *pkt, struct smtp_events *ev)
{
	int changed = smtp_packet_clean(pkt);

	if (changed < 0)
		smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_NO_MEMORY);
	else if (is_late_multipath(pkt))
		smtp_stop(ev, SMTP_RESET, MAILGUARD_REASON_RESET_MPTCP);
	else if (changed)
		smtp_count(ev, MAILGUARD_REASON_TCP_OPTIONS);
}

/*
 * Conntrack uses the entry of an older connection for another one, when the
 * server answers a SYN that conntrack ignored. Such an entry still has the older
 * connection's helper, and so its policy. The SYN-ACK is dropped and the entry
 * removed, so that the client's next SYN makes a new entry, by the rules of now.
 * If the policy only monitors, nothing may be dropped, so the entry stays.
 */
static void check_entry(struct smtp_packet *pkt, struct smtp_conn *conn,
			const struct nf_conn *ct, struct smtp_events *ev)
{
	if (ev->verdict != SMTP_PASS || !smtp_conn_is_reused(conn, pkt))
		return;
	if (policy_monitors(entry_of(NULL, ct))) {
		smtp_conn_restart(conn, &smtp_net(nf_ct_net(ct))->policies);
		return;
	}
	pkt->reused = true;
	smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_HELD_REUSED);
}

/* Returns how many bytes may be sent on if the verdict is SMTP_HOLD. */
static u32 judge_packet(struct smtp_packet *pkt, struct nf_conn *ct,
			struct smtp_conn **conn, struct smtp_events *ev)
{
	u32 keep;

	pkt->begins = is_beginning(pkt, ct);
	if (is_forged(pkt, ct, *conn)) {
		smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_FORGED);
		return 0;
	}
	clean_options(pkt, ev);
	if (pkt->begins && *conn)
		check_entry(pkt, *conn, ct, ev);
	if (ev->verdict != SMTP_PASS)
		return 0;
	if (pkt->flags & TCPHDR_URG)
		smtp_count(ev, MAILGUARD_REASON_URGENT);
	if (pkt->flags & TCPHDR_RST ||
	    (pkt->flags & (TCPHDR_SYN | TCPHDR_ACK)) == TCPHDR_SYN) {
		without_data(pkt, ct, *conn, ev);
		return 0;
	}
	if (!*conn)
		*conn = begin_unknown(pkt, ct, ev);
	if (!*conn)
		return 0;
	if (!smtp_packet_own(pkt)) {
		smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_NO_MEMORY);
		return 0;
	}
	if (pkt->seg.len && smtp_notify_is_heard(nf_ct_net(ct)))
		smtp_notify_prepare(ev);
	keep = smtp_conn_judge(*conn, pkt, ev);
	smtp_packet_done(pkt);
	return keep;
}

static bool is_monitored(const struct smtp_conn *conn, const struct nf_conn *ct)
{
	return conn ? conn->stream.session.monitor :
		      policy_monitors(entry_of(conn, ct));
}

/* Is something done with the packet, other than sending it on as it is now? */
static inline bool must_act(const struct smtp_packet *pkt,
			    const struct smtp_conn *conn,
			    const struct nf_conn *ct,
			    const struct smtp_events *ev)
{
	return (ev->verdict != SMTP_PASS || pkt->flags & TCPHDR_URG) &&
	       (pkt->reused || !is_monitored(conn, ct));
}

static int reset_packet(struct smtp_packet *pkt, const struct nf_conn *ct)
{
	if (!smtp_packet_own(pkt))
		return -ENOMEM;
	return smtp_packet_reset(pkt, nf_ct_net(ct));
}

static int act_on(struct smtp_packet *pkt, struct nf_conn *ct,
		  enum smtp_verdict verdict, u32 keep)
{
	int err = 0;

	switch (verdict) {
	case SMTP_RESET:
		return reset_packet(pkt, ct);
	case SMTP_DROP:
		if (pkt->reused)
			nf_ct_kill(ct);
		return 0;
	case SMTP_HOLD:
		err = pkt->asks ? smtp_packet_ask(pkt) :
				  smtp_packet_cut(pkt, keep);
		break;
	case SMTP_PASS:
		break;
	}
	if (!err && pkt->flags & TCPHDR_URG)
		err = smtp_packet_clear_urgent(pkt);
	return err;
}

static enum mailguard_end why_ended(const struct smtp_packet *pkt,
				    const struct smtp_events *ev)
{
	if (ev->verdict == SMTP_RESET)
		return MAILGUARD_END_RESET;
	if (!(pkt->flags & TCPHDR_RST))
		return MAILGUARD_END_FIN;
	return pkt->seg.dir == SMTP_CLIENT ? MAILGUARD_END_RST_CLIENT :
					     MAILGUARD_END_RST_SERVER;
}

/* Is this the packet that ends the connection? Retransmissions may follow. */
static bool has_ended(const struct smtp_conn *conn,
		      const struct smtp_events *ev)
{
	u8 state = READ_ONCE(conn->ct->proto.tcp.state);

	return (state == TCP_CONNTRACK_TIME_WAIT ||
		state == TCP_CONNTRACK_CLOSE || ev->verdict == SMTP_RESET) &&
	       !READ_ONCE(conn->life.told);
}

/**
 * smtp_help() - judge a packet of a guarded connection
 * @skb: the packet
 * @protoff: offset of its TCP header
 * @ct: its conntrack entry
 * @ctinfo: its direction, and its relation to the connection
 *
 * Conntrack calls this for each packet.
 *
 * Context: RCU read side, softirq included.
 * Return: NF_ACCEPT or NF_DROP.
 */
int smtp_help(struct sk_buff *skb, unsigned int protoff, struct nf_conn *ct,
	      enum ip_conntrack_info ctinfo)
{
	struct smtp_conn *conn = smtp_conn_find(ct);
	struct smtp_events ev __uninitialized;
	struct smtp_packet pkt __uninitialized;
	const struct smtp_policy_entry *marking;
	u32 keep;
	int err = 0;
	bool acts;

	/* A packet over loopback comes here twice; skip the second time. */
	if (nf_is_loopback_packet(skb))
		return NF_ACCEPT;
	if (is_about(skb, ct, ctinfo) || is_released(conn))
		return NF_ACCEPT;
	if (conn && READ_ONCE(conn->stream.session.renewing))
		smtp_conn_renew(conn, &smtp_net(nf_ct_net(ct))->policies);
	smtp_events_begin(&ev);
	/* Conntrack has checked the header, so only lack of memory is left. */
	if (!smtp_packet_init(&pkt, skb, protoff, ctinfo)) {
		smtp_stop(&ev, SMTP_DROP, MAILGUARD_REASON_NO_MEMORY);
		count_reasons(conn, ct, &ev);
		return is_monitored(conn, ct) ? NF_ACCEPT : NF_DROP;
	}
	keep = judge_packet(&pkt, ct, &conn, &ev);
	acts = must_act(&pkt, conn, ct, &ev);
	if (!acts)
		ev.verdict = SMTP_PASS;
	note_verdict(&pkt, conn, ct, &ev);
	marking = marking_policy(conn, ct, &ev);
	if (marking)
		mark_connection(ct, marking, &ev);
	if (conn && has_ended(conn, &ev))
		smtp_notify_end(conn, why_ended(&pkt, &ev));
	if (acts)
		err = act_on(&pkt, ct, ev.verdict, keep);
	if (marking)
		smtp_mark_packet(skb, &marking->policy, &ev);
	if (err) {
		smtp_events_begin(&ev);
		smtp_stop(&ev, SMTP_DROP, MAILGUARD_REASON_NO_MEMORY);
		note_verdict(&pkt, conn, ct, &ev);
	}
	return ev.verdict == SMTP_DROP ? NF_DROP : NF_ACCEPT;
}
