/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_PROXY_H
#define _SMTP_PROXY_H

#include "base.h"

/* Bytes of a preamble of version 1, CRLF included. */
#define SMTP_PROXY_LINE_MAX	107
/* Bytes of addresses and TLVs that a preamble of version 2 may announce. */
#define SMTP_PROXY_BLOCK_MAX	2048

/**
 * enum smtp_proxy_part - where in a preamble the next byte stands
 * @SMTP_PROXY_BEGIN: at its beginning
 * @SMTP_PROXY_WORD: in the word PROXY, or the blank behind it
 * @SMTP_PROXY_FAMILY: in TCP4, TCP6 or UNKNOWN
 * @SMTP_PROXY_SOURCE: in the client's address
 * @SMTP_PROXY_DESTINATION: in the server's address
 * @SMTP_PROXY_SOURCE_PORT: in the client's port
 * @SMTP_PROXY_DESTINATION_PORT: in the server's port
 * @SMTP_PROXY_REST: behind UNKNOWN
 * @SMTP_PROXY_LF: behind the CR
 * @SMTP_PROXY_SIGNATURE: in the signature of version 2
 * @SMTP_PROXY_HEADER: in the four bytes behind it
 * @SMTP_PROXY_BLOCK: in the addresses and TLVs
 * @SMTP_PROXY_OVER: there is no preamble any more
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
	SMTP_PROXY_OVER,
};

/**
 * struct smtp_proxy - a preamble of the PROXY protocol under way
 * @part: &enum smtp_proxy_part
 * @len: bytes seen of the line, or of signature and header
 * @pos: bytes seen of a word; of a block, how much of CRLF ends what was seen
 * @family: 4 or 6, or 0 for an unknown one; of version 2, bytes of addresses
 * @number: the number under way; bytes to come of a block
 * @digits: digits seen of it
 * @groups: groups of an IPv6 address begun, or numbers of an IPv4 address ended
 * @dots: numbers ended of the IPv4 address that an IPv6 address ends in
 * @colons: colons in front of the next byte
 * @gap: two colons were seen in a row
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

bool smtp_proxy_octet(struct smtp_proxy *proxy, u8 octet);

#endif /* _SMTP_PROXY_H */
