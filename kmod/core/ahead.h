/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_AHEAD_H
#define _SMTP_AHEAD_H

#include "content.h"

#define SMTP_AHEAD_BLOCKS	4
/* Shorter segments are not worth it, and might be commands behind content. */
#ifndef SMTP_AHEAD_MIN
#define SMTP_AHEAD_MIN		512
#endif

/**
 * struct smtp_ahead_block - content that went on before what precedes it
 * @trace: what is remembered of it, from @trace.una to @trace.next
 * @content: where in the content its end stands
 */
struct smtp_ahead_block {
	struct smtp_trace trace;
	struct smtp_content content;
};

/**
 * struct smtp_ahead - content ahead of the stream
 * @block: in order, with holes between them; the memories of those not in use
 *	stay
 * @blocks: how many are in use
 */
struct smtp_ahead {
	struct smtp_ahead_block block[SMTP_AHEAD_BLOCKS];
	u8 blocks;
};

struct smtp_ahead_block *smtp_ahead_open(struct smtp_ahead *ahead, u32 seq);
struct smtp_ahead_block *smtp_ahead_find(struct smtp_ahead *ahead, u32 seq);
u32 smtp_ahead_hole(const struct smtp_ahead *ahead, u32 seq, u32 len);
u32 smtp_ahead_scan(struct smtp_ahead_block *block, const u8 *octets, u32 len,
		    bool *stop);
void smtp_ahead_drop(struct smtp_ahead *ahead, struct smtp_ahead_block *gone);

#endif /* _SMTP_AHEAD_H */
