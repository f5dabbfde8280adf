/* SPDX-License-Identifier: GPL-2.0 */
/* Resets connections and deletes their entries of conntrack. */
#ifndef MAILGUARD_NETLINK_ENTRIES_H
#define MAILGUARD_NETLINK_ENTRIES_H

#include <stddef.h>

#include "language/errors.h"
#include "language/fixup.h"

/*
 * Adds to the list the ports of connections that have a helper of ours, unless
 * a fixup of the list guards them. Returns 0, or a negative errno after an
 * error message.
 */
int entries_ports(struct fixup_list *list, struct errors *errors);

/*
 * Both take the connections that have a helper of ours, or that go to a port of the
 * list, and return 0, or a negative errno after an error message.
 *
 * While the gateway is closed, entries_reset() resets both ends, and tells how many
 * connections have an end of which is not known that it is gone. Without an entry,
 * answers from a translated port would not be recognised.
 */
int entries_reset(const struct fixup_list *ports, size_t *left,
		  struct errors *errors);
int entries_delete(const struct fixup_list *ports, struct errors *errors);

#endif
