/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_NEUTRAL_H
#define _SMTP_NEUTRAL_H

#include "reply.h"

extern const struct smtp_overlay smtp_neutral;

void smtp_neutral_text(struct smtp_reply *reply, bool domain, u8 *bytes,
		       u32 len);

#endif /* _SMTP_NEUTRAL_H */
