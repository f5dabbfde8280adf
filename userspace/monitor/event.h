/* SPDX-License-Identifier: GPL-2.0 */
/* An event of the module, and what is printed of it. */
#ifndef MAILGUARD_EVENT_H
#define MAILGUARD_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "commands/connections.h"
#include "lib/json.h"

/* What the module did not send is 0, and @reason is -1. */
struct event {
	bool is_end;			/* of a connection */
	struct connection conn;
	uint64_t number;
	uint64_t time;			/* nanoseconds of CLOCK_REALTIME */
	int64_t reason;
	uint8_t done;
	const unsigned char *text;
	size_t text_len;
	uint16_t code;
	const char *server_name;
	uint32_t count;
	uint32_t suppressed;
	uint8_t end;
	uint64_t duration;		/* nanoseconds */
	uint32_t client_bytes;
	uint32_t server_bytes;
	uint16_t messages;
	uint16_t recipients;
	uint16_t refused;
	bool tls;
};

/* Returns false if the message is none of these, or is malformed. */
bool event_read(const struct nlmsghdr *nlh, struct event *event);

/* Names as the manual lists them; never NULL. */
const char *event_reason(const struct event *event);
const char *event_done(const struct event *event);

/* The number of a message of Cisco's ASA about the same thing, or 0. */
unsigned int event_cisco(const struct event *event);

/*
 * The text with \xNN for what is not printable ASCII, and \\ and \" for a
 * backslash and a quotation mark. The caller frees it.
 */
char *event_text(const struct event *event);

/* What is told of an event behind the names of its connection. */
char *event_details(const struct event *event);

void event_print(const struct event *event);
json_t *event_json(const struct event *event);

#endif
