/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Defines the tracepoint mailguard:mailguard_verdict, which shows what is done
 * with each segment. nf_conntrack_smtp(4) describes its fields.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mailguard

#if !defined(_SMTP_MAILGUARD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _SMTP_MAILGUARD_TRACE_H

#include <linux/in6.h>
#include <linux/tracepoint.h>

#include "conn.h"
#include "mailguard_trace_gen.h"

TRACE_DEFINE_ENUM(SMTP_PASS);
TRACE_DEFINE_ENUM(SMTP_HOLD);
TRACE_DEFINE_ENUM(SMTP_DROP);
TRACE_DEFINE_ENUM(SMTP_RESET);

u8 smtp_verdict_reason(const struct smtp_events *ev);
void smtp_verdict_addresses(const struct nf_conn *ct,
			    struct sockaddr_in6 *client,
			    struct sockaddr_in6 *address);

TRACE_EVENT(mailguard_verdict,
	    TP_PROTO(const struct nf_conn *ct, const struct smtp_conn *conn,
		     const struct smtp_segment *seg,
		     const struct smtp_events *ev),
	    TP_ARGS(ct, conn, seg, ev),
	    TP_STRUCT__entry(__field(u32, connection)
			     __field(u32, seq)
			     __field(u32, len)
			     __field(u8, direction)
			     __field(u8, verdict)
			     __field(u8, reason)
			     __field(u8, state)
			     __array(u8, client, sizeof(struct sockaddr_in6))
			     __array(u8, address, sizeof(struct sockaddr_in6))
	    ),
	    TP_fast_assign(__entry->connection = conn ? conn->id : 0;
			   __entry->seq = seg->seq;
			   __entry->len = seg->len;
			   __entry->direction = seg->dir;
			   __entry->verdict = ev->verdict;
			   __entry->reason = smtp_verdict_reason(ev);
			   __entry->state = conn ?
				READ_ONCE(conn->stream.session.state) :
				SMTP_NAME_NONE;
			   smtp_verdict_addresses(ct, (void *)__entry->client,
						  (void *)__entry->address);
	    ),
	    TP_printk("connection=%u client=%pISpc address=%pISpc direction=%s seq=%u len=%u verdict=%s reason=%s state=%s",
		      __entry->connection, __entry->client, __entry->address,
		      __entry->direction ? "server" : "client",
		      __entry->seq, __entry->len,
		      __print_symbolic(__entry->verdict, { SMTP_PASS, "pass" },
				       { SMTP_HOLD, "hold" },
				       { SMTP_DROP, "drop" },
				       { SMTP_RESET, "reset" }),
		      __print_symbolic(__entry->reason, SMTP_REASON_NAMES),
		      __print_symbolic(__entry->state, SMTP_STATE_NAMES))
);

#endif /* _SMTP_MAILGUARD_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE mailguard_trace
#include <trace/define_trace.h>
