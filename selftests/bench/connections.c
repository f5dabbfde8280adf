// SPDX-License-Identifier: GPL-2.0
/*
 * Many connections that stand idle, and one that does not:
 *
 *	connections serve PORT
 *		greets everybody, and answers whatever is said with 250, there
 *		and on the ports that follow
 *	connections open ADDRESS PORT COUNT EXCHANGES
 *		opens COUNT connections to these and says "open"; waits for a line; says
 *		NOOP so often on the last one, prints the nanoseconds that took,
 *		waits for a line again, and ends
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* With one port there, the client would look long for a free one of its own. */
#define PORTS		8

#define GREETING	"220 mx.example.org\r\n"
#define ANSWER		"250 ok\r\n"

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct sockaddr_in address_of(const char *host, int port)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = inet_addr(host),
	};

	return sin;
}

static void watch(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
		die("epoll_ctl");
}

static void greet(int epoll, int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		die("accept");
	if (write(fd, GREETING, strlen(GREETING)) < 0)
		die("greet");
	watch(epoll, fd);
}

static void answer(int fd)
{
	char room[512];

	if (read(fd, room, sizeof(room)) <= 0 ||
	    write(fd, ANSWER, strlen(ANSWER)) < 0)
		close(fd);
}

static int listen_on(int port)
{
	struct sockaddr_in sin = address_of("0.0.0.0", port);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&sin, sizeof(sin)) ||
	    listen(listener, 1024))
		die("listen");
	return listener;
}

static int serve(int port)
{
	int epoll = epoll_create1(0);
	struct epoll_event event;
	int last = 0;
	int i;

	for (i = 0; i < PORTS; i++) {
		last = listen_on(port + i);
		watch(epoll, last);
	}
	while (epoll_wait(epoll, &event, 1, -1) > 0 || errno == EINTR) {
		if (event.data.fd <= last)
			greet(epoll, event.data.fd);
		else
			answer(event.data.fd);
	}
	return 1;
}

/* Ends with a RST: nothing lingers for the next run. */
static int open_one(const struct sockaddr_in *sin)
{
	struct linger at_once = { .l_onoff = 1 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char room[512];

	if (fd < 0 || connect(fd, (struct sockaddr *)sin, sizeof(*sin)))
		die("connect");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (read(fd, room, sizeof(room)) <= 0)
		die("no greeting");
	return fd;
}

static void await_line(void)
{
	char line[16];

	if (!fgets(line, sizeof(line), stdin))
		exit(0);
}

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void exchange(int fd, int count)
{
	long long begin = now();
	char room[512];
	int i;

	for (i = 0; i < count; i++)
		if (write(fd, "NOOP\r\n", 6) != 6 ||
		    read(fd, room, sizeof(room)) <= 0)
			die("NOOP");
	printf("%lld\n", now() - begin);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct sockaddr_in sin;
	int i, fd = -1;

	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(atoi(argv[2]));
	if (argc != 6 || strcmp(argv[1], "open")) {
		fputs("usage: connections serve PORT\n"
		      "       connections open ADDRESS PORT COUNT EXCHANGES\n",
		      stderr);
		return 1;
	}
	for (i = 0; i < atoi(argv[4]); i++) {
		sin = address_of(argv[2], atoi(argv[3]) + i % PORTS);
		fd = open_one(&sin);
	}
	puts("open");
	fflush(stdout);
	await_line();
	exchange(fd, atoi(argv[5]));
	await_line();
	return 0;
}
