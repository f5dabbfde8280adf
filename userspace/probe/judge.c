// SPDX-License-Identifier: GPL-2.0
/* Judges from the answers of the server whether a guard is in the path. */
#include <string.h>
#include <strings.h>

#include "probe/probe.h"

#define BIT(n)	(1U << (n))

/* Fewer asterisks are an ornament of the greeting, not a mask. */
#define ASTERISKS_MIN	3
/* Fewer blanks at the end of a server's text may be there by accident. */
#define PADDING_MIN	3

const char * const probe_extension_names[PROBE_EXTENSIONS] = {
	[EXTENSION_AUTH]	= "AUTH",
	[EXTENSION_STARTTLS]	= "STARTTLS",
	[EXTENSION_8BITMIME]	= "8BITMIME",
	[EXTENSION_SIZE]	= "SIZE",
};

/* Parts of a line */

struct text {
	const char *s;
	size_t len;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool probe_line_is_reply(const struct probe_line *line)
{
	const char *s = line->bytes;

	return line->len >= 3 && is_digit(s[0]) && is_digit(s[1]) &&
	       is_digit(s[2]) &&
	       (line->len == 3 || s[3] == ' ' || s[3] == '-');
}

static struct text whole_line(const struct probe_line *line)
{
	return (struct text){ line->bytes, line->len };
}

/* Returns what follows the code. */
static struct text text_of(const struct probe_line *line)
{
	struct text t = whole_line(line);
	size_t code = 0;

	if (probe_line_is_reply(line))
		code = t.len > 4 ? 4 : t.len;
	t.s += code;
	t.len -= code;
	return t;
}

static struct text trimmed_text(struct text t)
{
	while (t.len && t.s[t.len - 1] == ' ')
		t.len--;
	while (t.len && t.s[0] == ' ') {
		t.s++;
		t.len--;
	}
	return t;
}

static size_t padding_length(struct text t)
{
	size_t n = 0;

	while (n < t.len && t.s[t.len - 1 - n] == ' ')
		n++;
	return n;
}

static bool text_is(struct text t, const char *word)
{
	return t.len == strlen(word) && !memcmp(t.s, word, t.len);
}

static bool text_starts(struct text t, const char *word)
{
	return t.len >= strlen(word) && !memcmp(t.s, word, strlen(word));
}

static bool text_has(struct text t, const char *word)
{
	size_t len = strlen(word), i;

	for (i = 0; i + len <= t.len; i++)
		if (!strncasecmp(t.s + i, word, len))
			return true;
	return false;
}

/* Returns the length of the longest word that consists of X only. */
static size_t longest_x(struct text t)
{
	size_t longest = 0, from = 0, len, i;

	for (i = 0; i <= t.len; i++) {
		if (i < t.len && is_alnum(t.s[i]))
			continue;
		len = i - from;
		if (len > longest && !memchr(t.s + from, '\0', len) &&
		    strspn(t.s + from, "Xx") >= len)
			longest = len;
		from = i + 1;
	}
	return longest;
}

static bool same_reply(const struct probe_reply *a, const struct probe_reply *b)
{
	size_t i;

	if (!a->count || a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->lines[i].len != b->lines[i].len ||
		    memcmp(a->lines[i].bytes, b->lines[i].bytes,
			   a->lines[i].len))
			return false;
	return true;
}

static struct text first_text(const struct probe_reply *r)
{
	return text_of(&r->lines[0]);
}

static bool is_code(const struct probe_reply *r, int class)
{
	return r->end == PROBE_COMPLETE && r->code / 100 == class;
}

/*
 * The greeting
 */

/* True if the text is all asterisks, except for blanks, 2 and 0. */
static bool is_masked(struct text t)
{
	size_t asterisks = 0, i;

	for (i = 0; i < t.len; i++) {
		if (t.s[i] == '*')
			asterisks++;
		else if (!strchr("20 ", t.s[i]) || !t.s[i])
			return false;
	}
	return asterisks >= ASTERISKS_MIN;
}

static bool has_20(struct text t)
{
	return memchr(t.s, '2', t.len) || memchr(t.s, '0', t.len);
}

/*
 * All known guards leave the code of the first line unmasked, so it is no part
 * of the text even if no blank follows it.
 */
static struct text greeting_text(const struct probe_reply *r, size_t i)
{
	struct text t = text_of(&r->lines[i]);

