// SPDX-License-Identifier: GPL-2.0
/*
 * Reads and edits TCP packets, trims them and turns them into a RST.
 *
 * Editing never changes a length, and data is removed only at the end of a
 * packet, so no sequence number has to be adjusted. Checksums are updated by
 * the difference, so that a wrong checksum stays wrong. With CHECKSUM_PARTIAL
 * the checksum field holds the sum of the pseudo header only, and an edit of
 * the data does not change it.
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

#include "core/options.h"
#include "packet.h"

#define PULL_OFO	4096

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

/*
 * Convert the sum of bytes at this offset of the skb to what they add to the
 * TCP checksum. The two differ if the bytes are at an odd offset from the
 * header.
 */
static __wsum sum_at(const struct smtp_packet *pkt, __wsum sum, u32 off)
{
	return csum_shift(sum, off - pkt->tcpoff);
}

/* Return: the data, if it is in one place that is always mapped; or NULL. */
static inline const u8 *data_in_one_place(const struct smtp_packet *pkt)
{
	const struct sk_buff *skb = pkt->skb;
	const skb_frag_t *frag = skb_shinfo(skb)->frags;

	if (pkt->dataoff + pkt->seg.len <= skb_headlen(skb))
		return skb->data + pkt->dataoff;
	if (pkt->dataoff != skb_headlen(skb) || skb_has_frag_list(skb) ||
	    skb_shinfo(skb)->nr_frags != 1 ||
	    skb_frag_must_loop(skb_frag_page(frag)))
		return NULL;
	return skb_frag_address(frag);
}

static noinline const u8 *peek_fragments(struct smtp_packet *pkt, u32 off,
					 u32 *len)
{
	const u8 *bytes;
	unsigned int n;

	if (!pkt->peeking) {
		skb_prepare_seq_read(pkt->skb, pkt->dataoff + off,
				     pkt->dataoff + pkt->seg.len, &pkt->peek);
		pkt->peek_off = off;
		pkt->peeking = true;
	}
	n = skb_seq_read(off - pkt->peek_off, &bytes, &pkt->peek);
	if (!n) {
		pkt->peeking = false;
		return NULL;
	}
	*len = min_t(u32, *len, n);
	return bytes;
}

static const u8 *packet_peek(struct smtp_segment *seg, u32 off, u32 *len)
{
	struct smtp_packet *pkt = packet_of(seg);
	const u8 *bytes = data_in_one_place(pkt);

	return bytes ? bytes + off : peek_fragments(pkt, off, len);
}

static int packet_read(struct smtp_segment *seg, u32 off, u8 *bytes, u32 len)
{
	struct smtp_packet *pkt = packet_of(seg);

	smtp_packet_done(pkt);
	return skb_copy_bits(pkt->skb, pkt->dataoff + off, bytes, len);
}

/* The caller must have made these bytes of the skb linear and writable. */
static void overwrite_bytes(struct smtp_packet *pkt, u32 at, const u8 *bytes,
			    u32 len)
{
	u8 *p = pkt->skb->data + at;
	__wsum diff;

	diff = csum_sub(csum_partial(bytes, len, 0), csum_partial(p, len, 0));
	memcpy(p, bytes, len);
	add_difference(pkt, sum_at(pkt, diff, at));
}

static int packet_write(struct smtp_segment *seg, u32 off, const u8 *bytes,
			u32 len)
{
	struct smtp_packet *pkt = packet_of(seg);
	u32 at = pkt->dataoff + off;

	smtp_packet_done(pkt);
	/* Pull more than needed: each pull may copy all bytes pulled before. */
	if (skb_ensure_writable(pkt->skb, min_t(u32, at + len + PULL_OFO,
						pkt->dataoff + seg->len)))
		return -ENOMEM;
	overwrite_bytes(pkt, at, bytes, len);
	return 0;
}

/* Initialise @pkt, whose TCP header with its options is linear. */
static inline void init_packet(struct smtp_packet *pkt, struct sk_buff *skb,
			       unsigned int protoff,
			       enum ip_conntrack_info ctinfo)
{
	const struct tcphdr *th = header_at(skb, protoff);
	unsigned int dataoff = protoff + th->doff * 4;
	u8 flags = tcp_flag_byte(th);

	pkt->skb = skb;
	pkt->tcpoff = protoff;
	pkt->dataoff = dataoff;
	pkt->ack_seq = ntohl(th->ack_seq);
	pkt->flags = flags;
	pkt->multipath = false;
	pkt->begins = false;
	pkt->asks = false;
	pkt->reused = false;
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
	};
}

/* Is the TCP header with its options in the first @linear bytes of the skb? */
static inline bool has_header(const struct sk_buff *skb, unsigned int protoff,
			      unsigned int linear)
{
	return linear >= protoff + sizeof(struct tcphdr) &&
	       header_at(skb, protoff)->doff * 4 >= sizeof(struct tcphdr) &&
	       linear >= protoff + header_at(skb, protoff)->doff * 4;
}

