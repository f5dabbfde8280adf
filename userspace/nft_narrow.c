// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>

#include "memory.h"
#include "nft_elements.h"
#include "nft_narrow.h"

/* The numbers of the fixups found. */
struct found {
	unsigned int *array;
	size_t count;
	size_t room;
};

void nft_narrowed_ports_name(char name[NFT_SET_SIZE], unsigned int number)
{
	snprintf(name, NFT_SET_SIZE, "fixup-%u", number);
}

void nft_narrowing_name(char name[NFT_SET_SIZE], unsigned int number,
			enum narrow_key key, bool negated)
{
	char *c;

	snprintf(name, NFT_SET_SIZE, "fixup-%u%s %s", number,
		 negated ? "-not" : "", narrow_words(key));
	while ((c = strchr(name, ' ')))
		*c = '-';
}

/* Only names as nft_narrowed_ports_name() makes them. */
static bool number_of(const char *name, unsigned int *number)
{
	char again[NFT_SET_SIZE];

	if (sscanf(name, "fixup-%u", number) != 1)
		return false;
	nft_narrowed_ports_name(again, *number);
	return !strcmp(name, again);
}

static int set_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_set *set = nftnl_set_alloc();
	struct found *found = data;
	unsigned int number;
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (nftnl_set_nlmsg_parse(nlh, set)) {
		ret = -EBADMSG;
	} else if (number_of(nftnl_set_get_str(set, NFTNL_SET_NAME), &number)) {
		found->array = xgrow(found->array, found->count, &found->room,
				     sizeof(*found->array));
		found->array[found->count++] = number;
	}
	nftnl_set_free(set);
	return ret;
}

static int find_numbers(struct nft *nft, struct found *found,
			struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 128];
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSET, NFPROTO_INET,
				    NLM_F_DUMP, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, NFT_TABLE);
	ret = netlink_ask(&nft->nl, nlh, set_cb, found, error);
	return ret == -ENOENT ? 0 : ret;
}

static int read_match(struct nft *nft, struct narrowing *narrowing,
		      unsigned int number, enum narrow_key key, bool negated,
		      struct netlink_error *error)
{
	struct nft_elements elements = { .size = narrow_size(key) };
	struct narrow_range range;
	char name[NFT_SET_SIZE];
	size_t i;
	int ret;

	nft_narrowing_name(name, number, key, negated);
	ret = nft_elements_read(nft, name, &elements, error);
	for (i = 0; i < elements.count; i++) {
		memcpy(range.first, elements.array[i].key, NARROW_SIZE);
		if (key == NARROW_IIFNAME)
			memcpy(range.last, range.first, NARROW_SIZE);
		else if (!nft_elements_range(&elements, i, range.last))
			continue;
		narrowing_add(narrowing, key, &range);
		narrowing->matches[key].negated = negated;
	}
	nft_elements_free(&elements);
	return ret;
}

static int read_narrowing(struct nft *nft, struct narrowing *narrowing,
			  unsigned int number, struct netlink_error *error)
{
	int ret = 0, key;

	for (key = 0; !ret && key < NARROW_KEYS; key++) {
		ret = read_match(nft, narrowing, number, key, false, error);
		if (!ret)
			ret = read_match(nft, narrowing, number, key, true,
					 error);
	}
	narrowing_sort(narrowing);
	return ret;
}

/* Of "25 : goto narrowed-smtp" the 25 and "default". */
static bool read_ports(const struct nft_elements *elements,
		       struct fixup *fixup)
{
	size_t i, prefix = strlen(NFT_NARROWED);
	uint8_t last[NARROW_SIZE];
	uint16_t port;

	for (i = 0; i < elements->count; i++) {
		if (strncmp(elements->array[i].chain, NFT_NARROWED, prefix) ||
		    !fixup_policy_of(elements->array[i].chain + prefix,
				     fixup) ||
		    !nft_elements_range(elements, i, last))
			continue;
		memcpy(&port, elements->array[i].key, sizeof(port));
		fixup->first = ntohs(port);
		memcpy(&port, last, sizeof(port));
		fixup->last = ntohs(port);
		return true;
	}
	return false;
}

static int read_fixup(struct nft *nft, struct fixup_list *list,
		      unsigned int number, struct netlink_error *error)
{
	struct nft_elements elements = { .size = sizeof(uint16_t) };
	struct fixup fixup = { .narrowing = NULL };
	char name[NFT_SET_SIZE];
	int ret;

	nft_narrowed_ports_name(name, number);
	ret = nft_elements_read(nft, name, &elements, error);
	if (!ret && read_ports(&elements, &fixup)) {
		fixup.narrowing = xzalloc(sizeof(*fixup.narrowing));
		ret = read_narrowing(nft, fixup.narrowing, number, error);
		if (!ret)
			fixup_list_add_narrowed(list, &fixup);
		narrowing_free(fixup.narrowing);
	}
	nft_elements_free(&elements);
	return ret;
}

static int compare(const void *a, const void *b)
{
	const unsigned int *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int nft_narrowed_read(struct nft *nft, struct fixup_list *list,
		      struct netlink_error *error)
{
	struct found found = { .array = NULL };
	size_t i;
	int ret;

	ret = find_numbers(nft, &found, error);
	if (found.count)
		qsort(found.array, found.count, sizeof(*found.array), compare);
	for (i = 0; !ret && i < found.count; i++)
		ret = read_fixup(nft, list, found.array[i], error);
	free(found.array);
	return ret;
}

static void narrow_address(struct nftnl_rule *rule, enum narrow_key key,
			   bool reply, const char *set, bool negated)
{
	bool ip = key == NARROW_IP_SADDR || key == NARROW_IP_DADDR;
	bool source = key == NARROW_IP_SADDR || key == NARROW_IP6_SADDR;
	uint32_t offset;

	if (source != reply)
		offset = ip ? offsetof(struct iphdr, saddr) :
			      offsetof(struct ip6_hdr, ip6_src);
	else
		offset = ip ? offsetof(struct iphdr, daddr) :
			      offsetof(struct ip6_hdr, ip6_dst);
	rule_address_in_set(rule, ip ? NFPROTO_IPV4 : NFPROTO_IPV6, offset,
			    narrow_size(key), set, negated);
}

void nft_rule_narrow(struct nftnl_rule *rule, const struct fixup *fixup,
		     unsigned int number, bool reply)
{
	const struct narrow_match *match;
	char set[NFT_SET_SIZE];
	int key;

	for (key = 0; key < NARROW_KEYS; key++) {
		match = &fixup->narrowing->matches[key];
		if (!match->count)
			continue;
		nft_narrowing_name(set, number, key, match->negated);
		if (key == NARROW_IIFNAME)
			rule_meta_in_set(rule, reply ? NFT_META_OIFNAME :
					 NFT_META_IIFNAME, set,
					 match->negated);
		else
			narrow_address(rule, key, reply, set, match->negated);
	}
}
