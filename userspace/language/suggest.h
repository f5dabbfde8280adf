/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the word of the language that a misspelt word was meant to be. */
#ifndef MAILGUARD_SUGGEST_H
#define MAILGUARD_SUGGEST_H

/* No word of the language is longer, so longer words are not compared. */
#define SUGGEST_WORD_MAX	31

/* The nearest of the words that were offered, or "" if none is near. */
struct suggestion {
	const char *written;
	char nearest[SUGGEST_WORD_MAX + 1];
	unsigned int distance;
};

void suggest_start(struct suggestion *s, const char *written);

/*
 * Compares @candidate, up to its first blank, with the word that was written.
 */
void suggest_offer(struct suggestion *s, const char *candidate);

/*
 * Returns "; did you mean 'WORD'?", or "" if no word is near. The caller frees
 * it.
 */
char *suggest_text(const struct suggestion *s);

#endif
