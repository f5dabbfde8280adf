/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_VERB_H
#define _SMTP_VERB_H

#include "base.h"

/**
 * enum smtp_framing - what follows a command on the wire
 * @SMTP_FRAMING_LINE: a reply; then the next command
 * @SMTP_FRAMING_HELLO: the same, and the reply lists what the server offers
 *	(RFC 5321, 4.1.1.1)
 * @SMTP_FRAMING_MAIL: the same, and a mail begins (MAIL, SEND, SOML, SAML)
 * @SMTP_FRAMING_RCPT: the same, and the mail has a recipient more
 * @SMTP_FRAMING_DATA: content after a 354 (RFC 5321, 4.1.1.4)
 * @SMTP_FRAMING_CHUNK: as many octets as the line says, at once, whatever the
 *	reply will be (BDAT; RFC 3030, 2)
 * @SMTP_FRAMING_EXCH50: as many octets as the line says, after a 354
 * @SMTP_FRAMING_AUTH: lines of a SASL exchange, each after a 334 (RFC 4954, 4)
 * @SMTP_FRAMING_TLS: TLS records in both directions after a 220 (RFC 3207, 4)
 * @SMTP_FRAMING_XCLIENT: a reply that is another greeting if it is a 220
 * @SMTP_FRAMING_LMTP: the word of another protocol (LHLO; RFC 2033)
 * @SMTP_FRAMING_ROLES: client and server change places (TURN, ATRN)
 */
enum smtp_framing {
	SMTP_FRAMING_LINE,
	SMTP_FRAMING_HELLO,
	SMTP_FRAMING_MAIL,
	SMTP_FRAMING_RCPT,
	SMTP_FRAMING_DATA,
	SMTP_FRAMING_CHUNK,
	SMTP_FRAMING_EXCH50,
	SMTP_FRAMING_AUTH,
	SMTP_FRAMING_TLS,
	SMTP_FRAMING_XCLIENT,
	SMTP_FRAMING_LMTP,
	SMTP_FRAMING_ROLES,
};

/**
 * enum smtp_argument - what stands behind a verb
 * @SMTP_ARGUMENT_TEXT: anything printable
 * @SMTP_ARGUMENT_ADDRESS: an address, and perhaps parameters
 * @SMTP_ARGUMENT_COUNT: how many octets follow, and nothing but that
 */
enum smtp_argument {
	SMTP_ARGUMENT_TEXT,
	SMTP_ARGUMENT_ADDRESS,
	SMTP_ARGUMENT_COUNT,
};

/**
 * enum smtp_limit - how long a line may be
 * @SMTP_LIMIT_LINE: what the policy says
 * @SMTP_LIMIT_MAIL: what the policy says of lines that extensions lengthen
 * @SMTP_LIMIT_AUTH: %MAILGUARD_LINE_MAX (RFC 4954, 4)
 */
enum smtp_limit {
	SMTP_LIMIT_LINE,
	SMTP_LIMIT_MAIL,
	SMTP_LIMIT_AUTH,
};

/**
 * struct smtp_verb - a verb
 * @name: in capitals; NULL for those of the operator's own
 * @framing: what follows its line
 * @argument: what stands behind it in the line
 * @limit: how long its line may be
 */
struct smtp_verb {
	const char *name;
	enum smtp_framing framing;
	enum smtp_argument argument;
	enum smtp_limit limit;
};

extern const struct smtp_verb smtp_verb_own;

const struct smtp_verb *smtp_verb_find(const char *name);
const char *smtp_verb_refused(const struct smtp_verb *verb);

#endif /* _SMTP_VERB_H */
