/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table "inet mailguard". Fixups are kept nowhere else: if someone else
 * changes the table, the fixups are what it says then.
 */
#ifndef MAILGUARD_NFT_TABLE_H
#define MAILGUARD_NFT_TABLE_H

#include <stdint.h>

#include <libnftnl/udata.h>

#include "language/errors.h"
#include "language/fixup.h"
#include "netlink/socket.h"

#define NFT_TABLE	"mailguard"
#define NFT_TABLE_NEXT	"mailguard-next"	/* while that one changes */
#define NFT_SET_PORTS	"ports"
#define NFT_SET_ALL_PORTS "all-ports"	/* also those of narrowed fixups */
#define NFT_SET_CLOSED	"closed"	/* of a closed gateway */
#define NFT_MAP_POLICIES "policies"

/*
 * Narrowed fixup N has a map "fixup-N" from its ports to chains
 * "narrowed-HELPER", and a set for each match, such as "fixup-N-ip-daddr", or
 * "fixup-N-not-ip-daddr" if the match is negated.
 */
#define NFT_NARROWED	"narrowed-"
#define NFT_CHAIN_SIZE	(sizeof(NFT_NARROWED) + FIXUP_HELPER_SIZE)
#define NFT_SET_SIZE	40

void nft_narrowed_ports_name(char name[NFT_SET_SIZE], unsigned int number);
void nft_match_set_name(char name[NFT_SET_SIZE], unsigned int number,
			enum match_key key, bool negated);

/*
 * The user data of the table holds two times, beside what nft puts there: when
 * the table was made, and when it was changed. A copy that nft makes of the
 * table has neither.
 */
#define NFT_UDATA_SINCE		0xe0
#define NFT_UDATA_CHANGED	0xe1

struct nft {
	struct netlink nl;
	uint32_t generation;	/* of the ruleset that was read */
	bool table;		/* it exists, with or without fixups */
	uint64_t since;		/* when made, CLOCK_BOOTTIME; 0: unknown */
	uint64_t changed;	/* when last changed */
	bool closed;		/* the table resets what cannot be guarded */
	char why[NFTNL_UDATA_COMMENT_MAXLEN];	/* it is closed */
	bool check;		/* validate, but change nothing */
};

/* These return 0, or a negative errno after an error message. */
int nft_open(struct nft *nft, struct errors *errors);
int nft_read(struct nft *nft, struct fixup_list *list, struct errors *errors);

/*
 * Calls @reader again until the ruleset does not change while it reads. The
 * reader drops what it read before, and returns 0 or a negative errno. Error
 * messages call what it reads @what.
 */
typedef int nft_reader(struct nft *nft, void *data,
		       struct netlink_error *error);
int nft_read_whole(struct nft *nft, nft_reader *reader, void *data,
		   const char *what, struct errors *errors);

/*
 * Makes the table hold the fixups of the list, or changes nothing. What was
 * guarded before and is in the list is guarded without interruption. Returns
 * -ERESTART, without a message, if the ruleset has changed since it was read,
 * or if another command is changing it.
 */
struct offenders_list;
int nft_write(struct nft *nft, const struct fixup_list *list,
	      const struct offenders_list *offenders, struct errors *errors);
/*
 * The same, but the table resets connections that the fixups of the list would
 * guard, new ones and those that were established before.
 */
int nft_write_closed(struct nft *nft, const struct fixup_list *list,
		     const char *why, struct errors *errors);
void nft_close(struct nft *nft);

#endif
