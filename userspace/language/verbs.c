// SPDX-License-Identifier: GPL-2.0
/* Finds misspelt verbs. */
#include <strings.h>

#include "language/input.h"
#include "language/suggest.h"
#include "language/verbs.h"

/* A unit test compares this list with kmod/core/verb.c. */
const struct verb_name verb_names[] = {
	{ "helo", false }, { "ehlo", false }, { "mail", false },
	{ "rcpt", false }, { "data", false }, { "rset", false },
	{ "noop", false }, { "quit", false }, { "vrfy", false },
	{ "expn", false }, { "help", false }, { "send", false },
	{ "soml", false }, { "saml", false }, { "turn", true },
	{ "etrn", false }, { "atrn", true }, { "bdat", false },
	{ "starttls", false }, { "burl", false }, { "auth", false },
	{ "lhlo", true }, { "xclient", false }, { "xforward", false },
	{ "x-exps", false }, { "x-anonymoustls", false },
	{ "x-link2state", false }, { "xexch50", false }, { NULL, false }
};

void verb_check(const struct word *verb, struct errors *errors)
{
	const struct verb_name *known;
	struct suggestion s;

	suggest_start(&s, verb->text);
	for (known = verb_names; known->name; known++) {
		if (!strcasecmp(known->name, verb->text))
			return;
		if (!known->refused)
			suggest_offer(&s, known->name);
	}
	if (s.nearest[0])
		error_at(errors, &verb->loc,
			 "unknown verb '%s'; did you mean '%s'? %s",
			 verb->text, s.nearest,
			 input_is_text(verb->loc.in) ? "Write a verb of your own in quotes" :
						       "A verb of your own has \"own\": true");
}
