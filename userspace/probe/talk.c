// SPDX-License-Identifier: GPL-2.0
/* Asks the questions of the probe. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/memory.h"
#include "probe/talk.h"

/*
 * An answer may take this share, in percent, of the time that is left. Many
 * servers make strangers wait for the greeting.
 */
#define SHARE_GREETING	75
#define SHARE		50

/* True if the next question can be asked and its answer recognised. */
static bool goes_on(enum probe_end end)
{
	return end == PROBE_COMPLETE || end == PROBE_MALFORMED;
}

static bool ask_line(struct probe_conn *conn, const char *line,
		     struct probe_reply *reply)
{
	reply->end = probe_say(conn, line);
	if (reply->end == PROBE_COMPLETE)
		probe_hear(conn, reply, SHARE);
	return goes_on(reply->end);
}

/*
 * RFC 5321, 4.1.1.1: a client without a name sends its address. The line has
 * room for the verb and any "[IPv6:...]".
 */
static void say_hello(const struct probe_conn *conn, const char *verb,
		      char line[80])
{
	struct sockaddr_storage self;
	socklen_t len = sizeof(self);
	char text[INET6_ADDRSTRLEN] = "127.0.0.1";
	const void *address = NULL;

	if (getsockname(conn->fd, (struct sockaddr *)&self, &len))
		self.ss_family = AF_UNSPEC;
	if (self.ss_family == AF_INET)
		address = &((struct sockaddr_in *)&self)->sin_addr;
	if (self.ss_family == AF_INET6)
		address = &((struct sockaddr_in6 *)&self)->sin6_addr;
	if (address)
		inet_ntop(self.ss_family, address, text, sizeof(text));
	snprintf(line, 80, "%s [%s%s]\r\n", verb,
		 self.ss_family == AF_INET6 ? "IPv6:" : "", text);
}

/* Accepts a greeting even if a mask covers the blank after its code. */
static bool is_greeting(const struct probe_reply *greeting)
{
	const struct probe_line *line = greeting->lines;

	return goes_on(greeting->end) && line->len >= 3 &&
	       !memcmp(line->bytes, "220", 3);
}

static void ask_all(struct probe_conn *conn, struct probe_transcript *t)
{
	char line[80];

	say_hello(conn, "EHLO", line);
	if (!ask_line(conn, line, &t->ehlo))
		return;
	say_hello(conn, "HELO", line);
	if (t->ehlo.code >= 500 && !ask_line(conn, line, &t->helo))
		return;
	/* This comes last, because some servers then close the connection. */
	if (ask_line(conn, "NOOP\r\n", &t->noop))
		ask_line(conn, PROBE_NONSENSE "\r\n", &t->nonsense);
}

static bool is_over(const struct probe_transcript *t)
{
	const struct probe_reply *replies[] = {
		&t->greeting, &t->ehlo, &t->helo, &t->noop, &t->nonsense
	};
	size_t i;

	for (i = 0; i < sizeof(replies) / sizeof(*replies); i++)
		if (replies[i]->end == PROBE_CLOSED ||
		    replies[i]->end == PROBE_LOST)
			return true;
	return false;
}

static void free_reply(struct probe_reply *reply)
{
	size_t i;

	for (i = 0; i < reply->count; i++)
		free(reply->lines[i].bytes);
	free(reply->lines);
}

void probe_talk(struct probe_conn *conn, struct probe_transcript *t)
{
	struct probe_reply bye = { .end = PROBE_NOT_ASKED };

	probe_hear(conn, &t->greeting, SHARE_GREETING);
	if (t->greeting.end == PROBE_TIMEOUT && !t->greeting.count) {
		/*
		 * What a server of another protocol answers tells which
		 * protocol it is.
		 */
		ask_line(conn, "QUIT\r\n", &t->premature);
		return;
	}
	if (is_greeting(&t->greeting))
		ask_all(conn, t);
	/* No QUIT is sent to what does not speak SMTP. */
	if (!is_over(t) && (is_greeting(&t->greeting) || t->greeting.code))
		ask_line(conn, "QUIT\r\n", &bye);
	free_reply(&bye);
}

void probe_transcript_free(struct probe_transcript *t)
{
	free_reply(&t->greeting);
	free_reply(&t->premature);
	free_reply(&t->ehlo);
	free_reply(&t->helo);
	free_reply(&t->nonsense);
	free_reply(&t->noop);
}
