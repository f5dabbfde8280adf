// SPDX-License-Identifier: GPL-2.0
/* Reads the counters of the rules in the table of the fixups. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "lib/memory.h"
#include "nft/count.h"

/* Rules that someone else added may have no comment, or the same one. */
static struct nft_count *find_count(struct nft_counts *counts,
				    const char *chain, const char *comment)
{
	struct nft_count *found;
	size_t i;

	for (i = 0; i < counts->count; i++) {
		found = &counts->array[i];
		if (!strcmp(found->chain, chain) &&
		    !strcmp(found->comment, comment))
			return found;
	}
	counts->array = xgrow(counts->array, counts->count, &counts->room,
			      sizeof(*counts->array));
	found = &counts->array[counts->count++];
	*found = (struct nft_count){
		.chain = xstrdup(chain),
		.comment = xstrdup(comment),
	};
	return found;
}

static int comment_cb(const struct nftnl_udata *attr, void *data)
{
	const char **comment = data;
	const char *text = nftnl_udata_get(attr);
	uint8_t len = nftnl_udata_len(attr);

	if (nftnl_udata_type(attr) == NFTNL_UDATA_RULE_COMMENT && len &&
	    !text[len - 1])
		*comment = text;
	return 0;
}

static const char *comment_of(const struct nftnl_rule *rule)
{
	const char *comment = "";
	const void *udata;
	uint32_t len;

	udata = nftnl_rule_get_data(rule, NFTNL_RULE_USERDATA, &len);
	if (udata)
		nftnl_udata_parse(udata, len, comment_cb, &comment);
	return comment;
}

static void add_rule(struct nft_counts *counts, const struct nftnl_rule *rule)
{
	struct nftnl_expr_iter *iter = nftnl_expr_iter_create(rule);
	struct nft_count *count;
	struct nftnl_expr *expr;

	if (!iter)
		out_of_memory();
	while ((expr = nftnl_expr_iter_next(iter))) {
		if (strcmp(nftnl_expr_get_str(expr, NFTNL_EXPR_NAME),
			   "counter"))
			continue;
		count = find_count(counts,
				   nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN),
				   comment_of(rule));
		count->packets += nftnl_expr_get_u64(expr,
						     NFTNL_EXPR_CTR_PACKETS);
		count->bytes += nftnl_expr_get_u64(expr, NFTNL_EXPR_CTR_BYTES);
	}
	nftnl_expr_iter_destroy(iter);
}

static int rule_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	int ret = 0;

	if (!rule)
		return -ENOMEM;
	if (nftnl_rule_nlmsg_parse(nlh, rule))
		ret = -EBADMSG;
	else if (!strcmp(nftnl_rule_get_str(rule, NFTNL_RULE_TABLE), NFT_TABLE))
		add_rule(data, rule);
	nftnl_rule_free(rule);
	return ret;
}

static int read_counts(struct nft *nft, void *data,
		       struct netlink_error *error)
{
	char buf[MNL_NLMSG_HDRLEN + 64];
	struct nlmsghdr *nlh;

	nft_counts_free(data);
	nlh = nftnl_nlmsg_build_hdr(buf, NFT_MSG_GETRULE, NFPROTO_INET,
				    NLM_F_DUMP, 0);
	mnl_attr_put_strz(nlh, NFTA_RULE_TABLE, NFT_TABLE);
	return netlink_ask(&nft->nl, nlh, rule_cb, data, error);
}

int nft_counts_read(struct nft *nft, struct nft_counts *counts,
		    struct errors *errors)
{
	return nft_read_whole(nft, read_counts, counts,
			      "table inet " NFT_TABLE, errors);
}

void nft_counts_free(struct nft_counts *counts)
{
	while (counts->count) {
		free(counts->array[--counts->count].chain);
		free(counts->array[counts->count].comment);
	}
	free(counts->array);
	*counts = (struct nft_counts){ .array = NULL };
}
