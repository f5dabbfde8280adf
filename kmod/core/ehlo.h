/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_EHLO_H
#define _SMTP_EHLO_H

#include "keyword.h"

struct smtp_policy;

/**
 * enum smtp_extension - EHLO keywords that the dialogue depends on; a bit of a
 *	mask each
 * @SMTP_EXTENSION_CHUNKING: BDAT (RFC 3030)
 * @SMTP_EXTENSION_SMTPUTF8: addresses in UTF-8 (RFC 6531)
 * @SMTP_EXTENSION_PRDR: a reply for each recipient (draft-hall-prdr)
 * @SMTP_EXTENSION_XEXCH50: XEXCH50 (Exchange)
 */
enum smtp_extension {
	SMTP_EXTENSION_CHUNKING,
	SMTP_EXTENSION_SMTPUTF8,
	SMTP_EXTENSION_PRDR,
	SMTP_EXTENSION_XEXCH50,
};

#define SMTP_EXTENSIONS		0x0f

/**
 * enum smtp_ehlo_part - where in the text of a line the next byte stands
 * @SMTP_EHLO_DOMAIN: in the first line, which names the server
 * @SMTP_EHLO_BEGIN: at the beginning of the keyword
 * @SMTP_EHLO_KEYWORD: in a keyword that no denied one begins with
 * @SMTP_EHLO_FORCED: in a keyword that may be a denied one, and passes in parts
 * @SMTP_EHLO_OVER: behind a keyword that passed
 * @SMTP_EHLO_MASKED: at the byte behind a masked keyword
 * @SMTP_EHLO_HIDDEN: in the parameters of a masked keyword
 */
enum smtp_ehlo_part {
	SMTP_EHLO_DOMAIN,
	SMTP_EHLO_BEGIN,
	SMTP_EHLO_KEYWORD,
	SMTP_EHLO_FORCED,
	SMTP_EHLO_OVER,
	SMTP_EHLO_MASKED,
	SMTP_EHLO_HIDDEN,
};

/**
 * struct smtp_ehlo - the reply to EHLO under way (RFC 5321, 4.1.1.1)
 * @reach: the keywords that the line's can still be
 * @masked: how many were masked
 * @found: what the server offers so far, a mask of &enum smtp_extension
 * @pos: bytes of the keyword seen
 * @part: &enum smtp_ehlo_part
 */
struct smtp_ehlo {
	u64 reach;
	u16 masked;
	u8 found;
	u8 pos;
	u8 part;
};

int smtp_ehlo_words(struct smtp_keywords *words);
u64 smtp_ehlo_denied(const struct smtp_policy *policy);
u32 smtp_ehlo_text(struct smtp_ehlo *ehlo, const struct smtp_policy *policy,
		   u8 *octets, u32 len, struct smtp_events *ev);

/* Another line of the reply follows. */
static inline void smtp_ehlo_line_ends(struct smtp_ehlo *ehlo)
{
	ehlo->part = SMTP_EHLO_BEGIN;
}

/* The keyword that is undecided passes in parts. */
static inline void smtp_ehlo_force(struct smtp_ehlo *ehlo)
{
	ehlo->part = SMTP_EHLO_FORCED;
}

#endif /* _SMTP_EHLO_H */
