/* SPDX-License-Identifier: GPL-2.0 */
/* Adds chains and rules to the table of a batch. */
#ifndef MAILGUARD_NFT_CHAIN_H
#define MAILGUARD_NFT_CHAIN_H

#include "nft/batch.h"

struct nftnl_rule;

void add_plain_chain(struct nft_batch *batch, const char *name,
		     const char *comment);
void add_base_chain(struct nft_batch *batch, const char *name, uint32_t hook,
		    int32_t priority, const char *comment);

/* Starts a rule; add_rule() adds it to the end of its chain, and frees it. */
struct nftnl_rule *rule_in(const struct nft_batch *batch, const char *chain,
			   const char *comment);
void add_rule(struct nft_batch *batch, struct nftnl_rule *rule);

/* Drops IPv6 fragments inside of others, which no later rule can judge. */
void add_fragment_rule(struct nft_batch *batch, const char *chain);

#endif
