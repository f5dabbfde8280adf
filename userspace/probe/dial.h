/* SPDX-License-Identifier: GPL-2.0 */
/* A connection on which no operation waits beyond the deadline. */
#ifndef MAILGUARD_PROBE_DIAL_H
#define MAILGUARD_PROBE_DIAL_H

#include "probe/probe.h"

/* Milliseconds of a clock that nobody can set. */
typedef int64_t probe_time;

struct probe_conn {
	int fd;
	probe_time deadline;	/* of the whole probe */
	char buffer[4096];
	size_t first, last;	/* the unread bytes in it */
	size_t total;		/* bytes received */
};

probe_time probe_now(void);

/*
 * Connects to the first address of the host that can be reached. Adds failed
 * addresses to @r. Returns false if all have failed.
 */
bool probe_dial(struct probe_conn *conn, struct probe_report *r, int family);
void probe_hang_up(struct probe_conn *conn);

/* Waits for a reply, for at most @share percent of the time that is left. */
void probe_hear(struct probe_conn *conn, struct probe_reply *reply, int share);
/* Sends a line, CRLF included, in one segment. */
enum probe_end probe_say(struct probe_conn *conn, const char *line);

#endif
