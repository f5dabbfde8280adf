/* SPDX-License-Identifier: GPL-2.0 */
/* The set of guarded ports and the map from ports to policies. */
#ifndef MAILGUARD_NFT_SET_H
#define MAILGUARD_NFT_SET_H

#include "fixup.h"
#include "nft_batch.h"

void nft_add_ports(struct nft_batch *batch, const struct fixup_list *list);
void nft_add_policies(struct nft_batch *batch, const struct fixup_list *list);

#endif
