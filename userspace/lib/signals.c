// SPDX-License-Identifier: GPL-2.0
/* Blocks signals, and tells whether one has come. */
#include "lib/signals.h"

/* The signals by which people and programs end a command. */
static const int held[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM };

#define HELD	(sizeof(held) / sizeof(*held))

/*
 * Leaves out ignored signals: if blocked, they would become pending, and
 * signals_wait() would report them.
 */
void signals_hold(sigset_t *before)
{
	struct sigaction action;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < HELD; i++)
		if (!sigaction(held[i], NULL, &action) &&
		    action.sa_handler != SIG_IGN)
			sigaddset(&set, held[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

bool signals_wait(void)
{
	sigset_t set;
	size_t i;

	sigpending(&set);
	for (i = 0; i < HELD; i++)
		if (sigismember(&set, held[i]) == 1)
			return true;
	return false;
}

void signals_let_go(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}
