/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_TLS_H
#define _SMTP_TLS_H

#include "trace.h"

#define SMTP_TLS_HEADER		5
#define TLS_VERSION_MAJOR	3
#define TLS_VERSION_MINOR_MAX	4
/* What a record may grow to: RFC 5246, 6.2.3. */
#define SMTP_TLS_LENGTH_MAX	(16384 + 2048)

/* Types of records: RFC 8446, 5.1, RFC 6520. */
enum {
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE = 22,
	TLS_HEARTBEAT = 24,
};

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
bool smtp_tls_header(struct smtp_tls *tls, u8 octet);

#endif /* _SMTP_TLS_H */
