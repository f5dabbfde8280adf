// SPDX-License-Identifier: GPL-2.0
/* Judge a packet: one packet in, a verdict out. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/tcp.h>

#include "helper.h"
#include "packet.h"

/* The policy NAME is the helper smtp-NAME, the policy default is smtp. */
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

/* For packets that belong to no connection of ours. */
static void count_one(const struct nf_conn *ct, enum mailguard_reason why)
{
	const struct smtp_net *sn = smtp_net(nf_ct_net(ct));
	struct smtp_policy_entry *entry;
	struct smtp_events ev;

	entry = smtp_policy_get(&sn->policies, policy_name(ct));
	if (!entry)
		entry = smtp_policy_get(&sn->policies,
					MAILGUARD_POLICY_DEFAULT);
	if (!entry)
		return;
	smtp_events_begin(&ev);
	smtp_count(&ev, why);
	smtp_audit_add(entry->audit, &ev);
	smtp_policy_put(entry);
}

static unsigned int drop(const struct nf_conn *ct)
{
	count_one(ct, MAILGUARD_REASON_NO_MEMORY);
	return NF_DROP;
}

static unsigned int reset(struct smtp_packet *pkt, const struct nf_conn *ct)
{
	if (!smtp_packet_own(pkt) || smtp_packet_reset(pkt, nf_ct_net(ct)))
		return drop(ct);
	return NF_ACCEPT;
}

/*
 * A SYN, whose data the server would read before it greets, and a RST, whose
 * data nobody reads: neither carries any on.
 */
static unsigned int without_data(struct smtp_packet *pkt,
				 const struct nf_conn *ct)
{
	struct smtp_conn *conn = smtp_conn_find(ct);

	if (pkt->flags & TCPHDR_SYN && pkt->seg.dir == SMTP_CLIENT)
		smtp_conn_side(ct, pkt->skb);
	if (pkt->flags & TCPHDR_RST && conn)
		smtp_conn_end(conn);
	if (!pkt->seg.len)
		return NF_ACCEPT;
	if (!(pkt->flags & TCPHDR_RST))
		count_one(ct, MAILGUARD_REASON_HELD_SYN);
	return smtp_packet_cut(pkt, 0) ? drop(ct) : NF_ACCEPT;
}

/*
 * Conntrack shows helpers a SYN-ACK of any numbers in the middle of a
 * connection, and ignores it. Where it takes one for the answer to a SYN, it
 * enters this state, and expects the server to go on at the end of this packet.
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

/* The server's SYN-ACK begins a connection; anything else is its middle. */
static unsigned int unknown(struct smtp_packet *pkt, struct nf_conn *ct,
			    struct smtp_conn **conn)
{
	struct smtp_net *sn = smtp_net(nf_ct_net(ct));
	struct smtp_policy_entry *entry;

	if (!pkt->begins) {
		count_one(ct, MAILGUARD_REASON_RESET_MIDSTREAM);
		return reset(pkt, ct);
	}
	entry = smtp_policy_get(&sn->policies, policy_name(ct));
	if (!entry) {
		count_one(ct, MAILGUARD_REASON_RESET_POLICY);
		return reset(pkt, ct);
	}
	*conn = smtp_conn_new(&sn->conns, ct, entry);
	return *conn ? NF_ACCEPT : drop(ct);
}

static bool has_numbers(const struct smtp_conn *conn,
			const struct smtp_packet *pkt)
{
	return conn->isn[SMTP_SERVER] == pkt->seg.seq &&
	       conn->isn[SMTP_CLIENT] == pkt->ack_seq;
}

/*
 * A SYN-ACK with other numbers than before: the same ports are used again, and
 * conntrack keeps the entry. One that conntrack ignored begins nothing; anybody
 * can send it, without knowing a number. If it is an answer to a SYN after all,
 * both are repeated, and conntrack takes the one that comes right behind the
 * other.
 */
static bool begin(struct smtp_conn *conn, const struct smtp_packet *pkt)
{
	if (has_numbers(conn, pkt))
		return true;
	if (!pkt->begins)
		return false;
	conn->isn[SMTP_SERVER] = pkt->seg.seq;
	conn->isn[SMTP_CLIENT] = pkt->ack_seq;
	smtp_stream_init(&conn->stream, &conn->entry->policy, pkt->ack_seq,
			 pkt->seg.seq);
	return true;
}

static u32 judge_segment(struct smtp_conn *conn, struct smtp_packet *pkt,
			 struct smtp_events *ev)
{
	struct smtp_stream *stream = &conn->stream;
	u32 keep;

	if (pkt->flags & TCPHDR_ACK)
		smtp_stream_ack(stream, !pkt->seg.dir, pkt->ack_seq, ev);
	if (pkt->seg.len)
		smtp_conn_hand_over(conn, pkt->seg.dir);
	pkt->conn = conn;
	keep = smtp_stream_segment(stream, &pkt->seg, ev);
	smtp_packet_done(pkt);
	smtp_conn_tidy(conn);
	return keep;
}

static u32 judge(struct smtp_conn *conn, struct smtp_packet *pkt,
		 struct smtp_events *ev)
{
	u32 keep = pkt->seg.len;

