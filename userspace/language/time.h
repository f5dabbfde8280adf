/* SPDX-License-Identifier: GPL-2.0 */
/* Times as nft writes them: 90m, 1d12h. */
#ifndef MAILGUARD_TIME_H
#define MAILGUARD_TIME_H

#include <stdbool.h>

/* Returns false if the text is no time. A time too long is ULONG_MAX. */
bool time_read(unsigned long *seconds, const char *text);

/* Returns the text of the time. The caller frees it. */
char *time_text(unsigned long seconds);

#endif
