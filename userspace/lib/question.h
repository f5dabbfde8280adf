/* SPDX-License-Identifier: GPL-2.0 */
/* Asks an end of a TCP connection, in the name of the other, where it is. */
#ifndef MAILGUARD_QUESTION_H
#define MAILGUARD_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How a question begins behind the ports: this sequence number, of which the
 * highest bit may be set, and the acknowledgment number 0.
 */
#define QUESTION_SEQ	0x4d61696cU

/* The addresses and ports of a packet, in network byte order. */
struct question_path {
	int family;		/* AF_INET or AF_INET6 */
	uint8_t from[16];	/* of IPv4 the rest is 0 */
	uint8_t to[16];
	uint16_t from_port;
	uint16_t to_port;
};

struct question {
	int ipv4;
	int ipv6;
	int tap;	/* sees what comes in */
};

/*
 * question_open() prints no message if it fails. Then no answer is heard, and the
 * caller counts each end as one that did not answer.
 */
void question_open(struct question *question);
void question_ask(const struct question *question,
		  const struct question_path *path);

/*
 * Waits for an end that knows of no connection any more, and returns the path of
 * the question that it answers. Returns false if milliseconds have passed.
 */
bool question_heard(const struct question *question, int milliseconds,
		    struct question_path *path);
void question_close(struct question *question);

#endif
