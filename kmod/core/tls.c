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

/*
 * As far as a header's octet goes, or a record's body. What is in the trace as
 * opaque is no octet of a header: @octets is NULL.
 */
static u32 advance(struct smtp_tls *tls, const u8 *octets, u32 len)
{
	u32 n = 1;

	if (tls->header < SMTP_TLS_HEADER) {
		if (!octets || !header_octet(tls, *octets))
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

/* Could a header begin here? What is behind the end may be anything. */
static bool may_be_header(const u8 *octets, u32 len)
{
	if (octets[0] < TLS_CHANGE_CIPHER_SPEC || octets[0] > TLS_HEARTBEAT)
		return false;
	return (len < 2 || octets[1] == TLS_VERSION_MAJOR) &&
	       (len < 3 || octets[2] <= TLS_VERSION_MINOR_MAX) &&
	       (len < 4 || octets[3] <= SMTP_TLS_LENGTH_MAX >> 8);
}

/* How many octets are to be kept? @keep: how many are so far */
static u32 kept(const u8 *octets, u32 len, u32 *keep, u32 room)
{
	u32 n;

	for (n = 0; n < len && n < room; n++) {
		if (may_be_header(octets + n, len - n))
			*keep = SMTP_TLS_HEADER;
		if (!*keep)
			break;
		(*keep)--;
	}
	return n;
}

/**
 * smtp_tls_scan_ahead() - look at octets before what precedes them is there
 * @trace: remembers what may turn out to be a header, or to end one, and that
 *	the rest passed
 * @octets: read only
 * @len: how many
 *
 * Return: how many of the octets were looked at; fewer when @trace has no room
 * for another record of its own.
 */
u32 smtp_tls_scan_ahead(struct smtp_trace *trace, const u8 *octets, u32 len)
{
	/* Of a header that began before. */
	u32 keep = SMTP_TLS_HEADER - 1;
	u32 i = 0;

	while (i < len && smtp_trace_takes_record(trace)) {
		u32 n = kept(octets + i, len - i, &keep,
			     smtp_trace_room(trace));

		if (n) {
			smtp_trace_octets(trace, octets + i, n);
			i += n;
			continue;
		}
		while (i + n < len && !may_be_header(octets + i + n, len - i - n))
			n++;
		smtp_trace_opaque(trace, n);
		i += n;
	}
	return i;
}

/**
 * smtp_tls_follow() - follow the records in what was looked at before
 * @tls: where it begins; moved to where it ends
 * @trace: what smtp_tls_scan_ahead() remembers of it
 *
 * Return: whether all of it belongs to records.
 */
bool smtp_tls_follow(struct smtp_tls *tls, const struct smtp_trace *trace)
{
	struct smtp_trace_place place = smtp_trace_begin(trace);

	while (place.seq != trace->next) {
		const u8 *octets;
		u32 len, n;

		octets = smtp_trace_read(trace, &place, &len);
		for (; len; len -= n) {
			n = octets ? advance_more(tls, octets, len) :
				     advance(tls, NULL, len);
			if (!n)
				return false;
			if (octets)
				octets += n;
		}
	}
	return true;
}
