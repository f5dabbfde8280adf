/* SPDX-License-Identifier: GPL-2.0 */
/* Prints the table of statements. */
#ifndef MAILGUARD_HELP_H
#define MAILGUARD_HELP_H

#include <stdio.h>

#include "language/errors.h"

/* All statements, and the options. */
void help_all(FILE *to);

/* The statements that hold the words, up to NULL; all if there is no word. */
void help_words(char **words, struct errors *errors);

/* Those that hold as many of the first words as there are; cuts @words. */
void help_statement(char **words, struct errors *errors);

#endif
