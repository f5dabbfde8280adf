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
 *
 * An end whose connection was reset answers with a RST that has the
 * acknowledgment number of the question as its sequence number (RFC 9293,
 * 3.10.7.1). So that answer tells that nobody waits there any more.
 */
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "lib/question.h"

#define HALF	0x80000000U
#define HOPS	64

/* The longest header of IPv4, or that of IPv6, and TCP's without options. */
#define PACKET_SIZE	(15 * 4 + sizeof(struct tcphdr))

/* Where the flags are in TCP's header. */
#define TCP_FLAGS	13

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

/*
 * Lets only a RST with the sequence number 0 pass. A packet begins with the header
 * of IP. The figures of a jump tell how many steps are left out: if the condition
 * is true, and if it is false.
 */
static bool attach_filter(int fd)
{
	static struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x60, 4, 0),
		/* IPv4 */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS,
			 offsetof(struct iphdr, protocol)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 10),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_JMP | BPF_JA, 3),
		/* IPv6 */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS,
			 offsetof(struct ip6_hdr, ip6_nxt)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 6),
		BPF_STMT(BPF_LDX | BPF_IMM, sizeof(struct ip6_hdr)),
		/* TCP */
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, TCP_FLAGS),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TH_RST, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_IND, offsetof(struct tcphdr, seq)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, PACKET_SIZE),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = {
		.len = sizeof(steps) / sizeof(*steps),
		.filter = steps,
	};

	return !setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
			   sizeof(filter));
}

/*
 * The tap gets a copy of each packet that comes in, before nft judges it. It is
 * bound after the filter is there, so that it sees nothing else.
 */
static int open_tap(void)
{
	const struct sockaddr_ll all = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};
	const int on = 1;
	int fd;

	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && attach_filter(fd) &&
	    !setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
			sizeof(on)) &&
	    !bind(fd, (const struct sockaddr *)&all, sizeof(all)))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* With IPPROTO_RAW, the program writes the header of IP. */
void question_open(struct question *question)
{
	question->ipv4 = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	question->ipv6 = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	question->tap = open_tap();
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

/* Reads the ports of a segment, against whose direction the question went. */
static void read_ports(struct question_path *path, const uint8_t *segment)
{
	struct tcphdr tcp;

	memcpy(&tcp, segment, sizeof(tcp));
	path->from_port = tcp.dest;
	path->to_port = tcp.source;
}

/* The filter has looked at the packet: the header of TCP is there. */
static bool read_answer(struct question_path *path, const uint8_t *packet)
{
	struct ip6_hdr ip6;
	struct iphdr ip;

	memcpy(&ip, packet, sizeof(ip));
	memcpy(&ip6, packet, sizeof(ip6));
	*path = (struct question_path){ .family = AF_UNSPEC };
	if (ip.version == 4) {
		path->family = AF_INET;
		memcpy(path->from, &ip.daddr, sizeof(ip.daddr));
		memcpy(path->to, &ip.saddr, sizeof(ip.saddr));
		read_ports(path, packet + ip.ihl * 4);
	} else if (ip.version == 6) {
		path->family = AF_INET6;
		memcpy(path->from, &ip6.ip6_dst, sizeof(ip6.ip6_dst));
		memcpy(path->to, &ip6.ip6_src, sizeof(ip6.ip6_src));
		read_ports(path, packet + sizeof(ip6));
	}
	return path->family != AF_UNSPEC;
}

bool question_heard(const struct question *question, int milliseconds,
		    struct question_path *path)
{
	struct pollfd tap = { .fd = question->tap, .events = POLLIN };
	uint8_t packet[PACKET_SIZE] = { 0 };

	return poll(&tap, 1, milliseconds) > 0 &&
	       recv(question->tap, packet, sizeof(packet), 0) > 0 &&
	       read_answer(path, packet);
}

void question_close(struct question *question)
{
	if (question->tap >= 0)
		close(question->tap);
	if (question->ipv4 >= 0)
		close(question->ipv4);
	if (question->ipv6 >= 0)
		close(question->ipv6);
}
