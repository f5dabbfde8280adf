/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of sets of domains; kmod/core allocates nothing. */
#ifndef _SMTP_DOMAIN_SET_H
#define _SMTP_DOMAIN_SET_H

#include "core/domains.h"

struct smtp_domains *smtp_domains_new(unsigned int names, size_t bytes);
void smtp_domains_free(const struct smtp_domains *domains);

#endif /* _SMTP_DOMAIN_SET_H */
