/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_COMMAND_H
#define _SMTP_COMMAND_H

#include "address.h"
#include "chunk_size.h"
#include "helo.h"
#include "policy.h"
#include "size.h"

/**
 * enum smtp_command_part - where in a command line the next byte stands
 * @SMTP_PART_VERB: in the verb
 * @SMTP_PART_ARGUMENT: behind a permitted verb and its blank
 * @SMTP_PART_RESPONSE: in a response to a 334, which has no verb
 * @SMTP_PART_CR: behind the CR at the end of a permitted line; LF must follow
 * @SMTP_PART_DENIED: behind the first byte that was not permitted
 * @SMTP_PART_RESET: at a byte for which the connection is reset
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
 * struct smtp_command - the client's current command line
 * @reach: a mask of the verbs that the line can still become, permitted or not,
 *	0 when the verb has ended; in %SMTP_ARGUMENT_MECHANISM a mask of the
 *	mechanisms
 * @permitted: a mask of the verbs that are permitted now
 * @address: the line's address, if its verb takes one
 * @helo: the name of the client, if the verb is HELO or EHLO
 * @chunk_size: how many bytes the line announces, if its verb does so
 * @letters: how many bytes of the SASL mechanism were seen, if its verb takes one
 * @len: how many bytes of the line were seen
 * @limit: how many bytes the line may have, CRLF included
 * @part: &enum smtp_command_part
 * @why: the reason, once the line is denied or the connection is to be reset
 * @denial: &enum smtp_denial of a denied line
 * @bit: the verb, as a bit number in the policy's masks, once it is complete
 * @argument: &enum smtp_argument of that verb
 * @offered: what the server offered when the line began, a mask of
 *	&enum smtp_extension
 * @size: what MAIL declares as the size of the message (see size.h)
 * @noop: the line was denied at its first byte and is rewritten to NOOP
 * @cr: the last byte was a CR
 */
struct smtp_command {
	u64 reach;
	u64 permitted;
	union {
		struct smtp_address address;
		struct smtp_helo helo;
		struct smtp_chunk_size chunk_size;
		u8 letters;
	};
	u16 len;
	u16 limit;
	u8 part;
	u8 why;
	u8 denial;
	u8 bit;
	u8 argument;
	u8 offered;
	struct smtp_size size;
	bool noop;
	bool cr;
};

void smtp_command_begin(struct smtp_command *cmd,
			const struct smtp_policy *policy, u64 permitted,
			u8 offered);
void smtp_command_begin_response(struct smtp_command *cmd);
u32 smtp_command_verb(struct smtp_command *cmd,
		      const struct smtp_policy *policy, const u8 *bytes,
		      u32 len);
u32 smtp_command_overwrite(struct smtp_command *cmd, u8 *bytes, u32 len);
u32 smtp_command_plain(struct smtp_command *cmd, const u8 *bytes, u32 len);
u8 smtp_command_byte(struct smtp_command *cmd,
		     const struct smtp_policy *policy, u8 byte,
		     struct smtp_events *ev);

/**
 * smtp_command_ends() - pass the LF behind the CR of a permitted line
 * @cmd: the line
 * @byte: its next byte
 *
 * This is a fast path: smtp_command_byte() would do the same with this byte.
 *
 * Return: false if smtp_command_byte() has to judge the byte.
 */
static inline bool smtp_command_ends(struct smtp_command *cmd, u8 byte)
{
	if (cmd->part != SMTP_PART_CR || byte != '\n')
		return false;
	cmd->len++;
	cmd->cr = false;
	return true;
}

/* Was the line denied? Valid once its LF was seen. */
static inline bool smtp_command_denied(const struct smtp_command *cmd)
{
	return cmd->part == SMTP_PART_DENIED;
}

#endif /* _SMTP_COMMAND_H */
