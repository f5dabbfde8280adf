// SPDX-License-Identifier: GPL-2.0
/*
 * Writes and reads what the table has for offenders. For a policy "login" with
 * "offenders after 3 auth-failed for 1h" whose number is 1, it holds this, and
 * the same for IPv6:
 *
 *	set strikes4-login { type ipv4_addr; size 65536; flags dynamic,timeout; }
 *	set offenders4-login { ... }
 *
 *	chain strike-login {
 *		add @strikes4-login { ct original ip saddr timeout 1h \
 *			limit rate over 1/week burst 2 packets } \
 *			update @offenders4-login { ct original ip saddr timeout 1h }
 *	}
 *	chain count-login {
 *		ct mark & 0xf0000000 >= 0x10000000 jump strike-login
 *		ct mark & 0xf0000000 >= 0x20000000 jump strike-login
 *		ct mark & 0xf0000000 >= 0x30000000 jump strike-login
 *		ct mark set ct mark & 0x00ffffff
 *	}
 *	chain offences-prerouting {
 *		type filter hook prerouting priority -199
 *		ct mark & 0x0f000000 == 0x01000000 jump count-login
 *	}
 *	chain offences-output { ... }
 *
 *	chain smtp-login {
 *		ct original ip saddr @offenders4-login counter reject with tcp reset
 *		...
 *	}
 *
 * The module counts offences in the connection's mark, where a rule sees them
 * in the next packet, or in the RST that the gateway sends. These base chains
 * are the first behind conntrack, so they clear the bits before other rules see
 * them.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>

#include "lib/memory.h"
#include "nft/chain.h"
#include "nft/elements.h"
#include "nft/offenders.h"
#include "nft/rule.h"
#include "nft/set.h"

#define OFFENDERS	"offenders"
#define STRIKES		"strikes"

/* How many offences the mark can count. */
#define COUNTED_MAX	15

static const uint8_t families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };

#define FAMILIES	(sizeof(families) / sizeof(*families))

static void set_name(char name[NFT_SET_SIZE], const char *kind,
		     uint8_t nfproto, const char *policy)
{
	snprintf(name, NFT_SET_SIZE, "%s%c-%s", kind,
		 nfproto == NFPROTO_IPV6 ? '6' : '4', policy);
}

static void chain_name(char name[NFT_CHAIN_SIZE], const char *kind,
		       const char *policy)
{
	snprintf(name, NFT_CHAIN_SIZE, "%s-%s", kind, policy);
}

const struct offenders *offenders_find(const struct offenders_list *list,
				       const char *policy)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->array[i].policy, policy))
			return &list->array[i];
	return NULL;
}

static void add_sets(struct nft_batch *batch, const struct offenders *offenders,
		     const struct offender_list *kept)
{
	static const struct offender_list none = { .array = NULL };
	char name[NFT_SET_SIZE];
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		set_name(name, STRIKES, families[i], offenders->policy);
		nft_add_clients(batch, name, "clients that have offended",
				families[i], offenders->policy, &none);
		set_name(name, OFFENDERS, families[i], offenders->policy);
		nft_add_clients(batch, name, "clients that may not connect",
				families[i], offenders->policy, kept);
	}
}

/* If one offence is enough, there is nothing to count. */
static void add_strike(struct nft_batch *batch,
		       const struct offenders *offenders)
{
	char chain[NFT_CHAIN_SIZE], set[NFT_SET_SIZE];
	struct nftnl_rule *rule;
	size_t i;

	chain_name(chain, "strike", offenders->policy);
	add_plain_chain(batch, chain, "a client has offended");
	for (i = 0; i < FAMILIES; i++) {
		rule = rule_in(batch, chain,
			       "so many within the time make it an offender");
		set_name(set, STRIKES, families[i], offenders->policy);
		if (offenders->after > 1)
			rule_client_over(rule, families[i], set,
					 offenders->seconds,
					 offenders->after - 1);
		set_name(set, OFFENDERS, families[i], offenders->policy);
		rule_client_update(rule, families[i], set, offenders->seconds);
		add_rule(batch, rule);
	}
}

