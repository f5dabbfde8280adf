/* SPDX-License-Identifier: GPL-2.0 */
/* The elements of a set or map in the table, as the kernel tells them. */
#ifndef MAILGUARD_NFT_ELEMENTS_H
#define MAILGUARD_NFT_ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "language/narrow.h"
#include "netlink/socket.h"
#include "nft/table.h"

/* Where in the keys something begins to be true. */
struct nft_element {
	uint8_t key[NARROW_SIZE];
	bool end;			/* nothing from here on */
	char chain[NFT_CHAIN_SIZE];	/* to which it goes, if to any */
};

struct nft_elements {
	size_t size;			/* of a key: others are no elements */
	struct nft_element *array;
	size_t count;
	size_t room;
};

struct nftnl_set_elem;
typedef int nft_element_cb(struct nftnl_set_elem *elem, void *data);

/* Call @cb with each element of a message. Returns 0, -ENOMEM or -EBADMSG. */
int nft_elements_each(const struct nlmsghdr *nlh, nft_element_cb *cb,
		      void *data);

/* Sorted; none if there is no such set. To be freed, in any case. */
int nft_elements_read(struct nft *nft, const char *set,
		      struct nft_elements *elements,
		      struct netlink_error *error);
void nft_elements_free(struct nft_elements *elements);

/*
 * From the element @i on, the range that begins there: its last key in @last.
 * False if none does.
 */
bool nft_elements_range(const struct nft_elements *elements, size_t i,
			uint8_t last[NARROW_SIZE]);

#endif
