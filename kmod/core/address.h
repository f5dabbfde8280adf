/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_ADDRESS_H
#define _SMTP_ADDRESS_H

#include "base.h"

/**
 * enum smtp_address_at - where in the argument of MAIL or RCPT an octet stands
 * @SMTP_ADDRESS_OUT: not in angle brackets yet
 * @SMTP_ADDRESS_IN: between them
 * @SMTP_ADDRESS_AFTER: right behind them
 * @SMTP_ADDRESS_PARAMETERS: behind the blank that follows them
 */
enum smtp_address_at {
	SMTP_ADDRESS_OUT,
	SMTP_ADDRESS_IN,
	SMTP_ADDRESS_AFTER,
	SMTP_ADDRESS_PARAMETERS,
};

/**
 * enum smtp_address_fault - what is wrong with an octet of an address
 * @SMTP_ADDRESS_FINE: nothing
 * @SMTP_ADDRESS_PIPE: a vertical bar, quoted or not: some servers took what
 *	follows for a program to run
 * @SMTP_ADDRESS_BRACKET: an angle bracket that delimits nothing
 */
enum smtp_address_fault {
	SMTP_ADDRESS_FINE,
	SMTP_ADDRESS_PIPE,
	SMTP_ADDRESS_BRACKET,
};

/**
 * struct smtp_address - an address under way (RFC 5321, 4.1.2)
 * @at: &enum smtp_address_at
 * @quoted: in a quoted string
 * @escaped: behind a backslash there
 * @due: octets due of a character in UTF-8
 * @from: the least that the next of them may be
 * @to: the most
 */
struct smtp_address {
	u8 at;
	bool quoted;
	bool escaped;
	u8 due;
	u8 from;
	u8 to;
};

enum smtp_address_fault smtp_address_octet(struct smtp_address *address,
					   u8 octet);
bool smtp_address_is_utf8(struct smtp_address *address, u8 octet);

#endif /* _SMTP_ADDRESS_H */
