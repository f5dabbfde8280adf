// SPDX-License-Identifier: GPL-2.0
/* Reads events of the module, and prints them as text and as JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/genetlink.h>

#include "language/names.h"
#include "lib/memory.h"
#include "monitor/event.h"

#define COUNT(names)	(sizeof(names) / sizeof(*(names)))
#define NSEC_PER_SEC	1000000000U

static bool read_text(const struct nlattr *attr, struct event *event)
{
	event->text = mnl_attr_get_payload(attr);
	event->text_len = mnl_attr_get_payload_len(attr);
	return event->text_len <= MAILGUARD_EVENT_TEXT_MAX;
}

static bool read_reason(const struct nlattr *attr, struct event *event)
{
	uint32_t reason;

	if (!genl_get_u32(attr, &reason))
		return false;
	event->reason = reason;
	return true;
}

static bool read_attribute(const struct nlattr *attr, struct event *event)
{
	switch (mnl_attr_get_type(attr)) {
	case MAILGUARD_A_CONNECTION_NUMBER:
		return genl_get_u64(attr, &event->number);
	case MAILGUARD_A_CONNECTION_TIME:
		return genl_get_u64(attr, &event->time);
	case MAILGUARD_A_CONNECTION_REASON:
		return read_reason(attr, event);
	case MAILGUARD_A_CONNECTION_DONE:
		return genl_get_u8(attr, &event->done);
	case MAILGUARD_A_CONNECTION_TEXT:
		return read_text(attr, event);
	case MAILGUARD_A_CONNECTION_CODE:
		return genl_get_u16(attr, &event->code);
	case MAILGUARD_A_CONNECTION_SERVER_NAME:
		return genl_get_string(attr, &event->server_name);
	case MAILGUARD_A_CONNECTION_COUNT:
		return genl_get_u32(attr, &event->count);
	case MAILGUARD_A_CONNECTION_SUPPRESSED:
		return genl_get_u32(attr, &event->suppressed);
	case MAILGUARD_A_CONNECTION_END:
		return genl_get_u8(attr, &event->end);
	case MAILGUARD_A_CONNECTION_DURATION:
		return genl_get_u64(attr, &event->duration);
	case MAILGUARD_A_CONNECTION_CLIENT_BYTES:
		return genl_get_u32(attr, &event->client_bytes);
	case MAILGUARD_A_CONNECTION_SERVER_BYTES:
		return genl_get_u32(attr, &event->server_bytes);
	case MAILGUARD_A_CONNECTION_MESSAGES:
		return genl_get_u16(attr, &event->messages);
	case MAILGUARD_A_CONNECTION_RECIPIENTS:
		return genl_get_u16(attr, &event->recipients);
	case MAILGUARD_A_CONNECTION_REFUSED_RECIPIENTS:
		return genl_get_u16(attr, &event->refused);
	case MAILGUARD_A_CONNECTION_TLS:
		event->tls = true;
		return true;
	}
	return connection_get_attribute(attr, &event->conn);
}

bool event_read(const struct nlmsghdr *nlh, struct event *event)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	bool ok = true;

	*event = (struct event){ .reason = -1, .conn.policy = "?" };
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl) ||
	    (genl->cmd != MAILGUARD_CMD_EVENT &&
	     genl->cmd != MAILGUARD_CMD_CONNECTION_END))
		return false;
	event->is_end = genl->cmd == MAILGUARD_CMD_CONNECTION_END;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		ok &= read_attribute(attr, event);
	return ok;
}

/* A newer module may have names that this command does not know. */
static const char *name_of(const char * const *names, size_t count,
			   uint64_t value)
{
	return value < count ? names[value] : "unknown";
}

const char *event_reason(const struct event *event)
{
	return name_of(reason_names, COUNT(reason_names), event->reason);
}

const char *event_done(const struct event *event)
{
	if (event->is_end)
		return name_of(end_names, COUNT(end_names), event->end);
	return name_of(done_names, COUNT(done_names), event->done);
}

unsigned int event_cisco(const struct event *event)
{
	if (event->is_end && event->end != MAILGUARD_END_RESET)
		return 0;
	switch (event->reason) {
	case MAILGUARD_REASON_PIPES:
	case MAILGUARD_REASON_BRACKETS:
		return 108002;
	case MAILGUARD_REASON_DENIED_ADDRESS:
	case MAILGUARD_REASON_RESET_ADDRESS:
		return 108003;
	case MAILGUARD_REASON_LIMIT_SIZE:
		return 108006;
	case MAILGUARD_REASON_TLS:
		return 108007;
	}
	if (event->is_end)
		return 108004;
	switch (event->done) {
	case MAILGUARD_DONE_MASKED:
	case MAILGUARD_DONE_DENIED:
	case MAILGUARD_DONE_DROPPED:
	case MAILGUARD_DONE_RESET:
		return 108004;
	case MAILGUARD_DONE_LOGGED:
		return 108005;
	}
	return 0;
}

