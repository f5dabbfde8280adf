// SPDX-License-Identifier: GPL-2.0
/*
 * Reads reply lines, and writes an overlay over them where there is one.
 *
 * The overlay keeps the first four bytes of a line, unless it sets a code: a
 * client that does not find its "220 " waits for five minutes. CR and LF are
 * kept wherever they are.
 */
#include "reply.h"

/**
 * smtp_reply_code_may_be() - can the code of this line still be the given one?
 * @reply: the line, in its code
 * @byte: the next byte of the code
 * @code: the given code, three digits
 *
 * Return: true if the digits up to and including @byte are those of @code.
 */
bool smtp_reply_code_may_be(const struct smtp_reply *reply, u8 byte,
			    const char *code)
{
	u16 prefix = 0;
	unsigned int i;

	if (reply->malformed)
		return false;
	for (i = 0; i < reply->col; i++)
		prefix = prefix * 10 + code[i] - '0';
	return prefix == reply->code && byte == (u8)code[reply->col];
}

static u8 lay_over(const struct smtp_overlay *overlay, unsigned int pos,
		   u8 byte)
{
	if (!overlay || byte == '\r' || byte == '\n')
		return byte;
	if (pos < overlay->text_len)
		return overlay->text[pos];
	return smtp_overlay_keeps(overlay, byte) ? byte : overlay->fill;
}

static u8 malformed_byte(struct smtp_reply *reply,
			 const struct smtp_overlay *overlay, u8 byte)
{
	reply->malformed = true;
	return lay_over(overlay, MAILGUARD_TEXT_MAX, byte);
}

/*
 * Some servers put blanks before the code of a reply. This is accepted in the
 * first line only: further lines that begin with blanks have no code.
 */
static bool is_indent(struct smtp_reply *reply, u8 byte)
{
	if (reply->col || reply->continued || reply->malformed ||
	    !smtp_is_blank(byte))
		return false;
	reply->odd = true;
	return true;
}

/*
 * An overlay does not change the code of a 4yz. It may be the 421 by which the
 * server closes, and the first digit has to be sent on before that is known.
 */
static u8 code_byte(struct smtp_reply *reply,
		    const struct smtp_overlay *overlay, u8 byte)
{
	u8 first = reply->col ? '0' : '2';
	u8 last = reply->col ? '9' : '5';
	unsigned int pos;

	if (is_indent(reply, byte))
		return byte;
	pos = reply->col++;
	if (reply->malformed || byte < first || byte > last)
		return malformed_byte(reply, overlay, byte);
	reply->code = reply->code * 10 + byte - '0';
	first = pos == 2 ? reply->code / 100 : pos ? reply->code / 10 : reply->code;
	if (overlay && overlay->has_code && (reply->closing || first != 4))
		return overlay->code[pos];
	return byte;
}

/*
 * Only a hyphen says that another line follows. Clients differ on separators
 * other than a hyphen or a blank: Postfix and Exim end the reply at a NUL,
 * others at any character. Such a separator may be the first letter of the
 * server's name, so an overlay hides it under a blank.
 */
static u8 take_separator(struct smtp_reply *reply,
			 const struct smtp_overlay *overlay, u8 byte)
{
	reply->col++;
	reply->more = byte == '-';
	if (reply->malformed)
		return malformed_byte(reply, overlay, byte);
	if (byte == ' ' || byte == '-' || byte == '\r' || byte == '\n')
		return byte;
	reply->odd = true;
	return overlay ? ' ' : byte;
}

/**
 * smtp_reply_byte() - take a byte of the code of a line, or its separator
 * @reply: the line, with fewer than four bytes seen
 * @overlay: what is written over it, or NULL
 * @byte: the byte; may be the LF of a line that ends early
 *
 * Return: the byte to send on.
 */
u8 smtp_reply_byte(struct smtp_reply *reply,
		   const struct smtp_overlay *overlay, u8 byte)
{
	if (reply->col < 3)
		return code_byte(reply, overlay, byte);
	return take_separator(reply, overlay, byte);
}

/**
 * smtp_reply_plain() - take the code and separator of a line without overlay
 * @reply: the line, at its beginning
 * @bytes: the next bytes
 * @len: how many
 *
 * This is a fast path for well-formed 2yz, 4yz and 5yz: smtp_reply_byte() would
 * do the same with these four bytes.
 *
 * Return: 4, or 0 if smtp_reply_byte() has to take the bytes.
 */
u32 smtp_reply_plain(struct smtp_reply *reply, const u8 *bytes, u32 len)
{
	if (len < 4 || (bytes[0] != '2' && bytes[0] != '4' &&
			bytes[0] != '5'))
		return 0;
	if (!smtp_is_digit(bytes[1]) || !smtp_is_digit(bytes[2]) ||
	    (bytes[3] != ' ' && bytes[3] != '-'))
		return 0;
	reply->code = bytes[0] * 100 + bytes[1] * 10 + bytes[2] - '0' * 111;
	reply->more = bytes[3] == '-';
	reply->col = 4;
	reply->len = 4;
	return 4;
}

/**
 * smtp_reply_text() - take text of a line
 * @reply: the line, behind its separator
 * @overlay: what is written over it, or NULL
 * @bytes: the text, without the LF that ends the line; edited in place
 * @len: how many bytes
 */
void smtp_reply_text(struct smtp_reply *reply,
		     const struct smtp_overlay *overlay, u8 *bytes, u32 len)
{
	u32 i;

	if (reply->malformed)
		reply->text = MAILGUARD_TEXT_MAX;
	for (i = 0; overlay && i < len; i++)
		bytes[i] = lay_over(overlay, reply->text + i, bytes[i]);
	if (reply->text + len < MAILGUARD_TEXT_MAX)
		reply->text += len;
	else
		reply->text = MAILGUARD_TEXT_MAX;
}
