/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_HELO_H
#define _SMTP_HELO_H

#include "policy.h"

/**
 * enum smtp_helo_fault - what is wrong with the name in HELO or EHLO
 * @SMTP_HELO_LITERAL: it is an address literal
 * @SMTP_HELO_INVALID: it is neither an address literal nor a name that a host
 *	can have
 * @SMTP_HELO_NO_DOT: it has no dot
 * @SMTP_HELO_FOREIGN: the policy does not permit it; this is always denied
 * @SMTP_HELO_FAULTS: how many faults there are
 *
 * A name can have several faults. The first one whose action is not "pass"
 * decides.
 */
enum smtp_helo_fault {
	SMTP_HELO_LITERAL,
	SMTP_HELO_INVALID,
	SMTP_HELO_NO_DOT,
	SMTP_HELO_FOREIGN,
	SMTP_HELO_FAULTS,
};

/**
 * struct smtp_helo - the name in HELO or EHLO (RFC 5321, 4.1.1.1)
 * @domain: what was read of it
 * @len: how many bytes of it were seen
 * @inner_dot: a label follows a dot
 * @no_number: the last label has a byte that is no digit
 * @closed: the address literal has its closing bracket
 * @ended: a blank has ended it
 */
struct smtp_helo {
	struct smtp_domain domain;
	u16 len;
	bool inner_dot : 1;
	bool no_number : 1;
	bool closed : 1;
	bool ended : 1;
};

void smtp_helo_begin(struct smtp_helo *helo, const struct smtp_policy *policy);
u32 smtp_helo_byte(struct smtp_helo *helo, const struct smtp_policy *policy,
		   u8 byte);
u32 smtp_helo_ends(const struct smtp_helo *helo,
		   const struct smtp_policy *policy);

#endif /* _SMTP_HELO_H */
