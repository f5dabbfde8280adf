// SPDX-License-Identifier: GPL-2.0
/*
 * Checks the preamble of the PROXY protocol, which a proxy sends before the
 * server greets (HAProxy's proxy-protocol.txt).
 *
 * Version 1 is a line of at most 107 bytes:
 *
 *	PROXY TCP4|TCP6 source destination sport dport CRLF
 *	PROXY UNKNOWN [SP printable] CRLF
 *
 * Version 2 is binary: a signature of 12 bytes, a byte of version and command,
 * a byte of family, a u16 length, and so many bytes of addresses and TLVs.
 *
 * A server that does not know the protocol must not find a harmful command in a
 * preamble. Version 1 is one line with the unknown verb PROXY. The signature of
 * version 2 contains "QUIT" and LF: a server whose lines may end in LF executes
 * that and closes. For a server whose lines end in CRLF only, this line
 * continues into the block. So no verb may follow CRLF in the block, which has
 * four characters at least. Fewer may: addresses have any bytes.
 */
#include "proxy.h"

static const u8 signature[] = "\r\n\r\n\0\r\nQUIT\n";

/* The size of the addresses of each family of version 2 over TCP, in bytes. */
#define BLOCK_TCP4	12
#define BLOCK_TCP6	36
#define BLOCK_UNIX	216

/* &smtp_proxy.pos in the block. What is more than BLOCK_LINE counts a word there. */
#define BLOCK_CR	1
#define BLOCK_LINE	2	/* behind CRLF, or blanks behind it */
#define VERB_MIN	4

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

