/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_STREAM_H
#define _SMTP_STREAM_H

#include "ahead.h"

/* Octets copied out of a packet at a time. */
#define SMTP_WINDOW	128
/* Room in a trace that octets which are no lines are scanned with at least. */
#define SMTP_SCAN_ROOM	64
/* No window of TCP is larger: 65535 << 14. */
#define SMTP_OUTSTANDING_MAX	0x40000000U

/**
 * struct smtp_stream - a guarded connection, both directions
 * @session: the dialogue
 * @trace: what went on of it, by &enum smtp_dir of the sender
 * @held: where in the server's direction a segment was cut before a keyword
 * @held_end: where that segment ended
 * @taken: where in the server's direction the reply ends that says that it took
 *	a mail
 * @doomed: a reset waits until the client knows what became of its mail
 * @ahead: what of the client went on ahead of it, or NULL; the caller's, who
 *	frees it when no block is in use
 */
struct smtp_stream {
	struct smtp_session session;
	struct smtp_trace trace[SMTP_DIRS];
	struct smtp_ahead *ahead;
	u32 held;
	u32 held_end;
	u32 taken;
	bool doomed;
};

/**
 * struct smtp_segment - a segment, and how to get at its octets
 * @dir: &enum smtp_dir of the sender
 * @seq: sequence number of its first octet
 * @len: octets of data
 * @fin: it carries a FIN
 * @peek: the octets at @off in place, read only; lowers *len to what is
 *	contiguous there; NULL when they can't be had
 * @read: copy octets out
 * @write: copy octets in; an error drops the segment
 * @ahead: a zeroed &struct smtp_ahead, or NULL if there is none to be had
 * @room: make the trace's memory take so many cells more, of which some are not
 *	there; false if it can't
 */
struct smtp_segment {
	enum smtp_dir dir;
	u32 seq;
	u32 len;
	bool fin;
	const u8 *(*peek)(struct smtp_segment *seg, u32 off, u32 *len);
	int (*read)(struct smtp_segment *seg, u32 off, u8 *octets, u32 len);
	int (*write)(struct smtp_segment *seg, u32 off, const u8 *octets,
		     u32 len);
	struct smtp_ahead *(*ahead)(struct smtp_segment *seg);
	bool (*room)(struct smtp_segment *seg, struct smtp_trace *trace,
		     u32 cells);
};

void smtp_stream_init(struct smtp_stream *stream,
		      const struct smtp_policy *policy, u32 client_seq,
		      u32 server_seq);
void smtp_stream_ack(struct smtp_stream *stream, enum smtp_dir sender, u32 ack,
		     struct smtp_events *ev);
u32 smtp_stream_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			struct smtp_events *ev);

#endif /* _SMTP_STREAM_H */
