// SPDX-License-Identifier: GPL-2.0
/*
 * TLS records (RFC 8446, 5.1): one octet of type, two of version, two of
 * length. What they hold is not for us; but nothing that is no record passes.
 * A plain octet between records, which one end would read as a command or as
 * content, is the end of the connection: CVE-2011-0411, CVE-2021-38371,
 * CVE-2026-45185.
 */
#include "tls.h"

enum {
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE = 22,
	TLS_HEARTBEAT = 24,
};

#define TLS_VERSION_MAJOR	3
#define TLS_VERSION_MINOR_MAX	4

/* The first record of either side is of its handshake, or an alert. */
static bool is_type(const struct smtp_tls *tls, u8 octet)
{
	if (octet < TLS_CHANGE_CIPHER_SPEC || octet > TLS_HEARTBEAT)
		return false;
	return tls->begun || octet == TLS_HANDSHAKE || octet == TLS_ALERT;
}

static bool header_octet(struct smtp_tls *tls, u8 octet)
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
	while (i < len && smtp_trace_has_room(trace, SMTP_TRACE_RECORD)) {
		if (tls->header < SMTP_TLS_HEADER) {
			*ok = header_octet(tls, octets[i]);
			if (!*ok)
				break;
			smtp_trace_octets(trace, octets + i, 1);
			i++;
		} else {
			u32 n = len - i < tls->left ? len - i : tls->left;

			smtp_trace_opaque(trace, n);
			i += n;
			tls->left -= n;
		}
		if (tls->header == SMTP_TLS_HEADER && !tls->left)
			tls->header = 0;
	}
	return i;
}
