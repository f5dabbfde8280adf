// SPDX-License-Identifier: GPL-2.0
/* Reads the headers of captured packets, which may be cut anywhere. */
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include <pcap/pcap.h>

#include "explain/packet.h"

#define TYPE_IPV4	0x0800
#define TYPE_IPV6	0x86dd
#define TYPE_VLAN	0x8100
#define TYPE_QINQ	0x88a8
#define TYPE_QINQ_OLD	0x9100

#define FLAG_FIN	0x01
#define FLAG_SYN	0x02
#define FLAG_RST	0x04
#define FLAG_ACK	0x10

/* What is left of a packet. */
struct rest {
	const uint8_t *at;
	uint32_t len;
};

static uint16_t get_be16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static uint32_t get_be32(const uint8_t *at)
{
	return (uint32_t)get_be16(at) << 16 | get_be16(at + 2);
}

/* Skips a header, and returns it, or NULL if it is not whole. */
static const uint8_t *take(struct rest *rest, uint32_t len)
{
	const uint8_t *at = rest->at;

	if (len > rest->len)
		return NULL;
	rest->at += len;
	rest->len -= len;
	return at;
}

/* How long the header of a link is, and where it has an EtherType; -1: none. */
static const struct link_header {
	int link;
	uint32_t len;
	int type;
} links[] = {
	{ DLT_EN10MB, 14, 12 },
	{ DLT_LINUX_SLL, 16, 14 },
	{ DLT_LINUX_SLL2, 20, 0 },
	{ DLT_RAW, 0, -1 },
	{ DLT_IPV4, 0, -1 },
	{ DLT_IPV6, 0, -1 },
	{ DLT_NULL, 4, -1 },
	{ DLT_LOOP, 4, -1 },
};

static const struct link_header *find_link(int link)
{
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (links[i].link == link)
			return &links[i];
	return NULL;
}

bool packet_link_is_known(int link)
{
	return find_link(link);
}

/* Skips the header of the link and VLAN tags. Returns false if it is not IP. */
static bool take_link(struct rest *rest, int link)
{
	const struct link_header *header = find_link(link);
	const uint8_t *at;
	uint16_t type;

	if (!header)
		return false;
	at = take(rest, header->len);
	if (!at)
		return false;
	if (header->type < 0)
		return true;
	type = get_be16(at + header->type);
	while (type == TYPE_VLAN || type == TYPE_QINQ ||
	       type == TYPE_QINQ_OLD) {
		at = take(rest, 4);
		if (!at)
			return false;
		type = get_be16(at + 2);
	}
	return type == TYPE_IPV4 || type == TYPE_IPV6;
}

/*
 * Cuts off what follows the IP packet, or notes what was not captured of it. A
 * length of 0 is of a larger packet.
 */
static void limit(struct packet *p, struct rest *rest, uint32_t len)
{
	if (!len)
		return;
	if (len < rest->len)
		rest->len = len;
	else
		p->cut = len - rest->len;
}

static enum packet_result take_ipv4(struct packet *p, struct rest *rest)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *ip = rest->at;
	uint32_t header;

	if (rest->len < 20)
		return PACKET_OTHER;
	header = (ip[0] & 15) * 4;
	limit(p, rest, get_be16(ip + 2));
	if (header < 20 || !take(rest, header) || ip[9] != IPPROTO_TCP)
		return PACKET_OTHER;
	if (get_be16(ip + 6) & 0x3fff)
		return PACKET_FRAGMENT;
	memcpy(p->from.address, mapped, sizeof(mapped));
	memcpy(p->from.address + 12, ip + 12, 4);
	memcpy(p->to.address, mapped, sizeof(mapped));
	memcpy(p->to.address + 12, ip + 16, 4);
	return PACKET_TCP;
}

/* Skips the extension headers (RFC 8200, section 4). */
static enum packet_result take_extensions(struct rest *rest, uint8_t next)
{
	const uint8_t *at;

	while (next != IPPROTO_TCP) {
		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
		    next != IPPROTO_DSTOPTS && next != IPPROTO_FRAGMENT)
			return PACKET_OTHER;
		at = take(rest, 8);
		if (!at)
			return PACKET_OTHER;
		if (next == IPPROTO_FRAGMENT) {
			if (get_be16(at + 2) & 0xfff9)
				return PACKET_FRAGMENT;
		} else if (!take(rest, at[1] * 8)) {
			return PACKET_OTHER;
		}
		next = at[0];
	}
	return PACKET_TCP;
}

static enum packet_result take_ipv6(struct packet *p, struct rest *rest)
{
	const uint8_t *ip = take(rest, 40);

	if (!ip)
		return PACKET_OTHER;
	limit(p, rest, get_be16(ip + 4));
	memcpy(p->from.address, ip + 8, 16);
	memcpy(p->to.address, ip + 24, 16);
	return take_extensions(rest, ip[6]);
}

static enum packet_result take_ip(struct packet *p, struct rest *rest)
{
	if (!rest->len)
		return PACKET_OTHER;
	switch (rest->at[0] >> 4) {
	case 4:
		return take_ipv4(p, rest);
	case 6:
		return take_ipv6(p, rest);
	default:
		return PACKET_OTHER;
	}
}

static enum packet_result take_tcp(struct packet *p, struct rest *rest)
{
	const uint8_t *tcp = take(rest, 20);

	if (!tcp || tcp[12] >> 4 < 5 || !take(rest, (tcp[12] >> 4) * 4 - 20))
		return PACKET_OTHER;
	p->from.port = get_be16(tcp);
	p->to.port = get_be16(tcp + 2);
	p->syn = tcp[13] & FLAG_SYN;
	p->seq = get_be32(tcp + 4) + p->syn;
	p->ack = get_be32(tcp + 8);
	p->acks = tcp[13] & FLAG_ACK;
	p->fin = tcp[13] & FLAG_FIN;
	p->rst = tcp[13] & FLAG_RST;
	p->bytes = rest->at;
	p->len = rest->len;
	return PACKET_TCP;
}

enum packet_result packet_read(struct packet *packet, int link,
			       const uint8_t *frame, uint32_t len)
{
	struct rest rest = { .at = frame, .len = len };
	enum packet_result result;

	packet->cut = 0;
	if (!take_link(&rest, link))
		return PACKET_OTHER;
	result = take_ip(packet, &rest);
	return result == PACKET_TCP ? take_tcp(packet, &rest) : result;
}
