/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_TLS_H
#define _SMTP_TLS_H

#include "trace.h"

#define SMTP_TLS_HEADER		5
/* What a record may grow to: RFC 5246, 6.2.3. */
#define SMTP_TLS_LENGTH_MAX	(16384 + 2048)

/**
 * struct smtp_tls - TLS records of one direction
 * @left: octets of the record under way that are still to come; while its
 *	header is under way, the length as far as it is known
 * @header: octets seen of the header; all of them in the record's body
 * @begun: a record was seen
 */
struct smtp_tls {
	u16 left;
	u8 header;
	bool begun;
};

u32 smtp_tls_scan(struct smtp_tls *tls, struct smtp_trace *trace,
		  const u8 *octets, u32 len, bool *ok);
u32 smtp_tls_scan_ahead(struct smtp_trace *trace, const u8 *octets, u32 len);
bool smtp_tls_follow(struct smtp_tls *tls, const struct smtp_trace *trace);

#endif /* _SMTP_TLS_H */
