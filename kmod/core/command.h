/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_COMMAND_H
#define _SMTP_COMMAND_H

#include "address.h"
#include "count.h"
#include "policy.h"

/**
 * enum smtp_command_part - where in a command line the next octet stands
 * @SMTP_PART_VERB: in the verb
 * @SMTP_PART_ARGUMENT: behind a permitted verb
 * @SMTP_PART_RESPONSE: in a response to a 334, which has no verb
 * @SMTP_PART_CR: behind a CR that ended a permitted line; LF must follow
 * @SMTP_PART_DENIED: behind the first octet that was not permitted
 * @SMTP_PART_RESET: at an octet that ends the connection
 */
enum smtp_command_part {
	SMTP_PART_VERB,
	SMTP_PART_ARGUMENT,
	SMTP_PART_RESPONSE,
	SMTP_PART_CR,
	SMTP_PART_DENIED,
	SMTP_PART_RESET,
};

/**
 * struct smtp_command - the command line under way
 * @reach: the verbs it can still be, until its verb is over; once it is denied,
 *	of %SMTP_VERBS_ANNOUNCING
 * @address: its address, if it has one
 * @count: the octets that it says will follow, if it does
 * @len: octets seen of it
 * @limit: octets it may have, CRLF included
 * @part: &enum smtp_command_part
 * @why: the reason once it is denied, or ends the connection
 * @bit: the verb, a bit of the policy's masks, once it is complete
 * @argument: &enum smtp_argument of that verb
 * @offered: what the server offered when the line began, a mask of
 *	&enum smtp_extension
 * @noop: denied from its first octet on, and rewritten to NOOP
 * @cr: the last octet was a CR
 */
struct smtp_command {
	u64 reach;
	union {
		struct smtp_address address;
		struct smtp_count count;
	};
	u16 len;
	u16 limit;
	u8 part;
	u8 why;
	u8 bit;
	u8 argument;
	u8 offered;
	bool noop;
	bool cr;
};

void smtp_command_begin(struct smtp_command *cmd,
			const struct smtp_policy *policy, u8 offered);
void smtp_command_begin_response(struct smtp_command *cmd);
u32 smtp_command_verb(struct smtp_command *cmd,
		      const struct smtp_policy *policy, const u8 *octets,
		      u32 len);
u32 smtp_command_overwrite(struct smtp_command *cmd, u8 *octets, u32 len);
u32 smtp_command_plain(struct smtp_command *cmd, const u8 *octets, u32 len);
u8 smtp_command_octet(struct smtp_command *cmd,
		      const struct smtp_policy *policy, u8 octet,
		      struct smtp_events *ev);

/* To be asked when the LF was seen. */
static inline bool smtp_command_denied(const struct smtp_command *cmd)
{
	return cmd->part == SMTP_PART_DENIED;
}

#endif /* _SMTP_COMMAND_H */
