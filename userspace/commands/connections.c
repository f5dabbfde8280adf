// SPDX-License-Identifier: GPL-2.0
/* Lists the guarded connections. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/genetlink.h>

#include "commands/connections.h"
#include "commands/show.h"
#include "language/json.h"
#include "language/names.h"
#include "lib/memory.h"

static bool get_address(const struct nlattr *attr, struct endpoint *endpoint)
{
	endpoint->len = mnl_attr_get_payload_len(attr);
	if (endpoint->len != 4 && endpoint->len != 16)
		return false;
	memcpy(endpoint->address, mnl_attr_get_payload(attr), endpoint->len);
	return true;
}

static bool get_policy(const struct nlattr *attr, struct connection *conn)
{
	const char *name;

	if (!genl_get_string(attr, &name) ||
	    strlen(name) >= sizeof(conn->policy))
		return false;
	strcpy(conn->policy, name);
	return true;
}

bool connection_get_attribute(const struct nlattr *attr,
			      struct connection *conn)
{
	switch (mnl_attr_get_type(attr)) {
	case MAILGUARD_A_CONNECTION_POLICY:
		return get_policy(attr, conn);
	case MAILGUARD_A_CONNECTION_ID:
		return genl_get_u32(attr, &conn->id);
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
	case MAILGUARD_A_CONNECTION_MODE:
		return genl_get_u8(attr, &conn->mode);
	}
	return true;
}

char *endpoint_address(const struct endpoint *endpoint)
{
	char text[INET6_ADDRSTRLEN];

	if (!endpoint->len ||
	    !inet_ntop(endpoint->len == 4 ? AF_INET : AF_INET6,
		       endpoint->address, text, sizeof(text)))
		return xstrdup("?");
	return xstrdup(text);
}

char *endpoint_text(const struct endpoint *endpoint)
{
	char *address = endpoint_address(endpoint), *text;

	if (!endpoint->len)
		return address;
	text = xasprintf(endpoint->len == 4 ? "%s:%u" : "[%s]:%u", address,
			 ntohs(endpoint->port));
	free(address);
	return text;
}

static bool endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
	return a->len == b->len && a->port == b->port &&
	       !memcmp(a->address, b->address, a->len);
}

static char *state_text(uint8_t state)
{
	if (state < sizeof(state_names) / sizeof(*state_names))
		return xstrdup(state_names[state]);
	return xasprintf("%u", state);
}

/* The usual mode is not printed. */
static const char *mode_text(uint8_t mode)
{
	return mode == MAILGUARD_MODE_MONITOR ? " mode monitor" : "";
}

/*
 * The address that the client connected to is printed only if it is not the
 * server's own, that is, if it was translated.
 */
static void print_connection(const struct connection *conn)
{
	char *client = endpoint_text(&conn->client);
	char *address = endpoint_text(&conn->address);
	char *server = endpoint_text(&conn->server);
	bool same = endpoint_same(&conn->address, &conn->server);
	char *state = state_text(conn->state);

	printf("client %s%s%s server %s policy %s state %s passed %u denied %u%s\n",
	       client, same ? "" : " address ", same ? "" : address, server,
	       conn->policy, state, conn->passed, conn->denied,
	       mode_text(conn->mode));
	free(state);
	free(server);
	free(address);
	free(client);
}

static json_t *endpoint_json(const struct endpoint *endpoint)
{
	json_t *object = json_checked(json_object());
	char *address = endpoint_address(endpoint);

	json_put(object, "address", json_text(address));
	json_put(object, "port", json_integer(ntohs(endpoint->port)));
	free(address);
	return object;
}

void connection_put_json(const struct connection *conn, json_t *object)
{
	char *state = state_text(conn->state);

	json_put(object, "id", json_integer(conn->id));
	json_put(object, "client", endpoint_json(&conn->client));
	json_put(object, "address", endpoint_json(&conn->address));
	json_put(object, "server", endpoint_json(&conn->server));
	json_put(object, "policy", json_text(conn->policy));
	json_put(object, "state", json_text(state));
	json_put(object, "passed", json_integer(conn->passed));
	json_put(object, "denied", json_integer(conn->denied));
	json_put(object, "mode", json_text(conn->mode == MAILGUARD_MODE_MONITOR ?
					   "monitor" : "enforce"));
	free(state);
}

static void write_endpoint(FILE *to, const char *key,
			   const struct endpoint *endpoint)
{
	char text[INET6_ADDRSTRLEN] = "?";

	if (endpoint->len)
		inet_ntop(endpoint->len == 4 ? AF_INET : AF_INET6,
			  endpoint->address, text, sizeof(text));
	fprintf(to, "\"%s\": {\"address\": \"%s\", \"port\": %u}, ", key, text,
		ntohs(endpoint->port));
}

/*
 * As connection_put_json() does, but without a tree: there may be many. Nothing
 * needs to be escaped, for the kernel checks names of policies.
 */
