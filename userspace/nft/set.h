/* SPDX-License-Identifier: GPL-2.0 */
/* The sets of guarded ports and the maps from ports to policies. */
#ifndef MAILGUARD_NFT_SET_H
#define MAILGUARD_NFT_SET_H

#include "language/fixup.h"
#include "language/narrow.h"
#include "nft/batch.h"

void nft_add_ports(struct nft_batch *batch, const struct fixup_list *list);
void nft_add_all_ports(struct nft_batch *batch, const struct fixup_list *list);
void nft_add_policies(struct nft_batch *batch, const struct fixup_list *list);

/* Of one narrowed fixup, the map of its ports and the set of one match. */
void nft_add_narrowed_ports(struct nft_batch *batch, const struct fixup *fixup,
			    unsigned int number);
void nft_add_narrowing(struct nft_batch *batch, const struct fixup *fixup,
		       unsigned int number, enum narrow_key key);

#endif
