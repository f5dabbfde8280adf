/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_EVENT_H
#define _SMTP_EVENT_H

#include "policy.h"
#include "record.h"

int smtp_event_done(const struct smtp_record_entry *entry);
int smtp_event_reset(const struct smtp_events *ev);
u32 smtp_mark_set(u32 mark, const struct smtp_policy *policy, unsigned int kind,
		  const struct smtp_events *ev);
u32 smtp_mark_offences(u32 mark, const struct smtp_offenders *offenders,
		       const struct smtp_events *ev);

#endif /* _SMTP_EVENT_H */
