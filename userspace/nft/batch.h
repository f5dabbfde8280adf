/* SPDX-License-Identifier: GPL-2.0 */
/* One transaction of nf_tables. */
#ifndef MAILGUARD_NFT_BATCH_H
#define MAILGUARD_NFT_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "language/location.h"
#include "netlink/socket.h"

struct nftnl_batch;

/* What each message of the batch is about, for error messages. */
struct nft_subject {
	uint32_t seq;
	char text[64];
	struct location loc;
};

struct nft_batch {
	struct netlink *nl;
	const char *table;	/* the one that everything is added to */
	int32_t priority;	/* of its base chains */
	uint64_t since;		/* as in struct nft */
	uint64_t changed;
	bool check;		/* validate only, and then undo it */
	struct nftnl_batch *batch;
	struct nft_subject *subjects;
	size_t count;
	size_t room;
};

/* Accepts all changes that others made since the ruleset was read. */
#define NFT_ANY_GENERATION	0

void nft_batch_begin(struct nft_batch *batch, struct netlink *nl,
		     uint32_t generation);

/*
 * Starts the next message; nft_batch_message_end() ends it. For error messages,
 * @fmt says what it is about, and @loc, which may be NULL, what caused it.
 */
struct nlmsghdr *nft_batch_message(struct nft_batch *batch, uint16_t type,
				   uint16_t flags, const struct location *loc,
				   const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void nft_batch_message_end(struct nft_batch *batch);

/* Returns 0 or a negative errno. Sets @subject to what failed, or to NULL. */
int nft_batch_commit(struct nft_batch *batch, struct netlink_error *error,
		     const struct nft_subject **subject);
void nft_batch_free(struct nft_batch *batch);

#endif
