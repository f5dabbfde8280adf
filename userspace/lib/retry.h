/* SPDX-License-Identifier: GPL-2.0 */
/* How long to wait while other programs change what is read or written. */
#ifndef MAILGUARD_RETRY_H
#define MAILGUARD_RETRY_H

#include <stdbool.h>

#define RETRY_SECONDS	60

struct retry {
	long long end;		/* milliseconds of the monotonic clock */
	long pause;		/* milliseconds */
};

void retry_begin(struct retry *retry);	/* for RETRY_SECONDS */
void retry_begin_for(struct retry *retry, unsigned int seconds);

/* Waits and returns true, or returns false if the time is over. */
bool retry_wait(struct retry *retry);

#endif
