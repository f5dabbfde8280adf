/* SPDX-License-Identifier: GPL-2.0 */
/* Narrowed fixups in the table. */
#ifndef MAILGUARD_NFT_NARROW_H
#define MAILGUARD_NFT_NARROW_H

#include <stdbool.h>

#include "language/fixup.h"
#include "netlink/socket.h"
#include "nft/rule.h"
#include "nft/table.h"

/* Reads them all, in their order. Returns 0 or a negative errno. */
int nft_narrowed_read(struct nft *nft, struct fixup_list *list,
		      struct netlink_error *error);

/*
 * Adds to the rule what the matches say; or, with @reply, what they say of the
 * packets that come back, where these leave the machine.
 */
void nft_rule_narrow(struct nftnl_rule *rule, const struct fixup *fixup,
		     unsigned int number, bool reply);

#endif
