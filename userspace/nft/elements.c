// SPDX-License-Identifier: GPL-2.0
/* Reads the elements of sets and maps. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "lib/memory.h"
#include "nft/elements.h"

static int element_cb(struct nftnl_set_elem *elem, void *data)
{
	struct nft_elements *elements = data;
	struct nft_element new = { .end = false };
	const char *chain = NULL;
	const void *key;
	uint32_t len;

	key = nftnl_set_elem_get(elem, NFTNL_SET_ELEM_KEY, &len);
	if (!key || len != elements->size)
		return 0;
	memcpy(new.key, key, len);
	if (nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_FLAGS))
		new.end = nftnl_set_elem_get_u32(elem, NFTNL_SET_ELEM_FLAGS) &
			  NFT_SET_ELEM_INTERVAL_END;
	if (nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_CHAIN))
		chain = nftnl_set_elem_get_str(elem, NFTNL_SET_ELEM_CHAIN);
	/* No chain of ours has a longer name. */
	if (chain && strlen(chain) < sizeof(new.chain))
		strcpy(new.chain, chain);
	elements->array = xgrow(elements->array, elements->count,
				&elements->room, sizeof(*elements->array));
	elements->array[elements->count++] = new;
	return 0;
}

int nft_elements_each(const struct nlmsghdr *nlh, nft_element_cb *cb,
		      void *data)
{
	struct nftnl_set *set = nftnl_set_alloc();
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (nftnl_set_elems_nlmsg_parse(nlh, set))
		ret = -EBADMSG;
	else
		nftnl_set_elem_foreach(set, cb, data);
	nftnl_set_free(set);
	return ret;
}

static int elements_cb(const struct nlmsghdr *nlh, void *data)
{
	return nft_elements_each(nlh, element_cb, data);
}

/*
 * Sorts by key. If one range ends where the next begins, the end comes first.
 */
static int compare(const void *a, const void *b)
{
	const struct nft_element *x = a, *y = b;
	int order = memcmp(x->key, y->key, sizeof(x->key));

	return order ? order : y->end - x->end;
}

int nft_elements_dump(struct nft *nft, const char *table, const char *set,
		      netlink_cb *cb, void *data, struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 128];
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSETELEM, NFPROTO_INET,
				    NLM_F_DUMP, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, table);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, set);
	ret = netlink_ask(&nft->nl, nlh, cb, data, error);
	return ret == -ENOENT ? 0 : ret;
}

int nft_elements_read(struct nft *nft, const char *set,
		      struct nft_elements *elements,
		      struct netlink_error *error)
{
	int ret;

	ret = nft_elements_dump(nft, NFT_TABLE, set, elements_cb, elements,
				error);
	if (elements->count)
		qsort(elements->array, elements->count,
		      sizeof(*elements->array), compare);
	return ret;
}

void nft_elements_free(struct nft_elements *elements)
{
	free(elements->array);
	*elements = (struct nft_elements){ .array = NULL };
}

/* Subtracts 1 from the key, which is not 0. */
static void previous_key(uint8_t *key, size_t size)
{
	while (size--)
		if (key[size]--)
			return;
}

bool nft_elements_range(const struct nft_elements *elements, size_t i,
			uint8_t last[MATCH_SIZE])
{
	const struct nft_element *element = &elements->array[i];
	const struct nft_element *next = element + 1;

	memset(last, 0, MATCH_SIZE);
	if (element->end)
		return false;
	if (i + 1 == elements->count) {
		memset(last, 0xff, elements->size);
		return true;
	}
	if (!memcmp(next->key, element->key, MATCH_SIZE))
		return false;
	memcpy(last, next->key, MATCH_SIZE);
	previous_key(last, elements->size);
	return true;
}
