// SPDX-License-Identifier: GPL-2.0
/*
 * The preamble of the PROXY protocol, which a proxy says before the server
 * greets (HAProxy's proxy-protocol.txt).
 *
 * Version 1 is a line of at most 107 bytes:
 *
 *	PROXY TCP4|TCP6 source destination sport dport CRLF
 *	PROXY UNKNOWN [SP printable] CRLF
 *
 * Version 2 is binary: a signature of 12 bytes, version and command, family,
 * u16 length, and so many bytes of addresses and TLVs.
 *
 * A server that does not know the protocol must find no command in it. In
 * version 1 there is none: it is one line, and begins with PROXY. The signature
 * of version 2 holds QUIT, ended by LF: whoever takes that for a command
 * closes. To a server whose lines end in CRLF only, the line goes on into the
 * block, so no letter may follow CRLF there.
 */
#include "proxy.h"

static const u8 signature[] = "\r\n\r\n\0\r\nQUIT\n";

/* Bytes of addresses, by the family of version 2; its transport is TCP. */
#define BLOCK_TCP4	12
#define BLOCK_TCP6	36
#define BLOCK_UNIX	216

static bool go_to(struct smtp_proxy *proxy, enum smtp_proxy_part part)
{
	proxy->part = part;
	proxy->pos = 0;
	proxy->number = 0;
	proxy->digits = 0;
	proxy->groups = 0;
	proxy->dots = 0;
	proxy->colons = 0;
	proxy->gap = false;
	return true;
}

