/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _THREADS_H
#define _THREADS_H

#include "conn.h"
#include "names.h"
#include "packet.h"

bool threads_rcu(void);

#endif /* _THREADS_H */
