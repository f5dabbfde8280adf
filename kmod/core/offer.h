/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_OFFER_H
#define _SMTP_OFFER_H

#include "keyword.h"

/**
 * enum smtp_extension - EHLO keywords that matter here; a bit of a mask each
 * @SMTP_EXTENSION_CHUNKING: BDAT (RFC 3030)
 * @SMTP_EXTENSION_SMTPUTF8: addresses in UTF-8 (RFC 6531)
 */
enum smtp_extension {
	SMTP_EXTENSION_CHUNKING,
	SMTP_EXTENSION_SMTPUTF8,
};

/**
 * struct smtp_offer - what a reply to EHLO offers (RFC 5321, 4.1.1.1)
 * @reach: the keywords that the line under way can still have
 * @found: the keywords of the lines before
 * @pos: octets of the keyword seen
 * @line: the line has one; the first line of a reply names the server instead
 * @ended: the keyword of this line is over
 */
struct smtp_offer {
	u32 reach;
	u32 found;
	u8 pos;
	bool line;
	bool ended;
};

int smtp_offer_init(struct smtp_keywords *extensions);
void smtp_offer_octet(struct smtp_offer *offer,
		      const struct smtp_keywords *extensions, u8 octet);
void smtp_offer_line_ends(struct smtp_offer *offer);

#endif /* _SMTP_OFFER_H */
