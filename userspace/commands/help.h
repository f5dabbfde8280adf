/* SPDX-License-Identifier: GPL-2.0 */
/* Prints the table of statements. */
#ifndef MAILGUARD_HELP_H
#define MAILGUARD_HELP_H

#include <stdio.h>

#include "language/errors.h"

/* Prints all statements, and the options. */
void help_all(FILE *to);

/* Returns the text of row @i, such as "-f, --file FILE", or NULL after the last row. */
const char *help_option(size_t i);

/*
 * Prints the statements that hold all of @words, a list that ends with NULL. If
 * the list is empty, prints all statements.
 */
void help_words(char **words, struct errors *errors);

/*
 * Prints the statements that hold as many of the first words as possible. Cuts
 * @words to these.
 */
void help_statement(char **words, struct errors *errors);

#endif
