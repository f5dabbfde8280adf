// SPDX-License-Identifier: GPL-2.0
/*
 * Shows how much of a file is read, if standard error is a terminal and standard
 * output is none: lines between the bars would be unreadable.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "explain/progress.h"

#define BAR	40

void progress_begin(struct progress *progress, FILE *file)
{
	struct stat st;

	*progress = (struct progress){ .file = file };
	if (isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO) &&
	    !fstat(fileno(file), &st) && S_ISREG(st.st_mode))
		progress->size = st.st_size;
}

/* At most ten times a second. */
void progress_show(struct progress *progress)
{
	static const char full[] = "########################################";
	struct timespec now;
	off_t at;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - progress->shown.tv_sec) * 1000 +
	    (now.tv_nsec - progress->shown.tv_nsec) / 1000000 < 100)
		return;
	progress->shown = now;
	progress->is_shown = true;
	at = ftello(progress->file);
	fprintf(stderr, "\r[%-*.*s] %3d%%", BAR, (int)(at * BAR / progress->size),
		full, (int)(at * 100 / progress->size));
}

void progress_end(struct progress *progress)
{
	if (progress->is_shown)
		fprintf(stderr, "\r%*s\r", BAR + 7, "");
}
