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
 * Both take the connections that have a helper of ours, or that go to a port of a
 * fixup that is not narrowed, and return 0, or a negative errno after an error message.
 *
 * entries_reset() is called while the gateway is closed. It resets both ends of each
 * connection, and counts in *left the connections that one end may still believe to be
 * open. The entries must still be there: without them, answers from a translated port
 * are not recognised.
 */
int entries_reset(const struct fixup_list *ports, size_t *left,
		  struct errors *errors);
int entries_delete(const struct fixup_list *ports, struct errors *errors);

#endif
