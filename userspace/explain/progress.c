// SPDX-License-Identifier: GPL-2.0
/*
 * Shows how much of a file is read, if standard error is a terminal and standard
 * output is none: lines between the bars would be unreadable.
 */
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain/progress.h"

#define BAR_MAX		40
/* "[", "] 100%" and a column for the cursor. */
#define BESIDES		8

/* How many characters of the bar fit into a line of the terminal; perhaps 0. */
static int bar_width(void)
{
	struct winsize window;
	int room = BAR_MAX;

	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &window) && window.ws_col)
		room = window.ws_col - BESIDES;
	if (room < 0)
		return 0;
	return room < BAR_MAX ? room : BAR_MAX;
}

void progress_begin(struct progress *progress, FILE *file)
{
	struct stat st;

	*progress = (struct progress){ .file = file, .bar = bar_width() };
	if (isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO) &&
	    !fstat(fileno(file), &st) && S_ISREG(st.st_mode))
		progress->size = st.st_size;
}

/* At most ten times a second. */
void progress_show(struct progress *progress)
{
	static const char full[] = "########################################";
	struct timespec now;
	int bar = progress->bar;
	off_t at;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - progress->shown.tv_sec) * 1000 +
	    (now.tv_nsec - progress->shown.tv_nsec) / 1000000 < 100)
		return;
	progress->shown = now;
	progress->is_shown = true;
	at = ftello(progress->file);
	/* The file may have grown since its size was read. */
	if (at > progress->size)
		at = progress->size;
	fprintf(stderr, "\r[%-*.*s] %3d%%", bar, (int)(at * bar / progress->size),
		full, (int)(at * 100 / progress->size));
}

void progress_end(struct progress *progress)
{
	if (progress->is_shown)
		fprintf(stderr, "\r%*s\r", progress->bar + BESIDES - 1, "");
}
