/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_VERB_H
#define _SMTP_VERB_H

#include "base.h"

/**
 * enum smtp_framing - what follows a command on the wire
 * @SMTP_FRAMING_LINE: a reply, then the next command
 * @SMTP_FRAMING_HELLO: as LINE; the reply lists what the server offers (RFC
 *	5321, 4.1.1.1)
 * @SMTP_FRAMING_MAIL: as LINE; a success begins a mail (MAIL, SEND, SOML, SAML)
 * @SMTP_FRAMING_RCPT: as LINE; a success adds a recipient to the mail
 * @SMTP_FRAMING_RSET: as LINE; the current mail is dropped
 * @SMTP_FRAMING_DATA: content after a 354 (RFC 5321, 4.1.1.4)
 * @SMTP_FRAMING_CHUNK: as many bytes as the line says, sent at once, whatever
 *	the reply will be (BDAT; RFC 3030, 2)
 * @SMTP_FRAMING_BURL: as LINE; the reply may be that the server has taken a mail
 *	(RFC 4468, 3.3)
 * @SMTP_FRAMING_EXCH50: as many bytes as the line says, sent after a 354
 * @SMTP_FRAMING_AUTH: lines of a SASL exchange, each after a 334 (RFC 4954, 4)
 * @SMTP_FRAMING_TLS: TLS records in both directions after a 220 (RFC 3207, 4)
 * @SMTP_FRAMING_XCLIENT: as LINE; a 220 is a new greeting
 * @SMTP_FRAMING_LMTP: LHLO, which belongs to LMTP (RFC 2033)
 * @SMTP_FRAMING_TURN: client and server exchange their roles (TURN, ATRN)
 */
enum smtp_framing {
	SMTP_FRAMING_LINE,
	SMTP_FRAMING_HELLO,
	SMTP_FRAMING_MAIL,
	SMTP_FRAMING_RCPT,
	SMTP_FRAMING_RSET,
	SMTP_FRAMING_DATA,
	SMTP_FRAMING_CHUNK,
	SMTP_FRAMING_BURL,
	SMTP_FRAMING_EXCH50,
	SMTP_FRAMING_AUTH,
	SMTP_FRAMING_TLS,
	SMTP_FRAMING_XCLIENT,
	SMTP_FRAMING_LMTP,
	SMTP_FRAMING_TURN,
};

/**
 * enum smtp_argument - what argument a verb takes
 * @SMTP_ARGUMENT_TEXT: any printable text
 * @SMTP_ARGUMENT_SESSION: the same, of EHLO, HELO and XCLIENT: a server that
 *	accepts what a denied line is overwritten with begins its session anew
 * @SMTP_ARGUMENT_ADDRESS: an address, and perhaps parameters
 * @SMTP_ARGUMENT_CHUNK_SIZE: the number of bytes that follow (&struct
 *	smtp_chunk_size)
 * @SMTP_ARGUMENT_HELO: the name of the client (&struct smtp_helo)
 * @SMTP_ARGUMENT_MECHANISM: a SASL mechanism, and perhaps a first response
 */
enum smtp_argument {
	SMTP_ARGUMENT_TEXT,
	SMTP_ARGUMENT_SESSION,
	SMTP_ARGUMENT_ADDRESS,
	SMTP_ARGUMENT_CHUNK_SIZE,
	SMTP_ARGUMENT_HELO,
	SMTP_ARGUMENT_MECHANISM,
};

/**
 * enum smtp_limit - how long the line of a verb may be
 * @SMTP_LIMIT_LINE: &smtp_policy.line
 * @SMTP_LIMIT_MAIL: &smtp_policy.line_mail, because extensions add parameters
 * @SMTP_LIMIT_AUTH: %MAILGUARD_LINE_MAX (RFC 4954, 4)
 */
enum smtp_limit {
	SMTP_LIMIT_LINE,
	SMTP_LIMIT_MAIL,
	SMTP_LIMIT_AUTH,
};

/**
 * struct smtp_verb - what the module knows about a verb
 * @name: the verb, in capitals; NULL for verbs that the operator defines
 * @framing: what follows its line on the wire
 * @argument: what argument it takes
 * @limit: how long its line may be
 * @before_tls: it may pass before STARTTLS even where the policy requires that
 */
struct smtp_verb {
	const char *name;
	enum smtp_framing framing;
	enum smtp_argument argument;
	enum smtp_limit limit;
	bool before_tls;
};

extern const struct smtp_verb smtp_verb_own;

const struct smtp_verb *smtp_verb_find(const char *name);
const char *smtp_verb_refused(const struct smtp_verb *verb);

#endif /* _SMTP_VERB_H */
