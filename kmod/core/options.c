// SPDX-License-Identifier: GPL-2.0
/*
 * Overwrites the TCP options that could hide the stream or change its order.
 *
 * The guard reads the bytes of TCP in the order of their sequence numbers. Some
 * options make the receiver read something else: Multipath TCP has sequence
 * numbers of its own, Fast Open and T/TCP carry data on the SYN, ENO begins an
 * encrypted stream. Such an option takes effect only if both ends send it on
 * their SYNs, and an end that hears no answer to its offer goes on without (RFC
 * 9293, 3.1; RFC 8684, section 6). The list here names the options that stay,
 * not those that go, because a new option is unknown to it.
 */
#include "options.h"

enum tcp_option {
	OPTION_END			= 0,
	OPTION_NOP			= 1,
	OPTION_MSS			= 2,
	OPTION_WINDOW_SCALE		= 3,
	OPTION_SACK_PERMITTED		= 4,
	OPTION_SACK			= 5,
	OPTION_TIMESTAMP		= 8,
	OPTION_MD5			= 19,
	OPTION_USER_TIMEOUT		= 28,
	OPTION_AO			= 29,
	OPTION_MPTCP			= 30,
	OPTION_ACCECN_0			= 172,
	OPTION_ACCECN_1			= 174,
};

/*
 * None of these changes what the receiver reads. It may discard a segment whose
 * signature (MD5, AO) is wrong or missing; the guard sends on the same bytes
 * when the sender repeats them.
 */
static bool may_stay(u8 kind)
{
	switch (kind) {
	case OPTION_MSS:
	case OPTION_WINDOW_SCALE:
	case OPTION_SACK_PERMITTED:
	case OPTION_SACK:
	case OPTION_TIMESTAMP:
	case OPTION_MD5:
	case OPTION_USER_TIMEOUT:
	case OPTION_AO:
	case OPTION_ACCECN_0:
	case OPTION_ACCECN_1:
		return true;
	default:
		return false;
	}
}

/* Returns 0 where the list is broken, which receivers read differently. */
static u32 option_length(const u8 *option, u32 left)
{
	return left < 2 || option[1] < 2 || option[1] > left ? 0 : option[1];
}

/**
 * smtp_options_clean() - overwrite what could hide the stream by NOPs
 * @options: the options of a TCP header; of a list that is broken, everything
 *	from there on is overwritten
 * @len: how many bytes they have
 * @multipath: set if Multipath TCP was among them, else left alone
 *
 * Return: true if anything was changed.
 */
bool smtp_options_clean(u8 *options, u32 len, bool *multipath)
{
	bool changed = false;
	u32 at = 0;
	u32 n;

	while (at < len && options[at] != OPTION_END) {
		if (options[at] == OPTION_NOP) {
			at++;
			continue;
		}
		n = option_length(options + at, len - at);
		if (n && may_stay(options[at])) {
			at += n;
			continue;
		}
		if (options[at] == OPTION_MPTCP)
			*multipath = true;
		if (!n)
			n = len - at;
		memset(options + at, OPTION_NOP, n);
		changed = true;
		at += n;
	}
	return changed;
}
