// SPDX-License-Identifier: GPL-2.0
/*
 * Asks an end of a TCP connection, in the name of the other, where it is.
 *
 * An end answers a segment outside of its window with an acknowledgment that has
 * its own sequence number and the one that it expects (RFC 9293, 3.10.7.4). So
 * an end that has nothing to send sends something, which can be answered with a
 * RST. One of two segments that are half of all numbers apart is certainly
 * outside of the window. Their timestamps are apart as well: some systems are
 * silent if the timestamp is old, or if there is none (RFC 7323).
 */
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "lib/question.h"

#define HALF	0x80000000U
#define HOPS	64

struct segment {
	struct tcphdr tcp;
	uint8_t options[4];
	uint32_t timestamp;
	uint32_t echo;
};

/* What TCP adds to the sum of its segment: RFC 9293, 3.1. */
struct pseudo_header {
	uint8_t from[16];	/* of IPv4 the rest is 0 */
	uint8_t to[16];
	uint32_t len;
	uint32_t protocol;
};

/* The length is even. */
static uint32_t add_sum(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	size_t i;

	for (i = 0; i < len; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	return sum;
}

static void set_checksum(struct segment *segment,
			 const struct question_path *path)
{
	struct pseudo_header header = {
		.len = htonl(sizeof(*segment)),
		.protocol = htonl(IPPROTO_TCP),
	};
	uint32_t sum;

	memcpy(header.from, path->from, sizeof(header.from));
	memcpy(header.to, path->to, sizeof(header.to));
	sum = add_sum(0, &header, sizeof(header));
	sum = add_sum(sum, segment, sizeof(*segment));
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	segment->tcp.check = htons(~sum);
}

static void fill_segment(struct segment *segment,
			 const struct question_path *path, uint32_t seq)
{
	*segment = (struct segment){
		.tcp = {
			.source = path->from_port,
			.dest = path->to_port,
			.seq = htonl(seq),
			.doff = sizeof(*segment) / 4,
			.ack = 1,
		},
		.options = { TCPOPT_NOP, TCPOPT_NOP, TCPOPT_TIMESTAMP,
			     TCPOLEN_TIMESTAMP },
		.timestamp = htonl(seq),
	};
	set_checksum(segment, path);
}

static void send_ipv4(int fd, const struct question_path *path,
		      const struct segment *segment)
{
	struct {
		struct iphdr ip;
		struct segment segment;
	} packet = {
		.ip = {
			.version = 4,
			.ihl = sizeof(packet.ip) / 4,
			.ttl = HOPS,
			.protocol = IPPROTO_TCP,
		},
		.segment = *segment,
	};
	struct sockaddr_in to = { .sin_family = AF_INET };

	memcpy(&packet.ip.saddr, path->from, sizeof(packet.ip.saddr));
	memcpy(&packet.ip.daddr, path->to, sizeof(packet.ip.daddr));
	to.sin_addr.s_addr = packet.ip.daddr;
	sendto(fd, &packet, sizeof(packet), 0, (struct sockaddr *)&to,
	       sizeof(to));
}

static void send_ipv6(int fd, const struct question_path *path,
		      const struct segment *segment)
{
	struct {
		struct ip6_hdr ip;
		struct segment segment;
	} packet = {
		.ip = {
			.ip6_flow = htonl(6U << 28),
			.ip6_plen = htons(sizeof(*segment)),
			.ip6_nxt = IPPROTO_TCP,
			.ip6_hlim = HOPS,
		},
		.segment = *segment,
	};
	struct sockaddr_in6 to = { .sin6_family = AF_INET6 };

	memcpy(&packet.ip.ip6_src, path->from, sizeof(packet.ip.ip6_src));
	memcpy(&packet.ip.ip6_dst, path->to, sizeof(packet.ip.ip6_dst));
	to.sin6_addr = packet.ip.ip6_dst;
	sendto(fd, &packet, sizeof(packet), 0, (struct sockaddr *)&to,
	       sizeof(to));
}

/* With IPPROTO_RAW, the program writes the header of IP. */
void question_open(struct question *question)
{
	question->ipv4 = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	question->ipv6 = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
}

void question_ask(const struct question *question,
		  const struct question_path *path)
{
	struct segment segment;
	int i;

	for (i = 0; i < 2; i++) {
		fill_segment(&segment, path, QUESTION_SEQ + i * HALF);
		if (path->family == AF_INET6)
			send_ipv6(question->ipv6, path, &segment);
		else
			send_ipv4(question->ipv4, path, &segment);
	}
}

void question_close(struct question *question)
{
	if (question->ipv4 >= 0)
		close(question->ipv4);
	if (question->ipv6 >= 0)
		close(question->ipv6);
}
