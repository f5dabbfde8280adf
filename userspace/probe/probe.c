// SPDX-License-Identifier: GPL-2.0
/* mailguard probe: its options and its target. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/memory.h"
#include "probe/probe.h"
#include "probe/talk.h"

#define TIMEOUT_DEFAULT	30
#define TIMEOUT_MAX	3600

struct probe_options {
	bool json;
	int family;
	unsigned int timeout;	/* seconds */
};

static const char usage[] =
	"Usage: mailguard probe [-j] [-4 | -6] [-t SECONDS] HOST[:PORT]\n"
	"\n"
	"  -j, --json             print JSON\n"
	"  -t, --timeout SECONDS  for everything together, 30 if not given\n"
	"  -4, --ipv4             IPv4 addresses only\n"
	"  -6, --ipv6             IPv6 addresses only\n";

/* Accepts digits only; strtoul() would accept a blank and a sign, too. */
static bool parse_number(const char *s, unsigned int max, unsigned int *number)
{
	size_t digits = strspn(s, "0123456789");

	if (!digits || s[digits] || digits > 5)
		return false;
	*number = strtoul(s, NULL, 10);
	return *number && *number <= max;
}

/* Returns -1 to go on, or the exit status. */
static int parse_options(int argc, char **argv, struct probe_options *o,
			 struct errors *errors)
{
	static const struct option longs[] = {
		{ "json",	no_argument,		NULL, 'j' },
		{ "timeout",	required_argument,	NULL, 't' },
		{ "ipv4",	no_argument,		NULL, '4' },
		{ "ipv6",	no_argument,		NULL, '6' },
		{ "help",	no_argument,		NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "jt:46h", longs,
				     NULL)) != -1) {
		switch (option) {
		case 'j':
			o->json = true;
			break;
		case 't':
			if (parse_number(optarg, TIMEOUT_MAX, &o->timeout))
				break;
			error_at(errors, NULL,
				 "a timeout is 1 to %d seconds, not '%s'",
				 TIMEOUT_MAX, optarg);
			return PROBE_STATUS_UNKNOWN;
		case '4':
			o->family = AF_INET;
			break;
		case '6':
			o->family = AF_INET6;
			break;
		case 'h':
			fputs(usage, stdout);
			return PROBE_STATUS_CLEAR;
		default:
			fputs(usage, stderr);
			return PROBE_STATUS_UNKNOWN;
		}
	}
	return -1;
}

/*
 * Parses HOST, HOST:PORT or [HOST]:PORT. Without brackets, a word with more
 * than one colon is an IPv6 address. Cuts @word into pieces.
 */
static bool parse_target(char *word, struct probe_report *r,
			 struct errors *errors)
{
	char *colon = strchr(word, ':');
	char *host = word;

	if (host[0] == '[') {
		host++;
		colon = strchr(host, ']');
		if (!colon || (colon[1] && colon[1] != ':')) {
			error_at(errors, NULL,
				 "'%s' is no [ADDRESS] or [ADDRESS]:PORT",
				 word);
			return false;
		}
		*colon++ = '\0';
		colon = *colon ? colon : NULL;
	} else if (colon && strchr(colon + 1, ':')) {
		colon = NULL;
	}
	if (colon) {
		*colon++ = '\0';
		if (!parse_number(colon, 65535, &r->port)) {
			error_at(errors, NULL, "a port is 1 to 65535, not '%s'",
				 colon);
			return false;
		}
	}
	if (!*host)
		error_at(errors, NULL, "the host to probe is missing");
	r->host = host;
	return *host;
}

static void ask_server(struct probe_report *r, const struct probe_options *o)
{
	struct probe_conn conn = { .fd = -1 };

	conn.deadline = probe_now() + (probe_time)o->timeout * 1000;
	if (probe_dial(&conn, r, o->family))
		probe_talk(&conn, &r->transcript);
	probe_hang_up(&conn);
	probe_judge(&r->transcript, &r->findings);
}

/* A report in JSON contains the error, so no message is printed. */
static int print_report(const struct probe_report *r, bool json,
			struct errors *errors)
{
	if (json)
		probe_print_json(r);
	else
		probe_print_text(r);
	switch (r->findings.verdict) {
	case PROBE_UNKNOWN:
		if (!json)
			error_at(errors, NULL, "cannot tell: %s",
				 r->error ? r->error : r->findings.why);
		return PROBE_STATUS_UNKNOWN;
	case PROBE_NONE:
		return PROBE_STATUS_CLEAR;
	default:
		return PROBE_STATUS_GUARDED;
	}
}

static void report_free(struct probe_report *r)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		free(r->attempts[i].address);
		free(r->attempts[i].error);
	}
	free(r->attempts);
	free(r->address);
	free(r->error);
	probe_transcript_free(&r->transcript);
}

int probe(int argc, char **argv, struct errors *errors)
{
	struct probe_options options = {
		.family = AF_UNSPEC,
		.timeout = TIMEOUT_DEFAULT,
	};
	struct probe_report report = { .port = 25 };
	int status;

	status = parse_options(argc, argv, &options, errors);
	if (status >= 0)
		return status;
	if (argc - optind != 1) {
		fputs(usage, stderr);
		return PROBE_STATUS_UNKNOWN;
	}
	if (!parse_target(argv[optind], &report, errors))
		return PROBE_STATUS_UNKNOWN;
	ask_server(&report, &options);
	status = print_report(&report, options.json, errors);
	report_free(&report);
	return status;
}
