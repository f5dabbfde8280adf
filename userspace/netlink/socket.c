// SPDX-License-Identifier: GPL-2.0
/* Netlink sockets: sending, receiving and errors. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/netlink.h>

#include "lib/memory.h"
#include "netlink/socket.h"

#define BATCH_ROOM	(1 << 20)

int netlink_open(struct netlink *nl, int bus)
{
	int on = 1, err;

	*nl = (struct netlink){ .seq = time(NULL) };
	nl->sock = mnl_socket_open2(bus, SOCK_CLOEXEC);
	if (!nl->sock)
		return -errno;
	/*
	 * Ask for error texts, and for errors that do not repeat the request. A
	 * kernel that knows neither option still answers.
	 */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID)) {
		err = -errno;
		netlink_close(nl);
		return err;
	}
	nl->buf = xzalloc(NETLINK_BUFFER);
	return 0;
}

void netlink_close(struct netlink *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	free(nl->buf);
	*nl = (struct netlink){ .sock = NULL };
}

void netlink_range_text(char text[NETLINK_ERROR_TEXT], uint64_t min,
			uint64_t max)
{
	snprintf(text, NETLINK_ERROR_TEXT,
		 "expected a number from %" PRIu64 " to %" PRIu64, min,
		 max);
}

/* If a number is out of range, the kernel also sends the range. */
static void parse_bounds(const struct nlattr *policy,
			 struct netlink_error *error)
{
	const struct nlattr *attr, *min = NULL, *max = NULL;

	mnl_attr_for_each_nested(attr, policy) {
		if (mnl_attr_validate(attr, MNL_TYPE_U64))
			continue;
		if (mnl_attr_get_type(attr) == NL_POLICY_TYPE_ATTR_MIN_VALUE_U)
			min = attr;
		if (mnl_attr_get_type(attr) == NL_POLICY_TYPE_ATTR_MAX_VALUE_U)
			max = attr;
	}
	if (error->code == ERANGE && min && max)
		netlink_range_text(error->text, mnl_attr_get_u64(min),
				   mnl_attr_get_u64(max));
}

static void parse_explanation(const struct nlmsghdr *nlh,
			      const struct nlmsgerr *msg,
			      struct netlink_error *error)
{
	size_t skip = sizeof(*msg);
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += MNL_ALIGN(msg->msg.nlmsg_len) - sizeof(msg->msg);
	mnl_attr_for_each(attr, nlh, skip) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			if (!mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
				strncpy(error->text, mnl_attr_get_str(attr),
					sizeof(error->text) - 1);
			break;
		case NLMSGERR_ATTR_OFFS:
			if (!mnl_attr_validate(attr, MNL_TYPE_U32))
				error->offset = mnl_attr_get_u32(attr);
			break;
		case NLMSGERR_ATTR_POLICY:
			parse_bounds(attr, error);
			break;
		}
	}
}

/* Parses an error. An acknowledgment is an error with code 0. */
static int parse_error(const struct nlmsghdr *nlh, struct netlink_error *error)
{
	const struct nlmsgerr *msg = mnl_nlmsg_get_payload(nlh);

	*error = (struct netlink_error){ .seq = nlh->nlmsg_seq };
	if (nlh->nlmsg_len < mnl_nlmsg_size(sizeof(*msg)))
		error->code = EBADMSG;
	else
		error->code = -msg->error;
	if (error->code)
		parse_explanation(nlh, msg, error);
	return -error->code;
}

static int parse_done(const struct nlmsghdr *nlh, struct netlink_error *error)
{
	const int *code = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(*code) && *code < 0)
		error->code = -*code;
	return -error->code;
}

static ssize_t receive_message(struct netlink *nl, int flags)
{
	ssize_t n;

	do {
		n = recv(mnl_socket_get_fd(nl->sock), nl->buf, NETLINK_BUFFER,
			 flags | MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n > NETLINK_BUFFER)
		return -ENOSPC;
	return n < 0 ? -errno : n;
}

static int transmit_message(struct netlink *nl, struct iovec *iov, int count)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr msg = {
		.msg_name = &kernel,
		.msg_namelen = sizeof(kernel),
		.msg_iov = iov,
		.msg_iovlen = count,
	};
	ssize_t n;

	do {
		n = sendmsg(mnl_socket_get_fd(nl->sock), &msg, 0);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/*
 * Sends one request, and reads until its acknowledgment or the end of its dump.
 * Returns -EINTR if the dump is complete, but the kernel says that something
 * changed during it.
 */
int netlink_ask(struct netlink *nl, struct nlmsghdr *nlh, netlink_cb *cb,
		void *data, struct netlink_error *error)
{
	struct iovec iov = { nlh, nlh->nlmsg_len };
	uint32_t seq = ++nl->seq;
	bool interrupted = false;
	ssize_t n;
	int ret, len;

	*error = (struct netlink_error){ .code = 0 };
	nlh->nlmsg_seq = seq;
	ret = transmit_message(nl, &iov, 1);
	if (ret)
		goto err;
	for (;;) {
		n = receive_message(nl, 0);
		if (n < 0) {
			ret = n;
			goto err;
		}
		len = n;
		for (nlh = (void *)nl->buf; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_seq != seq)
				continue;
			interrupted |= !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return parse_error(nlh, error);
			if (nlh->nlmsg_type == NLMSG_DONE) {
				ret = parse_done(nlh, error);
				return ret ? ret : interrupted ? -EINTR : 0;
			}
			if (nlh->nlmsg_type < NLMSG_MIN_TYPE || !cb)
				continue;
			ret = cb(nlh, data);
			if (ret)
				goto err;
		}
	}
err:
	error->code = -ret;
	return ret;
}

/*
 * Enlarges both buffers: the batch is sent in one piece, and the kernel may
 * send an error for each of its messages.
 */
static void enlarge_buffers(struct netlink *nl, size_t size)
{
	int fd = mnl_socket_get_fd(nl->sock), room = BATCH_ROOM + size * 2;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
}

/*
 * Sends a batch, of which the kernel applies everything or nothing. It does so
 * during the send, so its errors are in the receive queue afterwards. If there
 * are none, the batch succeeded. The first error is the cause of the others.
 */
int netlink_batch(struct netlink *nl, struct iovec *iov, int count,
		  size_t size, struct netlink_error *error)
{
	struct netlink_error other;
	const struct nlmsghdr *nlh;
	bool failed = false;
	ssize_t n, lost = 0;
	int ret, len;

	*error = (struct netlink_error){ .code = 0 };
	enlarge_buffers(nl, size);
	ret = transmit_message(nl, iov, count);
	if (ret) {
		error->code = -ret;
		return ret;
	}
	/*
	 * -ENOBUFS: later errors were lost, but the first ones are in the
	 * queue.
	 */
	while ((n = receive_message(nl, MSG_DONTWAIT)) > 0 || n == -ENOBUFS) {
		len = n > 0 ? n : 0;
		if (n < 0)
			lost = n;
		for (nlh = (void *)nl->buf; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_type != NLMSG_ERROR ||
			    !parse_error(nlh, &other) || failed)
				continue;
			*error = other;
			failed = true;
		}
	}
	if (failed)
		return -error->code;
	if (n == -EAGAIN)
		n = lost;
	error->code = -n;
	return n;
}