static bool is_letter(u8 byte)
{
	return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

/* Take a digit of a decimal number, which must have no leading zeroes. */
static bool take_digit(struct smtp_proxy *proxy, u8 byte, u32 max)
{
	u32 number = proxy->number * 10U + byte - '0';

	if (!smtp_is_digit(byte) || (proxy->digits && !proxy->number) ||
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

static bool ipv4_byte(struct smtp_proxy *proxy, u8 byte)
{
	if (byte != '.')
		return take_digit(proxy, byte, 255);
	return number_ends(proxy) && ++proxy->groups < 4;
}

static bool ipv4_complete(const struct smtp_proxy *proxy)
{
	return proxy->groups == 3 && proxy->digits;
}

static bool is_hex(u8 byte)
{
	return smtp_is_digit(byte) ||
	       ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f');
}

/*
 * Take a digit of an IPv6 group. A dot may follow, and then the group was the
 * first number of an IPv4 address. So its value as a decimal number is kept, or
 * 256 if it is not valid as one.
 */
static bool hex_digit(struct smtp_proxy *proxy, u8 byte)
{
	struct smtp_proxy decimal = *proxy;

	if (!is_hex(byte) || proxy->digits == 4)
		return false;
	if (!proxy->digits && (++proxy->groups > 8 ||
			       (proxy->colons == 1 && proxy->groups == 1)))
		return false;
	proxy->number = proxy->number <= 255 && take_digit(&decimal, byte,
							   255) ?
				decimal.number : 256;
	proxy->digits++;
	proxy->colons = 0;
	return true;
}

static bool take_colon(struct smtp_proxy *proxy)
{
	if (proxy->colons == 2 || (proxy->colons && proxy->gap))
		return false;
	if (proxy->colons)
		proxy->gap = true;
	proxy->colons++;
	number_ends(proxy);
	return true;
}

/* Take a dot: an IPv4 address may stand for the last two groups. */
static bool ipv6_dot(struct smtp_proxy *proxy)
{
	bool ok = proxy->digits && proxy->number <= 255 && proxy->dots < 3;

	if (!proxy->dots)
		ok = ok && ++proxy->groups <= 8;
	proxy->dots++;
	return number_ends(proxy) && ok;
}

static bool ipv6_byte(struct smtp_proxy *proxy, u8 byte)
{
	if (byte == '.')
		return ipv6_dot(proxy);
	if (proxy->dots)
		return take_digit(proxy, byte, 255);
	if (byte == ':')
		return take_colon(proxy);
	return hex_digit(proxy, byte);
}

static bool ipv6_complete(const struct smtp_proxy *proxy)
{
	if (proxy->dots && (proxy->dots != 3 || !proxy->digits))
		return false;
	if (!proxy->digits && proxy->colons != 2)
		return false;
	return proxy->gap ? proxy->groups < 8 : proxy->groups == 8;
}

static bool address_byte(struct smtp_proxy *proxy, u8 byte)
{
	bool complete = proxy->family == 4 ? ipv4_complete(proxy) :
					     ipv6_complete(proxy);

	if (byte == ' ')
		return complete && go_to(proxy, proxy->part + 1);
	return proxy->family == 4 ? ipv4_byte(proxy, byte) :
				    ipv6_byte(proxy, byte);
}

static bool port_byte(struct smtp_proxy *proxy, u8 byte)
{
	bool last = proxy->part == SMTP_PROXY_DESTINATION_PORT;

	if (byte == (last ? '\r' : ' '))
		return proxy->digits && go_to(proxy, last ? SMTP_PROXY_LF :
						     proxy->part + 1);
	return take_digit(proxy, byte, 65535);
}

static bool word_byte(struct smtp_proxy *proxy, u8 byte)
{
	static const char word[] = "PROXY ";

	if (byte != (u8)word[proxy->pos++])
		return false;
	if (word[proxy->pos])
		return true;
	return go_to(proxy, SMTP_PROXY_FAMILY);
}

static bool family_byte(struct smtp_proxy *proxy, u8 byte)
{
	static const char tcp[] = "TCP", unknown[] = "UNKNOWN";
	unsigned int pos = proxy->pos++;

	if (!pos)
		proxy->family = byte == 'T' ? 4 : 0;
	if (proxy->family && pos < 3)
		return byte == (u8)tcp[pos];
	if (proxy->family && pos == 3) {
		proxy->family = byte - '0';
		return byte == '4' || byte == '6';
	}
	if (proxy->family)
		return byte == ' ' && go_to(proxy, SMTP_PROXY_SOURCE);
	if (unknown[pos])
		return byte == (u8)unknown[pos];
	if (byte == '\r')
		return go_to(proxy, SMTP_PROXY_LF);
	return byte == ' ' && go_to(proxy, SMTP_PROXY_REST);
}

static bool rest_byte(struct smtp_proxy *proxy, u8 byte)
{
	if (byte == '\r')
		return go_to(proxy, SMTP_PROXY_LF);
	return smtp_is_printable(byte);
}

/* A line that reaches its longest length must end there, so with LF. */
static bool line_byte(struct smtp_proxy *proxy, u8 byte)
{
	if (++proxy->len == SMTP_PROXY_LINE_MAX && byte != '\n')
		return false;
	switch (proxy->part) {
	case SMTP_PROXY_WORD:
		return word_byte(proxy, byte);
	case SMTP_PROXY_FAMILY:
		return family_byte(proxy, byte);
	case SMTP_PROXY_SOURCE:
	case SMTP_PROXY_DESTINATION:
		return address_byte(proxy, byte);
	case SMTP_PROXY_SOURCE_PORT:
	case SMTP_PROXY_DESTINATION_PORT:
		return port_byte(proxy, byte);
	case SMTP_PROXY_REST:
		return rest_byte(proxy, byte);
	default:
		return byte == '\n' && go_to(proxy, SMTP_PROXY_DONE);
	}
}

static bool signature_byte(struct smtp_proxy *proxy, u8 byte)
{
	if (byte != signature[proxy->len++])
		return false;
	if (proxy->len == sizeof(signature) - 1)
		go_to(proxy, SMTP_PROXY_HEADER);
	return true;
}

/* The family must be valid, even with the command LOCAL, which ignores it. */
static bool is_family(struct smtp_proxy *proxy, u8 byte)
{
	switch (byte) {
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

static bool length_complete(struct smtp_proxy *proxy, u8 byte)
{
	if (proxy->number > SMTP_PROXY_BLOCK_MAX ||
	    (!proxy->local && proxy->number < proxy->family))
		return false;
	proxy->part = proxy->number ? SMTP_PROXY_BLOCK : SMTP_PROXY_DONE;
	proxy->pos = byte == '\r' ? BLOCK_CR : 0;
	return true;
}

static bool header_byte(struct smtp_proxy *proxy, u8 byte)
{
	switch (proxy->pos++) {
	case 0:
		proxy->local = byte == 0x20;
		return byte == 0x20 || byte == 0x21;
	case 1:
		return is_family(proxy, byte);
	case 2:
		proxy->number = byte << 8;
		return proxy->number <= SMTP_PROXY_BLOCK_MAX;
	default:
		proxy->number |= byte;
		return length_complete(proxy, byte);
	}
}

/* A verb begins with a letter. Letters, digits and hyphens follow, as in X-EXPS. */
static bool may_be_verb(const struct smtp_proxy *proxy, u8 byte)
{
	if (proxy->pos == BLOCK_LINE)
		return is_letter(byte);
	return proxy->pos > BLOCK_LINE &&
	       (is_letter(byte) || smtp_is_digit(byte) || byte == '-');
}

static bool block_byte(struct smtp_proxy *proxy, u8 byte)
{
	if (may_be_verb(proxy, byte)) {
		if (++proxy->pos == BLOCK_LINE + VERB_MIN)
			return false;
	} else if (byte == '\r') {
		proxy->pos = BLOCK_CR;
	} else if (byte == '\n' && proxy->pos == BLOCK_CR) {
		proxy->pos = BLOCK_LINE;
	} else if (!smtp_is_blank(byte) || proxy->pos != BLOCK_LINE) {
		proxy->pos = 0;
	}
	if (!--proxy->number)
		proxy->part = SMTP_PROXY_DONE;
	return true;
}

/**
 * smtp_proxy_byte() - judge the next byte of a preamble
 * @proxy: the preamble, zeroed at its beginning, and not over yet
 * @byte: the byte
 *
 * Return: true if a valid preamble may have this byte there.
 */
bool smtp_proxy_byte(struct smtp_proxy *proxy, u8 byte)
{
	switch (proxy->part) {
	case SMTP_PROXY_BEGIN:
		proxy->part = byte == '\r' ? SMTP_PROXY_SIGNATURE :
					      SMTP_PROXY_WORD;
		return smtp_proxy_byte(proxy, byte);
	case SMTP_PROXY_SIGNATURE:
		return signature_byte(proxy, byte);
	case SMTP_PROXY_HEADER:
		return header_byte(proxy, byte);
	case SMTP_PROXY_BLOCK:
		return block_byte(proxy, byte);
	default:
		return line_byte(proxy, byte);
	}
}
