/* SPDX-License-Identifier: GPL-2.0 */
/* What is begun is ended before a signal ends the command. */
#ifndef MAILGUARD_SIGNALS_H
#define MAILGUARD_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

void signals_hold(sigset_t *before);
bool signals_wait(void);	/* has one come that is held? */
void signals_let_go(const sigset_t *before);

#endif
