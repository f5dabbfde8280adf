/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_CHUNK_SIZE_H
#define _SMTP_CHUNK_SIZE_H

#include "verb.h"

/* The largest size of a chunk; servers differ on larger ones. */
#define SMTP_CHUNK_SIZE_MAX		0x7fffffffU

/**
 * struct smtp_chunk_size - the argument of BDAT or XEXCH50
 * @bytes: the number read so far, of the bytes that follow the line
 * @digits: how many of its digits were seen
 * @word: how many bytes were seen of the word behind it, with its blank
 * @last: the word is LAST
 */
struct smtp_chunk_size {
	u32 bytes;
	u8 digits;
	u8 word;
	bool last;
};

bool smtp_chunk_size_byte(struct smtp_chunk_size *count,
			  enum smtp_framing framing,
			  u8 byte);
bool smtp_chunk_size_complete(const struct smtp_chunk_size *count,
			      enum smtp_framing framing);

#endif /* _SMTP_CHUNK_SIZE_H */