/* The slow path of smtp_packet_init(): make the header linear before. */
static noinline bool init_scattered(struct smtp_packet *pkt,
				    struct sk_buff *skb, unsigned int protoff,
				    enum ip_conntrack_info ctinfo)
{
	if (!pskb_may_pull(skb, protoff + sizeof(struct tcphdr)) ||
	    !pskb_may_pull(skb, protoff + header_at(skb, protoff)->doff * 4) ||
	    !has_header(skb, protoff, skb_headlen(skb)))
		return false;
	init_packet(pkt, skb, protoff, ctinfo);
	return true;
}

/**
 * smtp_packet_init() - parse the TCP header of a packet
 * @pkt: the object to initialise
 * @skb: the packet
 * @protoff: offset of the TCP header in @skb
 * @ctinfo: conntrack's information about the packet, which has the direction
 *
 * On success the TCP header and its options are in the linear part of @skb, at
 * @skb->data + @protoff.
 *
 * Return: false if the TCP header is incomplete, or there was no memory to make
 * it linear.
 */
bool smtp_packet_init(struct smtp_packet *pkt, struct sk_buff *skb,
		      unsigned int protoff, enum ip_conntrack_info ctinfo)
{
	if (!has_header(skb, protoff, skb_headlen(skb)))
		return init_scattered(pkt, skb, protoff, ctinfo);
	init_packet(pkt, skb, protoff, ctinfo);
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
 * This is not inline: only few packets come here, and a buffer on the stack would
 * cost the caller instructions even when it is not used.
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
	overwrite_bytes(pkt, at, options, len);
	return 1;
}

/**
 * smtp_packet_clean() - overwrite TCP options that could hide the stream
 * @pkt: the packet; @pkt->multipath is set if one was of Multipath TCP
 *
 * Return: 1 if an option was overwritten, 0 if none was, or -ENOMEM; then the
 * packet must be dropped.
 */
int smtp_packet_clean(struct smtp_packet *pkt)
{
	return has_usual_options(pkt) ? 0 : clean_options(pkt);
}

/*
 * GRO may chain segments in a list, each with its own headers. Turn the list
 * into one GSO packet, which is segmented again when it is sent. The checksum
 * may be computed anew, because GRO accepts no segment whose checksum is wrong.
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

/*
 * Can somebody else write to the pages of the packet? If it was reassembled
 * from IP fragments, each fragment is an skb with pages of its own.
 */
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
 * smtp_packet_own() - ensure that nobody can change the data later
 * @pkt: the packet
 *
 * Data is copied if a local sender can still write to its pages (as it can
 * after sendfile() or with MSG_ZEROCOPY).
 *
 * Return: false if there is no memory; then the packet must be dropped.
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
 * If the URG flag is set, many receivers take a byte out of the stream, and the
 * server would read another command than the one that was judged.
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

/* Update the checksum for a new length in the pseudo header (RFC 9293, 3.1). */
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

/* A packet trimmed to one segment must no longer be marked as GSO. */
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

/* The length of a jumbogram is in a hop-by-hop option (RFC 2675). */
static bool is_jumbogram(const struct sk_buff *skb)
{
	return ip_hdr(skb)->version == 6 && !ipv6_hdr(skb)->payload_len;
}

/**
 * smtp_packet_cut() - cut off the end of the data, and the FIN, if there is one
 * @pkt: the packet
 * @keep: how many bytes of data stay
 *
 * IPv6 jumbograms are not supported.
 *
 * Return: 0, or -ENOMEM, or -EMSGSIZE for a jumbogram. If it fails, the packet
 * must be dropped.
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
	/* The device computed its sum over the bytes that are now cut off. */
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
 * Answer the sender with a RST. The data must be unchanged, because
 * nf_send_reset() verifies the checksum that the sender computed. A bridged
 * packet has no route, but its dst may be the metadata of a tunnel, which older
 * kernels would take for a route. So that dst is dropped. The hook is then
 * PRE_ROUTING, because older kernels look up a route only there.
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
 * smtp_packet_ask() - turn a packet into a question to its receiver
 * @pkt: the packet
 *
 * The packet loses its data and becomes an acknowledgment one byte before its
 * place in the stream, as a keepalive does (RFC 9293, 3.8.4). The receiver
 * answers it with an acknowledgment that tells which byte it expects next.
 *
 * Return: 0, or an error, after which the packet must be dropped.
 */
int smtp_packet_ask(struct smtp_packet *pkt)
{
	struct tcphdr *th;
	__be32 seq;
	int err;

	err = smtp_packet_cut(pkt, 0);
	if (err)
		return err;
	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	th = tcp_header(pkt);
	seq = htonl(ntohl(th->seq) - 1);
	if (pkt->skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace4(&th->check, th->seq, seq);
	th->seq = seq;
	return 0;
}

/**
 * smtp_packet_reset() - end the connection at both ends
 * @pkt: the packet, whose data must be unchanged
 * @net: the network namespace
 *
 * The sender is answered with a RST. The packet itself is turned into a RST for
 * the receiver.
 *
 * Context: no lock of a connection is held, because the answer to the sender
 * may pass through the helper.
 * Return: 0, or an error, after which the packet must be dropped.
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
