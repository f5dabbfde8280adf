/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_STREAM_H
#define _SMTP_STREAM_H

#include "ofo.h"

/* How many bytes are copied out of a packet at a time. */
#define SMTP_WINDOW	128
/*
 * Content, chunks and TLS are scanned only if the history has room for this
 * many bytes, or can be enlarged.
 */
#define SMTP_SCAN_ROOM	64
/* No TCP window is larger: it has at most 65535 << 14 bytes (RFC 7323, 2.2). */
#define SMTP_OUTSTANDING_MAX	0x40000000U

struct smtp_stream;

/**
 * struct smtp_stream_ops - how a stream allocates memory
 * @ofo: allocates a zeroed &struct smtp_ofo, or returns NULL
 * @reserve: enlarges the memory of @history, so that @cells cells are free; is
 *	called only if fewer are free; returns false if it fails
 */
struct smtp_stream_ops {
	struct smtp_ofo *(*ofo)(struct smtp_stream *stream);
	bool (*reserve)(struct smtp_stream *stream,
			struct smtp_history *history, u32 cells);
};

/**
 * struct smtp_stream - both directions of a guarded connection
 * @ops: how to allocate memory; the caller sets it before smtp_stream_init()
 * @session: the state of the SMTP dialogue
 * @history: what was sent on, by &enum smtp_dir of the sender
 * @ofo: the client's bytes that were sent on out of order, or NULL; the caller
 *	frees it when no block is in use
 * @held: sequence number at which a segment of the server was last cut, because
 *	an incomplete EHLO keyword begins there
 * @held_end: sequence number of the end of that segment
 * @taken: sequence number of the end of the reply in which the server last
 *	accepted a mail
 * @doomed: the client sent something that ends the connection, but the reset is
 *	delayed until the client has received the reply to its mail
 */
struct smtp_stream {
	const struct smtp_stream_ops *ops;
	struct smtp_session session;
	struct smtp_history history[SMTP_DIRS];
	struct smtp_ofo *ofo;
	u32 held;
	u32 held_end;
	u32 taken;
	bool doomed;
};

/**
 * struct smtp_segment - a TCP segment, and how to access its bytes
 * @dir: &enum smtp_dir of the sender
 * @seq: sequence number of its first byte
 * @len: bytes of data
 * @fin: the segment has a FIN
 * @peek: returns the bytes at @off in place, read only, or NULL if it fails;
 *	lowers *len to the number of bytes that are contiguous there
 * @read: copies bytes out of the segment
 * @write: copies bytes into the segment; if this fails, the segment is dropped
 */
struct smtp_segment {
	enum smtp_dir dir;
	u32 seq;
	u32 len;
	bool fin;
	const u8 *(*peek)(struct smtp_segment *seg, u32 off, u32 *len);
	int (*read)(struct smtp_segment *seg, u32 off, u8 *bytes, u32 len);
	int (*write)(struct smtp_segment *seg, u32 off, const u8 *bytes,
		     u32 len);
};

void smtp_stream_init(struct smtp_stream *stream,
		      const struct smtp_policy *policy, u32 client_seq,
		      u32 server_seq);
bool smtp_stream_may_renew(struct smtp_stream *stream);
void smtp_stream_renew(struct smtp_stream *stream,
		       const struct smtp_policy *policy);
void smtp_stream_ack(struct smtp_stream *stream, enum smtp_dir sender, u32 ack,
		     struct smtp_events *ev);
u32 smtp_stream_segment(struct smtp_stream *stream, struct smtp_segment *seg,
			struct smtp_events *ev);

#endif /* _SMTP_STREAM_H */
