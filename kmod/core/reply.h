/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_REPLY_H
#define _SMTP_REPLY_H

#include "policy.h"

/**
 * struct smtp_reply - the reply line under way (RFC 5321, 4.2)
 * @code: the digits so far, as a number
 * @text: octets of text seen
 * @col: octets seen of the first four: three digits and what parts them from
 *	the text; 4 in the text
 * @more: another line of this reply follows
 * @continued: it is not the reply's first line
 * @odd: it is not as the RFC has it, but clients take it for a reply line
 * @malformed: it does not begin as a reply line does
 * @unexpected: the dialogue did not call for it
 */
struct smtp_reply {
	u16 code;
	u16 text;
	u8 col;
	bool more : 1;
	bool continued : 1;
	bool odd : 1;
	bool malformed : 1;
	bool unexpected : 1;
};

bool smtp_reply_code_may_be(const struct smtp_reply *reply, u8 octet,
			    const char *code);
u8 smtp_reply_octet(struct smtp_reply *reply,
		    const struct smtp_overlay *overlay, u8 octet);
u32 smtp_reply_plain(struct smtp_reply *reply, const u8 *octets, u32 len);
void smtp_reply_text(struct smtp_reply *reply,
		     const struct smtp_overlay *overlay, u8 *octets, u32 len);

static inline void smtp_reply_begin(struct smtp_reply *reply, bool continued)
{
	memset(reply, 0, sizeof(*reply));
	reply->continued = continued;
}

#endif /* _SMTP_REPLY_H */
