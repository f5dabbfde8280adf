/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_OFO_H
#define _SMTP_OFO_H

#include "session.h"
#include "tls_ofo.h"

#define SMTP_OFO_BLOCKS	4
/*
 * A block begins with at least this many bytes. A shorter segment is not worth
 * a block, and may well hold the commands that follow content.
 */
#ifndef SMTP_OFO_MIN
#define SMTP_OFO_MIN		512
#endif
/* The most memory, in bytes, that the blocks of a connection have together. */
#ifndef SMTP_OFO_ROOM
#define SMTP_OFO_ROOM		2048
#endif

/**
 * struct smtp_ofo_block - bytes that were sent on out of order
 * @history: remembers them; the block is from @history.una to @history.next
 * @content: where in the content the block ends
 * @records: what is known of the block's TLS records
 * @tls: where in the TLS records the block ends, known once the hole in front
 *	of it is filled
 * @dir: &enum smtp_dir of the sender, in monitor mode; else it is the client
 */
struct smtp_ofo_block {
	struct smtp_history history;
	union {
		struct smtp_content content;
		struct smtp_tls_ofo records;
	};
	struct smtp_tls tls;
	u8 dir;
};

/**
 * struct smtp_ofo - the client's bytes that were sent on out of order
 * @block: the blocks by sequence number, with holes between them; the caller
 *	frees the memories of those that are not in use
 * @blocks: how many blocks are in use
 */
struct smtp_ofo {
	struct smtp_ofo_block block[SMTP_OFO_BLOCKS];
	u8 blocks;
};

struct smtp_ofo_block *smtp_ofo_open(struct smtp_ofo *ofo, u32 seq,
				     const struct smtp_session *s);
struct smtp_ofo_block *smtp_ofo_find(struct smtp_ofo *ofo, u32 seq);
bool smtp_ofo_may_take(const struct smtp_ofo *ofo,
		       const struct smtp_history *history, u32 cells);
u32 smtp_ofo_hole(const struct smtp_ofo *ofo, u32 seq, u32 len);
bool smtp_ofo_may_begin(const struct smtp_session *s, u8 byte, u32 len);
u32 smtp_ofo_scan(struct smtp_ofo_block *block,
		  const struct smtp_session *s, u32 next, const u8 *bytes,
		  u32 len, bool *stop);
u32 smtp_ofo_defang(struct smtp_ofo_block *block, u8 *bytes, u32 len,
		    bool *stop, struct smtp_events *ev);
bool smtp_ofo_fits(struct smtp_ofo *ofo, const struct smtp_session *s,
		   u32 next);
void smtp_ofo_reach(const struct smtp_ofo_block *block,
		    struct smtp_session *s, struct smtp_events *ev);
void smtp_ofo_drop(struct smtp_ofo *ofo, struct smtp_ofo_block *gone);

#endif /* _SMTP_OFO_H */
