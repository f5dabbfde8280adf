/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_EHLO_H
#define _SMTP_EHLO_H

#include "keyword.h"

struct smtp_policy;

/**
 * enum smtp_extension - EHLO keywords on which the dialogue depends, as bit
 *	numbers
 * @SMTP_EXTENSION_CHUNKING: BDAT (RFC 3030)
 * @SMTP_EXTENSION_SMTPUTF8: addresses in UTF-8 (RFC 6531)
 * @SMTP_EXTENSION_PRDR: a reply for each recipient (draft-hall-prdr)
 * @SMTP_EXTENSION_XEXCH50: XEXCH50 (Exchange)
 * @SMTP_EXTENSION_BASE: no keyword; the server has accepted HELO or EHLO, and
 *	the name in the last one that it accepted is permitted
 */
enum smtp_extension {
	SMTP_EXTENSION_CHUNKING,
	SMTP_EXTENSION_SMTPUTF8,
	SMTP_EXTENSION_PRDR,
	SMTP_EXTENSION_XEXCH50,
	SMTP_EXTENSION_BASE,
};

#define SMTP_EXTENSIONS		0x0f

/**
 * enum smtp_ehlo_part - where in the text of a line the next byte stands
 * @SMTP_EHLO_DOMAIN: in the first line, which has no keyword
 * @SMTP_EHLO_BEGIN: at the beginning of the keyword
 * @SMTP_EHLO_HELD: the same, and what there is of the keyword is held back
 * @SMTP_EHLO_KEYWORD: in a keyword that cannot become a denied one any more
 * @SMTP_EHLO_FORCED: in a keyword that may become a denied one, but that is
 *	sent on in parts (see smtp_ehlo_force())
 * @SMTP_EHLO_LONG: in the rest of a masked keyword that is longer than any that
 *	can be listed
 * @SMTP_EHLO_DONE: behind a keyword that passed
 * @SMTP_EHLO_MASKED: at the byte behind a masked keyword
 * @SMTP_EHLO_PARAMETERS: in the parameters of a masked keyword
 */
enum smtp_ehlo_part {
	SMTP_EHLO_DOMAIN,
	SMTP_EHLO_BEGIN,
	SMTP_EHLO_HELD,
	SMTP_EHLO_KEYWORD,
	SMTP_EHLO_FORCED,
	SMTP_EHLO_LONG,
	SMTP_EHLO_DONE,
	SMTP_EHLO_MASKED,
	SMTP_EHLO_PARAMETERS,
};

/**
 * struct smtp_ehlo - the current reply to EHLO (RFC 5321, 4.1.1.1)
 * @reach: a mask of the keywords that the one in this line can still become
 * @masked: how many keywords of the reply were masked
 * @found: what the server has offered so far, a mask of &enum smtp_extension
 * @pos: how many bytes of the keyword were seen
 * @part: &enum smtp_ehlo_part
 * @sasl: the words of this line are SASL mechanisms, which are judged as
 *	keywords are
 * @failure: the code of this line is no 2yz, so its words may be no keywords
 */
struct smtp_ehlo {
	u64 reach;
	u16 masked;
	u8 found;
	u8 pos;
	u8 part;
	bool sasl;
	bool failure;
};

void smtp_ehlo_keywords(struct smtp_word_list *list);
u64 smtp_ehlo_masked(const struct smtp_policy *policy);
u64 smtp_ehlo_denied_verbs(const struct smtp_policy *policy);
u32 smtp_ehlo_text(struct smtp_ehlo *ehlo, const struct smtp_policy *policy,
		   u8 *bytes, u32 len, struct smtp_events *ev);

/* Another line of the reply follows. */
static inline void smtp_ehlo_line_ends(struct smtp_ehlo *ehlo)
{
	ehlo->part = SMTP_EHLO_BEGIN;
	ehlo->sasl = false;
}

/*
 * Let the current keyword pass in parts, because the sender cannot send it as a
 * whole. If it is a denied one, letters of it are changed.
 */
static inline void smtp_ehlo_force(struct smtp_ehlo *ehlo)
{
	ehlo->part = SMTP_EHLO_FORCED;
}

#endif /* _SMTP_EHLO_H */
