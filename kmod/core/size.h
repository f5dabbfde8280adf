/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_SIZE_H
#define _SMTP_SIZE_H

#include "base.h"

/**
 * struct smtp_size - the parameter SIZE of MAIL (RFC 1870, 6)
 * @bytes: the number as far as it was read
 * @pos: how many bytes of " SIZE=" were seen; all of them while the number is
 *	read
 * @wanted: the line is searched for the parameter
 */
struct smtp_size {
	u32 bytes;
	u8 pos;
	bool wanted;
};

bool smtp_size_byte(struct smtp_size *size, u32 max, u8 byte);

#endif /* _SMTP_SIZE_H */
