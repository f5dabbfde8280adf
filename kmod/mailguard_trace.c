// SPDX-License-Identifier: GPL-2.0
/* Computes fields of the tracepoint, only while it is enabled. */
#include <linux/in.h>

#define CREATE_TRACE_POINTS
#include "mailguard_trace.h"

/**
 * smtp_verdict_reason() - find the most severe reason of a segment
 * @ev: what happened to the segment
 *
 * &enum mailguard_reason is ordered by severity, from what is only counted to
 * what resets a connection.
 *
 * Return: the highest reason counted, or %SMTP_NAME_NONE.
 */
u8 smtp_verdict_reason(const struct smtp_events *ev)
{
	u8 last = SMTP_NAME_NONE;
	unsigned int i;

	for (i = 0; i < ev->reasons; i++)
		if (last == SMTP_NAME_NONE || ev->reason[i] > last)
			last = ev->reason[i];
	return last;
}

static void copy_address(struct sockaddr_in6 *to, u16 family,
			 const union nf_inet_addr *address, __be16 port)
{
	struct sockaddr_in *to4 = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*to));
	to->sin6_family = family;
	to->sin6_port = port;
	if (family == AF_INET6)
		to->sin6_addr = address->in6;
	else
		to4->sin_addr = address->in;
}

/**
 * smtp_verdict_addresses() - get the addresses of a connection
 * @ct: its conntrack entry
 * @client: set to the client's address; a &struct sockaddr_in if it is IPv4
 * @address: set to the address that the client connected to; likewise
 */
void smtp_verdict_addresses(const struct nf_conn *ct,
			    struct sockaddr_in6 *client,
			    struct sockaddr_in6 *address)
{
	const struct nf_conntrack_tuple *tuple =
		nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	u16 family = nf_ct_l3num(ct);

	copy_address(client, family, &tuple->src.u3, tuple->src.u.tcp.port);
	copy_address(address, family, &tuple->dst.u3, tuple->dst.u.tcp.port);
}