static void add_connection(const struct connection *conn,
			   struct document *document)
{
	FILE *to = document_open(document, "connection");
	char *state = state_text(conn->state);

	fprintf(to, "{\"id\": %u, ", conn->id);
	write_endpoint(to, "client", &conn->client);
	write_endpoint(to, "address", &conn->address);
	write_endpoint(to, "server", &conn->server);
	fprintf(to, "\"policy\": \"%s\", \"state\": \"%s\", ", conn->policy,
		state);
	fprintf(to, "\"passed\": %u, \"denied\": %u, \"mode\": \"%s\"}",
		conn->passed, conn->denied,
		conn->mode == MAILGUARD_MODE_MONITOR ? "monitor" : "enforce");
	document_close(document);
	free(state);
}

static int connection_cb(const struct nlmsghdr *nlh, void *data)
{
	struct connection conn = { .policy = "?" };
	struct connections *list = data;
	const struct nlattr *attr;
	bool ok = true;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		ok &= connection_get_attribute(attr, &conn);
	if (!ok)
		return -EBADMSG;
	list->array = xgrow(list->array, list->count, &list->room,
			    sizeof(*list->array));
	list->array[list->count++] = conn;
	return 0;
}

static void restart(void *data)
{
	struct connections *list = data;

	list->count = 0;
}

int connections_read(struct genl *genl, struct connections *list,
		     struct errors *errors)
{
	*list = (struct connections){ .array = NULL };
	return genl_dump(genl, MAILGUARD_CMD_CONNECTION_GET, connection_cb,
			 restart, list, errors);
}

static bool is_address_of(const struct endpoint *endpoint,
			  const struct filter *filter)
{
	return filter_takes_address(filter, endpoint->address, endpoint->len);
}

static bool is_chosen(const struct connection *conn,
		      const struct filter *filter)
{
	const struct word *words = filter->words;

	if (words[FILTER_POLICY].text &&
	    strcmp(words[FILTER_POLICY].text, conn->policy))
		return false;
	if (words[FILTER_STATE].text && filter->state != conn->state)
		return false;
	if (words[FILTER_ADDRESS].text &&
	    !is_address_of(&conn->client, filter) &&
	    !is_address_of(&conn->address, filter) &&
	    !is_address_of(&conn->server, filter))
		return false;
	return filter_takes_number(filter, FILTER_PASSED, conn->passed) &&
	       filter_takes_number(filter, FILTER_DENIED, conn->denied);
}

static void choose(struct connections *list, const struct filter *filter)
{
	size_t i, count = 0;

	for (i = 0; i < list->count; i++)
		if (is_chosen(&list->array[i], filter))
			list->array[count++] = list->array[i];
	list->count = count;
}

static int compare_endpoints(const struct endpoint *a,
			     const struct endpoint *b)
{
	int order;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	order = memcmp(a->address, b->address, a->len);
	return order ? order : memcmp(&a->port, &b->port, sizeof(a->port));
}

/* Returns a negative number if @a comes first. */
static int compare_numbers(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* Names and addresses ascend. Numbers descend: the worst come first. */
static int compare_by_key(const struct connection *a,
			  const struct connection *b, enum filter_key key)
{
	switch (key) {
	case FILTER_CLIENT:
		return compare_endpoints(&a->client, &b->client);
	case FILTER_SERVER:
		return compare_endpoints(&a->server, &b->server);
	case FILTER_POLICY:
		return strcmp(a->policy, b->policy);
	case FILTER_STATE:
		return compare_numbers(a->state, b->state);
	case FILTER_PASSED:
		return compare_numbers(b->passed, a->passed);
	default:
		return compare_numbers(b->denied, a->denied);
	}
}

static int compare(const void *a, const void *b, void *key)
{
	const struct connection *x = a, *y = b;
	int order = compare_by_key(x, y, *(enum filter_key *)key);

	return order ? order : compare_numbers(x->id, y->id);
}

static void sort(struct connections *list, const struct filter *filter)
{
	enum filter_key key = filter->sort;

	if (filter->words[FILTER_SORT].text && list->count)
		qsort_r(list->array, list->count, sizeof(*list->array),
			compare, &key);
}

static void print_connections(const struct connections *list,
			      struct document *document)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (document)
			add_connection(&list->array[i], document);
		else
			print_connection(&list->array[i]);
	}
}

void list_connections(const struct cmd *cmd, const struct show *show,
		      struct errors *errors)
{
	struct connections list;
	struct genl genl;
	int ret;

	ret = genl_open(&genl);
	if (ret) {
		genl_complain(ret, errors);
		return;
	}
	ret = connections_read(&genl, &list, errors);
	if (!ret) {
		choose(&list, cmd->filter);
		sort(&list, cmd->filter);
		print_connections(&list, show->document);
	}
	free(list.array);
	genl_close(&genl);
}
