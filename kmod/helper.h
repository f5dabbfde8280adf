/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_HELPER_H
#define _SMTP_HELPER_H

#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

int smtp_help(struct sk_buff *skb, unsigned int protoff, struct nf_conn *ct,
	      enum ip_conntrack_info ctinfo);

#endif /* _SMTP_HELPER_H */
