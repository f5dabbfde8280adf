/* SPDX-License-Identifier: GPL-2.0 */
/* Rules of the operator's own, in any table, that assign a helper of ours. */
#ifndef MAILGUARD_NFT_OWN_H
#define MAILGUARD_NFT_OWN_H

#include "language/errors.h"
#include "lib/json.h"
#include "nft/table.h"

/* A chain, and one of the policies that its rules assign. */
struct own_chain {
	uint32_t family;
	char *table;
	char *chain;
	char policy[MAILGUARD_POLICY_NAME_MAX + 1];
};

struct own_chains {
	struct own_chain *array;
	size_t count;
	size_t room;
};

/* Returns 0, or a negative errno after an error message. */
int nft_own_read(struct nft *nft, struct own_chains *chains,
		 struct errors *errors);
void nft_own_free(struct own_chains *chains);

json_t *nft_own_json(const struct own_chain *chain);

/* Returns "inet smtp inbound policy inbound". The caller frees it. */
char *nft_own_text(const struct own_chain *chain);

#endif
