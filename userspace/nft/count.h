/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the counters of the rules in the table of the fixups. */
#ifndef MAILGUARD_NFT_COUNT_H
#define MAILGUARD_NFT_COUNT_H

#include "language/errors.h"
#include "nft/table.h"

struct nft_count {
	char *chain;
	char *comment;		/* what the rule is for */
	uint64_t packets;
	uint64_t bytes;
};

/* No two of them have the same chain and comment. */
struct nft_counts {
	struct nft_count *array;
	size_t count;
	size_t room;
};

/* Returns 0, or a negative errno after an error message. */
int nft_counts_read(struct nft *nft, struct nft_counts *counts,
		    struct errors *errors);
void nft_counts_free(struct nft_counts *counts);

#endif
