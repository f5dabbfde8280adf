/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table "inet mailguard" of a closed gateway, which resets connections to
 * the ports that cannot be guarded.
 */
#ifndef MAILGUARD_NFT_CLOSED_H
#define MAILGUARD_NFT_CLOSED_H

#include "language/fixup.h"
#include "nft/batch.h"
#include "nft/table.h"

/* Adds sets, chains and rules. @why says why the gateway is closed. */
void nft_add_closed(struct nft_batch *batch, const struct fixup_list *list,
		    const char *why);

/*
 * Sets what @nft says about a closed gateway. Returns 0 or a negative errno.
 */
int nft_closed_read(struct nft *nft, struct netlink_error *error);

#endif
