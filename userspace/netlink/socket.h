/* SPDX-License-Identifier: GPL-2.0 */
/* A netlink socket: requests and answers. */
#ifndef MAILGUARD_NETLINK_SOCKET_H
#define MAILGUARD_NETLINK_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include <libmnl/libmnl.h>

/* Room for the largest message, which can hold any attribute. */
#define NETLINK_BUFFER	(256 * 1024)

struct netlink {
	struct mnl_socket *sock;
	uint32_t seq;
	char *buf;
};

#define NETLINK_ERROR_TEXT	256

/* What the kernel says about a request. */
struct netlink_error {
	int code;		/* positive errno */
	uint32_t seq;		/* of the message at fault */
	uint32_t offset;	/* where its bad attribute is, or 0 */
	char text[NETLINK_ERROR_TEXT]; /* the kernel's error text, or "" */
};

typedef int netlink_cb(const struct nlmsghdr *nlh, void *data);

/* These return 0 or a negative errno. */
int netlink_open(struct netlink *nl, int bus);
int netlink_ask(struct netlink *nl, struct nlmsghdr *nlh, netlink_cb *cb,
		void *data, struct netlink_error *error);
int netlink_batch(struct netlink *nl, struct iovec *iov, int count,
		  size_t size, struct netlink_error *error);
void netlink_close(struct netlink *nl);

/* Writes what is said of a number that is out of this range. */
void netlink_range_text(char text[NETLINK_ERROR_TEXT], uint64_t min,
			uint64_t max);

#endif
