/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_LINES_H
#define _SMTP_LINES_H

#include "trace.h"

u32 smtp_lines(struct smtp_trace *trace, const u8 *octets, u32 len);

#endif /* _SMTP_LINES_H */
