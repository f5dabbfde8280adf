// SPDX-License-Identifier: GPL-2.0
/* Prints the report as JSON. mailguard(8) describes its keys and words. */
#include <stdlib.h>

#include "lib/json.h"
#include "probe/probe.h"

static json_t *words_json(char **lines, size_t count)
{
	json_t *array = json_checked(json_array());
	size_t i;

	for (i = 0; i < count; i++)
		json_add(array, json_text(lines[i]));
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
	array = json_checked(json_array());
	for (i = 0; i < reply->count; i++) {
		sane = probe_sane(&reply->lines[i]);
		json_add(array, json_string(sane));
		free(sane);
	}
	json_put(root, key, array);
}

static json_t *heard_json(const struct probe_transcript *t)
{
	json_t *object = json_checked(json_object());

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

	json_put(root, "banner", json_text(banners[f->banner]));
	json_put(root, "endless-greeting", json_boolean(f->endless_greeting));
	json_put(root, "denied", json_text(denied[f->denied]));
	json_put(root, "ehlo", json_text(ehlos[f->ehlo]));
}

static json_t *masked_keywords(const struct probe_reply *ehlo)
{
	json_t *array = json_checked(json_array());
	const char *keyword;
	size_t len, i;

	for (i = 1; i < ehlo->count; i++) {
		len = probe_keyword(&ehlo->lines[i], &keyword);
		if (probe_keyword_is_masked(keyword, len))
			json_add(array, json_stringn(keyword, len));
	}
	return array;
}

static json_t *extensions_json(const struct probe_findings *f)
{
	static const char * const offers[] = {
		[OFFER_UNKNOWN]	= "unknown",
		[OFFER_MADE]	= "offered",
		[OFFER_ABSENT]	= "absent",
		[OFFER_MASKED]	= "masked",
		[OFFER_LOST]	= "lost",
	};
	json_t *object = json_checked(json_object());
	size_t i;

	for (i = 0; i < PROBE_EXTENSIONS; i++)
		json_put(object, probe_extension_names[i],
			 json_text(offers[f->offers[i]]));
	return object;
}

static json_t *profiles_json(const struct probe_findings *f)
{
	json_t *array = json_checked(json_array());
	size_t i;

	for (i = 0; i < PROBE_PROFILES; i++)
		if (f->profiles & (1U << i))
			json_add(array, json_text(probe_profile_names[i]));
	return array;
}

static json_t *remedies_json(const struct probe_report *r)
{
	static const char * const owners[PROBE_OWNERS] = {
		[OWNER_PIX]		= "pix",
		[OWNER_ASA]		= "asa",
		[OWNER_MAILGUARD]	= "mailguard",
	};
	json_t *object = json_checked(json_object());
	char *lines[PROBE_REMEDY_LINES];
	size_t owner, count, i;

	for (owner = 0; owner < PROBE_OWNERS; owner++) {
		if (!probe_owner_fits(&r->findings, owner))
			continue;
		count = probe_remedy(owner, r->port, lines);
		json_put(object, owners[owner], words_json(lines, count));
		for (i = 0; i < count; i++)
			free(lines[i]);
	}
	return object;
}

static json_t *unreachable_json(const struct probe_report *r)
{
	json_t *array = json_checked(json_array()), *attempt;
	size_t i;

	for (i = 0; i < r->count; i++) {
		attempt = json_checked(json_object());
		json_put(attempt, "address",
			 json_text(r->attempts[i].address));
		json_put(attempt, "error", json_text(r->attempts[i].error));
		json_add(array, attempt);
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

	json_put(root, "verdict", json_text(verdicts[f->verdict]));
	json_put(root, "error", why ? json_text(why) : json_null());
	set_signs(root, f);
	json_put(root, "masked-keywords",
		 masked_keywords(&r->transcript.ehlo));
	json_put(root, "extensions", extensions_json(f));
	json_put(root, "profiles", profiles_json(f));
	json_put(root, "remedies", remedies_json(r));
}

void probe_print_json(const struct probe_report *r)
{
	json_t *root = json_checked(json_object());

	json_put(root, "host", json_text(r->host));
	json_put(root, "port", json_integer(r->port));
	json_put(root, "address",
		 r->address ? json_text(r->address) : json_null());
	json_put(root, "unreachable", unreachable_json(r));
	set_findings(root, r);
	json_put(root, "heard", heard_json(&r->transcript));
	json_print(root);
}
