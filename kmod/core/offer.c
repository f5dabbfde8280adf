// SPDX-License-Identifier: GPL-2.0
/* What the server offers in its reply to EHLO. */
#include "offer.h"

static const char * const names[] = {
	[SMTP_EXTENSION_CHUNKING] = "CHUNKING",
	[SMTP_EXTENSION_SMTPUTF8] = "SMTPUTF8",
};

/**
 * smtp_offer_init() - make the automaton over the keywords
 * @extensions: zeroed
 *
 * Return: 0, or -EINVAL if the table above is wrong.
 */
int smtp_offer_init(struct smtp_keywords *extensions)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		err |= smtp_keywords_add(extensions, names[i], i);
	return err;
}

/**
 * smtp_offer_octet() - take the next octet of a line's text
 * @offer: the reply, zeroed at its beginning
 * @extensions: the automaton
 * @octet: the octet; the end of the line too
 *
 * A keyword ends at a blank or the end of the line (or "=", in the form of
 * AUTH that servers used before RFC 2554).
 */
void smtp_offer_octet(struct smtp_offer *offer,
		      const struct smtp_keywords *extensions, u8 octet)
{
	if (!offer->line || offer->ended)
		return;
	if (octet == ' ' || octet == '=' || octet == '\r' || octet == '\n') {
		offer->found |= smtp_keywords_ending(extensions, offer->reach,
						     offer->pos);
		offer->ended = true;
		return;
	}
	offer->reach = smtp_keywords_step(extensions, offer->reach, offer->pos,
					  octet);
	if (offer->reach)
		offer->pos++;
}

/**
 * smtp_offer_line_ends() - another line of the reply follows
 * @offer: the reply
 */
void smtp_offer_line_ends(struct smtp_offer *offer)
{
	offer->reach = ~0U;
	offer->pos = 0;
	offer->line = true;
	offer->ended = false;
}