char *event_text(const struct event *event)
{
	static const char digits[] = "0123456789abcdef";
	char *text = xzalloc(event->text_len * 4 + 1), *to = text;
	size_t i;

	for (i = 0; i < event->text_len; i++) {
		unsigned char byte = event->text[i];

		if (byte < ' ' || byte > '~') {
			*to++ = '\\';
			*to++ = 'x';
			*to++ = digits[byte >> 4];
			*to++ = digits[byte & 15];
			continue;
		}
		if (byte == '\\' || byte == '"')
			*to++ = '\\';
		*to++ = byte;
	}
	return text;
}

static void print_end(FILE *to, const struct event *event)
{
	fprintf(to, "lasted %" PRIu64 ".%03" PRIu64 " s bytes %u %u",
		event->duration / NSEC_PER_SEC,
		event->duration % NSEC_PER_SEC / 1000000,
		event->client_bytes, event->server_bytes);
	fprintf(to, " messages %u recipients %u refused %u",
		event->messages, event->recipients, event->refused);
	fprintf(to, " passed %u denied %u%s", event->conn.passed,
		event->conn.denied, event->tls ? " tls" : "");
	if (event->reason >= 0)
		fprintf(to, " reason %s", event_reason(event));
}

static void print_event(FILE *to, const struct event *event)
{
	char *text = event_text(event);

	fprintf(to, "reason %s", event_reason(event));
	if (event->text_len)
		fprintf(to, " text \"%s\"", text);
	if (event->code)
		fprintf(to, " code %u", event->code);
	if (event->server_name)
		fprintf(to, " server-name %s", event->server_name);
	if (event->count)
		fprintf(to, " count %u", event->count);
	if (event->suppressed)
		fprintf(to, " suppressed %u", event->suppressed);
	free(text);
}

char *event_details(const struct event *event)
{
	unsigned int cisco = event_cisco(event);
	char *details = NULL;
	size_t len;
	FILE *to;

	to = open_memstream(&details, &len);
	if (!to)
		out_of_memory();
	if (event->is_end)
		print_end(to, event);
	else
		print_event(to, event);
	if (cisco)
		fprintf(to, " asa %u", cisco);
	if (fclose(to) || !details)
		out_of_memory();
	return details;
}

void event_print(const struct event *event)
{
	time_t seconds = event->time / NSEC_PER_SEC;
	char *client = endpoint_text(&event->conn.client);
	char *server = endpoint_text(&event->conn.server);
	char *details = event_details(event);
	struct tm tm;
	char when[32];

	if (!localtime_r(&seconds, &tm) ||
	    !strftime(when, sizeof(when), "%F %T", &tm))
		strcpy(when, "?");
	printf("%s.%03" PRIu64 " %-10s client %-21s server %-18s policy %-9s %s\n",
	       when, event->time % NSEC_PER_SEC / 1000000, event_done(event),
	       client, server, event->conn.policy, details);
	free(details);
	free(server);
	free(client);
}

static void put_number(json_t *object, const char *key, uint64_t value)
{
	json_put(object, key, json_integer(value));
}

static void put_end(json_t *object, const struct event *event)
{
	put_number(object, "duration", event->duration);
	put_number(object, "client-bytes", event->client_bytes);
	put_number(object, "server-bytes", event->server_bytes);
	put_number(object, "messages", event->messages);
	put_number(object, "recipients", event->recipients);
	put_number(object, "refused-recipients", event->refused);
	json_put(object, "tls", json_boolean(event->tls));
}

static void put_event(json_t *object, const struct event *event)
{
	char *text = event_text(event);

	if (event->text_len)
		json_put(object, "text", json_text(text));
	if (event->code)
		put_number(object, "code", event->code);
	if (event->server_name)
		json_put(object, "server-name", json_text(event->server_name));
	if (event->count)
		put_number(object, "count", event->count);
	if (event->suppressed)
		put_number(object, "suppressed", event->suppressed);
	free(text);
}

json_t *event_json(const struct event *event)
{
	json_t *object = json_checked(json_object());
	unsigned int cisco = event_cisco(event);

	json_put(object, "event", json_text(event->is_end ? "connection-end" :
							    "event"));
	put_number(object, "number", event->number);
	put_number(object, "time", event->time);
	connection_put_json(&event->conn, object);
	json_put(object, event->is_end ? "end" : "done",
		 json_text(event_done(event)));
	if (event->reason >= 0)
		json_put(object, "reason", json_text(event_reason(event)));
	if (event->is_end)
		put_end(object, event);
	else
		put_event(object, event);
	if (cisco)
		put_number(object, "asa", cisco);
	return object;
}
