// SPDX-License-Identifier: GPL-2.0
/* Lists the clients that may not connect, and lets them connect again. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <linux/netfilter.h>

#include "commands/show.h"
#include "language/json.h"
#include "language/time.h"
#include "lib/memory.h"
#include "nft/offenders.h"

#define NETWORK		8	/* bytes of an IPv6 address: a /64 */

static int read_offenders(struct nft *nft, void *data,
			  struct netlink_error *error)
{
	return nft_offenders_read(nft, NFT_TABLE, data, error);
}

static int read_whole(struct nft *nft, struct offender_list *list,
		      struct errors *errors)
{
	return nft_read_whole(nft, read_offenders, list, "sets of offenders",
			      errors);
}

static char *client_text(const struct offender *offender)
{
	bool ipv6 = offender->nfproto == NFPROTO_IPV6;
	char text[INET6_ADDRSTRLEN];

	inet_ntop(ipv6 ? AF_INET6 : AF_INET, offender->address, text,
		  sizeof(text));
	return xasprintf("%s%s", text, ipv6 ? "/64" : "");
}

static int compare(const void *a, const void *b)
{
	const struct offender *x = a, *y = b;
	int order = strcmp(x->policy, y->policy);

	if (!order)
		order = x->nfproto - y->nfproto;
	return order ? order : memcmp(x->address, y->address,
				      sizeof(x->address));
}

static void print_offender(const struct offender *offender, int width)
{
	time_t since = time(NULL) - (offender->timeout - offender->expires) /
		       1000;
	char *left = time_text((offender->expires + 999) / 1000);
	char *client = client_text(offender), text[64];

	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z",
		 localtime(&since));
	printf("client %-*s  policy %-*s  since %s  left %s\n", width, client,
	       MAILGUARD_POLICY_NAME_MAX, offender->policy, text, left);
	free(client);
	free(left);
}

static void add_offender(const struct offender *offender,
			 struct document *document)
{
	json_t *object = json_checked(json_object());
	char *client = client_text(offender);

	json_put(object, "client", json_text(client));
	json_put(object, "policy", json_text(offender->policy));
	json_put(object, "for", json_integer(offender->timeout / 1000));
	json_put(object, "left", json_integer((offender->expires + 999) / 1000));
	document_add(document, "offender", object);
	free(client);
}

/* The columns are as wide as the longest address. */
static void print_all(const struct offender_list *list)
{
	int width = 0, n;
	char *text;
	size_t i;

	for (i = 0; i < list->count; i++) {
		text = client_text(&list->array[i]);
		n = strlen(text);
		width = n > width ? n : width;
		free(text);
	}
	for (i = 0; i < list->count; i++)
		print_offender(&list->array[i], width);
}

void list_offenders(const struct cmd *cmd, const struct show *show,
		    struct errors *errors)
{
	struct offender_list list = { .array = NULL };
	struct nft nft;
	size_t i;

	(void)cmd;
	if (nft_open(&nft, errors))
		return;
	if (read_whole(&nft, &list, errors))
		list.count = 0;
	if (list.count)
		qsort(list.array, list.count, sizeof(*list.array), compare);
	for (i = 0; show->document && i < list.count; i++)
		add_offender(&list.array[i], show->document);
	if (!show->document)
		print_all(&list);
	offender_list_free(&list);
	nft_close(&nft);
}

/* Reads an address, or a /64 of IPv6 as list offenders prints it. */
static bool read_client(const struct word *word, struct offender *client)
{
	char *text = xstrdup(word->text), *slash = strchr(text, '/');
	bool ipv6 = strchr(text, ':');
	bool ok = !slash || (ipv6 && !strcmp(slash, "/64"));

	if (slash)
		*slash = '\0';
	ok &= inet_pton(ipv6 ? AF_INET6 : AF_INET, text, client->address) == 1;
	client->nfproto = ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	if (ipv6)
		memset(client->address + NETWORK, 0, NETWORK);
	free(text);
	return ok;
}

static bool is_client(const struct offender *offender,
		      const struct offender *client)
{
	return offender->nfproto == client->nfproto &&
	       !memcmp(offender->address, client->address,
		       sizeof(client->address));
}

/* Returns how many of the list were that client; if it is NULL, all are. */
static size_t forgive(struct nft *nft, const struct offender_list *list,
		      const struct offender *client, struct errors *errors)
{
	const struct offender *offender = list->array;
	const char *before = "";
	struct netlink_error error;
	size_t found = 0;
	int ret = 0;

	for (; !ret && offender < list->array + list->count; offender++) {
		if (client ? !is_client(offender, client) :
			     !strcmp(offender->policy, before))
			continue;
		found++;
		before = offender->policy;
		ret = nft_offenders_forgive(nft, before, client, &error);
	}
	if (ret == -EPERM)
		error_not_permitted(errors);
	else if (ret)
		error_at(errors, NULL, "cannot delete an offender: %s",
			 strerror(-ret));
	return found;
}

void delete_offender(const struct cmd *cmd, const struct show *show,
		     struct errors *errors)
{
	const struct word *client = &cmd->client;
	struct offender_list list = { .array = NULL };
	struct offender of = { .timeout = 0 };
	struct nft nft;

	(void)show;
	if (client->text && !read_client(client, &of)) {
		error_at(errors, &client->loc,
			 "'%s' is not an IPv4 address, an IPv6 address or a /64 of IPv6",
			 client->text);
		return;
	}
	if (nft_open(&nft, errors))
		return;
	if (!read_whole(&nft, &list, errors) &&
	    !forgive(&nft, &list, client->text ? &of : NULL, errors) &&
	    client->text)
		error_at(errors, &client->loc, "'%s' is no offender",
			 client->text);
	offender_list_free(&list);
	nft_close(&nft);
}
