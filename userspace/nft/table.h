/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table "inet mailguard". It is the only place where fixups are kept:
 * whatever happens to it, what it says is what is.
 */
#ifndef MAILGUARD_NFT_TABLE_H
#define MAILGUARD_NFT_TABLE_H

#include <stdint.h>

#include "language/errors.h"
#include "language/fixup.h"
#include "netlink/socket.h"

#define NFT_TABLE	"mailguard"
#define NFT_TABLE_NEXT	"mailguard-next"	/* while that one changes */
#define NFT_SET_PORTS	"ports"
#define NFT_SET_ALL_PORTS "all-ports"	/* those of narrowed fixups included */
#define NFT_MAP_POLICIES "policies"

/*
 * The narrowed fixup N: its ports are the map "fixup-N", from where the chains
 * "narrowed-HELPER" are gone to, its matches sets such as "fixup-N-ip-daddr",
 * or "fixup-N-not-ip-daddr" for what must not match.
 */
#define NFT_NARROWED	"narrowed-"
#define NFT_CHAIN_SIZE	(sizeof(NFT_NARROWED) + FIXUP_HELPER_SIZE)
#define NFT_SET_SIZE	40

void nft_narrowed_ports_name(char name[NFT_SET_SIZE], unsigned int number);
void nft_narrowing_name(char name[NFT_SET_SIZE], unsigned int number,
			enum narrow_key key, bool negated);

/*
 * In the user data of the table, beside what nft puts there, when it was made
 * and when it was changed. A copy that nft makes of the table has neither.
 */
#define NFT_UDATA_SINCE		0xe0
#define NFT_UDATA_CHANGED	0xe1

struct nft {
	struct netlink nl;
	uint32_t generation;	/* of the ruleset that was read */
	bool table;		/* there is a table, with or without fixups */
	uint64_t since;		/* it stands, by CLOCK_BOOTTIME; 0: unknown */
	uint64_t changed;	/* the last time */
	bool check;		/* ask the kernel, but change nothing */
};

/* These return 0, or a negative errno after an error message. */
int nft_open(struct nft *nft, struct errors *errors);
int nft_read(struct nft *nft, struct fixup_list *list, struct errors *errors);

/*
 * Calls @reader until the ruleset did not change meanwhile. The reader throws
 * away what it had read before, and returns 0 or a negative errno; @what it
 * reads is for the error message.
 */
typedef int nft_reader(struct nft *nft, void *data,
		       struct netlink_error *error);
int nft_read_whole(struct nft *nft, nft_reader *reader, void *data,
		   const char *what, struct errors *errors);

/*
 * Makes the table what the list says, or leaves it as it is. What was guarded,
 * and is to be, is guarded all the time. Returns -ERESTART, without a message,
 * if the ruleset has changed since it was read, or another command changes it.
 */
int nft_write(struct nft *nft, const struct fixup_list *list,
	      struct errors *errors);
void nft_close(struct nft *nft);

#endif
