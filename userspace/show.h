/* SPDX-License-Identifier: GPL-2.0 */
/* The statements that print what is. */
#ifndef MAILGUARD_SHOW_H
#define MAILGUARD_SHOW_H

#include "errors.h"

void show_fixup(struct errors *errors);
void list_policies(struct errors *errors);
void list_ruleset(struct errors *errors);
void list_connections(struct errors *errors);
void list_counters(struct errors *errors);

#endif