static bool is_letter(u8 octet)
{
	return (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
}

/* A decimal number without zeroes in front of it. */
static bool digit(struct smtp_proxy *proxy, u8 octet, u32 max)
{
	u32 number = proxy->number * 10U + octet - '0';

	if (!smtp_is_digit(octet) || (proxy->digits && !proxy->number) ||
	    number > max)
		return false;
	proxy->number = number;
	proxy->digits++;
	return true;
}

static bool number_ends(struct smtp_proxy *proxy)
{
	bool seen = proxy->digits;

	proxy->number = 0;
	proxy->digits = 0;
	return seen;
}

static bool ipv4_octet(struct smtp_proxy *proxy, u8 octet)
{
	if (octet != '.')
		return digit(proxy, octet, 255);
	return number_ends(proxy) && ++proxy->groups < 4;
}

static bool ipv4_complete(const struct smtp_proxy *proxy)
{
	return proxy->groups == 3 && proxy->digits;
}

static bool is_hex(u8 octet)
{
	return smtp_is_digit(octet) ||
	       ((octet | 0x20) >= 'a' && (octet | 0x20) <= 'f');
}

/* Meanwhile the number is kept as a decimal one; it is over 255 if it is none. */
static bool hex_digit(struct smtp_proxy *proxy, u8 octet)
{
	struct smtp_proxy decimal = *proxy;

	if (!is_hex(octet) || proxy->digits == 4)
		return false;
	if (!proxy->digits && (++proxy->groups > 8 ||
			       (proxy->colons == 1 && proxy->groups == 1)))
		return false;
	proxy->number = proxy->number <= 255 && digit(&decimal, octet, 255) ?
				decimal.number : 256;
	proxy->digits++;
	proxy->colons = 0;
	return true;
}

static bool colon(struct smtp_proxy *proxy)
{
	if (proxy->colons == 2 || (proxy->colons && proxy->gap))
		return false;
	if (proxy->colons)
		proxy->gap = true;
	proxy->colons++;
	number_ends(proxy);
	return true;
}

/* An IPv4 address ends the IPv6 address, in the place of two groups. */
static bool ipv6_dot(struct smtp_proxy *proxy)
{
	bool ok = proxy->digits && proxy->number <= 255 && proxy->dots < 3;

	if (!proxy->dots)
		ok = ok && ++proxy->groups <= 8;
	proxy->dots++;
	return number_ends(proxy) && ok;
}

static bool ipv6_octet(struct smtp_proxy *proxy, u8 octet)
{
	if (octet == '.')
		return ipv6_dot(proxy);
	if (proxy->dots)
		return digit(proxy, octet, 255);
	if (octet == ':')
		return colon(proxy);
	return hex_digit(proxy, octet);
}

static bool ipv6_complete(const struct smtp_proxy *proxy)
{
	if (proxy->dots && (proxy->dots != 3 || !proxy->digits))
		return false;
	if (!proxy->digits && proxy->colons != 2)
		return false;
	return proxy->gap ? proxy->groups < 8 : proxy->groups == 8;
}

static bool address_octet(struct smtp_proxy *proxy, u8 octet)
{
	bool complete = proxy->family == 4 ? ipv4_complete(proxy) :
					     ipv6_complete(proxy);

	if (octet == ' ')
		return complete && go_to(proxy, proxy->part + 1);
	return proxy->family == 4 ? ipv4_octet(proxy, octet) :
				    ipv6_octet(proxy, octet);
}

static bool port_octet(struct smtp_proxy *proxy, u8 octet)
{
	bool last = proxy->part == SMTP_PROXY_DESTINATION_PORT;

	if (octet == (last ? '\r' : ' '))
		return proxy->digits && go_to(proxy, last ? SMTP_PROXY_LF :
						     proxy->part + 1);
	return digit(proxy, octet, 65535);
}

static bool word_octet(struct smtp_proxy *proxy, u8 octet)
{
	static const char word[] = "PROXY ";

	if (octet != (u8)word[proxy->pos++])
		return false;
	if (word[proxy->pos])
		return true;
	return go_to(proxy, SMTP_PROXY_FAMILY);
}

static bool family_octet(struct smtp_proxy *proxy, u8 octet)
{
	static const char tcp[] = "TCP", unknown[] = "UNKNOWN";
	unsigned int pos = proxy->pos++;

	if (!pos)
		proxy->family = octet == 'T' ? 4 : 0;
	if (proxy->family && pos < 3)
		return octet == (u8)tcp[pos];
	if (proxy->family && pos == 3) {
		proxy->family = octet - '0';
		return octet == '4' || octet == '6';
	}
	if (proxy->family)
		return octet == ' ' && go_to(proxy, SMTP_PROXY_SOURCE);
	if (unknown[pos])
		return octet == (u8)unknown[pos];
	if (octet == '\r')
		return go_to(proxy, SMTP_PROXY_LF);
	return octet == ' ' && go_to(proxy, SMTP_PROXY_REST);
}

static bool rest_octet(struct smtp_proxy *proxy, u8 octet)
{
	if (octet == '\r')
		return go_to(proxy, SMTP_PROXY_LF);
	return smtp_is_printable(octet);
}

/* The last byte may only be LF: in time for that, CR must have come. */
static bool line_octet(struct smtp_proxy *proxy, u8 octet)
{
	if (++proxy->len == SMTP_PROXY_LINE_MAX && octet != '\n')
		return false;
	switch (proxy->part) {
	case SMTP_PROXY_WORD:
		return word_octet(proxy, octet);
	case SMTP_PROXY_FAMILY:
		return family_octet(proxy, octet);
	case SMTP_PROXY_SOURCE:
	case SMTP_PROXY_DESTINATION:
		return address_octet(proxy, octet);
	case SMTP_PROXY_SOURCE_PORT:
	case SMTP_PROXY_DESTINATION_PORT:
		return port_octet(proxy, octet);
	case SMTP_PROXY_REST:
		return rest_octet(proxy, octet);
	default:
		return octet == '\n' && go_to(proxy, SMTP_PROXY_OVER);
	}
}

static bool signature_octet(struct smtp_proxy *proxy, u8 octet)
{
	if (octet != signature[proxy->len++])
		return false;
	if (proxy->len == sizeof(signature) - 1)
		go_to(proxy, SMTP_PROXY_HEADER);
	return true;
}

/* The family of LOCAL means nothing, but is one. */
static bool is_family(struct smtp_proxy *proxy, u8 octet)
{
	switch (octet) {
	case 0x00:
		proxy->family = 0;
		return true;
	case 0x11:
		proxy->family = BLOCK_TCP4;
		return true;
	case 0x21:
		proxy->family = BLOCK_TCP6;
		return true;
	case 0x31:
		proxy->family = BLOCK_UNIX;
		return true;
	default:
		return false;
	}
}

static bool length_complete(struct smtp_proxy *proxy, u8 octet)
{
	if (proxy->number > SMTP_PROXY_BLOCK_MAX ||
	    (!proxy->local && proxy->number < proxy->family))
		return false;
	proxy->part = proxy->number ? SMTP_PROXY_BLOCK : SMTP_PROXY_OVER;
	proxy->pos = octet == '\r';
	return true;
}

static bool header_octet(struct smtp_proxy *proxy, u8 octet)
{
	switch (proxy->pos++) {
	case 0:
		proxy->local = octet == 0x20;
		return octet == 0x20 || octet == 0x21;
	case 1:
		return is_family(proxy, octet);
	case 2:
		proxy->number = octet << 8;
		return proxy->number <= SMTP_PROXY_BLOCK_MAX;
	default:
		proxy->number |= octet;
		return length_complete(proxy, octet);
	}
}

static bool block_octet(struct smtp_proxy *proxy, u8 octet)
{
	if (proxy->pos == 2 && is_letter(octet))
		return false;
	if (octet == '\r')
		proxy->pos = 1;
	else
		proxy->pos = octet == '\n' && proxy->pos == 1 ? 2 : 0;
	if (!--proxy->number)
		proxy->part = SMTP_PROXY_OVER;
	return true;
}

/**
 * smtp_proxy_octet() - judge the next byte of a preamble
 * @proxy: the preamble, zeroed at its beginning, and not over
 * @octet: the byte
 *
 * Return: whether it may stand there.
 */
bool smtp_proxy_octet(struct smtp_proxy *proxy, u8 octet)
{
	switch (proxy->part) {
	case SMTP_PROXY_BEGIN:
		proxy->part = octet == '\r' ? SMTP_PROXY_SIGNATURE :
					      SMTP_PROXY_WORD;
		return smtp_proxy_octet(proxy, octet);
	case SMTP_PROXY_SIGNATURE:
		return signature_octet(proxy, octet);
	case SMTP_PROXY_HEADER:
		return header_octet(proxy, octet);
	case SMTP_PROXY_BLOCK:
		return block_octet(proxy, octet);
	default:
		return line_octet(proxy, octet);
	}
}
