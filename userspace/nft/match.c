// SPDX-License-Identifier: GPL-2.0
/* Narrowed fixups in the table: their sets and rules. */
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

#include "lib/memory.h"
#include "nft/elements.h"
#include "nft/match.h"

/*
 * A set of narrowed fixup N: the map of its ports, or the values of one match.
 */
struct narrowed_set {
	unsigned int number;
	bool match;
	enum match_key key;
	bool negated;
};

struct narrowed_sets {
	struct narrowed_set *array;
	size_t count;
	size_t room;
};

void nft_narrowed_ports_name(char name[NFT_SET_SIZE], unsigned int number)
{
	snprintf(name, NFT_SET_SIZE, "fixup-%u", number);
}

void nft_match_set_name(char name[NFT_SET_SIZE], unsigned int number,
			enum match_key key, bool negated)
{
	char *c;

	snprintf(name, NFT_SET_SIZE, "fixup-%u%s %s", number,
		 negated ? "-not" : "", match_words(key));
	while ((c = strchr(name, ' ')))
		*c = '-';
}

static bool is_match(const char *name, struct narrowed_set *set)
{
	char again[NFT_SET_SIZE];
	int i;

	for (i = 0; i < 2 * MATCH_KEYS; i++) {
		set->key = i / 2;
		set->negated = i % 2;
		nft_match_set_name(again, set->number, set->key, set->negated);
		if (!strcmp(name, again))
			return true;
	}
	return false;
}

/*
 * Accepts only names that nft_narrowed_ports_name() and nft_match_set_name()
 * make.
 */
static bool parse_name(const char *name, struct narrowed_set *set)
{
	char again[NFT_SET_SIZE];

	*set = (struct narrowed_set){ .match = false };
	if (sscanf(name, "fixup-%u", &set->number) != 1)
		return false;
	nft_narrowed_ports_name(again, set->number);
	set->match = strcmp(name, again);
	return !set->match || is_match(name, set);
}

static int set_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_set *set = nftnl_set_alloc();
	struct narrowed_sets *sets = data;
	struct narrowed_set found;
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (nftnl_set_nlmsg_parse(nlh, set)) {
		ret = -EBADMSG;
	} else if (parse_name(nftnl_set_get_str(set, NFTNL_SET_NAME),
			      &found)) {
		sets->array = xgrow(sets->array, sets->count, &sets->room,
				    sizeof(*sets->array));
		sets->array[sets->count++] = found;
	}
	nftnl_set_free(set);
	return ret;
}

/* Sorts sets by the number of their fixup. The map of ports comes first. */
static int compare(const void *a, const void *b)
{
	const struct narrowed_set *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->match - y->match;
}

static int find_sets(struct nft *nft, struct narrowed_sets *sets,
		     struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 128];
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSET, NFPROTO_INET,
				    NLM_F_DUMP, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, NFT_TABLE);
	ret = netlink_ask(&nft->nl, nlh, set_cb, sets, error);
	if (sets->count)
		qsort(sets->array, sets->count, sizeof(*sets->array), compare);
	return ret == -ENOENT ? 0 : ret;
}

static int read_match(struct nft *nft, struct matches *matches,
		      const struct narrowed_set *set,
		      struct netlink_error *error)
{
	struct nft_elements elements = { .size = match_size(set->key) };
	struct match_range range;
	char name[NFT_SET_SIZE];
	size_t i;
	int ret;

	nft_match_set_name(name, set->number, set->key, set->negated);
	ret = nft_elements_read(nft, name, &elements, error);
	for (i = 0; i < elements.count; i++) {
		memcpy(range.first, elements.array[i].key, MATCH_SIZE);
		if (set->key == MATCH_IIFNAME)
			memcpy(range.last, range.first, MATCH_SIZE);
		else if (!nft_elements_range(&elements, i, range.last))
			continue;
		matches_add(matches, set->key, &range);
		matches->by_key[set->key].negated = set->negated;
	}
	nft_elements_free(&elements);
	return ret;
}

/*
 * Reads port 25 and policy "default" from the element "25 : goto
 * narrowed-smtp".
 */
static bool read_ports(const struct nft_elements *elements,
		       struct fixup *fixup)
{
	size_t i, prefix = strlen(NFT_NARROWED);
	uint8_t last[MATCH_SIZE];
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

/*
 * Reads a narrowed fixup from its sets, of which the map of ports is the first.
 * Moves @set behind the last of them.
 */
static int read_fixup(struct nft *nft, struct fixup_list *list,
		      const struct narrowed_set **set,
		      const struct narrowed_set *stop,
		      struct netlink_error *error)
{
	struct nft_elements elements = { .size = sizeof(uint16_t) };
	struct fixup fixup = { .matches = NULL };
	unsigned int number = (*set)->number;
	char name[NFT_SET_SIZE];
	bool found;
	int ret;

	nft_narrowed_ports_name(name, number);
	ret = nft_elements_read(nft, name, &elements, error);
	found = !ret && read_ports(&elements, &fixup);
	nft_elements_free(&elements);
	fixup.matches = xzalloc(sizeof(*fixup.matches));
	for (; *set < stop && (*set)->number == number; ++*set)
		if (found && !ret && (*set)->match)
			ret = read_match(nft, fixup.matches, *set, error);
	matches_sort(fixup.matches);
	if (found && !ret)
		fixup_list_add_narrowed(list, &fixup);
	matches_free(fixup.matches);
	return ret;
}

int nft_narrowed_read(struct nft *nft, struct fixup_list *list,
		      struct netlink_error *error)
{
	struct narrowed_sets sets = { .array = NULL };
	const struct narrowed_set *set, *stop;
	int ret;

	ret = find_sets(nft, &sets, error);
	set = sets.array;
	stop = set + sets.count;
	while (!ret && set < stop)
		ret = read_fixup(nft, list, &set, stop, error);
	free(sets.array);
	return ret;
}

static void match_address(struct nftnl_rule *rule, enum match_key key,
			  bool reply, const char *set, bool negated)
{
	bool ip = key == MATCH_IP_SADDR || key == MATCH_IP_DADDR;
	bool source = key == MATCH_IP_SADDR || key == MATCH_IP6_SADDR;
	uint32_t offset;

	if (source != reply)
		offset = ip ? offsetof(struct iphdr, saddr) :
			      offsetof(struct ip6_hdr, ip6_src);
	else
		offset = ip ? offsetof(struct iphdr, daddr) :
			      offsetof(struct ip6_hdr, ip6_dst);
	rule_address_in_set(rule, ip ? NFPROTO_IPV4 : NFPROTO_IPV6, offset,
			    match_size(key), set, negated);
}

void nft_rule_match(struct nftnl_rule *rule, const struct fixup *fixup,
		    unsigned int number, bool reply)
{
	const struct match *match;
	char set[NFT_SET_SIZE];
	int key;

	for (key = 0; key < MATCH_KEYS; key++) {
		match = &fixup->matches->by_key[key];
		if (!match->count)
			continue;
		nft_match_set_name(set, number, key, match->negated);
		if (key == MATCH_IIFNAME)
			rule_meta_in_set(rule, reply ? NFT_META_OIFNAME :
					 NFT_META_IIFNAME, set,
					 match->negated);
		else
			match_address(rule, key, reply, set, match->negated);
	}
}
