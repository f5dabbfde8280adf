/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_TLS_HELLO_H
#define _SMTP_TLS_HELLO_H

#include "tls.h"

/* The longest name of a host (RFC 1035, 3.1, without the last dot). */
#define SMTP_TLS_NAME_MAX	253

/**
 * enum smtp_tls_hello_part - what of a ServerHello the next byte belongs to
 * @SMTP_TLS_HELLO_HEADER: the type and the length of the message
 * @SMTP_TLS_HELLO_VERSION: legacy_version
 * @SMTP_TLS_HELLO_RANDOM: the random, and the length of the session ID
 * @SMTP_TLS_HELLO_SESSION: the session ID, the cipher suite and the compression
 * @SMTP_TLS_HELLO_EXTENSIONS: the length of all extensions
 * @SMTP_TLS_HELLO_EXTENSION: the type and the length of an extension
 * @SMTP_TLS_HELLO_SELECTED: the version in the extension supported_versions
 * @SMTP_TLS_HELLO_OTHER: the data of any other extension
 * @SMTP_TLS_HELLO_DONE: the version is high enough, or no minimum is set
 */
enum smtp_tls_hello_part {
	SMTP_TLS_HELLO_HEADER,
	SMTP_TLS_HELLO_VERSION,
	SMTP_TLS_HELLO_RANDOM,
	SMTP_TLS_HELLO_SESSION,
	SMTP_TLS_HELLO_EXTENSIONS,
	SMTP_TLS_HELLO_EXTENSION,
	SMTP_TLS_HELLO_SELECTED,
	SMTP_TLS_HELLO_OTHER,
	SMTP_TLS_HELLO_DONE,
};

/**
 * struct smtp_tls_hello - the ServerHello of a handshake
 * @number: the last four bytes of @part, as a number
 * @left: how many bytes of the message are still to come
 * @need: how many bytes of @part are still to come
 * @part: &enum smtp_tls_hello_part
 * @type: the type of the current record
 * @minimum: &enum mailguard_tls_version
 * @minor: the minor version that the server selected, as far as it is known;
 *	its numbers are those of &enum mailguard_tls_version
 */
struct smtp_tls_hello {
	u32 number;
	u16 left;
	u16 need;
	u8 part;
	u8 type;
	u8 minimum;
	u8 minor;
};

void smtp_tls_hello_begin(struct smtp_tls_hello *hello, u8 minimum);
u32 smtp_tls_hello_scan(struct smtp_tls_hello *hello, struct smtp_tls tls,
			const u8 *bytes, u32 len);
const u8 *smtp_tls_hello_name(const u8 *bytes, u32 len, u32 *name_len);

/* Must the server's bytes still be scanned for its version? */
static inline bool smtp_tls_hello_is_due(const struct smtp_tls_hello *hello)
{
	return hello->part != SMTP_TLS_HELLO_DONE;
}

#endif /* _SMTP_TLS_HELLO_H */
