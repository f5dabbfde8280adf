/* SPDX-License-Identifier: GPL-2.0 */
/* Tells shells which words may come next. */
#ifndef MAILGUARD_COMPLETE_H
#define MAILGUARD_COMPLETE_H

/* Prints what may stand behind the words, one a line. */
void complete(char **words);

#endif
