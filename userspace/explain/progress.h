/* SPDX-License-Identifier: GPL-2.0 */
/* A progress bar on the terminal, while a large file is read. */
#ifndef MAILGUARD_EXPLAIN_PROGRESS_H
#define MAILGUARD_EXPLAIN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct progress {
	FILE *file;
	off_t size;		/* 0 if nothing is shown */
	int bar;		/* how many characters it has */
	unsigned int steps;
	struct timespec shown;
	bool is_shown;
};

void progress_begin(struct progress *progress, FILE *file);
void progress_show(struct progress *progress);
void progress_end(struct progress *progress);

/* Called for each packet: cheap, because it is mostly too early for more. */
static inline void progress_step(struct progress *progress)
{
	if (progress->size && !(++progress->steps % 1024))
		progress_show(progress);
}

#endif
