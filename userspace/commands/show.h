/* SPDX-License-Identifier: GPL-2.0 */
/* The statements that print what is. */
#ifndef MAILGUARD_SHOW_H
#define MAILGUARD_SHOW_H

#include "language/errors.h"

void show_fixup(struct errors *errors);
void list_policies(struct errors *errors);
void list_ruleset(struct errors *errors);
void list_connections(struct errors *errors);
void list_counters(struct errors *errors);

/* The file that is read when the machine starts, unless -f names another. */
#define STARTUP_CONFIG_FILE	"/etc/mailguard.conf"

void show_startup_config(const char *path, struct errors *errors);
void write_memory(const char *path, struct errors *errors);

#endif
