/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the TCP segment in a captured packet. */
#ifndef MAILGUARD_EXPLAIN_PACKET_H
#define MAILGUARD_EXPLAIN_PACKET_H

#include <stdbool.h>
#include <stdint.h>

/* An end of a connection. An IPv4 address is mapped into IPv6. */
struct endpoint {
	uint8_t address[16];
	uint16_t port;
};

struct packet {
	struct endpoint from;
	struct endpoint to;
	uint32_t seq;		/* of the first byte, behind a SYN */
	uint32_t ack;
	bool syn;
	bool acks;
	bool fin;
	bool rst;
	const uint8_t *bytes;
	uint32_t len;		/* how many bytes were captured */
	uint32_t cut;		/* how many behind them were not */
};

enum packet_result {
	PACKET_TCP,
	PACKET_OTHER,
	PACKET_FRAGMENT,	/* of IP; they are not put together */
};

/* True if frames of this type of link (DLT_*) can be read. */
bool packet_link_is_known(int link);

enum packet_result packet_read(struct packet *packet, int link,
			       const uint8_t *frame, uint32_t len);

#endif
