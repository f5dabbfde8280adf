/* SPDX-License-Identifier: GPL-2.0 */
/* The elements of a set or map in the table, as the kernel sends them. */
#ifndef MAILGUARD_NFT_ELEMENTS_H
#define MAILGUARD_NFT_ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/match.h"
#include "netlink/socket.h"
#include "nft/table.h"

/* The key at which a range begins or ends. */
struct nft_element {
	uint8_t key[MATCH_SIZE];
	bool end;			/* it ends before this key */
	char chain[NFT_CHAIN_SIZE];	/* where the map sends it, or "" */
};

struct nft_elements {
	size_t size;			/* of a key; others are skipped */
	struct nft_element *array;
	size_t count;
	size_t room;
};

struct nftnl_set_elem;
typedef int nft_element_cb(struct nftnl_set_elem *elem, void *data);

/* Calls @cb for each element of a message. Returns 0, -ENOMEM or -EBADMSG. */
int nft_elements_each(const struct nlmsghdr *nlh, nft_element_cb *cb,
		      void *data);

/*
 * Dumps the elements of a set, which has none if it does not exist. Returns 0 or
 * a negative errno.
 */
int nft_elements_dump(struct nft *nft, const char *table, const char *set,
		      netlink_cb *cb, void *data, struct netlink_error *error);

/*
 * Reads and sorts the elements. There are none if the set does not exist. The
 * caller frees them, also after an error.
 */
int nft_elements_read(struct nft *nft, const char *set,
		      struct nft_elements *elements,
		      struct netlink_error *error);
void nft_elements_free(struct nft_elements *elements);

/*
 * If a range begins at element @i, sets @last to its last key and returns true.
 */
bool nft_elements_range(const struct nft_elements *elements, size_t i,
			uint8_t last[MATCH_SIZE]);

#endif
