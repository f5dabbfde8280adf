/* SPDX-License-Identifier: GPL-2.0 */
/* The counters of each policy. */
#ifndef MAILGUARD_COUNTERS_H
#define MAILGUARD_COUNTERS_H

#include <stdint.h>

#include "language/errors.h"
#include "mailguard.h"
#include "netlink/genl.h"

#define REASONS	(MAILGUARD_REASON_MAX + 1)

struct counters {
	struct counters *next;
	char *policy;
	uint64_t count[REASONS];
};

struct counters_list {
	struct counters *head;
	struct counters **end;
};

/* Returns 0, or a negative errno after an error message. */
int counters_read(struct genl *genl, struct counters_list *list,
		  struct errors *errors);
void counters_list_free(struct counters_list *list);

#endif