	if (!i && !probe_line_is_reply(&r->lines[i]) &&
	    text_starts(t, "220")) {
		t.s += 3;
		t.len -= 3;
	}
	return t;
}

static void judge_banner(const struct probe_reply *r, struct probe_findings *f)
{
	bool masked = true, kept = false;
	struct text t;
	size_t i;

	if (!r->count || !text_starts(whole_line(&r->lines[0]), "220"))
		return;
	for (i = 0; i < r->count; i++) {
		t = greeting_text(r, i);
		masked &= is_masked(t);
		kept |= has_20(t);
	}
	if (masked)
		f->banner = kept ? BANNER_ASTERISKS_20 : BANNER_ASTERISKS;
	else if (text_starts(greeting_text(r, 0), "SMTP/cmap"))
		f->banner = BANNER_CMAP;
	else if (r->end == PROBE_COMPLETE)
		f->banner = BANNER_CLEAR;
	f->endless_greeting = r->end == PROBE_MALFORMED &&
			      f->banner != BANNER_UNKNOWN;
}

/*
 * The answer to a command that no server knows
 */

/*
 * True if the text is that of our own denied reply, or as much of it as fits.
 */
static bool is_replaced(struct text t)
{
	static const char words[] = "Command unrecognized";
	struct text bare = trimmed_text(t);

	if (padding_length(t) >= PADDING_MIN)
		return true;
	return bare.len >= 4 && bare.len < sizeof(words) &&
	       !memcmp(bare.s, words, bare.len);
}

static enum probe_denied denied_success(const struct probe_reply *r,
					const struct probe_reply *noop)
{
	if (same_reply(r, noop))
		return DENIED_NOOP;
	if (text_is(trimmed_text(first_text(r)), "OK"))
		return DENIED_OK;
	return DENIED_SUCCESS;
}

static void judge_denied(const struct probe_reply *r,
			 const struct probe_reply *noop,
			 struct probe_findings *f)
{
	struct text t;

	if (!r->count)
		return;
	t = first_text(r);
	if (is_code(r, 2))
		f->denied = denied_success(r, noop);
	else if (r->end == PROBE_MALFORMED && text_is(trimmed_text(t), "OK"))
		f->denied = DENIED_OK;
	else if (!is_code(r, 5))
		return;
	else if (text_has(t, PROBE_NONSENSE))
		f->denied = DENIED_ECHOED;
	else if (longest_x(t) >= 3)
		f->denied = DENIED_X;
	else if (is_replaced(t))
		f->denied = DENIED_REPLACED;
	else
		f->denied = DENIED_REFUSED;
}

/*
 * The answer to EHLO
 */

size_t probe_keyword(const struct probe_line *line, const char **keyword)
{
	struct text t = text_of(line);
	size_t len = 0;

	while (len < t.len && t.s[len] != ' ' && t.s[len] != '=')
		len++;
	*keyword = t.s;
	return len;
}

bool probe_keyword_is_masked(const char *keyword, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i++)
		if ((keyword[i] | 0x20) != 'x')
			return false;
	return len >= 4 && is_alnum(keyword[len - 1]) &&
	       !is_digit(keyword[len - 1]);
}

static void judge_keyword(const char *keyword, size_t len,
			  struct probe_findings *f)
{
	bool masked = probe_keyword_is_masked(keyword, len);
	const char *name;
	size_t i;

	f->masked_keywords |= masked;
	for (i = 0; i < PROBE_EXTENSIONS; i++) {
		name = probe_extension_names[i];
		if (len != strlen(name))
			continue;
		if (!strncasecmp(keyword, name, len))
			f->offers[i] = OFFER_MADE;
		else if (masked && f->offers[i] == OFFER_ABSENT)
			f->offers[i] = OFFER_MASKED;
	}
}

static void set_offers(struct probe_findings *f, enum probe_offer offer)
{
	size_t i;

	for (i = 0; i < PROBE_EXTENSIONS; i++)
		f->offers[i] = offer;
}

static void judge_keywords(const struct probe_reply *ehlo,
			   struct probe_findings *f)
{
	const char *keyword;
	size_t len, i;

	set_offers(f, OFFER_ABSENT);
	for (i = 1; i < ehlo->count; i++) {
		len = probe_keyword(&ehlo->lines[i], &keyword);
		judge_keyword(keyword, len, f);
	}
}

