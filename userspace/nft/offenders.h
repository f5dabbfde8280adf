/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sets of offenders in the table, and the rules that fill and use them. For
 * a policy NAME there are these, and the same with 6 for IPv6:
 *
 *	set strikes4-NAME	clients that have offended, and how often
 *	set offenders4-NAME	clients that may not connect
 *	chain count-NAME	counts the offences that the mark tells of
 *	chain strike-NAME	counts one of them
 */
#ifndef MAILGUARD_NFT_OFFENDERS_H
#define MAILGUARD_NFT_OFFENDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "mailguard.h"
#include "nft/batch.h"
#include "nft/table.h"

/* What the kernel says of a policy's offenders. */
struct offenders {
	char policy[MAILGUARD_POLICY_NAME_MAX + 1];
	uint16_t after;		/* so many offences */
	uint32_t seconds;
	uint32_t mask;		/* of the mark that tells of offences */
	uint8_t number;		/* of the policy in the mark */
	bool monitor;		/* the policy only tells who they would be */
};

struct offenders_list {
	struct offenders *array;
	size_t count;
	size_t room;
};

/* A client that may not connect. */
struct offender {
	char policy[MAILGUARD_POLICY_NAME_MAX + 1];
	uint8_t nfproto;
	uint8_t address[16];	/* of IPv6 the first half, which is a /64 */
	uint64_t timeout;	/* for how long, in milliseconds */
	uint64_t expires;	/* and for how long from now on */
};

struct offender_list {
	struct offender *array;
	size_t count;
	size_t room;
};

const struct offenders *offenders_find(const struct offenders_list *list,
				       const char *policy);

/* Adds sets and chains. Those in @kept stay offenders as long as they were. */
void nft_add_offenders(struct nft_batch *batch,
		       const struct offenders_list *list,
		       const struct offender_list *kept);
/*
 * Adds only the sets of those in @kept, which are in the order of their sets, as
 * nft_offenders_read() has them.
 */
void nft_add_kept_offenders(struct nft_batch *batch,
			    const struct offender_list *kept);
/* Adds clients to sets that are there, as far as these policies have them. */
void nft_add_more_offenders(struct nft_batch *batch,
			    const struct offenders_list *list,
			    const struct offender_list *more);
/* Adds the rules of a chain to which packets of the policy's clients come. */
void nft_refuse_offenders(struct nft_batch *batch, const char *chain,
			  const struct offenders *offenders);

/*
 * Reads all offenders of a table, set by set and in the order of their policies.
 * Returns 0 or a negative errno. The caller frees the list, also after an error.
 */
int nft_offenders_read(struct nft *nft, const char *table,
		       struct offender_list *list,
		       struct netlink_error *error);
void offender_list_free(struct offender_list *list);

/*
 * Lets a client connect again, or if it is NULL, all clients of the policy.
 * Returns 0 or a negative errno.
 */
int nft_offenders_forgive(struct nft *nft, const char *policy,
			  const struct offender *client,
			  struct netlink_error *error);

#endif
