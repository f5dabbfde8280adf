/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_ADDRESS_H
#define _SMTP_ADDRESS_H

#include "policy.h"

/**
 * enum smtp_address_at - where in the argument of MAIL or RCPT a byte stands
 * @SMTP_ADDRESS_PREFIX: in "FROM:" or "TO:"
 * @SMTP_ADDRESS_OUT: behind that, before the angle brackets
 * @SMTP_ADDRESS_IN: between the angle brackets
 * @SMTP_ADDRESS_AFTER: right behind the angle brackets
 * @SMTP_ADDRESS_PARAMETERS: behind the blank that follows the angle brackets
 */
enum smtp_address_at {
	SMTP_ADDRESS_PREFIX,
	SMTP_ADDRESS_OUT,
	SMTP_ADDRESS_IN,
	SMTP_ADDRESS_AFTER,
	SMTP_ADDRESS_PARAMETERS,
};

/**
 * enum smtp_address_part - where in an address a byte stands (RFC 5321, 4.1.2)
 * @SMTP_ADDRESS_START: at its first byte
 * @SMTP_ADDRESS_ROUTE: in its source route
 * @SMTP_ADDRESS_LOCAL: in its local part
 * @SMTP_ADDRESS_DOMAIN: in its domain
 */
enum smtp_address_part {
	SMTP_ADDRESS_START,
	SMTP_ADDRESS_ROUTE,
	SMTP_ADDRESS_LOCAL,
	SMTP_ADDRESS_DOMAIN,
};

/**
 * enum smtp_address_kind - what an address is for
 * @SMTP_ADDRESS_NAME: VRFY or EXPN, which also take a name without a domain
 * @SMTP_ADDRESS_SENDER: MAIL and its like
 * @SMTP_ADDRESS_RECIPIENT: RCPT
 */
enum smtp_address_kind {
	SMTP_ADDRESS_NAME,
	SMTP_ADDRESS_SENDER,
	SMTP_ADDRESS_RECIPIENT,
};

/**
 * enum smtp_address_fault - what is wrong with a byte of an address
 * @SMTP_ADDRESS_PIPE: it is a vertical bar, quoted or not; some old servers ran
 *	what follows as a program
 * @SMTP_ADDRESS_BRACKET: it is an angle bracket that does not delimit the
 *	address
 * @SMTP_ADDRESS_8BIT: it is not ASCII
 * @SMTP_ADDRESS_QUOTED: it begins a quoted string
 * @SMTP_ADDRESS_SOURCE_ROUTE: it begins a source route
 * @SMTP_ADDRESS_DOUBLE_AT: it is a second at sign, quoted or not
 * @SMTP_ADDRESS_PERCENT: it is a percent sign, quoted or not
 * @SMTP_ADDRESS_BANG: it is an exclamation mark, quoted or not
 * @SMTP_ADDRESS_LITERAL: it begins an address literal
 * @SMTP_ADDRESS_NO_DOMAIN: it ends an address without a domain, or begins one
 *	without angle brackets
 * @SMTP_ADDRESS_TOO_LONG: it is one too many of the address
 * @SMTP_ADDRESS_LOCAL_TOO_LONG: it is one too many of the local part
 * @SMTP_ADDRESS_DOMAIN_TOO_LONG: it is one too many of the domain
 * @SMTP_ADDRESS_FOREIGN: the policy does not permit the domain, or it cannot be
 *	told which domain the server will take; this is always denied
 * @SMTP_ADDRESS_TRAILING: it touches the closing bracket, so to some server it
 *	might be more of an address that is not denied any more; this is always
 *	reset
 * @SMTP_ADDRESS_NO_PREFIX: it is not of the prefix that must stand there; this is
 *	always denied, while addresses are judged
 * @SMTP_ADDRESS_FAULTS: how many faults there are
 *
 * A byte can have several faults. The first one whose action is not "pass"
 * decides.
 */
enum smtp_address_fault {
	SMTP_ADDRESS_PIPE,
	SMTP_ADDRESS_BRACKET,
	SMTP_ADDRESS_8BIT,
	SMTP_ADDRESS_QUOTED,
	SMTP_ADDRESS_SOURCE_ROUTE,
	SMTP_ADDRESS_DOUBLE_AT,
	SMTP_ADDRESS_PERCENT,
	SMTP_ADDRESS_BANG,
	SMTP_ADDRESS_LITERAL,
	SMTP_ADDRESS_NO_DOMAIN,
	SMTP_ADDRESS_TOO_LONG,
	SMTP_ADDRESS_LOCAL_TOO_LONG,
	SMTP_ADDRESS_DOMAIN_TOO_LONG,
	SMTP_ADDRESS_FOREIGN,
	SMTP_ADDRESS_TRAILING,
	SMTP_ADDRESS_NO_PREFIX,
	SMTP_ADDRESS_FAULTS,
};

/**
 * struct smtp_address - the current address (RFC 5321, 4.1.2)
 * @len: how many of its bytes were seen, or of its prefix, while it is judged
 * @part_len: how many of them are of the current local part or domain
 * @domain: the domain, if the policy has a set of them
 * @due: how many bytes are missing from the current UTF-8 character
 * @from: the least value that the next of these bytes may have
 * @to: the greatest value that it may have
 * @at: &enum smtp_address_at
 * @part: &enum smtp_address_part, while it is judged
 * @kind: &enum smtp_address_kind
 * @quoted: the next byte is in a quoted string
 * @escaped: a backslash in the quoted string precedes the next byte
 * @judged: the policy has checks that need each byte of the address
 * @must_close: the closing bracket decides, so there must be one
 * @at_sign: there was an at sign, quoted or not, behind the source route
 * @not_postmaster: the local part is not "postmaster"
 */
struct smtp_address {
	u16 len;
	u16 part_len;
	struct smtp_domain domain;
	u8 due;
	u8 from;
	u8 to;
	u8 at : 3;
	u8 part : 2;
	u8 kind : 2;
	bool quoted : 1;
	bool escaped : 1;
	bool judged : 1;
	bool must_close : 1;
	bool at_sign : 1;
	bool not_postmaster : 1;
};

void smtp_address_begin(struct smtp_address *address,
			const struct smtp_policy *policy,
			enum smtp_framing framing);
u32 smtp_address_byte(struct smtp_address *address,
		      const struct smtp_policy *policy, u8 byte);
bool smtp_address_is_utf8(struct smtp_address *address, u8 byte);

#endif /* _SMTP_ADDRESS_H */
