/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything that differs between the kernels this module supports. Included
 * before every file; the code itself knows one kernel, the newest.
 */
#ifndef _SMTP_COMPAT_H
#define _SMTP_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "nf_conntrack_smtp needs Linux 6.1 or later"
#endif

#endif /* _SMTP_COMPAT_H */
