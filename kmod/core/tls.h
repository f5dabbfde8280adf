/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_TLS_H
#define _SMTP_TLS_H

#include "history.h"

#define SMTP_TLS_HEADER		5
#define TLS_VERSION_MAJOR	3
#define TLS_VERSION_MINOR_MAX	4
/* The longest body of a record (RFC 5246, 6.2.3). */
#define SMTP_TLS_LENGTH_MAX	(16384 + 2048)

/* Types of records (RFC 8446, 5.1; RFC 6520). */
enum {
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE = 22,
	TLS_HEARTBEAT = 24,
};

/**
 * struct smtp_tls - the position in the TLS records of one direction
 * @left: in the body of a record, how many bytes of it are still to come; in
 *	the header, the length as far as it was read
 * @header: how many bytes of the record's header were seen; in the body,
 *	%SMTP_TLS_HEADER
 * @begun: the header of a first record was seen
 */
struct smtp_tls {
	u16 left;
	u8 header;
	bool begun;
};

u32 smtp_tls_scan(struct smtp_tls *tls, struct smtp_history *history,
		  const u8 *bytes, u32 len, bool *ok);
bool smtp_tls_header(struct smtp_tls *tls, u8 byte);
u32 smtp_tls_advance(struct smtp_tls *tls, const u8 *bytes, u32 len);

#endif /* _SMTP_TLS_H */
