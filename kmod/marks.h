/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_MARKS_H
#define _SMTP_MARKS_H

#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include "core/policy.h"

void smtp_mark_connection(struct nf_conn *ct, const struct smtp_policy *policy,
			  const struct smtp_offenders *offenders,
			  const struct smtp_events *ev);
void smtp_mark_packet(struct sk_buff *skb, const struct smtp_policy *policy,
		      const struct smtp_events *ev);

#endif /* _SMTP_MARKS_H */
