// SPDX-License-Identifier: GPL-2.0
/*
 * Reading, editing, cutting and resetting sk_buffs.
 *
 * Lengths never change but for a cut at the end, so no sequence number has to
 * be adjusted. Checksums are updated by the difference: one that was wrong
 * stays wrong. With CHECKSUM_PARTIAL the field holds the pseudo header's sum
 * and whoever finishes it reads the data then.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <net/tcp.h>

#include "conn.h"
#include "core/options.h"
#include "packet.h"

#define PULL_AHEAD	4096

static struct smtp_packet *packet_of(struct smtp_segment *seg)
{
	return container_of(seg, struct smtp_packet, seg);
}

static struct tcphdr *header_at(const struct sk_buff *skb, unsigned int off)
{
	return (struct tcphdr *)(skb->data + off);
}

static struct tcphdr *tcp_header(const struct smtp_packet *pkt)
{
	return header_at(pkt->skb, pkt->tcpoff);
}

static void add_difference(struct smtp_packet *pkt, __wsum diff)
{
	if (pkt->skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace_by_diff(&tcp_header(pkt)->check, diff);
}

/* The sum of octets at this offset of the skb, as the TCP checksum has it. */
static __wsum sum_at(const struct smtp_packet *pkt, __wsum sum, u32 off)
{
	return csum_shift(sum, off - pkt->tcpoff);
}

static const u8 *packet_peek(struct smtp_segment *seg, u32 off, u32 *len)
{
	struct smtp_packet *pkt = packet_of(seg);
	const u8 *octets;
	unsigned int n;

	if (!pkt->peeking) {
		skb_prepare_seq_read(pkt->skb, pkt->dataoff + off,
				     pkt->dataoff + seg->len, &pkt->peek);
		pkt->peek_off = off;
		pkt->peeking = true;
	}
	n = skb_seq_read(off - pkt->peek_off, &octets, &pkt->peek);
	if (!n) {
		pkt->peeking = false;
		return NULL;
	}
	*len = min_t(u32, *len, n);
	return octets;
}

static int packet_read(struct smtp_segment *seg, u32 off, u8 *octets, u32 len)
{
	struct smtp_packet *pkt = packet_of(seg);

	smtp_packet_done(pkt);
	return skb_copy_bits(pkt->skb, pkt->dataoff + off, octets, len);
}

/* The caller has made these bytes of the skb writable. */
static void overwrite(struct smtp_packet *pkt, u32 at, const u8 *octets,
		      u32 len)
{
	u8 *p = pkt->skb->data + at;
	__wsum diff;

	diff = csum_sub(csum_partial(octets, len, 0), csum_partial(p, len, 0));
	memcpy(p, octets, len);
	add_difference(pkt, sum_at(pkt, diff, at));
}

static int packet_write(struct smtp_segment *seg, u32 off, const u8 *octets,
			u32 len)
{
	struct smtp_packet *pkt = packet_of(seg);
	u32 at = pkt->dataoff + off;

	smtp_packet_done(pkt);
	/* Some more at a time: each pull may copy what was pulled before. */
	if (skb_ensure_writable(pkt->skb, min_t(u32, at + len + PULL_AHEAD,
						pkt->dataoff + seg->len)))
		return -ENOMEM;
	overwrite(pkt, at, octets, len);
	return 0;
}

static struct smtp_ahead *packet_ahead(struct smtp_segment *seg)
{
	return smtp_conn_ahead(packet_of(seg)->conn);
}

static bool packet_room(struct smtp_segment *seg, struct smtp_trace *trace,
			u32 cells)
{
	return smtp_conn_room(packet_of(seg)->conn, trace, cells);
}

/**
 * smtp_packet_init() - look at a packet
 * @pkt: room for it
 * @skb: the packet
 * @protoff: where in it the TCP header begins
 * @ctinfo: tells the direction
 *
 * On success the TCP header and its options are in the linear part of @skb, at
 * @skb->data + @protoff.
 *
 * Return: false if the TCP header is incomplete, or there was no memory to make it
 * linear.
 */
bool smtp_packet_init(struct smtp_packet *pkt, struct sk_buff *skb,
		      unsigned int protoff, enum ip_conntrack_info ctinfo)
{
	const struct tcphdr *th;
	unsigned int dataoff;
	u8 flags;

	if (!pskb_may_pull(skb, protoff + sizeof(*th)))
		return false;
	dataoff = protoff + header_at(skb, protoff)->doff * 4;
	if (dataoff < protoff + sizeof(*th) || !pskb_may_pull(skb, dataoff))
		return false;
	th = header_at(skb, protoff);
	flags = tcp_flag_byte(th);
	pkt->skb = skb;
	pkt->tcpoff = protoff;
	pkt->dataoff = dataoff;
	pkt->ack_seq = ntohl(th->ack_seq);
	pkt->flags = flags;
	pkt->multipath = false;
	pkt->begins = false;
	pkt->peeking = false;
	pkt->seg = (struct smtp_segment) {
		.dir = CTINFO2DIR(ctinfo) == IP_CT_DIR_ORIGINAL ?
			       SMTP_CLIENT : SMTP_SERVER,
		.seq = ntohl(th->seq) + !!(flags & TCPHDR_SYN),
		.len = skb->len - dataoff,
		.fin = flags & TCPHDR_FIN,
		.peek = packet_peek,
		.read = packet_read,
		.write = packet_write,
		.ahead = packet_ahead,
		.room = packet_room,
	};
	return true;
}

