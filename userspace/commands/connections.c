// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/genetlink.h>

#include "commands/show.h"
#include "lib/memory.h"
#include "mailguard.h"
#include "netlink/genl.h"

struct endpoint {
	size_t len;		/* of the address; 0: none came */
	unsigned char address[16];
	uint16_t port;		/* network byte order */
};

struct connection {
	struct endpoint client;
	struct endpoint address;
	struct endpoint server;
	const char *policy;
	uint8_t state;
	uint32_t passed;
	uint32_t denied;
};

/* Lines, kept until the dump is known to be good. */
struct lines {
	char **array;
	size_t count;
	size_t room;
};

static const char * const states[] = {
	[MAILGUARD_STATE_GREETING]	= "greeting",
	[MAILGUARD_STATE_COMMAND]	= "command",
	[MAILGUARD_STATE_DATA]		= "data",
	[MAILGUARD_STATE_CONTENT]	= "content",
	[MAILGUARD_STATE_RELEASED]	= "released",
	[MAILGUARD_STATE_ENDED]		= "ended",
	[MAILGUARD_STATE_CHUNK]		= "chunk",
	[MAILGUARD_STATE_EXCH50]	= "exch50",
	[MAILGUARD_STATE_AUTH]		= "auth",
	[MAILGUARD_STATE_RESPONSE]	= "response",
	[MAILGUARD_STATE_STARTTLS]	= "starttls",
	[MAILGUARD_STATE_TLS]		= "tls",
};

static bool get_address(const struct nlattr *attr, struct endpoint *endpoint)
{
	endpoint->len = mnl_attr_get_payload_len(attr);
	if (endpoint->len != 4 && endpoint->len != 16)
		return false;
	memcpy(endpoint->address, mnl_attr_get_payload(attr), endpoint->len);
	return true;
}

static bool get_attribute(const struct nlattr *attr, struct connection *conn)
{
	switch (mnl_attr_get_type(attr)) {
	case MAILGUARD_A_CONNECTION_POLICY:
		return genl_get_string(attr, &conn->policy);
	case MAILGUARD_A_CONNECTION_STATE:
		return genl_get_u8(attr, &conn->state);
	case MAILGUARD_A_CONNECTION_CLIENT:
		return get_address(attr, &conn->client);
	case MAILGUARD_A_CONNECTION_CLIENT_PORT:
		return genl_get_u16(attr, &conn->client.port);
	case MAILGUARD_A_CONNECTION_ADDRESS:
		return get_address(attr, &conn->address);
	case MAILGUARD_A_CONNECTION_PORT:
		return genl_get_u16(attr, &conn->address.port);
	case MAILGUARD_A_CONNECTION_SERVER:
		return get_address(attr, &conn->server);
	case MAILGUARD_A_CONNECTION_SERVER_PORT:
		return genl_get_u16(attr, &conn->server.port);
	case MAILGUARD_A_CONNECTION_PASSED:
		return genl_get_u32(attr, &conn->passed);
	case MAILGUARD_A_CONNECTION_DENIED:
		return genl_get_u32(attr, &conn->denied);
	}
	return true;
}

static char *endpoint_text(const struct endpoint *endpoint)
{
	bool ipv4 = endpoint->len == 4;
	char text[INET6_ADDRSTRLEN];

	if (!endpoint->len ||
	    !inet_ntop(ipv4 ? AF_INET : AF_INET6, endpoint->address, text,
		       sizeof(text)))
		return xstrdup("?");
	return xasprintf(ipv4 ? "%s:%u" : "[%s]:%u", text,
			 ntohs(endpoint->port));
}

static bool endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
	return a->len == b->len && a->port == b->port &&
	       !memcmp(a->address, b->address, a->len);
}

static char *state_text(uint8_t state)
{
	if (state < sizeof(states) / sizeof(*states))
		return xstrdup(states[state]);
	return xasprintf("%u", state);
}

/* Of what the client connected to and the server, mostly they are the same. */
static char *connection_text(const struct connection *conn)
{
	char *client = endpoint_text(&conn->client);
	char *address = endpoint_text(&conn->address);
	char *server = endpoint_text(&conn->server);
	bool same = endpoint_same(&conn->address, &conn->server);
	char *state = state_text(conn->state);
	char *text;

	text = xasprintf("client %s%s%s server %s policy %s state %s passed %u denied %u",
			 client, same ? "" : " address ", same ? "" : address,
			 server, conn->policy, state, conn->passed,
			 conn->denied);
	free(state);
	free(server);
	free(address);
	free(client);
	return text;
}

static int connection_cb(const struct nlmsghdr *nlh, void *data)
{
	struct connection conn = { .policy = "?" };
	const struct nlattr *attr;
	struct lines *lines = data;
	bool ok = true;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		ok &= get_attribute(attr, &conn);
	if (!ok)
		return -EBADMSG;
	lines->array = xgrow(lines->array, lines->count, &lines->room,
			     sizeof(*lines->array));
	lines->array[lines->count++] = connection_text(&conn);
	return 0;
}

static void restart(void *data)
{
	struct lines *lines = data;

	while (lines->count)
		free(lines->array[--lines->count]);
}

void list_connections(struct errors *errors)
{
	struct lines lines = { .array = NULL };
	struct genl genl;
	size_t i;
	int ret;

	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return;
	}
	ret = genl_dump(&genl, MAILGUARD_CMD_CONNECTION_GET, connection_cb,
			restart, &lines, errors);
	for (i = 0; !ret && i < lines.count; i++)
		puts(lines.array[i]);
	restart(&lines);
	free(lines.array);
	genl_close(&genl);
}
