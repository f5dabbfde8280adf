// SPDX-License-Identifier: GPL-2.0
/*
 * Changes that are taken back unless they are confirmed: --test-for.
 *
 * Before anything changes, the command starts a process that holds the old
 * policies and fixups. It has a session and a working directory of its own and
 * no terminal, and ignores SIGHUP, so it outlives the command and its terminal.
 * It takes the changes back when the time has passed, when the command dies
 * while it applies them, and when it is told to end by SIGTERM.
 *
 * It listens on a socket with an abstract name. Such a name exists once in a
 * network namespace, as do the policies and fixups, and it goes with the process.
 * Any user could take the name, so both sides ask who the other is.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "commands/show.h"
#include "commands/trial.h"
#include "language/parse.h"
#include "language/time.h"
#include "lib/memory.h"

#define TRIAL_SOCKET	"mailguard-test"

/* How often it is tried to take the changes back, once a second. */
#define TRIES	60

/* The questions on the socket. The answer is how many seconds are left. */
enum question {
	ASK_LEFT,
	ASK_CONFIRM,
};

/* The messages between the command and the process that it started. */
enum news {
	NEWS_READY,		/* from that process: nothing can end it now */
	NEWS_APPLIED,
	NEWS_FAILED,		/* nothing was changed */
};

struct trial {
	int listener;
	int news;		/* read from the command, or -1 */
	int ended;		/* SIGTERM can be read here */
	unsigned long seconds;
	time_t end;		/* CLOCK_BOOTTIME; 0: not yet applied */
	bool now;
	struct cmd_list cmds;	/* what brings the old state back */
	struct inputs inputs;
};

static time_t uptime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

static uint32_t seconds_left(const struct trial *trial)
{
	time_t now = uptime();

	if (!trial->end)
		return trial->seconds;
	return trial->end > now ? trial->end - now : 0;
}

static socklen_t make_address(struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	strcpy(address->sun_path + 1, TRIAL_SOCKET);
	return offsetof(struct sockaddr_un, sun_path) + 1 +
	       strlen(TRIAL_SOCKET);
}

/* True if root or this user is at the other end. */
static bool may_speak(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) &&
	       (!peer.uid || peer.uid == geteuid());
}

