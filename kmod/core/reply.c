// SPDX-License-Identifier: GPL-2.0
/*
 * Server lines, and what is laid over them.
 *
 * The first four octets of a line stay (but for a code that the overlay sets),
 * for a client that misses its "220 " waits for five minutes. CR and LF stay
 * wherever they are.
 */
#include "reply.h"

/**
 * smtp_reply_code_may_be() - can this line's code still be the given one?
 * @reply: the line, with fewer than three digits seen
 * @octet: the next octet
 * @code: three digits
 *
 * Return: true if its digits up to this one are those of the code.
 */
bool smtp_reply_code_may_be(const struct smtp_reply *reply, u8 octet,
			    const char *code)
{
	u16 prefix = 0;
	unsigned int i;

	if (reply->malformed)
		return false;
	for (i = 0; i < reply->col; i++)
		prefix = prefix * 10 + code[i] - '0';
	return prefix == reply->code && octet == (u8)code[reply->col];
}

static u8 lay(const struct smtp_overlay *overlay, unsigned int pos, u8 octet)
{
	if (!overlay || octet == '\r' || octet == '\n')
		return octet;
	if (pos < overlay->text_len)
		return overlay->text[pos];
	return smtp_overlay_keeps(overlay, octet) ? octet : overlay->fill;
}

static u8 malformed(struct smtp_reply *reply,
		    const struct smtp_overlay *overlay, u8 octet)
{
	reply->malformed = true;
	return lay(overlay, MAILGUARD_TEXT_MAX, octet);
}

/*
 * Some servers put blanks before the code of a reply. In the further lines of a
 * reply, what begins with blanks is text.
 */
static bool is_indent(struct smtp_reply *reply, u8 octet)
{
	if (reply->col || reply->continued || reply->malformed ||
	    (octet != ' ' && octet != '\t'))
		return false;
	reply->odd = true;
	return true;
}

/*
 * A 4yz stays 4yz: it may be the 421 by which the server closes, and that is
 * not known at its first digit.
 */
static u8 code_octet(struct smtp_reply *reply,
		     const struct smtp_overlay *overlay, u8 octet)
{
	u8 first = reply->col ? '0' : '2';
	u8 last = reply->col ? '9' : '5';
	unsigned int pos;

	if (is_indent(reply, octet))
		return octet;
	pos = reply->col++;
	if (reply->malformed || octet < first || octet > last)
		return malformed(reply, overlay, octet);
	reply->code = reply->code * 10 + octet - '0';
	if (overlay && overlay->has_code &&
	    (pos ? reply->code / (pos == 1 ? 10 : 100) : reply->code) != 4)
		return overlay->code[pos];
	return octet;
}

/*
 * Only a hyphen says that another line follows. What a client makes of anything
 * else but a blank is its own affair: Postfix and Exim end a reply at a NUL,
 * others at any character. It may be a letter of the server's name, so where
 * something is laid over the line it becomes a blank.
 */
static u8 separator(struct smtp_reply *reply,
		    const struct smtp_overlay *overlay, u8 octet)
{
	reply->col++;
	reply->more = octet == '-';
	if (reply->malformed)
		return malformed(reply, overlay, octet);
	if (octet == ' ' || octet == '-' || octet == '\r' || octet == '\n')
		return octet;
	reply->odd = true;
	return overlay ? ' ' : octet;
}

/**
 * smtp_reply_octet() - take the next octet of a line, before its text
 * @reply: the line, with fewer than four octets seen
 * @overlay: what is laid over it, or NULL
 * @octet: the octet; a LF that ends the line too
 *
 * Return: the octet to send on.
 */
u8 smtp_reply_octet(struct smtp_reply *reply,
		    const struct smtp_overlay *overlay, u8 octet)
{
	if (reply->col < 3)
		return code_octet(reply, overlay, octet);
	return separator(reply, overlay, octet);
}

/**
 * smtp_reply_plain() - take the code of a line where nothing is laid over it
 * @reply: the line, at its beginning
 * @octets: what comes next
 * @len: how many
 *
 * What smtp_reply_octet() would do with four octets, for less, if they are an
 * ordinary answer to a command.
 *
 * Return: 4, or 0 if they are not.
 */
u32 smtp_reply_plain(struct smtp_reply *reply, const u8 *octets, u32 len)
{
	if (len < 4 || (octets[0] != '2' && octets[0] != '4' &&
			octets[0] != '5'))
		return 0;
	if (!smtp_is_digit(octets[1]) || !smtp_is_digit(octets[2]) ||
	    (octets[3] != ' ' && octets[3] != '-'))
		return 0;
	reply->code = octets[0] * 100 + octets[1] * 10 + octets[2] - '0' * 111;
	reply->more = octets[3] == '-';
	reply->col = 4;
	return 4;
}

/**
 * smtp_reply_text() - take more text of a line
 * @reply: the line, with four octets seen
 * @overlay: what is laid over it, or NULL
 * @octets: the text; edited in place
 * @len: how many; the LF that ends the line is none of them
 */
void smtp_reply_text(struct smtp_reply *reply,
		     const struct smtp_overlay *overlay, u8 *octets, u32 len)
{
	u32 i;

	if (reply->malformed)
		reply->text = MAILGUARD_TEXT_MAX;
	for (i = 0; overlay && i < len; i++)
		octets[i] = lay(overlay, reply->text + i, octets[i]);
	if (reply->text + len < MAILGUARD_TEXT_MAX)
		reply->text += len;
	else
		reply->text = MAILGUARD_TEXT_MAX;
}
