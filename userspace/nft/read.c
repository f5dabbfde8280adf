// SPDX-License-Identifier: GPL-2.0
/* Reads the fixups from the table in the kernel. */
#include <errno.h>
#include <string.h>

#include <arpa/inet.h>
#include <libnftnl/common.h>
#include <libnftnl/gen.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "lib/retry.h"
#include "nft/closed.h"
#include "nft/elements.h"
#include "nft/match.h"
#include "nft/table.h"

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

static int read_generation(struct nft *nft, uint32_t *generation,
			   struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 64];
	struct nlmsghdr *nlh;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETGEN, NFPROTO_UNSPEC,
				    NLM_F_ACK, 0);
	return netlink_ask(&nft->nl, nlh, generation_cb, generation, error);
}

static int time_cb(const struct nftnl_udata *attr, void *data)
{
	struct nft *nft = data;
	uint64_t time;

	if (nftnl_udata_len(attr) != sizeof(time))
		return 0;
	memcpy(&time, nftnl_udata_get(attr), sizeof(time));
	if (nftnl_udata_type(attr) == NFT_UDATA_SINCE)
		nft->since = time;
	else if (nftnl_udata_type(attr) == NFT_UDATA_CHANGED)
		nft->changed = time;
	return 0;
}

static int table_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_table *table = nftnl_table_alloc();
	const void *times;
	uint32_t len;
	int ret = 0;

	if (!table)
		return -ENOMEM;
	if (nftnl_table_nlmsg_parse(nlh, table)) {
		ret = -EBADMSG;
	} else {
		times = nftnl_table_get_data(table, NFTNL_TABLE_USERDATA, &len);
		if (times)
			nftnl_udata_parse(times, len, time_cb, data);
	}
	nftnl_table_free(table);
	return ret;
}

static int read_table(struct nft *nft, struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 128];
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETTABLE, NFPROTO_INET,
				    NLM_F_ACK, 0);
	mnl_attr_put_strz(nlh, NFTA_TABLE_NAME, NFT_TABLE);
	nft->since = 0;
	nft->changed = 0;
	ret = netlink_ask(&nft->nl, nlh, table_cb, nft, error);
	nft->table = !ret;
	return ret == -ENOENT ? 0 : ret;
}

/*
 * Reads port 25 and policy "default" from the element "25 : goto smtp". Other
 * elements, which someone else added to the map, are no fixups.
 */
static void to_fixups(const struct nft_elements *elements,
		      struct fixup_list *list)
{
	struct fixup fixup = { .matches = NULL };
	uint8_t last[MATCH_SIZE];
	uint16_t port;
	size_t i;

	for (i = 0; i < elements->count; i++) {
		if (!fixup_policy_of(elements->array[i].chain, &fixup) ||
		    !nft_elements_range(elements, i, last))
			continue;
		memcpy(&port, elements->array[i].key, sizeof(port));
		fixup.first = ntohs(port);
		memcpy(&port, last, sizeof(port));
		fixup.last = ntohs(port);
		fixup_list_insert(list, &fixup);
	}
}

static int read_fixups(struct nft *nft, void *data,
		       struct netlink_error *error)
{
	struct nft_elements elements = { .size = sizeof(uint16_t) };
	struct fixup_list *list = data;
	int ret;

	fixup_list_free(list);
	ret = read_table(nft, error);
	if (!ret)
		ret = nft_elements_read(nft, NFT_MAP_POLICIES, &elements,
					error);
	if (!ret)
		to_fixups(&elements, list);
	if (!ret)
		ret = nft_narrowed_read(nft, list, error);
	if (!ret)
		ret = nft_closed_read(nft, error);
	nft_elements_free(&elements);
	return ret;
}

/*
 * The kernel reports changes during a dump, but not between two dumps. So the
 * generation of the ruleset is compared.
 */
static int read_once(struct nft *nft, nft_reader *reader, void *data,
		     struct netlink_error *error)
{
	uint32_t after;
	int ret;

	ret = read_generation(nft, &nft->generation, error);
	if (!ret)
		ret = reader(nft, data, error);
	if (!ret)
		ret = read_generation(nft, &after, error);
	if (!ret && after != nft->generation)
		ret = -EINTR;
	return ret;
}

int nft_read_whole(struct nft *nft, nft_reader *reader, void *data,
		   const char *what, struct errors *errors)
{
	struct netlink_error error;
	struct retry retry;
	int ret;

	retry_begin(&retry);
	do {
		ret = read_once(nft, reader, data, &error);
	} while (ret == -EINTR && retry_wait(&retry));
	if (ret == -EPERM)
		error_not_permitted(errors);
	else if (ret == -EINTR)
		error_at(errors, NULL,
			 "cannot read the nft %s: others change the ruleset all the time",
			 what);
	else if (ret)
		error_at(errors, NULL, "cannot read the nft %s: %s", what,
			 error.text[0] ? error.text : strerror(-ret));
	return ret;
}

int nft_read(struct nft *nft, struct fixup_list *list, struct errors *errors)
{
	return nft_read_whole(nft, read_fixups, list, "table inet " NFT_TABLE,
			      errors);
}
