/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_TLS_OFO_H
#define _SMTP_TLS_OFO_H

#include "tls.h"

/**
 * struct smtp_tls_ofo - TLS records of a block that is sent on out of order
 * @header: sequence number of the chain's next header
 * @last: the last bytes of the block; zeroes where the block is shorter
 * @found: a chain was found
 *
 * Where the first header in the block is depends on what precedes the block,
 * but each header tells where the next one is: the headers form a chain. The
 * chain begins with the first bytes that look like a header. Where other bytes,
 * beside the chain, look like a header too, the block ends before the last of
 * them. So the chain is the only one possible in the block, and where it ends
 * is known before the hole in front of the block is filled.
 */
struct smtp_tls_ofo {
	u32 header;
	u8 last[SMTP_TLS_HEADER - 1];
	bool found;
};

u32 smtp_tls_ofo_scan(struct smtp_tls_ofo *ofo, struct smtp_history *history,
		      const u8 *bytes, u32 len, bool *stop);
bool smtp_tls_ofo_reach(const struct smtp_tls_ofo *ofo,
			const struct smtp_history *history,
			struct smtp_tls *tls);

#endif /* _SMTP_TLS_OFO_H */
