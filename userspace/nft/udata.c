// SPDX-License-Identifier: GPL-2.0
/* Builds user data. */
#include <linux/netfilter/nf_tables.h>

#include "lib/memory.h"
#include "nft/udata.h"

struct nftnl_udata_buf *udata_alloc(void)
{
	struct nftnl_udata_buf *buf;

	buf = nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN);
	if (!buf)
		out_of_memory();
	return buf;
}

void udata_comment(struct nftnl_udata_buf *buf, uint8_t type,
		   const char *comment)
{
	nftnl_udata_put_strz(buf, type, comment);
}
