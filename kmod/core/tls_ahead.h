/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_TLS_AHEAD_H
#define _SMTP_TLS_AHEAD_H

#include "tls.h"

/**
 * struct smtp_tls_ahead - TLS records of a block ahead of the stream
 * @header: sequence number of the chain's next header
 * @last: the block's last octets; zeroes while it has fewer
 * @found: there is a chain
 *
 * Where the first header of the block is depends on what precedes the block, but
 * each header tells where the next one is. The first octets that look like a
 * header begin the chain, and the block ends before the last octet of anything
 * else that looks like one. So all headers that lie whole in the block are of one
 * chain, and where it ends is known before what precedes the block is there.
 */
struct smtp_tls_ahead {
	u32 header;
	u8 last[SMTP_TLS_HEADER - 1];
	bool found;
};

u32 smtp_tls_ahead_scan(struct smtp_tls_ahead *ahead, struct smtp_trace *trace,
			const u8 *octets, u32 len, bool *stop);
bool smtp_tls_ahead_reach(const struct smtp_tls_ahead *ahead,
			  const struct smtp_trace *trace, struct smtp_tls *tls);

#endif /* _SMTP_TLS_AHEAD_H */