	spin_lock_bh(&conn->lock);
	if (conn->stream.session.state == MAILGUARD_STATE_RELEASED)
		goto out;
	if (pkt->flags & TCPHDR_SYN && pkt->seg.dir == SMTP_SERVER &&
	    !begin(conn, pkt)) {
		smtp_stop(ev, SMTP_DROP, MAILGUARD_REASON_FORGED);
		goto out;
	}
	keep = judge_segment(conn, pkt, ev);
out:
	spin_unlock_bh(&conn->lock);
	return keep;
}

static unsigned int act(struct smtp_packet *pkt, const struct nf_conn *ct,
			const struct smtp_events *ev, u32 keep)
{
	switch (ev->verdict) {
	case SMTP_RESET:
		return reset(pkt, ct);
	case SMTP_DROP:
		return NF_DROP;
	case SMTP_HOLD:
		if (smtp_packet_cut(pkt, keep))
			return drop(ct);
		break;
	case SMTP_PASS:
		break;
	}
	if (pkt->flags & TCPHDR_URG && smtp_packet_clear_urgent(pkt))
		return drop(ct);
	return NF_ACCEPT;
}

static unsigned int filter(struct smtp_packet *pkt, struct smtp_conn *conn,
			   const struct nf_conn *ct)
{
	struct smtp_events ev __uninitialized;
	u32 keep;

	if (!smtp_packet_own(pkt))
		return drop(ct);
	smtp_events_begin(&ev);
	keep = judge(conn, pkt, &ev);
	if (pkt->flags & TCPHDR_URG)
		smtp_count(&ev, MAILGUARD_REASON_URGENT);
	if (ev.counted)
		smtp_audit_add(conn->entry->audit, &ev);
	return act(pkt, ct, &ev, keep);
}

static bool is_released(const struct smtp_conn *conn)
{
	return conn && READ_ONCE(conn->stream.session.state) ==
		       MAILGUARD_STATE_RELEASED;
}

static bool is_icmp(const struct sk_buff *skb)
{
	if (ip_hdr(skb)->version == 6)
		return ipv6_hdr(skb)->nexthdr == IPPROTO_ICMPV6;
	return ip_hdr(skb)->protocol == IPPROTO_ICMP;
}

/*
 * ICMP about the connection, and the RST that we sent. Until it is answered, an
 * expected connection's own packets are related, too.
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
	const struct smtp_policy_entry *entry;

	entry = conn ? conn->entry :
		smtp_policy_lookup(&smtp_net(nf_ct_net(ct))->policies,
				   policy_name(ct));
	return entry && entry->policy.action[MAILGUARD_A_ACTIONS_ASYMMETRIC] ==
			MAILGUARD_ACTION_PASS;
}

/*
 * The server's replies decide what the client's bytes are. Somebody else on a
 * network of the gateway could send a 354 in its name, and make us take commands
 * for content.
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
 * Neither end has seen an offer of Multipath TCP, so no honest end uses it behind
 * the SYN. A server that takes it there would read the stream in another order
 * than the guard.
 */
static bool is_late_multipath(const struct smtp_packet *pkt)
{
	return pkt->multipath && !(pkt->flags & (TCPHDR_SYN | TCPHDR_RST));
}

static int clean_options(struct smtp_packet *pkt, const struct nf_conn *ct)
{
	int changed = smtp_packet_clean(pkt);

	if (changed > 0)
		count_one(ct, is_late_multipath(pkt) ?
			      MAILGUARD_REASON_RESET_MPTCP :
			      MAILGUARD_REASON_TCP_OPTIONS);
	return min(changed, 0);
}

/**
 * smtp_help() - what conntrack calls with each packet of a guarded connection
 * @skb: the packet
 * @protoff: where its TCP header is
 * @ct: its conntrack entry
 * @ctinfo: its part in the connection
 *
 * Context: RCU read side, softirq included.
 * Return: a verdict, NF_ACCEPT or NF_DROP.
 */
int smtp_help(struct sk_buff *skb, unsigned int protoff, struct nf_conn *ct,
	      enum ip_conntrack_info ctinfo)
{
	struct smtp_conn *conn = smtp_conn_find(ct);
	unsigned int verdict = NF_ACCEPT;
	struct smtp_packet pkt __uninitialized;

	/* Over loopback a packet comes by twice; this is the second time. */
	if (nf_is_loopback_packet(skb))
		return NF_ACCEPT;
	if (is_about(skb, ct, ctinfo) || is_released(conn))
		return NF_ACCEPT;
	/* Conntrack shows us complete headers only, so this is lack of memory. */
	if (!smtp_packet_init(&pkt, skb, protoff, ctinfo))
		return drop(ct);
	pkt.begins = is_beginning(&pkt, ct);
	if (is_forged(&pkt, ct, conn)) {
		count_one(ct, MAILGUARD_REASON_FORGED);
		return NF_DROP;
	}
	if (clean_options(&pkt, ct))
		return drop(ct);
	if (is_late_multipath(&pkt))
		return reset(&pkt, ct);
	if (pkt.flags & TCPHDR_RST ||
	    (pkt.flags & (TCPHDR_SYN | TCPHDR_ACK)) == TCPHDR_SYN)
		return without_data(&pkt, ct);

	if (!conn)
		verdict = unknown(&pkt, ct, &conn);
	return conn ? filter(&pkt, conn, ct) : verdict;
}
