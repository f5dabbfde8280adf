// SPDX-License-Identifier: GPL-2.0
/*
 * Judges command lines byte by byte.
 *
 * A byte passes while the line can still become a permitted command. From the
 * first byte where it cannot, the rest of the line is overwritten. Only a blank
 * or the end of the line may follow the verb, and behind the blank only
 * printable ASCII may stand: servers differ on TAB, VT, FF, NUL, a bare CR and
 * bytes above 127, and some of them would read another command there.
 *
 * A CR always passes. No server takes it alone for the end of a line, and when
 * it is judged it is not known whether LF follows.
 */
#include "command.h"
#include "tls.h"

static const char helo[] = "HELO";
static const char noop[] = "NOOP";

/**
 * smtp_command_begin() - begin a command line
 * @cmd: the line
 * @policy: what is permitted
 * @permitted: a mask of those verbs of the policy that are permitted now
 * @offered: what the server offers, a mask of &enum smtp_extension
 */
void smtp_command_begin(struct smtp_command *cmd,
			const struct smtp_policy *policy, u64 permitted,
			u8 offered)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->reach = ~0ULL;
	cmd->permitted = permitted;
	cmd->limit = policy->line;
	cmd->offered = offered;
}

/**
 * smtp_command_begin_response() - begin a line that responds to a 334
 * @cmd: the line
 */
void smtp_command_begin_response(struct smtp_command *cmd)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->part = SMTP_PART_RESPONSE;
	cmd->limit = MAILGUARD_LINE_MAX;
}

/*
 * The rest of an address in a denied line must not be a valid address. If an
 * angle bracket was opened, X keeps it open. If none was opened yet, the rest of
 * the line is overwritten with '<' instead.
 */
static bool leaves_address(const struct smtp_command *cmd)
{
	return cmd->argument == SMTP_ARGUMENT_ADDRESS &&
	       cmd->address.at < SMTP_ADDRESS_IN;
}

static u8 overwritten_byte(const struct smtp_command *cmd)
{
	if (cmd->noop)
		return cmd->len < sizeof(noop) ? noop[cmd->len - 1] : ' ';
	return leaves_address(cmd) ? '<' : 'X';
}

/*
 * Is a line rewritten to NOOP that is denied at its first byte? A command that
 * the policy permits, but not now, always is: a server that gets an unknown
 * command for each recipient too many would close the connection.
 */
static bool is_noop(const struct smtp_command *cmd,
		    const struct smtp_policy *policy)
{
	if (cmd->reach & policy->noop)
		return true;
	if (cmd->reach & policy->x)
		return false;
	return policy->denied_write == MAILGUARD_DENIED_NOOP ||
	       cmd->reach & policy->permitted & ~cmd->permitted;
}

static u8 deny_line(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 byte, enum mailguard_reason why)
{
	cmd->part = SMTP_PART_DENIED;
	cmd->why = why;
	/* The server may accept what is left of it. */
	if (cmd->argument == SMTP_ARGUMENT_HELO)
		cmd->denial = SMTP_DENIAL_HELO;
	if (byte == '\r' || byte == '\n')
		return byte;
	cmd->noop = cmd->len == 1 && is_noop(cmd, policy);
	return overwritten_byte(cmd);
}

/* Deny a line to which the client gets a reply that tells why. */
static u8 deny_line_as(struct smtp_command *cmd,
		       const struct smtp_policy *policy, u8 byte,
		       enum smtp_denial denial)
{
	cmd->denial = denial;
	return deny_line(cmd, policy, byte, smtp_denial_reason(denial));
}

static u8 reset_line(struct smtp_command *cmd, u8 byte,
		     enum mailguard_reason why)
{
	cmd->part = SMTP_PART_RESET;
	cmd->why = why;
	return byte;
}

static u8 first_bit(u64 mask)
{
	u8 bit = 0;

	while (!(mask & 1)) {
		mask >>= 1;
		bit++;
	}
	return bit;
}

