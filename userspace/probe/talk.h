/* SPDX-License-Identifier: GPL-2.0 */
/* The questions of the probe. None of them begins a mail, AUTH or STARTTLS. */
#ifndef MAILGUARD_PROBE_TALK_H
#define MAILGUARD_PROBE_TALK_H

#include "probe/dial.h"

void probe_talk(struct probe_conn *conn, struct probe_transcript *t);

#endif
