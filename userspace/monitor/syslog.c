// SPDX-License-Identifier: GPL-2.0
/*
 * Sends events to syslog, or with fields of their own to the systemd journal.
 *
 * The journal's protocol is a datagram of lines NAME=VALUE
 * (https://systemd.io/JOURNAL_NATIVE_PROTOCOL). No value here has a newline.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "lib/memory.h"
#include "monitor/message_ids_gen.h"
#include "monitor/syslog.h"

#define JOURNAL_SOCKET	"/run/systemd/journal/socket"

/* Each has an entry in mailguard.catalog. A newer module may have more reasons. */
static const char *id_of(const struct event *event)
{
	if (event->is_end)
		return MESSAGE_ID_END;
	if (event->reason < 0 || event->reason > MAILGUARD_REASON_MAX)
		return MESSAGE_ID_UNKNOWN;
	return reason_message_ids[event->reason];
}

static int priority_of(const struct event *event)
{
	if (event->is_end || event->done == MAILGUARD_DONE_PASSED ||
	    event->done == MAILGUARD_DONE_HELD)
		return LOG_INFO;
	return event->done == MAILGUARD_DONE_RESET ? LOG_WARNING : LOG_NOTICE;
}

static char *message_of(const struct event *event)
{
	char *client = endpoint_text(&event->conn.client);
	char *server = endpoint_text(&event->conn.server);
	char *details = event_details(event);
	char *message;

	message = xasprintf("%s: client %s server %s policy %s %s",
			    event_done(event), client, server,
			    event->conn.policy, details);
	free(details);
	free(server);
	free(client);
	return message;
}

void syslog_event(const struct event *event)
{
	char *message = message_of(event);

	openlog("mailguard", LOG_PID, LOG_MAIL);
	syslog(priority_of(event), "%s", message);
	free(message);
}

static bool send_to_journal(const char *text)
{
	static const struct sockaddr_un to = {
		.sun_family = AF_UNIX,
		.sun_path = JOURNAL_SOCKET,
	};
	static int fd = -1;

	if (fd < 0)
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd >= 0 && sendto(fd, text, strlen(text), MSG_NOSIGNAL,
				 (const struct sockaddr *)&to,
				 sizeof(to)) >= 0;
}

static void print_head(FILE *to, const char *message, const char *id,
		       int priority)
{
	fprintf(to, "MESSAGE=%s\nMESSAGE_ID=%s\n", message, id);
	fprintf(to, "PRIORITY=%d\nSYSLOG_FACILITY=%d\n", priority,
		LOG_MAIL >> 3);
	fputs("SYSLOG_IDENTIFIER=mailguard\n", to);
}

/* The address is a field of its own, so that one client can be looked for. */
static void print_endpoint(FILE *to, const char *name,
			   const struct endpoint *endpoint)
{
	char *address = endpoint_address(endpoint);

	fprintf(to, "MAILGUARD_%s=%s\n", name, address);
	fprintf(to, "MAILGUARD_%s_PORT=%u\n", name, ntohs(endpoint->port));
	free(address);
}

static void print_fields(FILE *to, const struct event *event)
{
	char *text = event_text(event);

	print_endpoint(to, "CLIENT", &event->conn.client);
	print_endpoint(to, "ADDRESS", &event->conn.address);
	print_endpoint(to, "SERVER", &event->conn.server);
	fprintf(to, "MAILGUARD_POLICY=%s\n", event->conn.policy);
	fprintf(to, "MAILGUARD_CONNECTION=%u\n", event->conn.id);
	fprintf(to, "MAILGUARD_%s=%s\n", event->is_end ? "END" : "DONE",
		event_done(event));
	if (event->reason >= 0)
		fprintf(to, "MAILGUARD_REASON=%s\n", event_reason(event));
	if (event->text_len)
		fprintf(to, "MAILGUARD_TEXT=%s\n", text);
	if (event->code)
		fprintf(to, "MAILGUARD_CODE=%u\n", event->code);
	if (event->server_name)
		fprintf(to, "MAILGUARD_SERVER_NAME=%s\n", event->server_name);
	if (event_cisco(event))
		fprintf(to, "MAILGUARD_ASA=%u\n", event_cisco(event));
	free(text);
}

/* If there is no journal, syslog gets the event. */
void journal_event(const struct event *event)
{
	char *message = message_of(event), *text = NULL;
	size_t len;
	FILE *to;

	to = open_memstream(&text, &len);
	if (!to)
		out_of_memory();
	print_head(to, message, id_of(event), priority_of(event));
	print_fields(to, event);
	if (fclose(to) || !text)
		out_of_memory();
	if (!send_to_journal(text))
		syslog_event(event);
	free(text);
	free(message);
}

void syslog_lost(uint64_t count)
{
	openlog("mailguard", LOG_PID, LOG_MAIL);
	syslog(LOG_WARNING, "%" PRIu64 " events lost", count);
}

void journal_lost(uint64_t count)
{
	char *message = xasprintf("%" PRIu64 " events lost", count);
	char *text = NULL;
	size_t len;
	FILE *to;

	to = open_memstream(&text, &len);
	if (!to)
		out_of_memory();
	print_head(to, message, MESSAGE_ID_LOST, LOG_WARNING);
	fprintf(to, "MAILGUARD_LOST=%" PRIu64 "\n", count);
	if (fclose(to) || !text)
		out_of_memory();
	if (!send_to_journal(text))
		syslog_lost(count);
	free(text);
	free(message);
}
