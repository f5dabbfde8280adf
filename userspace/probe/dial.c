// SPDX-License-Identifier: GPL-2.0
/* Connects to a mail server, reads replies and sends lines. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/memory.h"
#include "probe/dial.h"

/* RFC 5321, 4.5.3.1.5: a reply line is not longer. */
#define LINE_KEPT	512
/* No greeting and no list of extensions is longer than these limits. */
#define LINES_MAX	100
#define BYTES_MAX	(256UL << 10)

probe_time probe_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (probe_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for the events until the time @until. Returns false if none came. */
static bool wait_for(int fd, short events, probe_time until)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };
	probe_time left;
	int ready;

	do {
		left = until - probe_now();
		ready = poll(&poll_fd, 1, left > 0 ? left : 0);
	} while (ready < 0 && errno == EINTR);
	return ready > 0;
}

/*
 * Looks the name up in another thread, because getaddrinfo() does not return
 * before the resolver answers or gives up.
 */
static const char *look_up(const struct probe_report *r, int family,
			   probe_time until, struct addrinfo **list)
{
	/*
	 * Static, because the lookup may go on after this function has
	 * returned.
	 */
	static struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	static struct gaicb request;
	struct gaicb *requests[] = { &request };
	struct timespec wait;
	static char port[8];
	probe_time left;
	int ret;

	hints.ai_family = family;
	snprintf(port, sizeof(port), "%u", r->port);
	request.ar_name = r->host;
	request.ar_service = port;
	request.ar_request = &hints;
	ret = getaddrinfo_a(GAI_NOWAIT, requests, 1, NULL);
	if (ret)
		return gai_strerror(ret);
	for (;;) {
		ret = gai_error(&request);
		left = until - probe_now();
		if (ret != EAI_INPROGRESS || left <= 0)
			break;
		wait.tv_sec = left / 1000;
		wait.tv_nsec = left % 1000 * 1000000;
		gai_suspend((const struct gaicb **)requests, 1, &wait);
	}
	*list = request.ar_result;
	switch (ret) {
	case 0:
		return NULL;
	case EAI_INPROGRESS:
		return "the resolver does not answer";
	/* errno was set in the thread of the lookup and is unknown here. */
	case EAI_SYSTEM:
		return "the resolver failed";
	default:
		return gai_strerror(ret);
	}
}

static int finish_connect(int fd, const struct addrinfo *to, probe_time until)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (!connect(fd, to->ai_addr, to->ai_addrlen))
		return 0;
	if (errno != EINPROGRESS)
		return -errno;
	if (!wait_for(fd, POLLOUT, until))
		return -ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
		return -errno;
	return -error;
}

/* Returns 0 or a negative error number. */
static int connect_to(struct probe_conn *conn, const struct addrinfo *to,
		      probe_time until)
{
	int error;

	conn->fd = socket(to->ai_family,
			  to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
			  to->ai_protocol);
	if (conn->fd < 0)
		return -errno;
	error = finish_connect(conn->fd, to, until);
	if (error)
		probe_hang_up(conn);
	return error;
}

static char *numeric_address(const struct addrinfo *ai)
{
	char host[NI_MAXHOST];

	if (getnameinfo(ai->ai_addr, ai->ai_addrlen, host, sizeof(host),
			NULL, 0, NI_NUMERICHOST))
		return xstrdup("?");
	return xstrdup(host);
}

static void add_attempt(struct probe_report *r, char *address,
			const char *error)
{
	r->attempts = xgrow(r->attempts, r->count, &r->room,
			    sizeof(*r->attempts));
	r->attempts[r->count].address = address;
	r->attempts[r->count].error = xstrdup(error);
	r->count++;
}

bool probe_dial(struct probe_conn *conn, struct probe_report *r, int family)
{
	struct addrinfo *list = NULL, *ai;
	probe_time now, share;
	size_t left = 1;
	const char *why;
	char *address;
	int error;

	conn->fd = -1;
	why = look_up(r, family, conn->deadline, &list);
	if (why) {
		r->error = xasprintf("cannot find '%s': %s", r->host, why);
		return false;
	}
	for (ai = list; ai; ai = ai->ai_next)
		left++;
	/*
	 * The remaining time is divided between the remaining addresses, so
	 * that a dead one does not use up the time of the others.
	 */
	for (ai = list; ai && !r->address; ai = ai->ai_next) {
		now = probe_now();
		share = (conn->deadline - now) / left--;
		address = numeric_address(ai);
		error = connect_to(conn, ai, now + share);
		if (error)
			add_attempt(r, address, strerror(-error));
		else
			r->address = address;
	}
	freeaddrinfo(list);
	if (!r->address)
		r->error = xasprintf("cannot connect to '%s'", r->host);
	return r->address;
}

