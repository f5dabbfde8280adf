/* SPDX-License-Identifier: GPL-2.0 */
/* Ends connections and deletes their entries of conntrack. */
#ifndef MAILGUARD_NETLINK_ENTRIES_H
#define MAILGUARD_NETLINK_ENTRIES_H

#include "language/errors.h"
#include "language/fixup.h"

/*
 * Adds to the list the ports of connections that have a helper of ours, unless
 * a fixup of the list guards them. Returns 0, or a negative errno after an
 * error message.
 */
int entries_ports(struct fixup_list *list, struct errors *errors);

/*
 * Ends all connections that have a helper of ours, or that go to a port of the
 * list, while the gateway is closed, and deletes their entries. Returns 0, or a
 * negative errno after an error message.
 */
int entries_end(const struct fixup_list *ports, struct errors *errors);

#endif
