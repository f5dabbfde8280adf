/* SPDX-License-Identifier: GPL-2.0 */
/* How long is waited for others that change what is read or written. */
#ifndef MAILGUARD_RETRY_H
#define MAILGUARD_RETRY_H

#include <stdbool.h>

#define RETRY_SECONDS	60

struct retry {
	long long end;		/* milliseconds of the monotonic clock */
	long pause;		/* milliseconds */
};

void retry_begin(struct retry *retry);

/* Waits, and returns true, or false if it has been long enough. */
bool retry_wait(struct retry *retry);

#endif
