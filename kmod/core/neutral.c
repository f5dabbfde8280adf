// SPDX-License-Identifier: GPL-2.0
/*
 * Replaces the wording of the server's replies, which tells its product, by the
 * same wording for all products.
 *
 * What clients act on stays: the code, the enhanced status code at the
 * beginning of the text (RFC 2034), and the domain at the beginning of the
 * reply to EHLO and HELO (RFC 5321, section 4.1.1.1). A byte stays while what
 * has been seen of the text can still become such a part.
 */
#include "neutral.h"

/*
 * Stands for the overlay of a neutral reply. As it is, it is laid over lines
 * without a valid code: blanks and nothing else.
 */
const struct smtp_overlay smtp_neutral = {
	.on = true,
	.fill = ' ',
};

#define FIRST_CODE	200

/* The wording of RFC 5321, section 4.2.3, and of the extensions, shortened. */
static const char * const wording[] = {
	[211 - FIRST_CODE] = "Status",
	[214 - FIRST_CODE] = "Help",
	[220 - FIRST_CODE] = "Ready",
	[221 - FIRST_CODE] = "Closing connection",
	[235 - FIRST_CODE] = "Authenticated",
	[250 - FIRST_CODE] = "OK",
	[251 - FIRST_CODE] = "Will forward",
	[252 - FIRST_CODE] = "Cannot verify",
	[353 - FIRST_CODE] = "Go ahead",
	[354 - FIRST_CODE] = "Start mail input",
	[421 - FIRST_CODE] = "Service not available",
	[432 - FIRST_CODE] = "Password transition needed",
	[450 - FIRST_CODE] = "Mailbox unavailable",
	[451 - FIRST_CODE] = "Local error",
	[452 - FIRST_CODE] = "Insufficient storage",
	[454 - FIRST_CODE] = "Temporarily not available",
	[455 - FIRST_CODE] = "Parameters not accepted",
	[458 - FIRST_CODE] = "Unable to queue messages",
	[459 - FIRST_CODE] = "Node not allowed",
	[500 - FIRST_CODE] = "Command unrecognized",
	[501 - FIRST_CODE] = "Syntax error",
	[502 - FIRST_CODE] = "Command not implemented",
	[503 - FIRST_CODE] = "Bad sequence",
	[504 - FIRST_CODE] = "Parameter not implemented",
	[521 - FIRST_CODE] = "Does not accept mail",
	[530 - FIRST_CODE] = "Access denied",
	[534 - FIRST_CODE] = "Mechanism too weak",
	[535 - FIRST_CODE] = "Authentication failed",
	[538 - FIRST_CODE] = "Encryption required",
	[550 - FIRST_CODE] = "Mailbox unavailable",
	[551 - FIRST_CODE] = "User not local",
	[552 - FIRST_CODE] = "Exceeded storage",
	[553 - FIRST_CODE] = "Mailbox name not allowed",
	[554 - FIRST_CODE] = "Transaction failed",
	[555 - FIRST_CODE] = "Parameters not recognized",
	[556 - FIRST_CODE] = "Domain does not accept mail",
};

static const char *wording_of(u16 code)
{
	static const char * const other[] = {
		[2] = "OK", [3] = "Go ahead", [4] = "Temporary failure",
		[5] = "Failure",
	};
	unsigned int i = code - FIRST_CODE;

	return i < ARRAY_SIZE(wording) && wording[i] ? wording[i] :
						       other[code / 100];
}

/*
 * Can this byte be the next one of an enhanced status code? It consists of a
 * class, which is the first digit of the reply code, a subject and a detail of
 * up to three digits each. &smtp_reply.stays counts the dots seen, in its
 * higher bits, and the digits since the last of them.
 */
static bool in_enhanced_code(struct smtp_reply *reply, u8 byte)
{
	u8 dots = reply->stays >> 2;
	u8 digits = reply->stays & 3;

	if (byte == '.' && digits && dots < 2)
		reply->stays = (dots + 1) << 2;
	else if (dots ? smtp_is_digit(byte) && digits < 3 :
			!digits && byte == '0' + reply->code / 100)
		reply->stays++;
	else
		return false;
	return true;
}

/* Can this byte be in a domain or an address literal (RFC 5321, 4.1.2)? */
static bool in_domain(struct smtp_reply *reply, u8 byte)
{
	u8 lower = byte | 0x20;

	reply->stays = 1;
	return (lower >= 'a' && lower <= 'z') || smtp_is_digit(byte) ||
	       byte == '-' || byte == '.' || byte == '_' || byte == ':' ||
	       byte == '[' || byte == ']';
}

static u8 reword(struct smtp_reply *reply, bool domain, u8 byte,
		 const char *text)
{
	if (byte == '\r' || byte == '\n')
		return byte;
	if (!reply->reworded) {
		bool begun = reply->stays;

		if (domain ? in_domain(reply, byte) :
			     in_enhanced_code(reply, byte))
			return byte;
		reply->reworded = true;
		if (begun)
			return ' ';
	}
	return text[reply->text] ? text[reply->text++] : ' ';
}

/**
 * smtp_neutral_text() - write neutral text over the text of a line
 * @reply: the line, behind its separator; its code is valid
 * @domain: the line begins with the server's domain, not with an enhanced
 *	status code
 * @bytes: the text, without the LF that ends the line; edited in place
 * @len: how many bytes
 */
void smtp_neutral_text(struct smtp_reply *reply, bool domain, u8 *bytes,
		       u32 len)
{
	const char *text = wording_of(reply->code);
	u32 i;

	for (i = 0; i < len; i++)
		bytes[i] = reword(reply, domain, bytes[i], text);
}
