/* SPDX-License-Identifier: GPL-2.0 */
/* A connection that waits for nothing longer than until its deadline. */
#ifndef MAILGUARD_PROBE_DIAL_H
#define MAILGUARD_PROBE_DIAL_H

#include "probe/probe.h"

/* Milliseconds of a clock that nobody sets. */
typedef int64_t probe_time;

struct probe_conn {
	int fd;
	probe_time deadline;	/* of everything */
	char buffer[4096];
	size_t first, last;	/* what in it is not read yet */
	size_t total;		/* octets received */
};

probe_time probe_now(void);

/*
 * Connects to the first address of @r's host that can be reached. What is in
 * the way is written to @r; false when that is all of them.
 */
bool probe_dial(struct probe_conn *conn, struct probe_report *r, int family);
void probe_hang_up(struct probe_conn *conn);

/* Waits for a reply, no longer than @share percent of the time that is left. */
void probe_hear(struct probe_conn *conn, struct probe_reply *reply, int share);
/* Sends a line, CRLF included, in one segment. */
enum probe_end probe_say(struct probe_conn *conn, const char *line);

#endif