static u16 line_limit(const struct smtp_verb *verb,
		      const struct smtp_policy *policy)
{
	switch (verb->limit) {
	case SMTP_LIMIT_MAIL:
		return policy->line_mail;
	case SMTP_LIMIT_AUTH:
		return MAILGUARD_LINE_MAX;
	default:
		return policy->line;
	}
}

static u8 no_verb(struct smtp_command *cmd, const struct smtp_policy *policy,
		  u8 byte)
{
	if (byte == ' ')
		return deny_line_as(cmd, policy, byte, SMTP_DENIAL_COMMAND);
	if (policy->action[MAILGUARD_A_ACTIONS_TRUNCATED] ==
	    MAILGUARD_ACTION_RESET)
		return reset_line(cmd, byte, MAILGUARD_REASON_RESET_TRUNCATED);
	return deny_line(cmd, policy, byte, MAILGUARD_REASON_DENIED_SHORT);
}

/*
 * Does a client of another protocol begin to speak? The policy may name a verb
 * of the operator's that is the same word.
 */
static bool is_foreign(const struct smtp_policy *policy, u64 verb)
{
	return verb & SMTP_VERBS_FOREIGN && !(verb & ~SMTP_VERBS_ANNOUNCING) &&
	       policy->action[MAILGUARD_A_ACTIONS_FOREIGN] ==
		       MAILGUARD_ACTION_RESET;
}

/* Does a line begin as a ClientHello of TLS does? */
static bool is_tls(const struct smtp_policy *policy, u8 byte)
{
	return byte == TLS_HANDSHAKE &&
	       policy->action[MAILGUARD_A_ACTIONS_FOREIGN] ==
		       MAILGUARD_ACTION_RESET;
}

/*
 * At the end of a denied verb: does the client send other bytes than commands
 * behind this line? They must not be judged as commands. A server that did not
 * offer the extension of a chunk reads what follows as commands, and so does
 * this module. @why: set to the reason for which the connection is reset.
 */
static bool announces_other(const struct smtp_command *cmd,
			    const struct smtp_policy *policy,
			    enum mailguard_reason *why)
{
	u64 verb = smtp_keywords_ending(&policy->verbs, cmd->reach,
					cmd->len - 1);

	*why = MAILGUARD_REASON_RESET_FOREIGN;
	if (is_foreign(policy, verb))
		return true;
	*why = MAILGUARD_REASON_RESET_CHUNK;
	if (verb & SMTP_VERB_BDAT)
		return cmd->offered & (1U << SMTP_EXTENSION_CHUNKING);
	return verb & SMTP_VERB_XEXCH50 &&
	       cmd->offered & (1U << SMTP_EXTENSION_XEXCH50);
}

/* The verb of a denied line has ended, and decides what becomes of the line. */
static u8 denied_verb_ends(struct smtp_command *cmd,
			   const struct smtp_policy *policy, u64 verb, u8 byte)
{
	u8 bit;

	verb &= ~SMTP_VERBS_ANNOUNCING;
	if (!verb)
		return byte;
	if (verb & policy->resets)
		return reset_line(cmd, byte, MAILGUARD_REASON_RESET_COMMAND);
	bit = first_bit(verb);
	cmd->limit = line_limit(policy->verb[bit], policy);
	cmd->denial = policy->denial[bit];
	if (verb & smtp_policy_lacks_helo(policy, cmd->offered))
		cmd->denial = SMTP_DENIAL_NO_HELO;
	else if (verb & policy->permitted)
		cmd->denial = policy->verb[bit]->framing == SMTP_FRAMING_RCPT ?
				      SMTP_DENIAL_RECIPIENTS :
				      SMTP_DENIAL_MESSAGES;
	cmd->why = smtp_denial_reason(cmd->denial);
	return byte;
}

