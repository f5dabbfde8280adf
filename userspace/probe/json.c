// SPDX-License-Identifier: GPL-2.0
/* The report for programs. The keys and words are in mailguard(8). */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/memory.h"
#include "probe/probe.h"

static json_t *check(json_t *json)
{
	if (!json)
		out_of_memory();
	return json;
}

/* Takes over @value. */
static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, check(value)))
		out_of_memory();
}

static void append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, check(value)))
		out_of_memory();
}

/* Names from the resolver and the command line may be no UTF-8. */
static json_t *text(const char *s)
{
	json_t *json = json_string(s);

	return json ? json : json_string("?");
}

static json_t *words(char **lines, size_t count)
{
	json_t *array = check(json_array());
	size_t i;

	for (i = 0; i < count; i++)
		append(array, text(lines[i]));
	return array;
}

static void set_reply(json_t *root, const char *key,
		      const struct probe_reply *reply)
{
	json_t *array;
	char *sane;
	size_t i;

	if (reply->end == PROBE_NOT_ASKED)
		return;
	array = check(json_array());
	for (i = 0; i < reply->count; i++) {
		sane = probe_sane(&reply->lines[i]);
		append(array, json_string(sane));
		free(sane);
	}
	set(root, key, array);
}

static json_t *heard(const struct probe_transcript *t)
{
	json_t *object = check(json_object());

	set_reply(object, "greeting", &t->greeting);
	set_reply(object, "premature-quit", &t->premature);
	set_reply(object, "ehlo", &t->ehlo);
	set_reply(object, "helo", &t->helo);
	set_reply(object, "noop", &t->noop);
	set_reply(object, PROBE_NONSENSE, &t->nonsense);
	return object;
}

static void set_signs(json_t *root, const struct probe_findings *f)
{
	static const char * const banners[] = {
		[BANNER_UNKNOWN]	= "unknown",
		[BANNER_CLEAR]		= "clear",
		[BANNER_CMAP]		= "cmap",
		[BANNER_ASTERISKS]	= "asterisks",
		[BANNER_ASTERISKS_20]	= "asterisks-20",
	};
	static const char * const denied[] = {
		[DENIED_UNKNOWN]	= "unknown",
		[DENIED_REFUSED]	= "refused",
		[DENIED_ECHOED]		= "echoed",
		[DENIED_X]		= "x",
		[DENIED_REPLACED]	= "replaced",
		[DENIED_OK]		= "ok",
		[DENIED_NOOP]		= "noop",
		[DENIED_SUCCESS]	= "success",
	};
	static const char * const ehlos[] = {
		[EHLO_UNKNOWN]		= "unknown",
		[EHLO_EXTENSIONS]	= "extensions",
		[EHLO_PLAIN]		= "plain",
		[EHLO_SWALLOWED]	= "swallowed",
		[EHLO_REFUSED]		= "refused",
	};

	set(root, "banner", text(banners[f->banner]));
	set(root, "endless-greeting", json_boolean(f->endless_greeting));
	set(root, "denied", text(denied[f->denied]));
	set(root, "ehlo", text(ehlos[f->ehlo]));
}

static json_t *masked_keywords(const struct probe_reply *ehlo)
{
	json_t *array = check(json_array());
	const char *keyword;
	size_t len, i;

	for (i = 1; i < ehlo->count; i++) {
		len = probe_keyword(&ehlo->lines[i], &keyword);
		if (probe_keyword_is_masked(keyword, len))
			append(array, json_stringn(keyword, len));
	}
	return array;
}

static json_t *extensions(const struct probe_findings *f)
{
	static const char * const offers[] = {
		[OFFER_UNKNOWN]	= "unknown",
		[OFFER_MADE]	= "offered",
		[OFFER_ABSENT]	= "absent",
		[OFFER_MASKED]	= "masked",
		[OFFER_LOST]	= "lost",
	};
	json_t *object = check(json_object());
	size_t i;

	for (i = 0; i < PROBE_EXTENSIONS; i++)
		set(object, probe_extension_names[i],
		    text(offers[f->offers[i]]));
	return object;
}

static json_t *manners(const struct probe_findings *f)
{
	json_t *array = check(json_array());
	size_t i;

	for (i = 0; i < PROBE_MANNERS; i++)
		if (f->manners & (1U << i))
			append(array, text(probe_manner_names[i]));
	return array;
}

static json_t *remedies(const struct probe_report *r)
{
	static const char * const owners[PROBE_OWNERS] = {
		[OWNER_PIX]		= "pix",
		[OWNER_ASA]		= "asa",
		[OWNER_MAILGUARD]	= "mailguard",
	};
	json_t *object = check(json_object());
	char *lines[PROBE_REMEDY_LINES];
	size_t owner, count, i;

	for (owner = 0; owner < PROBE_OWNERS; owner++) {
		if (!probe_owner_fits(&r->findings, owner))
			continue;
		count = probe_remedy(owner, r->port, lines);
		set(object, owners[owner], words(lines, count));
		for (i = 0; i < count; i++)
			free(lines[i]);
	}
	return object;
}

static json_t *unreachable(const struct probe_report *r)
{
	json_t *array = check(json_array()), *attempt;
	size_t i;

	for (i = 0; i < r->count; i++) {
		attempt = check(json_object());
		set(attempt, "address", text(r->attempts[i].address));
		set(attempt, "error", text(r->attempts[i].error));
		append(array, attempt);
	}
	return array;
}

static void set_findings(json_t *root, const struct probe_report *r)
{
	static const char * const verdicts[] = {
		[PROBE_UNKNOWN]	= "unknown",
		[PROBE_NONE]	= "none",
		[PROBE_LIKELY]	= "likely",
		[PROBE_CERTAIN]	= "certain",
	};
	const struct probe_findings *f = &r->findings;
	const char *why = r->error ? r->error : f->why;

	set(root, "verdict", text(verdicts[f->verdict]));
	set(root, "error", why ? text(why) : json_null());
	set_signs(root, f);
	set(root, "masked-keywords", masked_keywords(&r->transcript.ehlo));
	set(root, "extensions", extensions(f));
	set(root, "manners", manners(f));
	set(root, "remedies", remedies(r));
}

void probe_print_json(const struct probe_report *r)
{
	json_t *root = check(json_object());

	set(root, "host", text(r->host));
	set(root, "port", json_integer(r->port));
	set(root, "address", r->address ? text(r->address) : json_null());
	set(root, "unreachable", unreachable(r));
	set_findings(root, r);
	set(root, "heard", heard(&r->transcript));
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}
