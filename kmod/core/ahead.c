// SPDX-License-Identifier: GPL-2.0
/*
 * Content ahead of the stream.
 *
 *	          next       [block)      [block)
 *	------------|--hole--|#####|-hole-|#####|---------------->
 *
 * After a loss, what follows goes on if it is content whatever the hole holds:
 * it begins with an octet that can be in no line that ends content, so whether
 * a line began in the hole makes no difference, and there is no end of data in
 * it. Should the hole turn out to hold one, then what went on were commands that
 * nobody judged; that is the end of the connection, before the end of data goes
 * on.
 */
#include "ahead.h"

static bool before(u32 a, u32 b)
{
	return (__s32)(a - b) < 0;
}

/**
 * smtp_ahead_open() - begin a block
 * @ahead: the blocks
 * @seq: where; in none of them
 *
 * Return: the block, or NULL if there are too many.
 */
struct smtp_ahead_block *smtp_ahead_open(struct smtp_ahead *ahead, u32 seq)
{
	struct smtp_ahead_block block;
	unsigned int i = 0;

	if (ahead->blocks == SMTP_AHEAD_BLOCKS)
		return NULL;
	while (i < ahead->blocks && before(ahead->block[i].trace.una, seq))
		i++;
	block = ahead->block[ahead->blocks];
	memmove(&ahead->block[i + 1], &ahead->block[i],
		(ahead->blocks - i) * sizeof(block));
	smtp_trace_init(&block.trace, seq);
	smtp_content_begin(&block.content);
	ahead->block[i] = block;
	ahead->blocks++;
	return &ahead->block[i];
}

/**
 * smtp_ahead_find() - the block that has an octet, or ends before it
 * @ahead: the blocks, or NULL
 * @seq: the octet
 */
struct smtp_ahead_block *smtp_ahead_find(struct smtp_ahead *ahead, u32 seq)
{
	struct smtp_ahead_block *found = NULL;
	unsigned int i;

	/* The last one that does: one may begin where another ends. */
	for (i = 0; ahead && i < ahead->blocks; i++) {
		struct smtp_trace *trace = &ahead->block[i].trace;

		if (!before(seq, trace->una) && !before(trace->next, seq))
			found = &ahead->block[i];
	}
	return found;
}

/**
 * smtp_ahead_hole() - how far octets go before a block begins
 * @ahead: the blocks, or NULL
 * @seq: the first octet
 * @len: how many
 *
 * Return: at most @len.
 */
u32 smtp_ahead_hole(const struct smtp_ahead *ahead, u32 seq, u32 len)
{
	unsigned int i;

	for (i = 0; ahead && i < ahead->blocks; i++) {
		u32 una = ahead->block[i].trace.una;

		if (before(seq, una) && una - seq < len)
			return una - seq;
	}
	return len;
}

/**
 * smtp_ahead_scan() - scan what may become part of a block
 * @block: the block, with room for %SMTP_TRACE_RECORD in its trace
 * @octets: what follows its end
 * @len: how many
 * @stop: set to whether the next octet may not go on
 *
 * Return: how many octets may go on.
 */
u32 smtp_ahead_scan(struct smtp_ahead_block *block, const u8 *octets, u32 len,
		    bool *stop)
{
	enum smtp_content_end end;
	u32 done;

	done = smtp_content_scan(&block->content, &block->trace, octets, len,
				 &end);
	*stop = end != SMTP_CONTENT_GOES_ON;
	if (end == SMTP_CONTENT_END) {
		smtp_trace_cut(&block->trace);
		done--;
	}
	return done;
}

/**
 * smtp_ahead_drop() - a block is part of the stream now, or never began
 * @ahead: the blocks
 * @gone: the block
 */
void smtp_ahead_drop(struct smtp_ahead *ahead, struct smtp_ahead_block *gone)
{
	struct smtp_ahead_block block = *gone;
	struct smtp_ahead_block *last = &ahead->block[--ahead->blocks];

	memmove(gone, gone + 1, (last - gone) * sizeof(block));
	block.trace.used = 0;
	*last = block;
}
