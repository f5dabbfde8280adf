// SPDX-License-Identifier: GPL-2.0
/* The name in a ClientHello: whatever it is, and wherever it ends. */
#include <ctype.h>
#include <stdlib.h>

#include "harness.h"
#include "tls_hello.h"

/* A ClientHello of openssl s_client -servername mx.example.org, shortened. */
#define HOST "mx.example.org"
static const u8 hello[] =
	"\26\3\1\0\123\1\0\0\117\3\3"
	"12345678901234567890123456789012\2id\0\4\23\1\0\57\1\0"
	"\0\40\0\27\0\0"
	"\0\0\0\23\0\21\0\0\16" HOST "\377\1\0\1\0";

/* Where in it the name is, and the lengths that count it. */
#define NAME		(sizeof(hello) - 1 - 5 - 14)
#define NAME_LEN	(NAME - 1)
#define LIST_LEN	(NAME - 4)
#define EXTENSION_LEN	(NAME - 6)

/* The name, found in memory that ends where the bytes do. */
static bool finds(const u8 *bytes, u32 len, const char *name)
{
	u8 *copy = malloc(len);
	u32 name_len = 0;
	const u8 *found;
	bool same;

	memcpy(copy, bytes, len);
	found = smtp_tls_hello_name(copy, len, &name_len);
	same = found && name ? name_len == strlen(name) &&
			       !memcmp(found, name, name_len) : !found == !name;
	free(copy);
	return same;
}

TEST(server_name)
{
	u32 len;

	for (len = 0; len < NAME + 14; len++)
		EXPECT_TRUE(finds(hello, len, NULL));
	for (; len < sizeof(hello); len++)
		EXPECT_TRUE(finds(hello, len, HOST));
}

static bool finds_changed(u32 at, u8 value, const char *name)
{
	u8 bytes[sizeof(hello)];

	memcpy(bytes, hello, sizeof(hello));
	bytes[at] = value;
	return finds(bytes, sizeof(hello) - 1, name);
}

TEST(a_name_of_other_bytes)
{
	u32 i, value;

	for (i = NAME; i < NAME + 14; i++)
		for (value = 0; value < 256; value++)
			if (value != '.' && value != '-' && !isalnum(value))
				EXPECT_TRUE(finds_changed(i, value, NULL));
}

/* Nothing behind the end is read, whatever a length says. */
TEST(any_byte_is_another)
{
	u32 i, value;

	for (i = 0; i < NAME; i++)
		for (value = 0; value < 256; value++)
			finds_changed(i, value, NULL);
}

TEST(no_name)
{
	EXPECT_TRUE(finds_changed(0, TLS_ALERT, NULL));
	EXPECT_TRUE(finds_changed(5, 2, NULL));
	EXPECT_TRUE(finds_changed(NAME, '\n', NULL));
	EXPECT_TRUE(finds_changed(NAME, '\0', NULL));
	EXPECT_TRUE(finds_changed(NAME, '_', NULL));
	EXPECT_TRUE(finds_changed(NAME_LEN, 0, NULL));
	EXPECT_TRUE(finds_changed(NAME_LEN, 15, NULL));
	EXPECT_TRUE(finds_changed(NAME_LEN, 2, "mx"));
	EXPECT_TRUE(finds_changed(NAME - 3, 1, NULL));
	EXPECT_TRUE(finds_changed(LIST_LEN, 18, NULL));
	EXPECT_TRUE(finds_changed(EXTENSION_LEN, 18, NULL));
	EXPECT_TRUE(finds_changed(EXTENSION_LEN, 255, NULL));
	/* It ends with the record. */
	EXPECT_TRUE(finds_changed(4, NAME + 13 - 5, NULL));
	EXPECT_TRUE(finds_changed(4, NAME + 14 - 5, HOST));
}

TEST_HARNESS_MAIN
