/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_NAMES_H
#define _SMTP_NAMES_H

struct smtp_name;

struct smtp_name *smtp_name_get(const char *policy);
void smtp_name_put(struct smtp_name *name);
void smtp_names_unregister(void);

#endif /* _SMTP_NAMES_H */