void probe_hang_up(struct probe_conn *conn)
{
	if (conn->fd >= 0)
		close(conn->fd);
	conn->fd = -1;
}

static enum probe_end fill_buffer(struct probe_conn *conn, probe_time until)
{
	ssize_t n;

	if (conn->total >= BYTES_MAX)
		return PROBE_ENDLESS;
	conn->first = 0;
	conn->last = 0;
	do {
		/*
		 * Checked before each read: a server may always have more to
		 * send.
		 */
		if (probe_now() >= until || !wait_for(conn->fd, POLLIN, until))
			return PROBE_TIMEOUT;
		n = recv(conn->fd, conn->buffer, sizeof(conn->buffer), 0);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		return PROBE_LOST;
	if (!n)
		return PROBE_CLOSED;
	conn->last = n;
	conn->total += n;
	return PROBE_COMPLETE;
}

static void append_line(struct probe_line *line, const char *bytes, size_t len)
{
	if (len > LINE_KEPT - line->len) {
		len = LINE_KEPT - line->len;
		line->cut = true;
	}
	line->bytes = xrealloc(line->bytes, line->len + len);
	memcpy(line->bytes + line->len, bytes, len);
	line->len += len;
}

/* Keeps the received part of a line, even if the line is not complete. */
static enum probe_end read_line(struct probe_conn *conn, probe_time until,
				struct probe_line *line)
{
	enum probe_end end = PROBE_COMPLETE;
	const char *from, *lf = NULL;
	size_t len;

	while (!lf && end == PROBE_COMPLETE) {
		from = conn->buffer + conn->first;
		len = conn->last - conn->first;
		lf = memchr(from, '\n', len);
		if (lf)
			len = lf - from;
		append_line(line, from, len);
		conn->first += len + !!lf;
		if (!lf)
			end = fill_buffer(conn, until);
	}
	if (line->len && line->bytes[line->len - 1] == '\r')
		line->len--;
	return end;
}

static bool has_line(const struct probe_conn *conn)
{
	return memchr(conn->buffer + conn->first, '\n',
		      conn->last - conn->first);
}

static enum probe_end read_reply_line(struct probe_conn *conn, probe_time until,
				      struct probe_reply *reply)
{
	struct probe_line line = { .bytes = NULL };
	enum probe_end end = read_line(conn, until, &line);

	if (end != PROBE_COMPLETE && !line.len) {
		free(line.bytes);
		return end;
	}
	reply->lines = xgrow(reply->lines, reply->count, &reply->room,
			     sizeof(*reply->lines));
	reply->lines[reply->count++] = line;
	if (end == PROBE_COMPLETE && !probe_line_is_reply(&line))
		end = PROBE_MALFORMED;
	return end;
}

/*
 * After a line that is masked too much to be a reply line, more lines of the
 * greeting may follow. Reads those that have already arrived.
 */
static void read_rest(struct probe_conn *conn, struct probe_reply *reply)
{
	while (has_line(conn) && reply->count < LINES_MAX)
		read_reply_line(conn, 0, reply);
}

static int code_of(const struct probe_line *line)
{
	const char *digit = line->bytes;

	return (digit[0] - '0') * 100 + (digit[1] - '0') * 10 + digit[2] - '0';
}

void probe_hear(struct probe_conn *conn, struct probe_reply *reply, int share)
{
	probe_time now = probe_now();
	probe_time until = now + (conn->deadline - now) * share / 100;
	const struct probe_line *line;

	do {
		if (reply->count == LINES_MAX) {
			reply->end = PROBE_ENDLESS;
			break;
		}
		reply->end = read_reply_line(conn, until, reply);
		if (reply->end != PROBE_COMPLETE)
			break;
		line = &reply->lines[reply->count - 1];
	} while (line->len > 3 && line->bytes[3] == '-');
	if (reply->end == PROBE_MALFORMED)
		read_rest(conn, reply);
	if (reply->count && probe_line_is_reply(&reply->lines[0]))
		reply->code = code_of(&reply->lines[0]);
}

/* Data that arrived before the next command is sent cannot be its answer. */
static void discard_buffer(struct probe_conn *conn)
{
	while (fill_buffer(conn, probe_now() + 1) == PROBE_COMPLETE)
		;
	conn->first = conn->last;
}

enum probe_end probe_say(struct probe_conn *conn, const char *line)
{
	size_t len = strlen(line);
	ssize_t n;

	discard_buffer(conn);
	do {
		if (!wait_for(conn->fd, POLLOUT, conn->deadline))
			return PROBE_TIMEOUT;
		n = send(conn->fd, line, len, MSG_NOSIGNAL);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n == (ssize_t)len ? PROBE_COMPLETE : PROBE_LOST;
}
