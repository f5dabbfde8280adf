/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_COMMAND_H
#define _SMTP_COMMAND_H

#include "policy.h"

/**
 * enum smtp_command_part - where in a command line the next octet stands
 * @SMTP_PART_VERB: in the verb
 * @SMTP_PART_ARGUMENT: behind a permitted verb
 * @SMTP_PART_CR: behind a CR that ended a permitted line; LF must follow
 * @SMTP_PART_DENIED: behind the first octet that was not permitted
 */
enum smtp_command_part {
	SMTP_PART_VERB,
	SMTP_PART_ARGUMENT,
	SMTP_PART_CR,
	SMTP_PART_DENIED,
};

/**
 * struct smtp_command - the command line under way
 * @reach: the verbs it can still be
 * @len: octets seen of it
 * @limit: octets it may have, CRLF included
 * @part: &enum smtp_command_part
 * @why: the reason once it is denied
 * @verb: the verb, an index into the policy's, once it is complete
 * @noop: denied from its first octet on, and rewritten to NOOP
 * @cr: the last octet was a CR
 */
struct smtp_command {
	u64 reach;
	u16 len;
	u16 limit;
	u8 part;
	u8 why;
	u8 verb;
	bool noop;
	bool cr;
};

void smtp_command_begin(struct smtp_command *cmd,
			const struct smtp_policy *policy);
u8 smtp_command_octet(struct smtp_command *cmd,
		      const struct smtp_policy *policy, u8 octet);

/* To be asked when the LF was seen. */
static inline bool smtp_command_denied(const struct smtp_command *cmd)
{
	return cmd->part == SMTP_PART_DENIED;
}

#endif /* _SMTP_COMMAND_H */
