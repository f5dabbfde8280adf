// SPDX-License-Identifier: GPL-2.0
/* Waits between tries. */
#include <time.h>

#include "lib/retry.h"

#define PAUSE_STEP	5
#define PAUSE_MAX	250

static long long now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

void retry_begin_for(struct retry *retry, unsigned int seconds)
{
	retry->end = now_ms() + seconds * 1000LL;
	retry->pause = 0;
}

void retry_begin(struct retry *retry)
{
	retry_begin_for(retry, RETRY_SECONDS);
}

/*
 * Each pause is longer, so that the last of many waiting commands gets its
 * turn.
 */
bool retry_wait(struct retry *retry)
{
	struct timespec time = { .tv_sec = 0 };

	if (now_ms() >= retry->end)
		return false;
	if (retry->pause < PAUSE_MAX)
		retry->pause += PAUSE_STEP;
	time.tv_nsec = retry->pause * 1000000;
	nanosleep(&time, NULL);
	return true;
}
