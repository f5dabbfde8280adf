// SPDX-License-Identifier: GPL-2.0
/* What the table in the kernel says. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <libnftnl/common.h>
#include <libnftnl/gen.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "memory.h"
#include "nft.h"

#define READ_ATTEMPTS	20

/* Where in the ports something begins to be true. */
struct edge {
	uint16_t port;
	bool end;		/* no policy from here on */
	struct fixup fixup;	/* the policy */
};

struct edges {
	struct edge *array;
	size_t count;
	size_t room;
};

int nft_open(struct nft *nft, struct errors *errors)
{
	int ret;

	*nft = (struct nft){ .table = false };
	ret = netlink_open(&nft->nl, NETLINK_NETFILTER);
	if (ret)
		error_at(errors, NULL, "the kernel has no nftables: %s",
			 strerror(-ret));
	return ret;
}

void nft_close(struct nft *nft)
{
	netlink_close(&nft->nl);
}

static int generation_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_gen *gen = nftnl_gen_alloc();
	uint32_t *generation = data;
	int ret = 0;

	if (!gen)
		return -ENOMEM;
	if (nftnl_gen_nlmsg_parse(nlh, gen))
		ret = -EBADMSG;
	else
		*generation = nftnl_gen_get_u32(gen, NFTNL_GEN_ID);
	nftnl_gen_free(gen);
	return ret;
}

static int read_generation(struct nft *nft, struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 64];
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETGEN, NFPROTO_UNSPEC,
				    NLM_F_ACK, 0);
	return netlink_ask(&nft->nl, nlh, generation_cb, &nft->generation,
			   error);
}

static int read_table(struct nft *nft, struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 128];
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETTABLE, NFPROTO_INET,
				    NLM_F_ACK, 0);
	mnl_attr_put_strz(nlh, NFTA_TABLE_NAME, NFT_TABLE);
	ret = netlink_ask(&nft->nl, nlh, NULL, NULL, error);
	nft->table = !ret;
	return ret == -ENOENT ? 0 : ret;
}

/*
 * Of "25 : goto smtp" the 25 and "default". What else a stranger put into the
 * map is no fixup.
 */
static int edge_cb(struct nftnl_set_elem *elem, void *data)
{
	struct edges *edges = data;
	struct edge edge = { .end = true };
	const char *chain;
	const void *key;
	uint32_t len, flags = 0;
	uint16_t port;

	key = nftnl_set_elem_get(elem, NFTNL_SET_ELEM_KEY, &len);
	if (!key || len != sizeof(port))
		return 0;
	memcpy(&port, key, sizeof(port));
	edge.port = ntohs(port);
	if (nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_FLAGS))
		flags = nftnl_set_elem_get_u32(elem, NFTNL_SET_ELEM_FLAGS);
	if (!(flags & NFT_SET_ELEM_INTERVAL_END) &&
	    nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_CHAIN)) {
		chain = nftnl_set_elem_get_str(elem, NFTNL_SET_ELEM_CHAIN);
		edge.end = !fixup_policy_of(chain, &edge.fixup);
	}
	edges->array = xgrow(edges->array, edges->count, &edges->room,
			     sizeof(*edges->array));
	edges->array[edges->count++] = edge;
	return 0;
}

static int elements_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_set *set = nftnl_set_alloc();
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (nftnl_set_elems_nlmsg_parse(nlh, set))
		ret = -EBADMSG;
	else
		nftnl_set_elem_foreach(set, edge_cb, data);
	nftnl_set_free(set);
	return ret;
}

static int read_edges(struct nft *nft, struct edges *edges,
		      struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 128];
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM, NFPROTO_INET,
				    NLM_F_DUMP, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, NFT_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, NFT_MAP_POLICIES);
	ret = netlink_ask(&nft->nl, nlh, elements_cb, edges, error);
	return ret == -ENOENT ? 0 : ret;
}

/* By port; where one range ends as the next begins, the end comes first. */
static int compare(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return y->end - x->end;
}

static void to_fixups(struct edges *edges, struct fixup_list *list)
{
	const struct edge *edge, *next, *stop;
	struct fixup fixup;

	if (!edges->count)
		return;
	qsort(edges->array, edges->count, sizeof(*edges->array), compare);
	stop = edges->array + edges->count;
	for (edge = edges->array; edge < stop; edge++) {
		next = edge + 1;
		if (edge->end || (next < stop && next->port == edge->port))
			continue;
		fixup = edge->fixup;
		fixup.first = edge->port;
		fixup.last = next < stop ? next->port - 1 : 65535;
		fixup_list_insert(list, &fixup);
	}
}

static int read_once(struct nft *nft, struct fixup_list *list,
		     struct netlink_error *error)
{
	struct edges edges = { .array = NULL };
	int ret;

	ret = read_generation(nft, error);
	if (!ret)
		ret = read_table(nft, error);
	if (!ret)
		ret = read_edges(nft, &edges, error);
	if (!ret)
		to_fixups(&edges, list);
	free(edges.array);
	return ret;
}

int nft_read(struct nft *nft, struct fixup_list *list, struct errors *errors)
{
	struct netlink_error error;
	int ret, attempts = READ_ATTEMPTS;

	do {
		ret = read_once(nft, list, &error);
	} while (ret == -EINTR && --attempts);
	if (ret == -EPERM)
		error_not_permitted(errors);
	else if (ret)
		error_at(errors, NULL, "cannot read the nft table inet %s: %s",
			 NFT_TABLE,
			 error.text[0] ? error.text : strerror(-ret));
	return ret;
}