static u32 options_offset(const struct smtp_packet *pkt)
{
	return pkt->tcpoff + sizeof(struct tcphdr);
}

static bool has_usual_options(const struct smtp_packet *pkt)
{
	const __be32 *options = (__be32 *)(tcp_header(pkt) + 1);
	u32 len = pkt->dataoff - options_offset(pkt);

	return !len || (len == SMTP_OPTIONS_USUAL_LEN &&
			*options == htonl(SMTP_OPTIONS_USUAL));
}

/*
 * Not inline: only few packets come here, and a buffer on the stack costs its caller
 * instructions even when it is not used.
 */
static noinline int clean_options(struct smtp_packet *pkt)
{
	u32 at = options_offset(pkt);
	u32 len = pkt->dataoff - at;
	u8 options[SMTP_OPTIONS_MAX];

	memcpy(options, pkt->skb->data + at, len);
	if (!smtp_options_clean(options, len, &pkt->multipath))
		return 0;
	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	overwrite(pkt, at, options, len);
	return 1;
}

/**
 * smtp_packet_clean() - overwrite TCP options that could hide the stream
 * @pkt: the packet; @pkt->multipath tells if Multipath TCP was among them
 *
 * Return: 1 if there were any, else 0; or -ENOMEM, then the packet is to be
 * dropped.
 */
int smtp_packet_clean(struct smtp_packet *pkt)
{
	return has_usual_options(pkt) ? 0 : clean_options(pkt);
}

/*
 * GRO may keep segments as a list, each with its headers. Make one packet of it,
 * to be cut again behind us. GRO takes no segment whose checksum is wrong.
 */
static noinline bool join_segments(struct smtp_packet *pkt)
{
	struct sk_buff *skb = pkt->skb;
	u32 len = skb->len - pkt->tcpoff;
	struct tcphdr *th;

	if (skb_linearize(skb) || skb_ensure_writable(skb, pkt->dataoff))
		return false;
	th = tcp_header(pkt);
	if (ip_hdr(skb)->version == 6)
		th->check = ~tcp_v6_check(len, &ipv6_hdr(skb)->saddr,
					  &ipv6_hdr(skb)->daddr, 0);
	else
		th->check = ~tcp_v4_check(len, ip_hdr(skb)->saddr,
					  ip_hdr(skb)->daddr, 0);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + pkt->tcpoff;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type &= ~SKB_GSO_FRAGLIST;
	return true;
}

/* Of a packet that came in IP fragments, each may have pages of its own. */
static bool is_shared(const struct sk_buff *skb)
{
	const struct sk_buff *part;

	if (skb_has_shared_frag(skb))
		return true;
	skb_walk_frags(skb, part)
		if (skb_has_shared_frag(part))
			return true;
	return false;
}

/**
 * smtp_packet_own() - make sure that nobody changes what is read
 * @pkt: the packet
 *
 * Pages that a local sender still has mapped are copied.
 *
 * Return: false if there is no memory; then the packet is to be dropped.
 */
bool smtp_packet_own(struct smtp_packet *pkt)
{
	struct sk_buff *skb = pkt->skb;

	if (!pkt->seg.len)
		return true;
	if (skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST)
		return join_segments(pkt);
	return !is_shared(skb) || !skb_linearize(skb);
}

static __be16 *tcp_flags(struct tcphdr *th)
{
	return (__be16 *)th + 6;
}

