/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_AHEAD_H
#define _SMTP_AHEAD_H

#include "session.h"
#include "tls_ahead.h"

#define SMTP_AHEAD_BLOCKS	4
/* Shorter segments are not worth it, and might be commands behind content. */
#ifndef SMTP_AHEAD_MIN
#define SMTP_AHEAD_MIN		512
#endif
/* The memories of all blocks together have so many bytes at most. */
#ifndef SMTP_AHEAD_ROOM
#define SMTP_AHEAD_ROOM		2048
#endif

/**
 * struct smtp_ahead_block - octets that went on before what precedes them
 * @trace: what is remembered of them, from @trace.una to @trace.next
 * @content: where in the content they end
 * @records: what is known of the TLS records
 * @tls: where in the records they end, known when what precedes them is there
 */
struct smtp_ahead_block {
	struct smtp_trace trace;
	union {
		struct smtp_content content;
		struct smtp_tls_ahead records;
	};
	struct smtp_tls tls;
};

/**
 * struct smtp_ahead - the client's octets ahead of the stream
 * @block: in order, with holes between them; the memories of those not in use
 *	are the caller's to free
 * @blocks: how many are in use
 */
struct smtp_ahead {
	struct smtp_ahead_block block[SMTP_AHEAD_BLOCKS];
	u8 blocks;
};

struct smtp_ahead_block *smtp_ahead_open(struct smtp_ahead *ahead, u32 seq,
					 const struct smtp_session *s);
struct smtp_ahead_block *smtp_ahead_find(struct smtp_ahead *ahead, u32 seq);
bool smtp_ahead_may_take(const struct smtp_ahead *ahead,
			 const struct smtp_trace *trace, u32 cells);
u32 smtp_ahead_hole(const struct smtp_ahead *ahead, u32 seq, u32 len);
bool smtp_ahead_may_begin(const struct smtp_session *s, u8 octet, u32 len);
u32 smtp_ahead_scan(struct smtp_ahead_block *block,
		    const struct smtp_session *s, u32 next, const u8 *octets,
		    u32 len, bool *stop);
u32 smtp_ahead_defang(struct smtp_ahead_block *block, u8 *octets, u32 len,
		      bool *stop, struct smtp_events *ev);
bool smtp_ahead_fits(struct smtp_ahead *ahead, const struct smtp_session *s,
		     u32 next);
void smtp_ahead_reach(const struct smtp_ahead_block *block,
		      struct smtp_session *s, struct smtp_events *ev);
void smtp_ahead_drop(struct smtp_ahead *ahead, struct smtp_ahead_block *gone);

#endif /* _SMTP_AHEAD_H */
