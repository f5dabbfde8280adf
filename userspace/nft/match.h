/* SPDX-License-Identifier: GPL-2.0 */
/* Writes narrowed fixups to the table and reads them. */
#ifndef MAILGUARD_NFT_MATCH_H
#define MAILGUARD_NFT_MATCH_H

#include <stdbool.h>

#include "language/fixup.h"
#include "netlink/socket.h"
#include "nft/rule.h"
#include "nft/table.h"

/* Reads all narrowed fixups in their order. Returns 0 or a negative errno. */
int nft_narrowed_read(struct nft *nft, struct fixup_list *list,
		      struct netlink_error *error);

/*
 * Adds the matches of the fixup to the rule. If @reply is true, source and
 * destination are exchanged, for packets that come back from the server and
 * leave the machine.
 */
void nft_rule_match(struct nftnl_rule *rule, const struct fixup *fixup,
		    unsigned int number, bool reply);

#endif
