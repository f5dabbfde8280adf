/* SPDX-License-Identifier: GPL-2.0 */
/* Makes the ends of TCP connections send something, until each was reset. */
#ifndef MAILGUARD_ENDS_H
#define MAILGUARD_ENDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/question.h"

struct end {
	struct question_path path;	/* of a question to it */
	bool gone;			/* it knows of no connection any more */
};

struct ends {
	struct end *array;	/* of each connection two, one after the other */
	size_t count;
	size_t room;
};

void ends_add(struct ends *ends, const struct question_path paths[2]);

/*
 * Asks the ends while a table resets whoever sends something. Takes three seconds
 * at most, and the time that it takes to send. Returns how many connections have an
 * end of which is not known that it is gone.
 */
size_t ends_reset(struct ends *ends);
void ends_free(struct ends *ends);

#endif
