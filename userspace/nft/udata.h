/* SPDX-License-Identifier: GPL-2.0 */
/* User data: comments, and how to list a set. The kernel keeps them for nft. */
#ifndef MAILGUARD_NFT_UDATA_H
#define MAILGUARD_NFT_UDATA_H

#include <stdint.h>

#include <libnftnl/udata.h>

/* Allocates as many bytes as the kernel accepts. */
struct nftnl_udata_buf *udata_alloc(void);

/*
 * Adds a comment. nft prints it between double quotes and must be able to read
 * it back, so it contains none. It has at most NFTNL_UDATA_COMMENT_MAXLEN bytes
 * with its NUL. Each kind of object has its own @type of comment.
 */
void udata_comment(struct nftnl_udata_buf *buf, uint8_t type,
		   const char *comment);

#endif
