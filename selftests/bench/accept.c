// SPDX-License-Identifier: GPL-2.0
/* The cheapest program behind NFQUEUE: it lets every packet of queue 0 pass. */
#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>

static int pass(struct nfq_q_handle *queue, struct nfgenmsg *msg,
		struct nfq_data *data, void *arg)
{
	struct nfqnl_msg_packet_hdr *head = nfq_get_msg_packet_hdr(data);

	return nfq_set_verdict(queue, ntohl(head->packet_id), NF_ACCEPT, 0,
			       NULL);
}

int main(void)
{
	static char room[0x20000];
	struct nfq_handle *handle = nfq_open();
	struct nfq_q_handle *queue;
	ssize_t len;

	queue = handle ? nfq_create_queue(handle, 0, pass, NULL) : NULL;
	if (!queue || nfq_set_mode(queue, NFQNL_COPY_PACKET, 0xffff) ||
	    nfq_set_queue_flags(queue, NFQA_CFG_F_GSO, NFQA_CFG_F_GSO)) {
		perror("accept");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	while ((len = read(nfq_fd(handle), room, sizeof(room))) > 0)
		nfq_handle_packet(handle, room, len);
	perror("accept");
	return 1;
}
