// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <string.h>

#include <arpa/inet.h>
#include <libnftnl/set.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "memory.h"
#include "nft.h"
#include "nft_set.h"

/* Elements of a message: each takes less than 100 octets. */
#define ELEMENTS	500

/*
 * How nft names the type of a port, what it takes as a verdict, and the
 * order of octets. It reads this back to list a set the way it was written.
 */
#define TYPE_INET_SERVICE	13
#define TYPE_VERDICT		0xffffff00
#define BYTEORDER_NONE		0
#define BYTEORDER_BIG		2

/* Elements that go into one set, message by message. */
struct filler {
	struct nft_batch *batch;
	const char *name;
	uint32_t id;
	bool map;
	struct nftnl_set *set;
	unsigned int count;
};

static struct nftnl_set *set_alloc(const char *name, uint32_t id)
{
	struct nftnl_set *set = nftnl_set_alloc();

	if (!set ||
	    nftnl_set_set_str(set, NFTNL_SET_TABLE, NFT_TABLE) ||
	    nftnl_set_set_str(set, NFTNL_SET_NAME, name))
		out_of_memory();
	nftnl_set_set_u32(set, NFTNL_SET_ID, id);
	return set;
}

static void set_user_data(struct nftnl_set *set, bool map)
{
	struct nftnl_udata_buf *buf = nftnl_udata_buf_alloc(128);

	if (!buf)
		out_of_memory();
	nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_KEYBYTEORDER, BYTEORDER_BIG);
	if (map) {
		nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_DATABYTEORDER,
				    BYTEORDER_NONE);
		nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_DATA_INTERVAL, 0);
	}
	if (nftnl_set_set_data(set, NFTNL_SET_USERDATA,
			       nftnl_udata_buf_data(buf),
			       nftnl_udata_buf_len(buf)))
		out_of_memory();
	nftnl_udata_buf_free(buf);
}

static void add_set(const struct filler *filler)
{
	struct nftnl_set *set = set_alloc(filler->name, filler->id);
	uint32_t flags = NFT_SET_INTERVAL;
	struct nlmsghdr *nlh;

	if (filler->map) {
		flags |= NFT_SET_MAP;
		nftnl_set_set_u32(set, NFTNL_SET_DATA_TYPE, TYPE_VERDICT);
		nftnl_set_set_u32(set, NFTNL_SET_DATA_LEN, 0);
	}
	nftnl_set_set_u32(set, NFTNL_SET_FLAGS, flags);
	nftnl_set_set_u32(set, NFTNL_SET_FAMILY, NFPROTO_INET);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_TYPE, TYPE_INET_SERVICE);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_LEN, sizeof(uint16_t));
	set_user_data(set, filler->map);
	nlh = nft_batch_message(filler->batch, NFT_MSG_NEWSET, NLM_F_CREATE,
				NULL, "%s %s", filler->map ? "map" : "set",
				filler->name);
	nftnl_set_nlmsg_build_payload(nlh, set);
	nft_batch_message_end(filler->batch);
	nftnl_set_free(set);
}

static void flush(struct filler *filler)
{
	struct nlmsghdr *nlh;

	if (!filler->set)
		return;
	nlh = nft_batch_message(filler->batch, NFT_MSG_NEWSETELEM,
				NLM_F_CREATE, NULL, "the elements of %s %s",
				filler->map ? "map" : "set", filler->name);
	nftnl_set_elems_nlmsg_build_payload(nlh, filler->set);
	nft_batch_message_end(filler->batch);
	nftnl_set_free(filler->set);
	filler->set = NULL;
	filler->count = 0;
}

static struct nftnl_set_elem *add_element(struct filler *filler, uint16_t port)
{
	struct nftnl_set_elem *elem;
	uint16_t key = htons(port);

	if (filler->count == ELEMENTS)
		flush(filler);
	if (!filler->set)
		filler->set = set_alloc(filler->name, filler->id);
	elem = nftnl_set_elem_alloc();
	if (!elem || nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, &key,
					sizeof(key)))
		out_of_memory();
	nftnl_set_elem_add(filler->set, elem);
	filler->count++;
	return elem;
}

static void add_end(struct filler *filler, uint16_t port)
{
	nftnl_set_elem_set_u32(add_element(filler, port), NFTNL_SET_ELEM_FLAGS,
			       NFT_SET_ELEM_INTERVAL_END);
}

static void set_verdict(struct nftnl_set_elem *elem, const struct fixup *fixup)
{
	char helper[FIXUP_HELPER_SIZE];

	fixup_helper(fixup, helper);
	nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_VERDICT, NFT_GOTO);
	if (nftnl_set_elem_set_str(elem, NFTNL_SET_ELEM_CHAIN, helper))
		out_of_memory();
}

/* For nft: there is no end because there is no port behind. */
static void set_open(struct nftnl_set_elem *elem)
{
	struct nftnl_udata_buf *buf = nftnl_udata_buf_alloc(64);

	if (!buf)
		out_of_memory();
	nftnl_udata_put_u32(buf, NFTNL_UDATA_SET_ELEM_FLAGS,
			    NFTNL_SET_ELEM_F_INTERVAL_OPEN);
	if (nftnl_set_elem_set(elem, NFTNL_SET_ELEM_USERDATA,
			       nftnl_udata_buf_data(buf),
			       nftnl_udata_buf_len(buf)))
		out_of_memory();
	nftnl_udata_buf_free(buf);
}

/* Where each range begins, and where none begins behind it, its end. */
static void add_ranges(struct filler *filler, const struct fixup_list *list)
{
	const struct fixup *fixup, *stop = list->array + list->count;
	struct nftnl_set_elem *elem;

	add_set(filler);
	add_end(filler, 0);
	for (fixup = list->array; fixup < stop; fixup++) {
		elem = add_element(filler, fixup->first);
		if (filler->map)
			set_verdict(elem, fixup);
		if (fixup->last == UINT16_MAX)
			set_open(elem);
		else
			add_end(filler, fixup->last + 1);
	}
	flush(filler);
}

void nft_add_ports(struct nft_batch *batch, const struct fixup_list *list)
{
	struct filler filler = {
		.batch = batch,
		.name = NFT_SET_PORTS,
		.id = 1,
	};

	add_ranges(&filler, list);
}

void nft_add_policies(struct nft_batch *batch, const struct fixup_list *list)
{
	struct filler filler = {
		.batch = batch,
		.name = NFT_MAP_POLICIES,
		.id = 2,
		.map = true,
	};

	add_ranges(&filler, list);
}