static void judge_ehlo(const struct probe_transcript *t,
		       struct probe_findings *f)
{
	bool ok = t->ehlo.count &&
		  text_is(trimmed_text(first_text(&t->ehlo)), "OK");

	if (is_code(&t->ehlo, 5) && is_code(&t->helo, 2))
		f->ehlo = EHLO_REFUSED;
	else if (!is_code(&t->ehlo, 2) && !ok)
		return;
	else if (t->ehlo.count > 1)
		f->ehlo = EHLO_EXTENSIONS;
	else if (ok || same_reply(&t->ehlo, &t->nonsense) ||
		 same_reply(&t->ehlo, &t->noop))
		f->ehlo = EHLO_SWALLOWED;
	else
		f->ehlo = EHLO_PLAIN;
	if (f->ehlo == EHLO_EXTENSIONS)
		judge_keywords(&t->ehlo, f);
	else
		set_offers(f, OFFER_ABSENT);
}

/*
 * The verdict
 */

/* A server that says ESMTP in its greeting knows EHLO. */
static bool says_esmtp(const struct probe_reply *greeting)
{
	return greeting->count && text_has(first_text(greeting), "ESMTP");
}

static bool denied_tells(const struct probe_transcript *t,
			 const struct probe_findings *f)
{
	switch (f->denied) {
	case DENIED_X:
	case DENIED_OK:
	case DENIED_NOOP:
	case DENIED_SUCCESS:
		return true;
	case DENIED_REPLACED:
		return padding_length(first_text(&t->nonsense)) >= PADDING_MIN;
	default:
		return false;
	}
}

static bool is_certain(const struct probe_transcript *t,
		       const struct probe_findings *f)
{
	if (f->banner > BANNER_CLEAR || f->masked_keywords)
		return true;
	return f->denied == DENIED_X &&
	       longest_x(first_text(&t->nonsense)) == strlen(PROBE_NONSENSE);
}

static bool is_likely(const struct probe_transcript *t,
		      const struct probe_findings *f)
{
	if (denied_tells(t, f) || f->ehlo == EHLO_SWALLOWED)
		return true;
	/*
	 * If the server echoes the command unchanged, no guard has denied it.
	 */
	return says_esmtp(&t->greeting) && f->denied != DENIED_ECHOED &&
	       (f->ehlo == EHLO_REFUSED || f->ehlo == EHLO_PLAIN);
}

static enum probe_verdict find_verdict(const struct probe_transcript *t,
				       const struct probe_findings *f)
{
	if (is_certain(t, f))
		return PROBE_CERTAIN;
	if (is_likely(t, f))
		return PROBE_LIKELY;
	if (f->banner == BANNER_CLEAR &&
	    (f->ehlo == EHLO_EXTENSIONS || f->ehlo == EHLO_PLAIN ||
	     f->denied == DENIED_ECHOED))
		return PROBE_NONE;
	return PROBE_UNKNOWN;
}

/* Says what answered if it was not SMTP. */
static const char *why_no_smtp(const struct probe_reply *r)
{
	struct text t = whole_line(&r->lines[0]);

	/*
	 * A TLS record (alert or handshake) has this type and major version 3.
	 */
	if (t.len >= 2 && (t.s[0] == 0x15 || t.s[0] == 0x16) && t.s[1] == 3)
		return "a TLS port answers: what stands before it cannot be seen from outside";
	if (text_starts(t, "HTTP/"))
		return "an HTTP server answers";
	if (text_has(t, "<html") || text_has(t, "<!doctype"))
		return "an HTTP server answers";
	return "what answers is no SMTP server";
}

static const char *why_silent(const struct probe_transcript *t)
{
	if (t->premature.count)
		return why_no_smtp(&t->premature);
	if (t->premature.end == PROBE_CLOSED || t->premature.end == PROBE_LOST)
		return "no greeting came, and text is not understood: perhaps a TLS port";
	return "no greeting came within the time";
}

static const char *why_no_greeting(const struct probe_transcript *t)
{
	const struct probe_reply *r = &t->greeting;

	if (r->end == PROBE_ENDLESS)
		return "the greeting has no end";
	if (r->count && r->code)
		return r->end == PROBE_COMPLETE ?
			"the server turns us away" :
			"the greeting did not come to its end";
	if (r->count)
		return why_no_smtp(r);
	if (r->end == PROBE_TIMEOUT)
		return why_silent(t);
	if (r->end == PROBE_CLOSED)
		return "the connection was closed before a greeting came";
	return "the connection was lost before a greeting came";
}

