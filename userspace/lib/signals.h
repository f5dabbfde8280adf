/* SPDX-License-Identifier: GPL-2.0 */
/* Lets the command complete a change before a signal ends it. */
#ifndef MAILGUARD_SIGNALS_H
#define MAILGUARD_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

void signals_hold(sigset_t *before);
bool signals_wait(void);	/* has a blocked one come? */
void signals_let_go(const sigset_t *before);

#endif
