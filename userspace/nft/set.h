/* SPDX-License-Identifier: GPL-2.0 */
/* The sets of guarded ports and the maps from ports to policies. */
#ifndef MAILGUARD_NFT_SET_H
#define MAILGUARD_NFT_SET_H

#include "language/fixup.h"
#include "language/match.h"
#include "nft/batch.h"

void nft_add_ports(struct nft_batch *batch, const struct fixup_list *list);
void nft_add_all_ports(struct nft_batch *batch, const struct fixup_list *list);
/* The ports of a closed gateway, with a comment that says why it is closed. */
void nft_add_closed_ports(struct nft_batch *batch,
			  const struct fixup_list *list, const char *why);
void nft_add_policies(struct nft_batch *batch, const struct fixup_list *list);

/*
 * For narrowed fixup @number: the map of its ports, and the set of one match.
 */
void nft_add_narrowed_ports(struct nft_batch *batch, const struct fixup *fixup,
			    unsigned int number);
void nft_add_match(struct nft_batch *batch, const struct fixup *fixup,
		   unsigned int number, enum match_key key);

/*
 * Adds a set of clients, and to it those in the list that are of this family and
 * of this policy.
 */
struct offender;
struct offender_list;
void nft_add_clients(struct nft_batch *batch, const char *name,
		     const char *comment, uint8_t nfproto, const char *policy,
		     const struct offender_list *list);
/* Adds them to such a set that is there. */
void nft_add_more_clients(struct nft_batch *batch, const char *name,
			  uint8_t nfproto, const char *policy,
			  const struct offender_list *list);
/* Removes one client from a set, or if @client is NULL, all. */
void nft_remove_client(struct nft_batch *batch, const char *name,
		       uint8_t nfproto, const struct offender *client);

#endif
