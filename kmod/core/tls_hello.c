// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the version of TLS that the server selects in its ServerHello (RFC
 * 8446, 4.1.3; RFC 5246, 7.4.1.3).
 *
 *	type  length  legacy_version  random  session ID  suite  compression
 *	1     3       2               32      1 + 0..32   2      1
 *
 *	length  { type  length  data } ...
 *	2         2     2       0..65535
 *
 * The version is that of the extension supported_versions, if there is one, and
 * otherwise legacy_version. So it is known at the end of the message, which may
 * be spread over any number of records. Only alerts may come before it: a
 * server may warn that it does not know the name that the client asked for (RFC
 * 6066, 3). A HelloRetryRequest is a ServerHello, too, and a client refuses
 * another version in the ServerHello that follows (RFC 8446, 4.1.4).
 *
 * The client sends no data before it has read the ServerHello, except for early
 * data (RFC 8446, 2.3). These are encrypted with a key of TLS 1.3, so they are
 * no matter of a lower version.
 *
 * A ClientHello has the same fields, but lists of suites and of compressions.
 * The name in it is for logs only, so it is not worth any memory of the
 * connection: it is read from the client's first segment, where it nearly always
 * is, and is unknown otherwise.
 */
#include "keyword.h"
#include "tls_hello.h"

#define CLIENT_HELLO		1
#define SERVER_HELLO		2
#define SERVER_NAME		0
#define SUPPORTED_VERSIONS	43
#define HOST_NAME		0

static void await_part(struct smtp_tls_hello *hello,
		       enum smtp_tls_hello_part part, u16 need)
{
	hello->part = part;
	hello->need = need;
	hello->number = 0;
}

/**
 * smtp_tls_hello_begin() - begin where the server's plain text ends
 * @hello: the ServerHello
 * @minimum: &enum mailguard_tls_version
 */
void smtp_tls_hello_begin(struct smtp_tls_hello *hello, u8 minimum)
{
	memset(hello, 0, sizeof(*hello));
	hello->minimum = minimum;
	hello->left = 4;
	await_part(hello, SMTP_TLS_HELLO_HEADER, 4);
	if (minimum == MAILGUARD_TLS_VERSION_ANY)
		hello->part = SMTP_TLS_HELLO_DONE;
}

/* Versions of drafts and of DTLS have another major version. */
static bool take_version(struct smtp_tls_hello *hello)
{
	hello->minor = hello->number;
	return hello->number >> 8 == TLS_VERSION_MAJOR;
}

static bool await_extension(struct smtp_tls_hello *hello)
{
	if (hello->left) {
		await_part(hello, SMTP_TLS_HELLO_EXTENSION, 4);
		return true;
	}
	hello->part = SMTP_TLS_HELLO_DONE;
	return hello->minor >= hello->minimum;
}

static bool extension_begins(struct smtp_tls_hello *hello)
{
	u16 len = hello->number;

	if (hello->number >> 16 == SUPPORTED_VERSIONS) {
		await_part(hello, SMTP_TLS_HELLO_SELECTED, 2);
		return len == 2;
	}
	if (!len)
		return await_extension(hello);
	await_part(hello, SMTP_TLS_HELLO_OTHER, len);
	return true;
}

static bool message_begins(struct smtp_tls_hello *hello)
{
	hello->left = hello->number;
	if (hello->number >> 16 != SERVER_HELLO << 8)
		return false;
	await_part(hello, SMTP_TLS_HELLO_VERSION, 2);
	return true;
}

/* Go on behind the last byte of a part. Return: false if it is not valid. */
static bool part_ends(struct smtp_tls_hello *hello)
{
	switch (hello->part) {
	case SMTP_TLS_HELLO_HEADER:
		return message_begins(hello);
	case SMTP_TLS_HELLO_VERSION:
		if (!take_version(hello))
			return false;
		await_part(hello, SMTP_TLS_HELLO_RANDOM, 32 + 1);
		return true;
	case SMTP_TLS_HELLO_RANDOM:
		await_part(hello, SMTP_TLS_HELLO_SESSION,
			   (hello->number & 0xff) + 2 + 1);
		return true;
	case SMTP_TLS_HELLO_SESSION:
		if (!hello->left)
			return await_extension(hello);
		await_part(hello, SMTP_TLS_HELLO_EXTENSIONS, 2);
		return true;
	case SMTP_TLS_HELLO_EXTENSIONS:
		return hello->number == hello->left && await_extension(hello);
	case SMTP_TLS_HELLO_EXTENSION:
		return extension_begins(hello);
	case SMTP_TLS_HELLO_SELECTED:
		return take_version(hello) && await_extension(hello);
	default:
		return await_extension(hello);
	}
}