/* Says why the verdict is unknown. */
static const char *find_why(const struct probe_transcript *t,
			    const struct probe_findings *f)
{
	if (f->banner == BANNER_UNKNOWN)
		return why_no_greeting(t);
	if (f->ehlo == EHLO_REFUSED)
		return "EHLO is refused: by a guard, or by a server that knows no extensions";
	switch (t->ehlo.end) {
	case PROBE_TIMEOUT:
		return "EHLO was not answered within the time";
	case PROBE_COMPLETE:
		return "the server turns us away";
	case PROBE_ENDLESS:
		return "the answer to EHLO has no end";
	case PROBE_MALFORMED:
		return "the answer to EHLO is none of SMTP";
	default:
		return "the connection was closed at EHLO";
	}
}

/*
 * Which products behave like this. Every product can be configured to behave
 * otherwise, and our guard can behave like any other.
 */

static unsigned int profiles_cmap(const struct probe_transcript *t,
				  const struct probe_findings *f)
{
	if (f->denied == DENIED_OK)
		return BIT(PROFILE_PIX_4_0);
	if (f->denied == DENIED_NOOP &&
	    !text_is(trimmed_text(first_text(&t->nonsense)), "OK"))
		return BIT(PROFILE_PIX_4_2);
	return BIT(PROFILE_PIX_4_0) | BIT(PROFILE_PIX_4_2);
}

static unsigned int profiles_refused(const struct probe_transcript *t,
				     const struct probe_findings *f)
{
	if (f->denied == DENIED_REPLACED)
		return denied_tells(t, f) ? BIT(PROFILE_MAILGUARD) :
			BIT(PROFILE_MAILGUARD) | BIT(PROFILE_PIX_6_3);
	return BIT(PROFILE_PIX_6_3);
}

static unsigned int profiles_asterisks(const struct probe_transcript *t,
				       const struct probe_findings *f)
{
	/*
	 * This profile keeps 2 and 0 in the greeting. If the greeting had none,
	 * all of it is asterisks, so the profile fits in any case.
	 */
	unsigned int noop = BIT(PROFILE_PIX_5_1);

	if (f->banner == BANNER_ASTERISKS)
		noop |= BIT(PROFILE_PIX_4_4);
	if (f->ehlo == EHLO_EXTENSIONS)
		return BIT(PROFILE_ASA);
	if (f->ehlo == EHLO_PLAIN)
		return BIT(PROFILE_MAILGUARD);
	switch (f->denied) {
	case DENIED_NOOP:
	case DENIED_SUCCESS:
		return noop;
	case DENIED_OK:
		return BIT(PROFILE_MAILGUARD);
	case DENIED_UNKNOWN:
		return noop | BIT(PROFILE_PIX_6_3) | BIT(PROFILE_ASA);
	default:
		return profiles_refused(t, f);
	}
}

static unsigned int find_profiles(const struct probe_transcript *t,
				  const struct probe_findings *f)
{
	if (f->verdict < PROBE_LIKELY)
		return 0;
	if (f->masked_keywords)
		return BIT(PROFILE_ASA);
	if (f->banner == BANNER_CMAP)
		return profiles_cmap(t, f);
	if (f->banner != BANNER_CLEAR)
		return profiles_asterisks(t, f);
	/* A PIX always masks the greeting, so this is none. */
	if (f->denied == DENIED_X)
		return BIT(PROFILE_ASA) | BIT(PROFILE_MAILGUARD);
	return BIT(PROFILE_MAILGUARD);
}

void probe_judge(const struct probe_transcript *t, struct probe_findings *f)
{
	memset(f, 0, sizeof(*f));
	judge_banner(&t->greeting, f);
	judge_denied(&t->nonsense, &t->noop, f);
	judge_ehlo(t, f);
	f->verdict = find_verdict(t, f);
	f->profiles = find_profiles(t, f);
	if (f->verdict == PROBE_UNKNOWN)
		f->why = find_why(t, f);
	if (f->verdict >= PROBE_LIKELY && f->ehlo != EHLO_EXTENSIONS &&
	    f->ehlo != EHLO_UNKNOWN)
		set_offers(f, OFFER_LOST);
}
