// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the ends of TCP connections send something, until each was reset.
 *
 * An end that has answered a first question is reset, and answers the next one as an
 * end that knows of no connection. It is asked again if it does not, because a packet
 * may be lost.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/ends.h"
#include "lib/memory.h"

/* Each question is two segments, and each of them may be answered. */
#define ANSWERS		2

/*
 * How long to wait after each round of questions, in milliseconds. The second round
 * comes when ends nearby were reset. The others come later than 500 ms, in which
 * Linux answers only one segment that is outside of the window
 * (net.ipv4.tcp_invalid_ratelimit).
 */
static const int waits[] = { 100, 580, 580, 580, 580, 580 };

#define ROUNDS		(sizeof(waits) / sizeof(*waits))

/* What one call of ends_reset() knows. */
struct asking {
	struct question question;
	struct end **sorted;	/* by path */
	size_t count;
	size_t left;		/* ends that are not gone */
};

static long long now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int compare_ends(const void *a, const void *b)
{
	const struct end *const *first = a, *const *second = b;

	return memcmp(&(*first)->path, &(*second)->path,
		      sizeof((*first)->path));
}

static bool same_path(const struct asking *asking, size_t a, size_t b)
{
	return !compare_ends(&asking->sorted[a], &asking->sorted[b]);
}

static void sort_ends(struct asking *asking, struct ends *ends)
{
	size_t i;

	asking->count = ends->count;
	asking->left = ends->count;
	asking->sorted = xzalloc(ends->count * sizeof(*asking->sorted));
	for (i = 0; i < ends->count; i++)
		asking->sorted[i] = &ends->array[i];
	qsort(asking->sorted, asking->count, sizeof(*asking->sorted),
	      compare_ends);
}

/* An entry that changed while entries were listed may be there twice. */
static void mark_gone(struct asking *asking, const struct question_path *path)
{
	struct end wanted = { .path = *path };
	const struct end *key = &wanted;
	struct end **found;
	size_t i;

	found = bsearch(&key, asking->sorted, asking->count,
			sizeof(*asking->sorted), compare_ends);
	if (!found)
		return;
	i = found - asking->sorted;
	while (i && same_path(asking, i, i - 1))
		i--;
	do {
		asking->left -= !asking->sorted[i]->gone;
		asking->sorted[i]->gone = true;
	} while (++i < asking->count && same_path(asking, i, i - 1));
}

/* Also hears the answers to earlier questions, so that few wait to be read. */
static void ask_end(struct asking *asking, const struct end *end)
{
	struct question_path path;
	int i;

	question_ask(&asking->question, &end->path);
	for (i = 0; i < ANSWERS; i++)
		if (question_heard(&asking->question, 0, &path))
			mark_gone(asking, &path);
}

static void hear_answers(struct asking *asking, int milliseconds)
{
	long long end = now_ms() + milliseconds, now;
	struct question_path path;

	while (asking->left && (now = now_ms()) < end)
		if (question_heard(&asking->question, end - now, &path))
			mark_gone(asking, &path);
}

static size_t count_left(const struct ends *ends)
{
	size_t i, left = 0;

	for (i = 0; i < ends->count; i += 2)
		left += !ends->array[i].gone || !ends->array[i + 1].gone;
	return left;
}

void ends_add(struct ends *ends, const struct question_path paths[2])
{
	int i;

	for (i = 0; i < 2; i++) {
		ends->array = xgrow(ends->array, ends->count, &ends->room,
				    sizeof(*ends->array));
		ends->array[ends->count++] = (struct end){ .path = paths[i] };
	}
}

size_t ends_reset(struct ends *ends)
{
	struct asking asking;
	size_t round, i;

	if (!ends->count)
		return 0;
	sort_ends(&asking, ends);
	question_open(&asking.question);
	for (round = 0; round < ROUNDS && asking.left; round++) {
		for (i = 0; i < ends->count; i++)
			if (!ends->array[i].gone)
				ask_end(&asking, &ends->array[i]);
		hear_answers(&asking, waits[round]);
	}
	question_close(&asking.question);
	free(asking.sorted);
	return count_left(ends);
}

void ends_free(struct ends *ends)
{
	free(ends->array);
	*ends = (struct ends){ .array = NULL };
}
