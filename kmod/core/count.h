/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_COUNT_H
#define _SMTP_COUNT_H

#include "verb.h"

/* Servers differ on a size of more digits, or above this. */
#define SMTP_COUNT_MAX		0x7fffffffU

/**
 * struct smtp_count - the argument that says how many octets follow
 * @octets: the number so far
 * @digits: digits seen of it
 * @word: octets seen of what stands behind it, its blank included
 * @last: it is LAST
 */
struct smtp_count {
	u32 octets;
	u8 digits;
	u8 word;
	bool last;
};

bool smtp_count_octet(struct smtp_count *count, enum smtp_framing framing,
		      u8 octet);
bool smtp_count_complete(const struct smtp_count *count,
			 enum smtp_framing framing);

#endif /* _SMTP_COUNT_H */
