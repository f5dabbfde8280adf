// SPDX-License-Identifier: GPL-2.0
/*
 * mailguard monitor: listens to the events of the module.
 *
 * The module waits for nobody. If this program does not read quickly enough, the
 * kernel drops events, and their numbers tell how many.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>

#include "language/filter.h"
#include "language/names.h"
#include "lib/memory.h"
#include "monitor/event.h"
#include "monitor/monitor.h"
#include "monitor/syslog.h"

#define BUFFER_SIZE	(1 << 20)

struct monitor {
	struct genl genl;
	void (*print)(const struct event *event);
	bool json;
	bool logs;		/* to syslog or to the journal */
	bool events;		/* print these */
	bool ends;
	struct filter *filter;
	const char *policy;
	int64_t reason;		/* -1: any */
	uint64_t next;		/* number of the next event; 0: not known */
	uint64_t lost;
};

static const char usage[] =
	"Usage: mailguard monitor [-j | --syslog | --journal] [events | connections]\n"
	"                         [policy NAME] [reason NAME] [address PREFIX]\n"
	"\n"
	"  -j, --json     print JSON, an object a line\n"
	"      --syslog   send lines to syslog\n"
	"      --journal  send events to the systemd journal, with fields\n";

static void print_json(const struct event *event)
{
	json_t *object = event_json(event);

	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

/* Returns -1 to go on, or the exit status. */
static int parse_options(int argc, char **argv, struct monitor *m)
{
	static const struct option longs[] = {
		{ "json",	no_argument,	NULL, 'j' },
		{ "syslog",	no_argument,	NULL, 's' },
		{ "journal",	no_argument,	NULL, 'J' },
		{ "help",	no_argument,	NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option, given = 0;

	optind = 0;
	while ((option = getopt_long(argc, argv, "jh", longs, NULL)) != -1) {
		given++;
		switch (option) {
		case 'j':
			m->json = true;
			break;
		case 's':
			m->print = syslog_event;
			m->logs = true;
			break;
		case 'J':
			m->print = journal_event;
			m->logs = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		default:
			given = 2;
		}
	}
	if (given <= 1 && !(m->json && m->logs))
		return -1;
	fputs(usage, stderr);
	return EXIT_FAILURE;
}

static bool read_reason(struct monitor *m, const char *name,
			struct errors *errors)
{
	size_t i;

	for (i = 0; i < sizeof(reason_names) / sizeof(*reason_names); i++) {
		if (!reason_names[i] || strcmp(reason_names[i], name))
			continue;
		m->reason = i;
		return true;
	}
	error_at(errors, NULL,
		 "'%s' is no reason: 'mailguard --all list counters' lists them",
		 name);
	return false;
}

static void read_address(struct monitor *m, char *text, struct errors *errors)
{
	struct word key = { .text = (char *)"address" };
	struct word value = { .text = xstrdup(text) };

	filter_add_word(m->filter, &key, &value, errors);
}

static bool parse_words(char **words, struct monitor *m, struct errors *errors)
{
	m->events = !*words || strcmp(*words, "connections");
	m->ends = !*words || strcmp(*words, "events");
	if (!m->events || !m->ends)
		words++;
	for (; *words && words[1]; words += 2) {
		if (!strcmp(*words, "policy"))
			m->policy = words[1];
		else if (!strcmp(*words, "address"))
			read_address(m, words[1], errors);
		else if (strcmp(*words, "reason"))
			break;
		else if (!read_reason(m, words[1], errors))
			return false;
	}
	if (*words)
		error_at(errors, NULL,
			 "monitor: '%s' is not events, connections, or policy, reason or address and a value",
			 *words);
	return !errors->count;
}

static void end_at_once(int signal)
{
	(void)signal;
	_exit(EXIT_SUCCESS);
}

static sigset_t ending_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

/*
 * Lets signals end this at once, or not. They are let in while it may wait for
 * somebody who does not read.
 */
static void let_signals(bool in)
{
	sigset_t set = ending_signals();

	sigprocmask(in ? SIG_UNBLOCK : SIG_BLOCK, &set, NULL);
}

static bool has_address(const struct monitor *m, const struct endpoint *end)
{
	return filter_takes_address(m->filter, end->address, end->len);
}

static bool is_chosen(const struct monitor *m, const struct event *event)
{
	const struct connection *conn = &event->conn;

	if (!(event->is_end ? m->ends : m->events) ||
	    (m->policy && strcmp(m->policy, conn->policy)) ||
	    (m->reason >= 0 && m->reason != event->reason))
		return false;
	return !m->filter->words[FILTER_ADDRESS].text ||
	       has_address(m, &conn->client) ||
	       has_address(m, &conn->address) || has_address(m, &conn->server);
}

static void tell_lost(struct monitor *m)
{
	if (!m->lost)
		return;
	if (m->print == journal_event)
		journal_lost(m->lost);
	else if (m->logs)
		syslog_lost(m->lost);
	else if (m->json)
		printf("{\"event\":\"lost\",\"count\":%" PRIu64 "}\n", m->lost);
	else
		printf("# %" PRIu64 " events lost\n", m->lost);
	m->lost = 0;
}

/* Listens to a multicast group. Returns 0 or a negative errno. */
static int listen_to(const struct monitor *m, uint32_t group)
{
	return mnl_socket_setsockopt(m->genl.nl.sock, NETLINK_ADD_MEMBERSHIP,
				     &group, sizeof(group)) ? -errno : 0;
}

/* A new module counts its events from 1 on, and nobody listens to them yet. */
static void take_control(const struct nlmsghdr *nlh, struct monitor *m)
{
	if (!genl_returns(&m->genl, nlh))
		return;
	m->next = 0;
	listen_to(m, m->genl.events);
}

static int take_message(const struct nlmsghdr *nlh, void *data)
{
	struct monitor *m = data;
	struct event event;

	if (nlh->nlmsg_type == GENL_ID_CTRL) {
		take_control(nlh, m);
		return MNL_CB_OK;
	}
	if (!event_read(nlh, &event))
		return MNL_CB_OK;
	if (m->next && event.number > m->next)
		m->lost += event.number - m->next;
	m->next = event.number + 1;
	let_signals(m->logs);
	tell_lost(m);
	if (is_chosen(m, &event))
		m->print(&event);
	let_signals(false);
	return MNL_CB_OK;
}

/* Returns 0 or a negative errno. -ENOBUFS only says that events were lost. */
static int receive(struct monitor *m)
{
	struct mnl_socket *sock = m->genl.nl.sock;
	ssize_t len;

	len = recv(mnl_socket_get_fd(sock), m->genl.nl.buf, NETLINK_BUFFER,
		   MSG_DONTWAIT);
	if (len < 0)
		return errno == ENOBUFS || errno == EAGAIN || errno == EINTR ?
		       0 : -errno;
	mnl_cb_run(m->genl.nl.buf, len, 0, 0, take_message, m);
	return 0;
}

/* Would a write to standard output wait? flush() writes at most PIPE_BUF bytes. */
static bool must_wait(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return !poll(&out, 1, 0);
}

/*
 * Standard output is written only by flush(), even if it is a terminal or the
 * program runs under stdbuf. An event is shorter than the buffer.
 */
static void buffer_output(void)
{
	static char buffer[PIPE_BUF];

	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

static bool flush(const struct monitor *m)
{
	bool ok;

	if (m->logs)
		return true;
	let_signals(must_wait());
	ok = !fflush(stdout) && !ferror(stdout);
	let_signals(false);
	return ok;
}

/* Waits for events until a signal or a closed pipe ends that. */
static int listen_on(struct monitor *m, int signals)
{
	struct pollfd fds[3] = {
		{ .fd = mnl_socket_get_fd(m->genl.nl.sock), .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = m->logs ? -1 : STDOUT_FILENO },
	};
	int err = 0;

	while (!err) {
		if (ppoll(fds, 3, NULL, NULL) < 0)
			return errno == EINTR ? 0 : -errno;
		if (fds[1].revents || fds[2].revents & (POLLERR | POLLHUP))
			return 0;
		err = receive(m);
		if (!flush(m))
			return errno == EPIPE ? 0 : -errno;
	}
	return err;
}

/*
 * Returns a descriptor that is readable once a signal comes that ends this. A
 * shell may have made background jobs ignore SIGINT.
 */
static int catch_signals(void)
{
	sigset_t set = ending_signals();

	let_signals(false);
	signal(SIGINT, end_at_once);
	signal(SIGTERM, end_at_once);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int join(struct monitor *m, struct errors *errors)
{
	int size = BUFFER_SIZE, ret;

	ret = genl_open(&m->genl);
	if (ret) {
		genl_complain(ret, errors);
		return ret;
	}
	if (setsockopt(mnl_socket_get_fd(m->genl.nl.sock), SOL_SOCKET,
		       SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(mnl_socket_get_fd(m->genl.nl.sock), SOL_SOCKET,
			   SO_RCVBUF, &size, sizeof(size));
	ret = m->genl.events ? listen_to(m, m->genl.events) : -ENOENT;
	if (!ret)
		ret = listen_to(m, GENL_ID_CTRL);
	if (!ret)
		return 0;
	if (!m->genl.events)
		error_at(errors, NULL, "the module is too old to send events");
	else if (ret == -EPERM)
		error_not_permitted(errors);
	else
		error_at(errors, NULL, "cannot listen: %s", strerror(-ret));
	genl_close(&m->genl);
	return -1;
}

int monitor(int argc, char **argv, bool json, struct errors *errors)
{
	struct monitor m = {
		.print = event_print,
		.json = json,
		.reason = -1,
	};
	int ret, signals;

	m.filter = xzalloc(sizeof(*m.filter));
	ret = parse_options(argc, argv, &m);
	if (ret >= 0)
		return ret;
	if (m.json)
		m.print = print_json;
	if (!parse_words(argv + optind, &m, errors))
		return EXIT_FAILURE;
	if (!join(&m, errors)) {
		signals = catch_signals();
		buffer_output();
		ret = listen_on(&m, signals);
		if (ret)
			error_at(errors, NULL, "cannot go on: %s",
				 strerror(-ret));
		genl_close(&m.genl);
	}
	filter_free(m.filter);
	/* The pipe is closed: nobody wants what is left to print. */
	if (!m.logs && (ferror(stdout) || fflush(stdout)))
		_exit(errors->count ? EXIT_FAILURE : EXIT_SUCCESS);
	return errors->count ? EXIT_FAILURE : EXIT_SUCCESS;
}
