/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_PROXY_H
#define _SMTP_PROXY_H

#include "base.h"

/* The longest preamble of version 1 in bytes, CRLF included. */
#define SMTP_PROXY_LINE_MAX	107
/* The most bytes of addresses and TLVs in a preamble of version 2. */
#define SMTP_PROXY_BLOCK_MAX	2048

/**
 * enum smtp_proxy_part - where in a preamble the next byte stands
 * @SMTP_PROXY_BEGIN: at the beginning
 * @SMTP_PROXY_WORD: in the word PROXY, or the blank behind it
 * @SMTP_PROXY_FAMILY: in TCP4, TCP6 or UNKNOWN
 * @SMTP_PROXY_SOURCE: in the client's address
 * @SMTP_PROXY_DESTINATION: in the server's address
 * @SMTP_PROXY_SOURCE_PORT: in the client's port
 * @SMTP_PROXY_DESTINATION_PORT: in the server's port
 * @SMTP_PROXY_REST: behind UNKNOWN
 * @SMTP_PROXY_LF: behind the CR
 * @SMTP_PROXY_SIGNATURE: in the signature of version 2
 * @SMTP_PROXY_HEADER: in the four bytes behind the signature
 * @SMTP_PROXY_BLOCK: in the addresses and TLVs of version 2
 * @SMTP_PROXY_DONE: behind the preamble, or no preamble may come any more
 */
enum smtp_proxy_part {
	SMTP_PROXY_BEGIN,
	SMTP_PROXY_WORD,
	SMTP_PROXY_FAMILY,
	SMTP_PROXY_SOURCE,
	SMTP_PROXY_DESTINATION,
	SMTP_PROXY_SOURCE_PORT,
	SMTP_PROXY_DESTINATION_PORT,
	SMTP_PROXY_REST,
	SMTP_PROXY_LF,
	SMTP_PROXY_SIGNATURE,
	SMTP_PROXY_HEADER,
	SMTP_PROXY_BLOCK,
	SMTP_PROXY_DONE,
};

/**
 * struct smtp_proxy - the current preamble of the PROXY protocol
 * @part: &enum smtp_proxy_part
 * @len: how many bytes of the line, or of the signature, were seen
 * @pos: how many bytes of a word or of the header were seen; in the block, how
 *	many bytes of CRLF and of a word behind it the next byte follows
 * @family: in version 1, 4 or 6, or 0 for UNKNOWN; in version 2, how many bytes
 *	the addresses of the family have
 * @number: in version 1, the value of the current number; in version 2, how
 *	many bytes of the block are still to come
 * @digits: how many digits of the current number were seen
 * @groups: how many groups of an IPv6 address have begun, or how many numbers
 *	of an IPv4 address have ended
 * @dots: how many dots were seen of the IPv4 address that ends an IPv6 address
 * @colons: how many colons directly precede the next byte
 * @gap: the IPv6 address has a "::"
 * @local: the command of version 2 is LOCAL
 */
struct smtp_proxy {
	u8 part;
	u8 len;
	u8 pos;
	u8 family;
	u16 number;
	u16 digits : 4;
	u16 groups : 4;
	u16 dots : 2;
	u16 colons : 2;
	u16 gap : 1;
	u16 local : 1;
};

bool smtp_proxy_byte(struct smtp_proxy *proxy, u8 byte);

#endif /* _SMTP_PROXY_H */