static void add_count(struct nft_batch *batch,
		      const struct offenders *offenders)
{
	uint32_t lowest = offenders->mask & -offenders->mask;
	char chain[NFT_CHAIN_SIZE], strike[NFT_CHAIN_SIZE];
	struct nftnl_rule *rule;
	unsigned int i;

	chain_name(chain, "count", offenders->policy);
	chain_name(strike, "strike", offenders->policy);
	add_plain_chain(batch, chain,
			"counts the offences that the mark tells of");
	for (i = 1; i <= COUNTED_MAX && i <= offenders->after; i++) {
		rule = rule_in(batch, chain, "so many at once");
		rule_ct_mark_at_least(rule, lowest * 0xf0, lowest * (i << 4));
		rule_jump(rule, strike);
		add_rule(batch, rule);
	}
	rule = rule_in(batch, chain, "they are counted");
	rule_ct_mark_clear(rule, offenders->mask);
	add_rule(batch, rule);
}

static void add_base(struct nft_batch *batch, const char *name, uint32_t hook,
		     const struct offenders_list *list)
{
	const struct offenders *offenders;
	char count[NFT_CHAIN_SIZE];
	struct nftnl_rule *rule;
	uint32_t lowest;

	add_base_chain(batch, name, hook, NF_IP_PRI_CONNTRACK + 1,
		       "offences that the packet before was guilty of");
	for (offenders = list->array; offenders < list->array + list->count;
	     offenders++) {
		lowest = offenders->mask & -offenders->mask;
		rule = rule_in(batch, name,
			       "the number of the policy in the mark");
		rule_ct_mark_is(rule, lowest * 0xf,
				lowest * offenders->number);
		chain_name(count, "count", offenders->policy);
		rule_jump(rule, count);
		add_rule(batch, rule);
	}
}

void nft_add_offenders(struct nft_batch *batch,
		       const struct offenders_list *list,
		       const struct offender_list *kept)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		add_sets(batch, &list->array[i], kept);
		add_strike(batch, &list->array[i]);
		add_count(batch, &list->array[i]);
	}
	if (!list->count)
		return;
	add_base(batch, "offences-prerouting", NF_INET_PRE_ROUTING, list);
	add_base(batch, "offences-output", NF_INET_LOCAL_OUT, list);
}

void nft_add_kept_offenders(struct nft_batch *batch,
			    const struct offender_list *kept)
{
	const struct offender *offender = kept->array, *before = NULL;
	char name[NFT_SET_SIZE];

	for (; offender < kept->array + kept->count; before = offender++) {
		if (before && before->nfproto == offender->nfproto &&
		    !strcmp(before->policy, offender->policy))
			continue;
		set_name(name, OFFENDERS, offender->nfproto, offender->policy);
		nft_add_clients(batch, name, "clients that may not connect",
				offender->nfproto, offender->policy, kept);
	}
}

void nft_add_more_offenders(struct nft_batch *batch,
			    const struct offenders_list *list,
			    const struct offender_list *more)
{
	char name[NFT_SET_SIZE];
	size_t i;

	for (i = 0; i < list->count * FAMILIES; i++) {
		const char *policy = list->array[i / FAMILIES].policy;
		uint8_t nfproto = families[i % FAMILIES];

		set_name(name, OFFENDERS, nfproto, policy);
		nft_add_more_clients(batch, name, nfproto, policy, more);
	}
}

void nft_refuse_offenders(struct nft_batch *batch, const char *chain,
			  const struct offenders *offenders)
{
	struct nftnl_rule *rule;
	char set[NFT_SET_SIZE];
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		rule = rule_in(batch, chain, "an offender may not connect");
		set_name(set, OFFENDERS, families[i], offenders->policy);
		rule_client_in_set(rule, families[i], set);
		rule_counter(rule);
		rule_reject_reset(rule);
		add_rule(batch, rule);
	}
}

/* If the set is one of offenders, sets the policy and the family. */
static bool is_offenders(const char *set, struct offender *of)
{
	size_t len = strlen(OFFENDERS);

	if (strncmp(set, OFFENDERS, len) || (set[len] != '4' && set[len] != '6') ||
	    set[len + 1] != '-' ||
	    strlen(set + len + 2) > MAILGUARD_POLICY_NAME_MAX)
		return false;
	of->nfproto = set[len] == '6' ? NFPROTO_IPV6 : NFPROTO_IPV4;
	strcpy(of->policy, set + len + 2);
	return true;
}

