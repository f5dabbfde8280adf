/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_OPTIONS_H
#define _SMTP_OPTIONS_H

#include "base.h"

/* The longest list of options that a TCP header has room for (RFC 9293, 3.1) */
#define SMTP_OPTIONS_MAX	40

/* Most packets carry NOP, NOP and a timestamp (RFC 7323, appendix A) */
#define SMTP_OPTIONS_USUAL_LEN	12
#define SMTP_OPTIONS_USUAL	0x0101080a

bool smtp_options_clean(u8 *options, u32 len, bool *multipath);

#endif /* _SMTP_OPTIONS_H */
