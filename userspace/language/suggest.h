/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the word that someone meant who wrote another. */
#ifndef MAILGUARD_SUGGEST_H
#define MAILGUARD_SUGGEST_H

/* No word of the language is longer, and no longer one is compared. */
#define SUGGEST_WORD_MAX	31

/* The nearest of the words that were offered, or "" if none is near. */
struct suggestion {
	const char *written;
	char nearest[SUGGEST_WORD_MAX + 1];
	unsigned int distance;
};

void suggest_start(struct suggestion *s, const char *written);

/* The candidate ends at its first blank. */
void suggest_offer(struct suggestion *s, const char *candidate);

/* "; did you mean 'WORD'?", or "" if none is near. To be freed. */
char *suggest_text(const struct suggestion *s);

#endif
