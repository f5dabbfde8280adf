/* SPDX-License-Identifier: GPL-2.0 */
/* Sends policies to the kernel and receives them. */
#ifndef MAILGUARD_NETLINK_POLICY_H
#define MAILGUARD_NETLINK_POLICY_H

#include "language/policy.h"
#include "netlink/genl.h"

/* Begins a message that has the policy as it would be sent for a check. */
void policy_put(struct genl_msg *msg, const struct policy *policy);

/* These return 0, or a negative errno after an error message. */
int policy_send(struct genl *genl, const struct policy *policy, bool check,
		struct errors *errors);
int policy_send_delete(struct genl *genl, const struct word *name,
		       struct errors *errors);
/* Lets live connections take the policy. */
int policy_send_renew(struct genl *genl, const struct word *name,
		      struct errors *errors);
int policy_receive_all(struct genl *genl, struct policy_list *list,
		       struct errors *errors);

#endif
