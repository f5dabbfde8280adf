/* SPDX-License-Identifier: GPL-2.0 */
/* Deletes entries of conntrack. */
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
 * Deletes the entries of all connections that have a helper of ours, or that go
 * to a port of the list. Returns 0, or a negative errno after an error message.
 */
int entries_delete(const struct fixup_list *ports, struct errors *errors);

#endif
