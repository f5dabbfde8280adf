// SPDX-License-Identifier: GPL-2.0
/*
 * Sets marks when events happen.
 *
 * No rule of nft in the same hook sees the packet's mark, because conntrack
 * calls helpers last. Traffic control and nft's egress hook see it. Rules see
 * the connection's mark in the next packet, in whatever direction.
 */
#include <net/netfilter/nf_conntrack_ecache.h>

#include "core/event.h"
#include "marks.h"

/**
 * smtp_mark_connection() - set the connection's mark, as "ct mark set" of nft
 * @ct: the connection
 * @policy: what the events set
 * @offenders: which events are offences, or NULL if none is
 * @ev: what was counted for a packet
 *
 * This comes before a reset of the connection, so that rules see the mark in
 * the RST to the sender of the packet.
 */
void smtp_mark_connection(struct nf_conn *ct, const struct smtp_policy *policy,
			  const struct smtp_offenders *offenders,
			  const struct smtp_events *ev)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK_MARK)
	u32 before = READ_ONCE(ct->mark);
	u32 mark = smtp_mark_set(before, policy, MAILGUARD_MARK_CONNECTION,
				 ev);

	if (offenders)
		mark = smtp_mark_offences(mark, offenders, ev);
	if (mark == before)
		return;
	WRITE_ONCE(ct->mark, mark);
	nf_conntrack_event_cache(IPCT_MARK, ct);
#endif
}

/**
 * smtp_mark_packet() - set the packet's mark
 * @skb: the packet
 * @policy: what the events set
 * @ev: what was counted for the packet
 *
 * This comes after a reset of the connection: with the sysctl fwmark_reflect
 * the RST to the sender has the mark of the packet, and so would be counted as
 * the event, too.
 */
void smtp_mark_packet(struct sk_buff *skb, const struct smtp_policy *policy,
		      const struct smtp_events *ev)
{
	skb->mark = smtp_mark_set(skb->mark, policy, MAILGUARD_MARK_PACKET,
				  ev);
}
