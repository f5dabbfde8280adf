// SPDX-License-Identifier: GPL-2.0
/*
 * TLS records (RFC 8446, 5.1): one octet of type, two of version, two of
 * length. What they hold is not for us; but nothing that is no record passes.
 * A plain octet between records, which one end would read as a command or as
 * content, is the end of the connection: CVE-2011-0411, CVE-2021-38371,
 * CVE-2026-45185.
 */
#include "tls.h"

/* The first record of either side is of its handshake, or an alert. */
static bool is_type(const struct smtp_tls *tls, u8 octet)
{
	if (octet < TLS_CHANGE_CIPHER_SPEC || octet > TLS_HEARTBEAT)
		return false;
	return tls->begun || octet == TLS_HANDSHAKE || octet == TLS_ALERT;
}

/**
 * smtp_tls_header() - take an octet of a header
 * @tls: one direction, where a header goes on or may begin
 * @octet: the octet
 *
 * Return: could it be of a header?
 */
bool smtp_tls_header(struct smtp_tls *tls, u8 octet)
{
	switch (tls->header++) {
	case 0:
		return is_type(tls, octet);
	case 1:
		return octet == TLS_VERSION_MAJOR;
	case 2:
		return octet <= TLS_VERSION_MINOR_MAX;
	case 3:
		tls->left = octet << 8;
		return tls->left <= SMTP_TLS_LENGTH_MAX;
	default:
		tls->left |= octet;
		tls->begun = true;
		return tls->left <= SMTP_TLS_LENGTH_MAX;
	}
}

/* As far as a header's octet goes, or a record's body. */
static u32 advance(struct smtp_tls *tls, const u8 *octets, u32 len)
{
	u32 n = 1;

	if (tls->header < SMTP_TLS_HEADER) {
		if (!smtp_tls_header(tls, *octets))
			return 0;
	} else {
		n = len < tls->left ? len : tls->left;
		tls->left -= n;
	}
	if (tls->header == SMTP_TLS_HEADER && !tls->left)
		tls->header = 0;
	return n;
}

/*
 * Whole headers, up to that of a record that is not empty: where they are right
 * nothing is seen of them octet by octet. Return: how many octets they are.
 */
static u32 whole_headers(struct smtp_tls *tls, const u8 *octets, u32 len)
{
	const u8 *at = octets;

	if (tls->header || !tls->begun)
		return 0;
	for (; len >= SMTP_TLS_HEADER; len -= SMTP_TLS_HEADER) {
		u32 left = at[3] << 8 | at[4];

		if (!is_type(tls, at[0]) || at[1] != TLS_VERSION_MAJOR ||
		    at[2] > TLS_VERSION_MINOR_MAX || left > SMTP_TLS_LENGTH_MAX)
			break;
		at += SMTP_TLS_HEADER;
		if (left) {
			tls->left = left;
			tls->header = SMTP_TLS_HEADER;
			break;
		}
	}
	return at - octets;
}

/* As advance(), but all whole headers at once. */
static u32 advance_more(struct smtp_tls *tls, const u8 *octets, u32 len)
{
	u32 n = whole_headers(tls, octets, len);

	return n ? n : advance(tls, octets, len);
}

/**
 * smtp_tls_scan() - follow the records
 * @tls: one direction, zeroed where its plain text ends
 * @trace: remembers the headers, and that the rest passed
 * @octets: read only
 * @len: how many
 * @ok: set to whether the next octet, if there is one, could belong to a record
 *
 * Return: how many of the octets belong to records; fewer also when @trace has
 * no room for another of its own.
 */
u32 smtp_tls_scan(struct smtp_tls *tls, struct smtp_trace *trace,
		  const u8 *octets, u32 len, bool *ok)
{
	u32 i = 0;

	*ok = true;
	while (i < len && smtp_trace_takes_record(trace)) {
		u32 n = len - i;

		if (tls->header == SMTP_TLS_HEADER) {
			n = advance(tls, octets + i, n);
			smtp_trace_opaque(trace, n);
			i += n;
			continue;
		}
		if (n > smtp_trace_room(trace))
			n = smtp_trace_room(trace);
		n = advance_more(tls, octets + i, n);
		*ok = n > 0;
		if (!n)
			break;
		smtp_trace_octets(trace, octets + i, n);
		i += n;
	}
	return i;
}