static bool take_byte(struct smtp_tls_hello *hello, u8 byte)
{
	hello->number = hello->number << 8 | byte;
	hello->left--;
	if (!--hello->need && !part_ends(hello))
		return false;
	return !smtp_tls_hello_is_due(hello) || hello->need <= hello->left;
}

/* Take bytes of a body. Return: how many, up to a byte that is not valid. */
static u32 take_body(struct smtp_tls_hello *hello, const u8 *bytes, u32 len)
{
	u32 i;

	if (hello->type != TLS_HANDSHAKE)
		return len;
	for (i = 0; i < len && smtp_tls_hello_is_due(hello); i++)
		if (!take_byte(hello, bytes[i]))
			return i;
	return len;
}

/**
 * smtp_tls_hello_scan() - judge the version that the server selects
 * @hello: the ServerHello; smtp_tls_hello_is_due() is true
 * @tls: the server's position in its records before @bytes
 * @bytes: bytes that smtp_tls_scan() found to belong to records
 * @len: how many
 *
 * Return: how many of the bytes may be sent on. They are fewer than @len if the
 * version is too low or cannot be known.
 */
u32 smtp_tls_hello_scan(struct smtp_tls_hello *hello, struct smtp_tls tls,
			const u8 *bytes, u32 len)
{
	u32 i = 0;

	while (i < len && smtp_tls_hello_is_due(hello)) {
		bool body = tls.header == SMTP_TLS_HEADER;
		u32 n = smtp_tls_advance(&tls, bytes + i, len - i);
		u32 done = n;

		if (body)
			done = take_body(hello, bytes + i, n);
		else if (tls.header == 1)
			hello->type = bytes[i];
		if (done < n ||
		    (hello->type != TLS_HANDSHAKE && hello->type != TLS_ALERT))
			return i + (body ? done : 0);
		i += n;
	}
	return len;
}

/* Bytes that are still to be read; all reads behind the end give 0. */
struct cursor {
	const u8 *at;
	u32 left;
};

static void skip_bytes(struct cursor *cursor, u32 n)
{
	n = smtp_at_most(n, cursor->left);
	cursor->at += n;
	cursor->left -= n;
}

static u32 take_number(struct cursor *cursor, u32 size)
{
	u32 number = 0;

	for (; size && cursor->left; size--) {
		number = number << 8 | *cursor->at;
		skip_bytes(cursor, 1);
	}
	return size ? 0 : number;
}

/* Skip a list whose length stands in @size bytes before it. */
static void skip_list(struct cursor *cursor, u32 size)
{
	skip_bytes(cursor, take_number(cursor, size));
}

/* May a name go into a log? Only letters, digits, dots and hyphens may. */
static bool is_host_name(const u8 *name, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if (name[i] != '.' && (name[i] == '_' ||
				       smtp_keywords_letter(name[i]) < 0))
			return false;
	return len && len <= SMTP_TLS_NAME_MAX;
}

/* Read the extension server_name (RFC 6066, 3), of @size bytes. */
static const u8 *read_server_name(struct cursor cursor, u32 size, u32 *name_len)
{
	if (size > cursor.left)
		return NULL;
	cursor.left = size;
	size = take_number(&cursor, 2);
	if (size != cursor.left || take_number(&cursor, 1) != HOST_NAME)
		return NULL;
	*name_len = take_number(&cursor, 2);
	if (*name_len > cursor.left || !is_host_name(cursor.at, *name_len))
		return NULL;
	return cursor.at;
}

/**
 * smtp_tls_hello_name() - find the name of the server that the client asks for
 * @bytes: the client's first bytes of TLS
 * @len: how many
 * @name_len: set to the length of the name, at most %SMTP_TLS_NAME_MAX
 *
 * Return: the name, which is in @bytes and has no NUL behind it; NULL if there
 * is none in the first record as far as @bytes has it, or if it is no name.
 */
const u8 *smtp_tls_hello_name(const u8 *bytes, u32 len, u32 *name_len)
{
	struct cursor cursor = { bytes, len };
	u32 type, size;

	if (take_number(&cursor, 1) != TLS_HANDSHAKE)
		return NULL;
	skip_bytes(&cursor, 2);
	size = take_number(&cursor, 2);
	cursor.left = smtp_at_most(size, cursor.left);
	if (take_number(&cursor, 1) != CLIENT_HELLO)
		return NULL;
	skip_bytes(&cursor, 3 + 2 + 32);
	skip_list(&cursor, 1);
	skip_list(&cursor, 2);
	skip_list(&cursor, 1);
	skip_bytes(&cursor, 2);
	while (cursor.left) {
		type = take_number(&cursor, 2);
		size = take_number(&cursor, 2);
		if (type == SERVER_NAME)
			return read_server_name(cursor, size, name_len);
		skip_bytes(&cursor, size);
	}
	return NULL;
}