static void add_offender(struct offender_list *list,
			 const struct offender *offender)
{
	list->array = xgrow(list->array, list->count, &list->room,
			    sizeof(*list->array));
	list->array[list->count++] = *offender;
}

/* Gathers the sets: each is an offender without an address. */
static int set_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_set *set = nftnl_set_alloc();
	struct offender of = { .timeout = 0 };
	int ret = 0;

	if (!set)
		return -ENOMEM;
	if (nftnl_set_nlmsg_parse(nlh, set))
		ret = -EBADMSG;
	else if (is_offenders(nftnl_set_get_str(set, NFTNL_SET_NAME), &of))
		add_offender(data, &of);
	nftnl_set_free(set);
	return ret;
}

static int read_sets(struct nft *nft, const char *table,
		     struct offender_list *sets, struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 128];
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETSET, NFPROTO_INET,
				    NLM_F_DUMP, 0);
	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, table);
	ret = netlink_ask(&nft->nl, nlh, set_cb, sets, error);
	return ret == -ENOENT ? 0 : ret;
}

struct reading {
	const struct offender *set;
	struct offender_list *list;
};

static int element_cb(struct nftnl_set_elem *elem, void *data)
{
	const struct reading *reading = data;
	struct offender offender = *reading->set;
	const void *key;
	uint32_t len;

	key = nftnl_set_elem_get(elem, NFTNL_SET_ELEM_KEY, &len);
	if (!key || len > sizeof(offender.address) ||
	    !nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_TIMEOUT) ||
	    !nftnl_set_elem_is_set(elem, NFTNL_SET_ELEM_EXPIRATION))
		return 0;
	memcpy(offender.address, key, len);
	offender.timeout = nftnl_set_elem_get_u64(elem, NFTNL_SET_ELEM_TIMEOUT);
	offender.expires = nftnl_set_elem_get_u64(elem,
						  NFTNL_SET_ELEM_EXPIRATION);
	if (offender.expires)
		add_offender(reading->list, &offender);
	return 0;
}

static int elements_cb(const struct nlmsghdr *nlh, void *data)
{
	return nft_elements_each(nlh, element_cb, data);
}

int nft_offenders_read(struct nft *nft, const char *table,
		       struct offender_list *list, struct netlink_error *error)
{
	struct offender_list sets = { .array = NULL };
	struct reading reading = { .list = list };
	char name[NFT_SET_SIZE];
	size_t i;
	int ret;

	offender_list_free(list);
	ret = read_sets(nft, table, &sets, error);
	for (i = 0; !ret && i < sets.count; i++) {
		reading.set = &sets.array[i];
		set_name(name, OFFENDERS, reading.set->nfproto,
			 reading.set->policy);
		ret = nft_elements_dump(nft, table, name, elements_cb,
					&reading, error);
	}
	offender_list_free(&sets);
	return ret;
}

void offender_list_free(struct offender_list *list)
{
	free(list->array);
	*list = (struct offender_list){ .array = NULL };
}

/* Removes the client, or all clients, from one set. */
static int remove_client(struct nft *nft, const char *set, uint8_t nfproto,
			 const struct offender *client,
			 struct netlink_error *error)
{
	const struct nft_subject *subject;
	struct nft_batch batch;
	int ret;

	nft_batch_begin(&batch, &nft->nl, NFT_ANY_GENERATION);
	batch.table = NFT_TABLE;
	nft_remove_client(&batch, set, nfproto, client);
	ret = nft_batch_commit(&batch, error, &subject);
	nft_batch_free(&batch);
	/* Its time has passed meanwhile, or it is in one of the sets only. */
	return ret == -ENOENT ? 0 : ret;
}

int nft_offenders_forgive(struct nft *nft, const char *policy,
			  const struct offender *client,
			  struct netlink_error *error)
{
	static const char * const kinds[] = { STRIKES, OFFENDERS };
	char name[NFT_SET_SIZE];
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < 2 * FAMILIES; i++) {
		if (client && client->nfproto != families[i / 2])
			continue;
		set_name(name, kinds[i % 2], families[i / 2], policy);
		ret = remove_client(nft, name, families[i / 2], client, error);
	}
	return ret;
}
