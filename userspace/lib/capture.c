// SPDX-License-Identifier: GPL-2.0
/* Catches what is printed to the standard output. */
#include "lib/capture.h"
#include "lib/memory.h"

void capture_begin(struct capture *capture)
{
	fflush(stdout);
	*capture = (struct capture){ .screen = stdout };
	stdout = open_memstream(&capture->text, &capture->len);
	if (!stdout)
		out_of_memory();
}

void capture_end(struct capture *capture)
{
	if (fclose(stdout))
		out_of_memory();
	stdout = capture->screen;
}
