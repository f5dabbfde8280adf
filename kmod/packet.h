/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_PACKET_H
#define _SMTP_PACKET_H

#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include "core/stream.h"

/**
 * struct smtp_packet - a TCP packet that the helper judges
 * @seg: the packet as a segment, as kmod/core sees it
 * @skb: the packet
 * @tcpoff: offset of the TCP header in @skb
 * @dataoff: offset of the TCP data in @skb
 * @ack_seq: the acknowledgment number, host byte order
 * @flags: the flags of the TCP header (TCPHDR_SYN and so on)
 * @multipath: the packet had options of Multipath TCP
 * @begins: conntrack took the packet for the SYN-ACK that begins a connection
 * @asks: the packet becomes a question to the receiver
 * @reused: the packet is dropped, and conntrack forgets its entry
 * @peeking: @peek is in use
 * @peek_off: offset in the data where the walk of @peek began
 * @peek: the state of a walk over the packet's fragments
 */
struct smtp_packet {
	struct smtp_segment seg;
	struct sk_buff *skb;
	unsigned int tcpoff;
	unsigned int dataoff;
	u32 ack_seq;
	u8 flags;
	bool multipath;
	bool begins;
	bool asks;
	bool reused;
	bool peeking;
	u32 peek_off;
	struct skb_seq_state peek;
};

bool smtp_packet_init(struct smtp_packet *pkt, struct sk_buff *skb,
		      unsigned int protoff, enum ip_conntrack_info ctinfo);
int smtp_packet_clean(struct smtp_packet *pkt);
bool smtp_packet_own(struct smtp_packet *pkt);
int smtp_packet_cut(struct smtp_packet *pkt, u32 keep);
int smtp_packet_clear_urgent(struct smtp_packet *pkt);
int smtp_packet_ask(struct smtp_packet *pkt);
int smtp_packet_reset(struct smtp_packet *pkt, struct net *net);

/**
 * smtp_packet_done() - end a walk over the packet's fragments
 * @pkt: the packet
 *
 * This must be called before the packet is changed, and after the last peek.
 */
static inline void smtp_packet_done(struct smtp_packet *pkt)
{
	if (pkt->peeking)
		skb_abort_seq_read(&pkt->peek);
	pkt->peeking = false;
}

#endif /* _SMTP_PACKET_H */
