// SPDX-License-Identifier: GPL-2.0
/*
 * Follows TLS records (RFC 8446, 5.1). The header of a record is one byte of
 * type, two of version and two of length. The body of a record passes
 * unread, but bytes that are not in a record do not pass. If a peer sends
 * plain text between records, which the other end might take for a command or
 * for content, the connection is reset (CVE-2011-0411, CVE-2021-38371,
 * CVE-2026-45185).
 */
#include "tls.h"

/* Each side's first record is a handshake message or an alert. */
static bool is_type(const struct smtp_tls *tls, u8 byte)
{
	if (byte < TLS_CHANGE_CIPHER_SPEC || byte > TLS_HEARTBEAT)
		return false;
	return tls->begun || byte == TLS_HANDSHAKE || byte == TLS_ALERT;
}

/**
 * smtp_tls_header() - take a byte of a record header
 * @tls: one direction, at the beginning of a header or within it
 * @byte: the byte
 *
 * Return: true if a valid header may have this byte there.
 */
bool smtp_tls_header(struct smtp_tls *tls, u8 byte)
{
	switch (tls->header++) {
	case 0:
		return is_type(tls, byte);
	case 1:
		return byte == TLS_VERSION_MAJOR;
	case 2:
		return byte <= TLS_VERSION_MINOR_MAX;
	case 3:
		tls->left = byte << 8;
		return tls->left <= SMTP_TLS_LENGTH_MAX;
	default:
		tls->left |= byte;
		tls->begun = true;
		return tls->left <= SMTP_TLS_LENGTH_MAX;
	}
}

/**
 * smtp_tls_advance() - take one byte of a header, or what there is of a body
 * @tls: one direction
 * @bytes: the bytes
 * @len: how many, at least one
 *
 * Return: how many bytes were taken; 0 if the next one is not of a record.
 */
u32 smtp_tls_advance(struct smtp_tls *tls, const u8 *bytes, u32 len)
{
	u32 n = 1;

	if (tls->header < SMTP_TLS_HEADER) {
		if (!smtp_tls_header(tls, *bytes))
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
 * Take complete, valid headers at once, up to that of a record with a body. All
 * others are left to smtp_tls_header(). Return: how many bytes were taken.
 */
static u32 whole_headers(struct smtp_tls *tls, const u8 *bytes, u32 len)
{
	const u8 *at = bytes;

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
	return at - bytes;
}

/* Like smtp_tls_advance(), but take all complete headers at once. */
static u32 advance_more(struct smtp_tls *tls, const u8 *bytes, u32 len)
{
	u32 n = whole_headers(tls, bytes, len);

	return n ? n : smtp_tls_advance(tls, bytes, len);
}

/**
 * smtp_tls_scan() - follow the records
 * @tls: one direction, zeroed where its plain text ends
 * @history: remembers the headers, and how many other bytes passed
 * @bytes: the bytes, which are not edited
 * @len: how many
 * @ok: set to false if the byte at which the scan stops is not of a record
 *
 * Return: how many of the bytes belong to records. They are fewer than @len
 * also when @history has no room for more.
 */
u32 smtp_tls_scan(struct smtp_tls *tls, struct smtp_history *history,
		  const u8 *bytes, u32 len, bool *ok)
{
	u32 i = 0;

	*ok = true;
	while (i < len && smtp_history_takes_record(history)) {
		u32 n = len - i;

		if (tls->header == SMTP_TLS_HEADER) {
			n = smtp_tls_advance(tls, bytes + i, n);
			smtp_history_opaque(history, n);
			i += n;
			continue;
		}
		if (n > smtp_history_reserve(history))
			n = smtp_history_reserve(history);
		n = advance_more(tls, bytes + i, n);
		*ok = n > 0;
		if (!n)
			break;
		smtp_history_bytes(history, bytes + i, n);
		i += n;
	}
	return i;
}
