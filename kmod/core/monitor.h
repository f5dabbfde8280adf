/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_MONITOR_H
#define _SMTP_MONITOR_H

#include "stream.h"

void smtp_monitor_ack(struct smtp_stream *stream, enum smtp_dir sender, u32 ack,
		      struct smtp_events *ev);
u32 smtp_monitor_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			 struct smtp_events *ev);
void smtp_monitor_unfollow(struct smtp_stream *stream, struct smtp_events *ev);

#endif /* _SMTP_MONITOR_H */
