// SPDX-License-Identifier: GPL-2.0
/* Finds the nearest of several words by their Damerau-Levenshtein distance. */
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "language/suggest.h"
#include "lib/memory.h"

#define WORD_MAX	SUGGEST_WORD_MAX

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Two neighbouring letters that are swapped count as one difference. */
static unsigned int word_distance(const char *a, const char *b)
{
	unsigned int rows[3][WORD_MAX + 1];
	unsigned int *row = rows[0], *above = rows[1], *top = rows[2], *spare;
	unsigned int len = strlen(b), i, j;

	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		spare = top;
		top = above;
		above = row;
		row = spare;
		row[0] = i + 1;
		for (j = 0; j < len; j++) {
			row[j + 1] = least(above[j] + (a[i] != b[j]),
					   1 + least(above[j + 1], row[j]));
			if (i && j && a[i] == b[j - 1] && a[i - 1] == b[j])
				row[j + 1] = least(row[j + 1], top[j - 1] + 1);
		}
	}
	return row[len];
}

/* A third of the letters may differ. A word of two letters must be equal. */
static unsigned int limit(size_t a, size_t b)
{
	size_t longer = a > b ? a : b, shorter = a > b ? b : a;

	if (longer - shorter > 1)
		longer += 2;
	return longer / 3;
}

static void fold_case(char *to, const char *from, size_t len)
{
	while (len--)
		*to++ = tolower((unsigned char)*from++);
}

/*
 * If two words are at the same distance, the nearer one is that whose first
 * letter that differs from the other is nearer in the alphabet to the letter
 * that was written.
 */
static bool is_closer(const char *written, const char *a, const char *b)
{
	size_t i = 0;

	while (a[i] && a[i] == b[i])
		i++;
	return abs(a[i] - written[i]) < abs(b[i] - written[i]);
}

void suggest_start(struct suggestion *s, const char *written)
{
	*s = (struct suggestion){ .written = written, .distance = UINT_MAX };
}

void suggest_offer(struct suggestion *s, const char *candidate)
{
	size_t len = strlen(s->written), other = strcspn(candidate, " ");
	char a[WORD_MAX + 1] = "", b[WORD_MAX + 1] = "";
	unsigned int far;

	if (len > WORD_MAX || other > WORD_MAX)
		return;
	fold_case(a, s->written, len);
	fold_case(b, candidate, other);
	far = word_distance(a, b);
	/*
	 * The beginning of a word is near, however long the rest of the word
	 * is.
	 */
	if (len > 2 && !strncmp(a, b, len))
		far = least(far, 1);
	if (far > limit(len, other) || far > s->distance)
		return;
	if (far == s->distance && !is_closer(a, b, s->nearest))
		return;
	memset(s->nearest, 0, sizeof(s->nearest));
	memcpy(s->nearest, candidate, other);
	s->distance = far;
}

char *suggest_text(const struct suggestion *s)
{
	if (!s->nearest[0])
		return xstrdup("");
	return xasprintf("; did you mean '%s'?", s->nearest);
}
