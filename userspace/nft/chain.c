// SPDX-License-Identifier: GPL-2.0
/* Adds chains and rules to the table of a batch. */
#include <libnftnl/chain.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>

#include "lib/memory.h"
#include "nft/chain.h"
#include "nft/rule.h"
#include "nft/udata.h"

static struct nftnl_chain *chain_in(const struct nft_batch *batch,
				    const char *name, const char *comment)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	struct nftnl_udata_buf *buf = udata_alloc();

	udata_comment(buf, NFTNL_UDATA_CHAIN_COMMENT, comment);
	if (!chain ||
	    nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, batch->table) ||
	    nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, name) ||
	    nftnl_chain_set_data(chain, NFTNL_CHAIN_USERDATA,
				 nftnl_udata_buf_data(buf),
				 nftnl_udata_buf_len(buf)))
		out_of_memory();
	nftnl_udata_buf_free(buf);
	return chain;
}

/* Takes ownership of @chain. */
static void add_chain(struct nft_batch *batch, struct nftnl_chain *chain)
{
	struct nlmsghdr *nlh;

	nlh = nft_batch_message(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE, NULL,
				"chain %s",
				nftnl_chain_get_str(chain, NFTNL_CHAIN_NAME));
	nftnl_chain_nlmsg_build_payload(nlh, chain);
	nft_batch_message_end(batch);
	nftnl_chain_free(chain);
}

void add_plain_chain(struct nft_batch *batch, const char *name,
		     const char *comment)
{
	add_chain(batch, chain_in(batch, name, comment));
}

void add_base_chain(struct nft_batch *batch, const char *name, uint32_t hook,
		    int32_t priority, const char *comment)
{
	struct nftnl_chain *chain = chain_in(batch, name, comment);

	if (nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter"))
		out_of_memory();
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, hook);
	nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, priority);
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_ACCEPT);
	add_chain(batch, chain);
}

struct nftnl_rule *rule_in(const struct nft_batch *batch, const char *chain,
			   const char *comment)
{
	return rule_alloc(batch->table, chain, comment);
}

void add_rule(struct nft_batch *batch, struct nftnl_rule *rule)
{
	struct nlmsghdr *nlh;

	nlh = nft_batch_message(batch, NFT_MSG_NEWRULE,
				NLM_F_CREATE | NLM_F_APPEND, NULL,
				"a rule of chain %s",
				nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN));
	nftnl_rule_nlmsg_build_payload(nlh, rule);
	nft_batch_message_end(batch);
	nftnl_rule_free(rule);
}

void add_fragment_rule(struct nft_batch *batch, const char *chain)
{
	struct nftnl_rule *rule;

	rule = rule_in(batch, chain,
		       "an IPv6 fragment inside of another fragment: it has no port to judge it by");
	rule_ct_state(rule, NF_CT_STATE_INVALID_BIT);
	rule_ip6_fragment(rule);
	rule_counter(rule);
	rule_drop(rule);
	add_rule(batch, rule);
}