/* Limits how long this end waits for the other one. */
static void limit_waiting(int fd)
{
	struct timeval limit = { .tv_sec = 2 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

/* Asks the test that runs. Returns false if none does. */
static bool ask(enum question question, unsigned long *seconds)
{
	uint8_t byte = question;
	struct sockaddr_un address;
	socklen_t len = make_address(&address);
	uint32_t left;
	bool ok;
	int fd;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	limit_waiting(fd);
	ok = !connect(fd, (struct sockaddr *)&address, len) && may_speak(fd) &&
	     send(fd, &byte, sizeof(byte), MSG_NOSIGNAL) == sizeof(byte) &&
	     recv(fd, &left, sizeof(left), 0) == sizeof(left);
	close(fd);
	if (ok)
		*seconds = left;
	return ok;
}

bool trial_left(unsigned long *seconds)
{
	return ask(ASK_LEFT, seconds);
}

void trial_confirm(struct errors *errors)
{
	unsigned long left;

	if (!ask(ASK_CONFIRM, &left))
		error_at(errors, NULL, "no test runs in this network namespace");
	else
		fputs("mailguard: confirmed: 'mailguard write memory' saves it\n",
		      stderr);
}

void trial_warn(void)
{
	unsigned long left;

	if (trial_left(&left))
		fprintf(stderr,
			"mailguard: a test runs: in %lu seconds this is taken back, too, unless 'mailguard confirm' keeps it\n",
			left);
}

/* Answers one question. Returns true if the changes are confirmed. */
static bool answer(const struct trial *trial)
{
	uint32_t left = seconds_left(trial);
	bool confirmed = false;
	uint8_t question;
	int fd;

	fd = accept4(trial->listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return false;
	limit_waiting(fd);
	if (may_speak(fd) &&
	    recv(fd, &question, sizeof(question), 0) == sizeof(question)) {
		confirmed = question == ASK_CONFIRM && trial->end;
		send(fd, &left, sizeof(left), MSG_NOSIGNAL);
	}
	close(fd);
	return confirmed;
}

enum verdict {
	WAIT,
	KEEP,
	TAKE_BACK,
};

static enum verdict hear_news(struct trial *trial)
{
	uint8_t news;
	ssize_t n = read(trial->news, &news, sizeof(news));

	close(trial->news);
	trial->news = -1;
	if (n != sizeof(news))
		return TAKE_BACK;
	if (news == NEWS_FAILED)
		return KEEP;
	trial->end = uptime() + trial->seconds;
	return WAIT;
}

static enum verdict watch(struct trial *trial)
{
	struct pollfd fds[] = {
		{ .fd = trial->listener, .events = POLLIN },
		{ .fd = trial->ended, .events = POLLIN },
		{ .fd = trial->news, .events = POLLIN },
	};
	struct signalfd_siginfo signal;

	/* A timeout of poll() does not go on while the machine sleeps. */
	if (poll(fds, 3, 1000) < 0)
		return WAIT;
	if (fds[2].revents)
		return hear_news(trial);
	if (fds[1].revents &&
	    read(trial->ended, &signal, sizeof(signal)) > 0)
		return TAKE_BACK;
	if (fds[0].revents && answer(trial))
		return KEEP;
	return trial->end && !seconds_left(trial) ? TAKE_BACK : WAIT;
}

/* Returns what was wrong, or NULL. The caller frees it. */
static char *take_back_once(const struct trial *trial)
{
	struct errors errors = { .count = 0 };
	char *said = NULL;
	size_t len;

	stderr = open_memstream(&said, &len);
	if (!stderr)
		out_of_memory();
	commit(&trial->cmds, COMMIT_ALL, trial->now, &errors);
	fclose(stderr);
	if (errors.count)
		return said;
	free(said);
	return NULL;
}

static void take_back(const struct trial *trial)
{
	unsigned int tries;
	char *said = NULL;

	for (tries = 0; tries < TRIES; tries++) {
		free(said);
		said = take_back_once(trial);
		if (!said) {
			syslog(LOG_NOTICE,
			       "the test was not confirmed, everything is as before");
			return;
		}
		if (!tries)
			syslog(LOG_ERR, "cannot take the test back yet: %s",
			       said);
		sleep(1);
	}
	syslog(LOG_ALERT, "the test could not be taken back: %s", said);
	free(said);
}

/* If memory runs out, the kernel should end other processes than this one. */
static void protect(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "-1000", 5) < 0)
		syslog(LOG_DEBUG, "no protection if memory runs out");
	if (fd >= 0)
		close(fd);
}

/*
 * Closes all files but the two sockets: whoever reads what the command prints
 * must not wait for this process.
 */
static void close_files(const struct trial *trial)
{
	int low = trial->listener, high = trial->news, null, fd;

	if (low > high) {
		low = trial->news;
		high = trial->listener;
	}
	close_range(STDERR_FILENO + 1, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0U, 0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (fd = 0; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
}

/* Returns where SIGTERM can be read, which is the only signal it takes. */
static int detach(void)
{
	sigset_t set;

	setsid();
	if (chdir("/"))
		syslog(LOG_DEBUG, "a file system stays in use");
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void hold(struct trial *trial)
{
	uint8_t ready = NEWS_READY;
	enum verdict verdict;

	close_files(trial);
	openlog("mailguard", LOG_PID, LOG_DAEMON);
	protect();
	trial->ended = detach();
	send(trial->news, &ready, sizeof(ready), MSG_NOSIGNAL);
	do {
		verdict = watch(trial);
	} while (verdict == WAIT);
	if (verdict == TAKE_BACK)
		take_back(trial);
	else if (trial->end)
		syslog(LOG_NOTICE, "the test was confirmed");
	_exit(EXIT_SUCCESS);
}

/* Only one process at a time can have the socket's name. */
static int open_listener(struct errors *errors)
{
	struct sockaddr_un address;
	socklen_t len = make_address(&address);
	unsigned long left;
	int fd;

	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&address, len) &&
	    !listen(fd, 8))
		return fd;
	if (errno != EADDRINUSE)
		error_at(errors, NULL, "cannot begin a test: %s",
			 strerror(errno));
	else if (trial_left(&left))
		error_at(errors, NULL,
			 "another test runs, for %lu more seconds: 'mailguard confirm' ends it",
			 left);
	else
		error_at(errors, NULL,
			 "another program has the abstract socket @" TRIAL_SOCKET);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Reads the state to come back to, as "configure rollback" would. */
static void remember(struct trial *trial, struct errors *errors)
{
	static const struct location nowhere;
	size_t len;
	char *text = running_config(&len, errors);

	if (!text)
		return;
	cmd_add(&trial->cmds, CMD_ROLLBACK, &nowhere);
	parse(input_text(&trial->inputs, "<before>", text), &trial->inputs,
	      &trial->cmds, errors);
}

static bool is_ready(int holder)
{
	uint8_t news;

	return recv(holder, &news, sizeof(news), 0) == sizeof(news);
}

/* Starts the process that takes the changes back. Returns a socket, or -1. */
static int start(struct trial *trial, struct errors *errors)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		error_at(errors, NULL, "cannot begin a test: %s",
			 strerror(errno));
		return -1;
	}
	fflush(stdout);
	fflush(stderr);
	pid = fork();
	if (!pid) {
		close(ends[1]);
		trial->news = ends[0];
		hold(trial);
	}
	close(ends[0]);
	if (pid >= 0 && is_ready(ends[1]))
		return ends[1];
	error_at(errors, NULL, "cannot begin a test: %s", strerror(errno));
	close(ends[1]);
	return -1;
}

static void announce(unsigned long seconds)
{
	char *text = time_text(seconds);

	fprintf(stderr,
		"mailguard: applied, and taken back in %s unless 'mailguard confirm' keeps it\n",
		text);
	free(text);
}

void trial_commit(const struct cmd_list *cmds, enum commit_how how, bool now,
		  unsigned long seconds, struct errors *errors)
{
	struct trial trial = { .seconds = seconds, .now = now };
	uint8_t news;
	int holder = -1;

	trial.listener = open_listener(errors);
	if (trial.listener < 0)
		return;
	remember(&trial, errors);
	if (!errors->count)
		holder = start(&trial, errors);
	if (holder >= 0) {
		commit(cmds, how, now, errors);
		news = errors->count ? NEWS_FAILED : NEWS_APPLIED;
		if (send(holder, &news, sizeof(news), MSG_NOSIGNAL) < 0)
			error_at(errors, NULL,
				 "the process is gone that would take the change back");
		else if (!errors->count)
			announce(seconds);
		close(holder);
	}
	close(trial.listener);
	cmd_list_free(&trial.cmds);
	inputs_free(&trial.inputs);
}