static void change_flags(struct smtp_packet *pkt, u16 clear, u16 set)
{
	__be16 *flags = tcp_flags(tcp_header(pkt));
	__be16 old = *flags;

	*flags = (old & ~htons(clear)) | htons(set);
	if (pkt->skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace2(&tcp_header(pkt)->check, old, *flags);
}

/**
 * smtp_packet_clear_urgent() - keep urgent data in band
 * @pkt: the packet
 *
 * With the flag, many receivers take one octet out of the stream: the server
 * would read another command than we did.
 *
 * Return: 0 or -ENOMEM.
 */
int smtp_packet_clear_urgent(struct smtp_packet *pkt)
{
	struct tcphdr *th;

	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	th = tcp_header(pkt);
	if (pkt->skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace2(&th->check, th->urg_ptr, 0);
	th->urg_ptr = 0;
	change_flags(pkt, TCPHDR_URG, 0);
	return 0;
}

static void set_ip_length(struct sk_buff *skb)
{
	unsigned int len = skb->len - skb_network_offset(skb);
	struct iphdr *iph = ip_hdr(skb);
	__be16 old;

	if (iph->version == 6) {
		ipv6_hdr(skb)->payload_len =
			htons(len - sizeof(struct ipv6hdr));
		return;
	}
	old = iph->tot_len;
	iph->tot_len = htons(len > U16_MAX ? 0 : len);
	csum_replace2(&iph->check, old, iph->tot_len);
}

/* The TCP length stands in the pseudo header (RFC 9293, 3.1). */
static void set_tcp_length(struct smtp_packet *pkt, u32 old, u32 new)
{
	struct tcphdr *th = tcp_header(pkt);
	__wsum diff = csum_sub((__force __wsum)htonl(new),
			       (__force __wsum)htonl(old));

	if (pkt->skb->ip_summed == CHECKSUM_PARTIAL)
		th->check = ~csum_fold(csum_add(csum_unfold(th->check), diff));
	else
		csum_replace_by_diff(&th->check, diff);
}

static void set_segments(struct sk_buff *skb, u32 len)
{
	if (!skb_is_gso(skb))
		return;
	if (len <= skb_shinfo(skb)->gso_size)
		skb_gso_reset(skb);
	else
		skb_shinfo(skb)->gso_segs =
			DIV_ROUND_UP(len, skb_shinfo(skb)->gso_size);
}

static bool is_jumbogram(const struct sk_buff *skb)
{
	return ip_hdr(skb)->version == 6 && !ipv6_hdr(skb)->payload_len;
}

/**
 * smtp_packet_cut() - cut off the end of the data, and the FIN behind it
 * @pkt: the packet
 * @keep: octets of data that stay
 *
 * Return: 0; -ENOMEM, or -EMSGSIZE for an IPv6 jumbogram, whose length stands
 * elsewhere: then the packet is to be dropped.
 */
int smtp_packet_cut(struct smtp_packet *pkt, u32 keep)
{
	struct sk_buff *skb = pkt->skb;
	u32 end = pkt->dataoff + keep;
	u32 cut = pkt->seg.len - keep;
	__wsum diff;

	smtp_packet_done(pkt);
	if (!cut && !pkt->seg.fin)
		return 0;
	if (is_jumbogram(skb))
		return -EMSGSIZE;
	if (skb_ensure_writable(skb, pkt->dataoff))
		return -ENOMEM;
	diff = skb->ip_summed == CHECKSUM_PARTIAL ? 0 :
	       sum_at(pkt, skb_checksum(skb, end, cut, 0), end);
	if (pskb_trim(skb, end))
		return -ENOMEM;
	/* The device's sum was over what is gone. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	add_difference(pkt, csum_sub(0, diff));
	set_tcp_length(pkt, end + cut - pkt->tcpoff, end - pkt->tcpoff);
	set_ip_length(skb);
	set_segments(skb, keep);
	change_flags(pkt, TCPHDR_FIN, 0);
	pkt->seg.len = keep;
	pkt->seg.fin = false;
	return 0;
}

/*
 * Answer the sender; the checksum must still be the one it sent. What is bridged
 * has no route, but may have what a tunnel says of itself; older kernels take
 * that for one, and look for a route only at the hook before routing.
 */
static void reset_sender(const struct smtp_packet *pkt, struct net *net)
{
	int hook = NF_INET_POST_ROUTING;

	if (!skb_valid_dst(pkt->skb)) {
		skb_dst_drop(pkt->skb);
		hook = NF_INET_PRE_ROUTING;
	}
	if (ip_hdr(pkt->skb)->version == 6)
		nf_send_reset6(net, NULL, pkt->skb, hook);
	else
		nf_send_reset(net, NULL, pkt->skb, hook);
}

/**
 * smtp_packet_reset() - end the connection at both ends
 * @pkt: the packet, unchanged so far; the sender is answered with a RST, and
 *	the packet goes on to the receiver as one
 * @net: the network namespace
 *
 * Context: no lock of a connection held; the answer may meet the helper again.
 * Return: 0, or an error after which the packet is to be dropped.
 */
int smtp_packet_reset(struct smtp_packet *pkt, struct net *net)
{
	int err;

	reset_sender(pkt, net);
	err = smtp_packet_cut(pkt, 0);
	if (err)
		return err;
	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	change_flags(pkt, TCPHDR_SYN | TCPHDR_FIN | TCPHDR_PSH | TCPHDR_URG,
		     TCPHDR_RST);
	return 0;
}
