/* SPDX-License-Identifier: GPL-2.0 */
/* The guarded connections. */
#ifndef MAILGUARD_CONNECTIONS_H
#define MAILGUARD_CONNECTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "language/errors.h"
#include "lib/json.h"
#include "mailguard.h"
#include "netlink/genl.h"

struct endpoint {
	size_t len;		/* length of the address; 0: none */
	unsigned char address[16];
	uint16_t port;		/* network byte order */
};

struct connection {
	struct endpoint client;
	struct endpoint address;
	struct endpoint server;
	char policy[MAILGUARD_POLICY_NAME_MAX + 1];
	uint32_t id;
	uint8_t state;
	uint8_t mode;
	uint32_t passed;
	uint32_t denied;
};

/* Kept until the dump is known to be complete and consistent. */
struct connections {
	struct connection *array;
	size_t count;
	size_t room;
};

/*
 * Returns 0, or a negative errno after an error message. The caller frees the
 * array.
 */
int connections_read(struct genl *genl, struct connections *list,
		     struct errors *errors);

/* Returns false if the attribute is malformed. */
bool connection_get_attribute(const struct nlattr *attr,
			      struct connection *conn);

/* ADDRESS:PORT or [ADDRESS]:PORT. The caller frees it. */
char *endpoint_address(const struct endpoint *endpoint);
char *endpoint_text(const struct endpoint *endpoint);
void connection_put_json(const struct connection *conn, json_t *object);

#endif
