/* SPDX-License-Identifier: GPL-2.0 */
/* Catches what is printed to the standard output. */
#ifndef MAILGUARD_CAPTURE_H
#define MAILGUARD_CAPTURE_H

#include <stddef.h>
#include <stdio.h>

struct capture {
	FILE *screen;
	char *text;		/* after the end; the caller frees it */
	size_t len;
};

void capture_begin(struct capture *capture);
void capture_end(struct capture *capture);

#endif
