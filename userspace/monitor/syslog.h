/* SPDX-License-Identifier: GPL-2.0 */
/* Sends events to the log of the system. */
#ifndef MAILGUARD_SYSLOG_H
#define MAILGUARD_SYSLOG_H

#include <stdint.h>

#include "monitor/event.h"

void syslog_event(const struct event *event);
void journal_event(const struct event *event);
void syslog_lost(uint64_t count);
void journal_lost(uint64_t count);

#endif
