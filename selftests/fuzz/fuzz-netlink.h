/* SPDX-License-Identifier: GPL-2.0 */
/* Messages to the netlink family, as an input holds them one after another. */
#ifndef _FUZZ_NETLINK_H
#define _FUZZ_NETLINK_H

#include <net/genetlink.h>

#include "uapi/mailguard.h"

#define FUZZ_OPS	MAILGUARD_CMD_MAX

/**
 * struct message - what stands before a message's attributes
 * @op: which of the family's operations, modulo %FUZZ_OPS
 * @how: %MESSAGE_DUMP, and below which allocation fails, from 1 on
 * @len: bytes of attributes, of which the input may have less; little endian
 */
struct message {
	u8 op;
	u8 how;
	u8 len[2];
};

#define MESSAGE_DUMP	0x80

static inline unsigned int message_len(const struct message *msg)
{
	return msg->len[0] | msg->len[1] << 8;
}

static inline void message_set_len(struct message *msg, unsigned int len)
{
	msg->len[0] = len;
	msg->len[1] = len >> 8;
}

/* What the module registered. */
extern const struct genl_family *fuzz_family;
extern struct genl_ops fuzz_ops[FUZZ_OPS];

/* The n-th allocation from now on fails; 0: none does. */
extern unsigned int fuzz_alloc_fails;

/* The netlink messages that were sent, one after the other. */
extern unsigned char *fuzz_sent;
extern size_t fuzz_sent_len;

void fuzz_sent_forget(void);

#endif /* _FUZZ_NETLINK_H */
