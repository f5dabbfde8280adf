/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_REPLY_H
#define _SMTP_REPLY_H

#include "policy.h"

/**
 * struct smtp_reply - the server's current reply line (RFC 5321, 4.2)
 * @code: the digits of the code seen so far, as a number
 * @len: how many bytes of the line were seen; not counted further once the line
 *	is too long
 * @text: how many bytes of text were seen, at most %MAILGUARD_TEXT_MAX; in a
 *	neutral reply, only those behind what stays
 * @stays: in a neutral reply, how far the part of the text has got that stays
 *	(see neutral.c)
 * @col: how many of the first four bytes were seen, which are the code and the
 *	separator; 4 in the text
 * @more: another line of this reply follows
 * @continued: this is not the first line of the reply
 * @odd: the line is not as the RFC says, but clients accept it
 * @malformed: the line does not begin as a reply line does
 * @unexpected: the dialogue did not call for this reply
 * @reworded: in a neutral reply, the part of the text that stays has ended
 * @closing: the reply becomes a 421, behind which the connection is reset
 */
struct smtp_reply {
	u16 code;
	u16 len;
	u8 text;
	u8 stays;
	u8 col;
	bool more : 1;
	bool continued : 1;
	bool odd : 1;
	bool malformed : 1;
	bool unexpected : 1;
	bool reworded : 1;
	bool closing : 1;
};

bool smtp_reply_code_may_be(const struct smtp_reply *reply, u8 byte,
			    const char *code);
u8 smtp_reply_byte(struct smtp_reply *reply,
		   const struct smtp_overlay *overlay, u8 byte);
u32 smtp_reply_plain(struct smtp_reply *reply, const u8 *bytes, u32 len);
void smtp_reply_text(struct smtp_reply *reply,
		     const struct smtp_overlay *overlay, u8 *bytes, u32 len);

static inline void smtp_reply_begin(struct smtp_reply *reply, bool continued)
{
	memset(reply, 0, sizeof(*reply));
	reply->continued = continued;
}

#endif /* _SMTP_REPLY_H */
