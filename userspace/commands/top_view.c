// SPDX-License-Identifier: GPL-2.0
/* Lays out what "mailguard top" shows. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "commands/top.h"
#include "language/names.h"
#include "lib/memory.h"

#define REASONS_SHOWN	8
/* A shorter bar shows nothing. */
#define BAR_MIN		4
/* What stands right of a client's address. */
#define COLUMNS_WIDTH	24

const char * const top_key_names[TOP_KEYS] = {
	[TOP_DENIED]		= "denied",
	[TOP_PASSED]		= "passed",
	[TOP_CONNECTIONS]	= "connections",
};

void top_view_clear(struct top_view *view)
{
	while (view->count)
		free(view->lines[--view->count]);
	free(view->lines);
	view->lines = NULL;
	view->room = 0;
}

static bool is_full(const struct top_view *view)
{
	return view->height && view->count >= (size_t)view->height;
}

static void __attribute__((format(printf, 2, 3)))
add_line(struct top_view *view, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int len;

	if (is_full(view))
		return;
	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		out_of_memory();
	if (len > view->width)
		len = view->width;
	while (len && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
	view->lines = xgrow(view->lines, view->count, &view->room,
			    sizeof(*view->lines));
	view->lines[view->count++] = text;
}

/* A bar of at most @width characters that shows @part of @whole. */
static char *bar_text(double part, double whole, int width)
{
	int len = whole > 0 ? part / whole * width + 0.5 : 0;
	char *bar;

	if (width < BAR_MIN)
		return xstrdup("");
	if (len > width)
		len = width;
	bar = xzalloc(width + 1);
	memset(bar, '#', len);
	return bar;
}

/* A counter begins again if its policy was deleted and added. */
static double rate_of(const struct top_sample *before,
		      const struct top_sample *now, unsigned int reason)
{
	double time = now->time - before->time;

	if (now->count[reason] < before->count[reason] || time <= 0)
		return 0;
	return (now->count[reason] - before->count[reason]) / time;
}

/* The rate of all reasons that begin with this word and "-". */
static double rate_of_all(const struct top_sample *before,
			  const struct top_sample *now, const char *word)
{
	size_t len = strlen(word);
	unsigned int i;
	double sum = 0;

	for (i = 0; i < REASONS; i++)
		if (!strncmp(reason_names[i], word, len) &&
		    reason_names[i][len] == '-')
			sum += rate_of(before, now, i);
	return sum;
}

static void add_totals(struct top_view *view, const struct top_sample *before,
		       const struct top_sample *now)
{
	const struct budget *memory = &now->memory;
	char *bar = bar_text(memory->held, memory->budget, view->width - 21);

	add_line(view, "sessions  %8.1f/s  open %zu",
		 rate_of(before, now, MAILGUARD_REASON_CONNECTIONS),
		 now->connections.count);
	add_line(view, "mails     %8.1f/s  recipients %.1f/s",
		 rate_of(before, now, MAILGUARD_REASON_MESSAGES),
		 rate_of(before, now, MAILGUARD_REASON_RECIPIENTS));
	add_line(view, "commands  %8.1f/s  refused %.1f/s",
		 rate_of(before, now, MAILGUARD_REASON_COMMANDS),
		 rate_of(before, now, MAILGUARD_REASON_REFUSED_RECIPIENTS));
	add_line(view, "denied    %8.1f/s  resets %.1f/s",
		 rate_of_all(before, now, "denied"),
		 rate_of_all(before, now, "reset"));
	add_line(view, "memory    %8.1f%%   %s", memory->budget ?
		 100.0 * memory->held / memory->budget : 0, bar);
	free(bar);
}

struct reason_rate {
	unsigned int reason;
	double rate;
};

static int compare_rates(const void *a, const void *b)
{
	const struct reason_rate *x = a, *y = b;

	if (x->rate != y->rate)
		return x->rate < y->rate ? 1 : -1;
	return x->reason < y->reason ? -1 : 1;
}

/* What the guard did, not what it let pass. */
static bool is_act(unsigned int reason)
{
	return reason > MAILGUARD_REASON_PREAMBLES;
}

static void add_reasons(struct top_view *view, const struct top_sample *before,
			const struct top_sample *now)
{
	struct reason_rate rates[REASONS];
	unsigned int i, count = 0;
	char *bar;

	for (i = 0; i < REASONS; i++) {
		rates[count].reason = i;
		rates[count].rate = rate_of(before, now, i);
		count += is_act(i) && rates[count].rate > 0;
	}
	qsort(rates, count, sizeof(*rates), compare_rates);
	add_line(view, "%s", "");
	add_line(view, "%-22s %8s", "REASON", "PER SEC");
	for (i = 0; i < count && i < REASONS_SHOWN; i++) {
		bar = bar_text(rates[i].rate, rates[0].rate, view->width - 33);
		add_line(view, "%-22.22s %8.1f  %s",
			 reason_names[rates[i].reason], rates[i].rate, bar);
		free(bar);
	}
}

/* The open connections of one address. */
struct client {
	struct endpoint endpoint;
	uint64_t by_key[TOP_KEYS];
};

static int compare_addresses(const void *a, const void *b)
{
	const struct connection *x = a, *y = b;

	if (x->client.len != y->client.len)
		return x->client.len < y->client.len ? -1 : 1;
	return memcmp(x->client.address, y->client.address, x->client.len);
}

static int compare_clients(const void *a, const void *b, void *key)
{
	uint64_t x = ((const struct client *)a)->by_key[*(enum top_key *)key];
	uint64_t y = ((const struct client *)b)->by_key[*(enum top_key *)key];

	return x < y ? 1 : x > y ? -1 : 0;
}

static struct client *find_clients(const struct connections *list,
				   size_t *count)
{
	struct connection *array = xrealloc(NULL, list->count * sizeof(*array));
	struct client *clients = NULL, *client = NULL;
	size_t room = 0, i;

	*count = 0;
	if (list->count) {
		memcpy(array, list->array, list->count * sizeof(*array));
		qsort(array, list->count, sizeof(*array), compare_addresses);
	}
	for (i = 0; i < list->count; i++) {
		if (!i || compare_addresses(&array[i - 1], &array[i])) {
			clients = xgrow(clients, *count, &room,
					sizeof(*clients));
			client = &clients[(*count)++];
			*client = (struct client){
				.endpoint = array[i].client,
			};
		}
		client->by_key[TOP_CONNECTIONS]++;
		client->by_key[TOP_PASSED] += array[i].passed;
		client->by_key[TOP_DENIED] += array[i].denied;
	}
	free(array);
	return clients;
}

static void add_client(struct top_view *view, const struct client *client,
		       enum top_key key, uint64_t most)
{
	int bar_width = view->width / 4;
	int width = view->width - COLUMNS_WIDTH;
	char address[INET6_ADDRSTRLEN];
	char *bar;

	if (view->width >= 72)
		width -= bar_width + 2;
	else
		bar_width = 0;
	bar = bar_text(client->by_key[key], most, bar_width);
	if (!inet_ntop(client->endpoint.len == 4 ? AF_INET : AF_INET6,
		       client->endpoint.address, address, sizeof(address)))
		strcpy(address, "?");
	add_line(view, "%-*.*s %7llu %7llu %7llu  %s", width, width, address,
		 (unsigned long long)client->by_key[TOP_CONNECTIONS],
		 (unsigned long long)client->by_key[TOP_PASSED],
		 (unsigned long long)client->by_key[TOP_DENIED], bar);
	free(bar);
}

static void add_clients(struct top_view *view, const struct top_sample *now,
			enum top_key key)
{
	int width = view->width - COLUMNS_WIDTH;
	struct client *clients;
	size_t count, i;

	if (view->width >= 72)
		width -= view->width / 4 + 2;
	clients = find_clients(&now->connections, &count);
	if (count)
		qsort_r(clients, count, sizeof(*clients), compare_clients,
			&key);
	add_line(view, "%s", "");
	add_line(view, "%-*.*s %7s %7s %7s", width, width, "CLIENT", "CONNS",
		 "PASSED", "DENIED");
	for (i = 0; i < count && !is_full(view); i++)
		add_client(view, &clients[i], key, clients[0].by_key[key]);
	free(clients);
}

void top_view_fill(struct top_view *view, const struct top_sample *before,
		   const struct top_sample *now, enum top_key key)
{
	top_view_clear(view);
	add_totals(view, before, now);
	add_reasons(view, before, now);
	add_clients(view, now, key);
}