/* For each fault of a name its action, and how it is counted when denied. */
static const struct {
	u8 check;
	u8 denied;
} helo_faults[SMTP_HELO_FAULTS] = {
#define FAULT(name)						\
	[SMTP_HELO_##name] = { MAILGUARD_A_ACTIONS_HELO_##name,	\
			       MAILGUARD_REASON_DENIED_HELO_##name }
	FAULT(LITERAL),
	FAULT(INVALID),
	FAULT(NO_DOT),
#undef FAULT
};

/* @faults: what is wrong with the name up to this byte, or because it ends. */
static u8 helo_byte(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 byte, u32 faults)
{
	unsigned int i;

	for (i = 0; faults >> i; i++) {
		if (!(faults >> i & 1))
			continue;
		if (i == SMTP_HELO_FOREIGN)
			return deny_line_as(cmd, policy, byte,
					    SMTP_DENIAL_HELO);
		switch (policy->action[helo_faults[i].check]) {
		case MAILGUARD_ACTION_DENY:
			return deny_line(cmd, policy, byte,
					 helo_faults[i].denied);
		case MAILGUARD_ACTION_RESET:
			return reset_line(cmd, byte,
					  MAILGUARD_REASON_RESET_HELO);
		default:
			break;
		}
	}
	return byte;
}

static u8 line_ends(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 byte)
{
	const struct smtp_verb *verb = policy->verb[cmd->bit];

	/* The chunk begins behind this end, on which all servers must agree. */
	if (cmd->argument == SMTP_ARGUMENT_CHUNK_SIZE &&
	    (byte != '\r' || !smtp_chunk_size_complete(&cmd->chunk_size,
						       verb->framing)))
		return reset_line(cmd, byte, MAILGUARD_REASON_RESET_CHUNK_SIZE);
	/* A server that wants no closing bracket would take the address. */
	if (cmd->argument == SMTP_ARGUMENT_ADDRESS &&
	    cmd->address.must_close && cmd->address.at == SMTP_ADDRESS_IN)
		return reset_line(cmd, byte, MAILGUARD_REASON_RESET_ADDRESS);
	cmd->part = SMTP_PART_CR;
	if (cmd->argument == SMTP_ARGUMENT_HELO)
		return helo_byte(cmd, policy, byte,
				 smtp_helo_ends(&cmd->helo, policy));
	return byte;
}

static void mechanism_begins(struct smtp_command *cmd,
			     const struct smtp_policy *policy)
{
	if (policy->mechanisms.on)
		cmd->reach = ~policy->mechanisms.masked;
	else
		cmd->argument = SMTP_ARGUMENT_TEXT;
}

static void helo_begins(struct smtp_command *cmd,
			const struct smtp_policy *policy)
{
	if (policy->judges_helo)
		smtp_helo_begin(&cmd->helo, policy);
	else
		cmd->argument = SMTP_ARGUMENT_SESSION;
}

static u8 verb_ends(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 byte)
{
	u64 known = smtp_keywords_ending(&policy->verbs, cmd->reach,
					 cmd->len - 1) & ~SMTP_VERBS_ANNOUNCING;
	u64 verb = known & cmd->permitted;
	enum mailguard_reason why;

	if (!verb && announces_other(cmd, policy, &why))
		return reset_line(cmd, byte, why);
	cmd->reach = 0;
	if (!verb && known) {
		byte = deny_line_as(cmd, policy, byte, SMTP_DENIAL_COMMAND);
		return denied_verb_ends(cmd, policy, known, byte);
	}
	if (!verb)
		return no_verb(cmd, policy, byte);
	if (verb & policy->chunking &&
	    !(cmd->offered & (1U << SMTP_EXTENSION_CHUNKING)))
		return deny_line(cmd, policy, byte,
				 MAILGUARD_REASON_DENIED_CHUNKING);
	cmd->bit = first_bit(verb);
	cmd->argument = policy->verb[cmd->bit]->argument;
	cmd->limit = line_limit(policy->verb[cmd->bit], policy);
	if (cmd->argument == SMTP_ARGUMENT_ADDRESS)
		smtp_address_begin(&cmd->address, policy,
				   policy->verb[cmd->bit]->framing);
	else if (cmd->argument == SMTP_ARGUMENT_HELO)
		helo_begins(cmd, policy);
	if (policy->verb[cmd->bit]->framing == SMTP_FRAMING_MAIL)
		cmd->size.wanted = policy->message_size;
	if (byte != ' ')
		return line_ends(cmd, policy, byte);
	if (cmd->argument == SMTP_ARGUMENT_MECHANISM)
		mechanism_begins(cmd, policy);
	cmd->part = SMTP_PART_ARGUMENT;
	return byte;
}

static u8 verb_byte(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 byte)
{
	unsigned int pos = cmd->len - 1;
	enum mailguard_reason why;
	u64 reach;

	if (!pos && is_tls(policy, byte))
		return reset_line(cmd, byte, MAILGUARD_REASON_RESET_FOREIGN);
	if (byte == ' ' || byte == '\r' || byte == '\n')
		return verb_ends(cmd, policy, byte);
	if (smtp_keywords_letter(byte) < 0 && announces_other(cmd, policy, &why))
		return reset_line(cmd, byte, why);
	reach = smtp_keywords_step(&policy->verbs, cmd->reach, pos, byte);
	cmd->reach = reach;
	reach &= cmd->permitted;
	if (!reach)
		return deny_line_as(cmd, policy, byte, SMTP_DENIAL_COMMAND);
	if (reach == policy->downgrade)
		return helo[pos] | (byte & 0x20);
	return byte;
}

/* For each fault its action, and how it is counted when denied or passed. */
static const struct {
	u8 check;
	u8 denied;
	u8 passed;	/* 0: not counted */
} address_faults[SMTP_ADDRESS_FAULTS] = {
#define FAULT(name, attr, reason)				\
	[SMTP_ADDRESS_##name].check = MAILGUARD_A_ACTIONS_##attr,	\
	[SMTP_ADDRESS_##name].denied = MAILGUARD_REASON_DENIED_##reason
	FAULT(PIPE, PIPE, ADDRESS),
	[SMTP_ADDRESS_PIPE].passed = MAILGUARD_REASON_PIPES,
	FAULT(BRACKET, BRACKETS, ADDRESS),
	[SMTP_ADDRESS_BRACKET].passed = MAILGUARD_REASON_BRACKETS,
	FAULT(8BIT, 8BIT, 8BIT),
	FAULT(QUOTED, QUOTED, QUOTED),
	FAULT(SOURCE_ROUTE, SOURCE_ROUTE, SOURCE_ROUTE),
	FAULT(DOUBLE_AT, DOUBLE_AT, DOUBLE_AT),
	FAULT(PERCENT, PERCENT, PERCENT),
	FAULT(BANG, BANG, BANG),
	FAULT(LITERAL, LITERAL, LITERAL),
	FAULT(NO_DOMAIN, NO_DOMAIN, NO_DOMAIN),
	FAULT(TOO_LONG, ADDRESS_LENGTH, ADDRESS_LENGTH),
	FAULT(LOCAL_TOO_LONG, LOCAL_PART_LENGTH, ADDRESS_LENGTH),
	FAULT(DOMAIN_TOO_LONG, DOMAIN_LENGTH, ADDRESS_LENGTH),
#undef FAULT
};

static enum smtp_denial domain_denial(const struct smtp_address *address)
{
	return address->kind == SMTP_ADDRESS_SENDER ? SMTP_DENIAL_SENDER :
						      SMTP_DENIAL_RECIPIENT;
}

static u8 address_byte(struct smtp_command *cmd,
		       const struct smtp_policy *policy, u8 byte,
		       struct smtp_events *ev)
{
	u32 faults = smtp_address_byte(&cmd->address, policy, byte);
	unsigned int i;

	for (i = 0; faults >> i; i++) {
		if (!(faults >> i & 1))
			continue;
		if (i == SMTP_ADDRESS_FOREIGN)
			return deny_line_as(cmd, policy, byte,
					    domain_denial(&cmd->address));
		if (i == SMTP_ADDRESS_TRAILING)
			return reset_line(cmd, byte,
					  MAILGUARD_REASON_RESET_ADDRESS);
		if (i == SMTP_ADDRESS_NO_PREFIX)
			return deny_line(cmd, policy, byte,
					 MAILGUARD_REASON_DENIED_ADDRESS);
		switch (policy->action[address_faults[i].check]) {
		case MAILGUARD_ACTION_DENY:
			return deny_line(cmd, policy, byte,
					 address_faults[i].denied);
		case MAILGUARD_ACTION_RESET:
			return reset_line(cmd, byte,
					  MAILGUARD_REASON_RESET_ADDRESS);
		case MAILGUARD_ACTION_BLANK:
			byte = ' ';
			break;
		default:
			break;
		}
		if (address_faults[i].passed)
			smtp_count(ev, address_faults[i].passed);
	}
	return byte;
}

/*
 * May this byte be in the argument? UTF-8 may, but only in an address and if
 * the server offers it (RFC 6531).
 */
static bool may_stand(struct smtp_command *cmd, u8 byte)
{
	if (byte < 0x80 && !smtp_is_printable(byte))
		return false;
	if (cmd->argument == SMTP_ARGUMENT_ADDRESS &&
	    cmd->offered & (1U << SMTP_EXTENSION_SMTPUTF8))
		return smtp_address_is_utf8(&cmd->address, byte);
	return byte < 0x80;
}

/* The mechanism has ended; any text may follow it, as without a list of them. */
static u8 mechanism_ends(struct smtp_command *cmd,
			 const struct smtp_policy *policy, u8 byte)
{
	u64 word = smtp_keywords_ending(&policy->mechanisms.words, cmd->reach,
					cmd->letters);

	cmd->reach = 0;
	cmd->argument = SMTP_ARGUMENT_TEXT;
	if (cmd->letters && !word)
		return deny_line_as(cmd, policy, byte, SMTP_DENIAL_MECHANISM);
	return byte == ' ' ? byte : line_ends(cmd, policy, byte);
}

/* Denied, like a verb, at the first byte that no permitted mechanism has. */
static u8 mechanism_byte(struct smtp_command *cmd,
			 const struct smtp_policy *policy, u8 byte)
{
	if (byte == ' ' && !cmd->letters)
		return byte;
	if (byte == ' ' || byte == '\r' || byte == '\n')
		return mechanism_ends(cmd, policy, byte);
	cmd->reach = smtp_keywords_step(&policy->mechanisms.words, cmd->reach,
					cmd->letters, byte);
	if (!cmd->reach)
		return deny_line_as(cmd, policy, byte, SMTP_DENIAL_MECHANISM);
	cmd->letters++;
	return byte;
}

static u8 size_exceeded(struct smtp_command *cmd,
			const struct smtp_policy *policy, u8 byte,
			struct smtp_events *ev)
{
	cmd->size.wanted = false;
	switch (policy->action[MAILGUARD_A_ACTIONS_MESSAGE_SIZE]) {
	case MAILGUARD_ACTION_DENY:
		return deny_line_as(cmd, policy, byte, SMTP_DENIAL_SIZE);
	case MAILGUARD_ACTION_RESET:
		return reset_line(cmd, byte, MAILGUARD_REASON_RESET_LIMIT);
	default:
		smtp_count(ev, MAILGUARD_REASON_LIMIT_SIZE);
		return byte;
	}
}

static u8 argument_byte(struct smtp_command *cmd,
			const struct smtp_policy *policy, u8 byte,
			struct smtp_events *ev)
{
	const struct smtp_verb *verb = policy->verb[cmd->bit];

	if (cmd->argument == SMTP_ARGUMENT_MECHANISM)
		return mechanism_byte(cmd, policy, byte);
	if (byte == '\r' || byte == '\n')
		return line_ends(cmd, policy, byte);
	if (cmd->argument == SMTP_ARGUMENT_CHUNK_SIZE) {
		if (smtp_chunk_size_byte(&cmd->chunk_size, verb->framing, byte))
			return byte;
		return reset_line(cmd, byte, MAILGUARD_REASON_RESET_CHUNK_SIZE);
	}
	if (!may_stand(cmd, byte))
		return deny_line(cmd, policy, byte,
				 MAILGUARD_REASON_DENIED_BYTE);
	if (cmd->size.wanted && !cmd->address.quoted &&
	    !smtp_size_byte(&cmd->size, policy->message_size, byte))
		return size_exceeded(cmd, policy, byte, ev);
	if (cmd->argument == SMTP_ARGUMENT_ADDRESS)
		return address_byte(cmd, policy, byte, ev);
	if (cmd->argument == SMTP_ARGUMENT_HELO)
		return helo_byte(cmd, policy, byte,
				 smtp_helo_byte(&cmd->helo, policy, byte));
	return byte;
}

/**
 * smtp_command_verb() - judge letters of a permitted verb in one go
 * @cmd: the line, in its verb; this is shorter than any limit of a line
 * @policy: what is permitted
 * @bytes: the next bytes of the line
 * @len: how many
 *
 * This is a fast path: smtp_command_byte() would do the same with these bytes.
 *
 * Return: how many bytes were judged; smtp_command_byte() judges the next one.
 */
u32 smtp_command_verb(struct smtp_command *cmd,
		      const struct smtp_policy *policy, const u8 *bytes,
		      u32 len)
{
	u32 n;

	for (n = 0; n < len; n++, cmd->len++) {
		u64 reach = smtp_keywords_step(&policy->verbs, cmd->reach,
					       cmd->len, bytes[n]);
		u64 open = reach & cmd->permitted;

		if (!open || open == policy->downgrade)
			break;
		cmd->reach = reach;
	}
	return n;
}

/**
 * smtp_command_overwrite() - overwrite bytes of a denied line in one go
 * @cmd: the line, which is denied already
 * @bytes: the next bytes of the line, edited in place
 * @len: how many
 *
 * This is a fast path: smtp_command_byte() would do the same with these bytes.
 *
 * Return: how many bytes were overwritten; smtp_command_byte() judges the next
 * one.
 */
u32 smtp_command_overwrite(struct smtp_command *cmd, u8 *bytes, u32 len)
{
	u32 n;

	/* The denied line may still turn out to be BDAT or XEXCH50. */
	if (cmd->reach)
		return 0;
	for (n = 0; n < len && cmd->len < cmd->limit; n++) {
		if (bytes[n] == '\r' || bytes[n] == '\n')
			break;
		cmd->len++;
		cmd->cr = false;
		bytes[n] = overwritten_byte(cmd);
	}
	return n;
}

/* Bytes that are permitted in every argument and have no special meaning. */
static const bool plain[256] = {
	['!'] = true, ['#' ... ';'] = true, ['='] = true, ['?' ... '['] = true,
	[']' ... '{'] = true, ['}' ... '~'] = true,
};

/* Can a byte of the argument be judged without the bytes before it? */
static bool bytes_are_alike(const struct smtp_command *cmd)
{
	switch (cmd->argument) {
	case SMTP_ARGUMENT_CHUNK_SIZE:
	case SMTP_ARGUMENT_MECHANISM:
	case SMTP_ARGUMENT_HELO:
		return false;
	case SMTP_ARGUMENT_ADDRESS:
		return !cmd->address.escaped && !cmd->address.due &&
		       !cmd->address.judged &&
		       !cmd->size.wanted;
	default:
		return true;
	}
}

/**
 * smtp_command_plain() - pass bytes of an argument without special meaning
 * @cmd: the line, in its argument
 * @bytes: the next bytes of the line
 * @len: how many
 *
 * This is a fast path: smtp_command_byte() would do the same with these bytes.
 *
 * Return: how many bytes pass; smtp_command_byte() judges the next one.
 */
u32 smtp_command_plain(struct smtp_command *cmd, const u8 *bytes, u32 len)
{
	u32 n = 0;

	if (!bytes_are_alike(cmd))
		return 0;
	if (len > (u32)(cmd->limit - cmd->len))
		len = cmd->limit - cmd->len;
	while (n < len && plain[bytes[n]])
		n++;
	cmd->len += n;
	return n;
}

/*
 * A response is base64, or an asterisk that cancels the exchange. A denied one
 * is overwritten with X, which is base64, too: the server decodes other data
 * than the client sent, and the authentication fails.
 */
static u8 response_byte(struct smtp_command *cmd,
			const struct smtp_policy *policy, u8 byte)
{
	u8 lower = byte | 0x20;

	if (byte == '\r')
		cmd->part = SMTP_PART_CR;
	else if (byte != '\n' && !(lower >= 'a' && lower <= 'z') &&
		 !(byte >= '0' && byte <= '9') && byte != '+' &&
		 byte != '/' && byte != '=' && byte != '*')
		return deny_line(cmd, policy, byte,
				 MAILGUARD_REASON_DENIED_BYTE);
	return byte;
}

static u8 behind_cr(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 byte)
{
	if (byte == '\n')
		return byte;
	if (cmd->argument == SMTP_ARGUMENT_CHUNK_SIZE)
		return reset_line(cmd, byte, MAILGUARD_REASON_RESET_CHUNK_SIZE);
	return deny_line(cmd, policy, byte, MAILGUARD_REASON_DENIED_BYTE);
}

static u8 denied_byte(struct smtp_command *cmd,
		      const struct smtp_policy *policy, u8 byte)
{
	enum mailguard_reason why;

	if (cmd->reach && smtp_keywords_letter(byte) < 0) {
		if (announces_other(cmd, policy, &why))
			return reset_line(cmd, byte, why);
		denied_verb_ends(cmd, policy,
				 smtp_keywords_ending(&policy->verbs,
						      cmd->reach, cmd->len - 1),
				 byte);
		if (cmd->part == SMTP_PART_RESET)
			return byte;
	}
	cmd->reach = smtp_keywords_step(&policy->verbs, cmd->reach,
					cmd->len - 1, byte);
	if (byte == '\r' || byte == '\n')
		return byte;
	return overwritten_byte(cmd);
}

static u8 part_byte(struct smtp_command *cmd, const struct smtp_policy *policy,
		    u8 byte, struct smtp_events *ev)
{
	switch (cmd->part) {
	case SMTP_PART_VERB:
		return verb_byte(cmd, policy, byte);
	case SMTP_PART_ARGUMENT:
		return argument_byte(cmd, policy, byte, ev);
	case SMTP_PART_RESPONSE:
		return response_byte(cmd, policy, byte);
	case SMTP_PART_CR:
		return behind_cr(cmd, policy, byte);
	default:
		return denied_byte(cmd, policy, byte);
	}
}

/* Judge a LF without CR where the policy does not let it end a line. */
static u8 bare_lf(struct smtp_command *cmd, const struct smtp_policy *policy)
{
	enum mailguard_reason why;

	if (policy->action[MAILGUARD_A_ACTIONS_BARE_LF] ==
	    MAILGUARD_ACTION_RESET)
		return reset_line(cmd, '\n', MAILGUARD_REASON_RESET_BARE_LF);
	/* Some servers end the line here, and take what follows for a chunk. */
	if (cmd->argument == SMTP_ARGUMENT_CHUNK_SIZE)
		return reset_line(cmd, '\n', MAILGUARD_REASON_RESET_CHUNK_SIZE);
	if (announces_other(cmd, policy, &why))
		return reset_line(cmd, '\n', why);
	cmd->reach = 0;
	if (cmd->part == SMTP_PART_DENIED)
		return overwritten_byte(cmd);
	deny_line(cmd, policy, '\n', MAILGUARD_REASON_DENIED_BARE_LF);
	return overwritten_byte(cmd);
}

/**
 * smtp_command_byte() - judge the next byte of a line
 * @cmd: the line
 * @policy: what is permitted
 * @byte: the byte; the LF that ends the line is judged, too
 * @ev: counts anomalies that the policy lets pass
 *
 * Return: the byte to send on; if it is LF, the line has ended. If the part is
 * %SMTP_PART_RESET afterwards, this byte and what follows must not be sent on.
 */
u8 smtp_command_byte(struct smtp_command *cmd,
		     const struct smtp_policy *policy, u8 byte,
		     struct smtp_events *ev)
{
	bool bare = byte == '\n' && !cmd->cr;

	cmd->len++;
	cmd->cr = byte == '\r';
	if (bare && policy->action[MAILGUARD_A_ACTIONS_BARE_LF] !=
	    MAILGUARD_ACTION_PASS)
		return bare_lf(cmd, policy);
	byte = part_byte(cmd, policy, byte, ev);
	if (bare)
		smtp_count(ev, MAILGUARD_REASON_BARE_LF);
	return byte;
}
