// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses, as far as a Mailguard looks at them.
 *
 * An address without brackets ends nowhere that all servers agree on, so the
 * rest of its line is looked at. Behind brackets stand parameters, where angle
 * brackets are legal (AUTH=<>; RFC 4954, 5). A backslash escapes in a quoted
 * string only: where servers differ, the bracket behind it counts.
 */
#include "address.h"

static void quoted(struct smtp_address *address, u8 octet)
{
	if (address->escaped)
		address->escaped = false;
	else if (octet == '\\')
		address->escaped = true;
	else if (octet == '"')
		address->quoted = false;
}

static enum smtp_address_fault bracket(struct smtp_address *address, u8 octet)
{
	u8 from = octet == '<' ? SMTP_ADDRESS_OUT : SMTP_ADDRESS_IN;

	if (address->at != from)
		return SMTP_ADDRESS_BRACKET;
	address->at++;
	return SMTP_ADDRESS_FINE;
}

/**
 * smtp_address_octet() - look at the next octet of an argument
 * @address: the address, zeroed at its beginning
 * @octet: the octet
 *
 * Return: what is wrong with it.
 */
enum smtp_address_fault smtp_address_octet(struct smtp_address *address,
					   u8 octet)
{
	if (address->at == SMTP_ADDRESS_PARAMETERS)
		return SMTP_ADDRESS_FINE;
	if (octet == '|')
		return SMTP_ADDRESS_PIPE;
	if (address->quoted) {
		quoted(address, octet);
		return SMTP_ADDRESS_FINE;
	}
	if (octet == '<' || octet == '>')
		return bracket(address, octet);
	if (octet == '"')
		address->quoted = true;
	else if (octet == ' ' && address->at == SMTP_ADDRESS_AFTER)
		address->at = SMTP_ADDRESS_PARAMETERS;
	return SMTP_ADDRESS_FINE;
}

/*
 * The octets that may follow the first one of a character (RFC 3629, 4): others
 * would be longer than need be, half of a surrogate pair, or beyond Unicode.
 */
static void begin_utf8(struct smtp_address *address, u8 octet)
{
	address->due = octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
	address->from = octet == 0xe0 ? 0xa0 : octet == 0xf0 ? 0x90 : 0x80;
	address->to = octet == 0xed ? 0x9f : octet == 0xf4 ? 0x8f : 0xbf;
}

/**
 * smtp_address_is_utf8() - can UTF-8 go on with this octet?
 * @address: the address
 * @octet: the octet
 *
 * A bar with the eighth bit set, which some servers strip, never can.
 *
 * Return: true if it can; the octet is then taken.
 */
bool smtp_address_is_utf8(struct smtp_address *address, u8 octet)
{
	if (octet < 0x80)
		return !address->due;
	if (!address->due) {
		if (octet < 0xc2 || octet > 0xf4)
			return false;
		begin_utf8(address, octet);
		return true;
	}
	if (octet < address->from || octet > address->to)
		return false;
	address->due--;
	address->from = 0x80;
	address->to = 0xbf;
	return true;
}
