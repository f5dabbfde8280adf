/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ACTION_H
#define _ACTION_H

#include "policy.h"

/* As netlink sets an action. Return: NULL, or why it can't be. */
static inline const char *set_action(struct smtp_policy *policy,
				     enum mailguard_actions_attr attr,
				     enum mailguard_action action)
{
	const struct smtp_setting *setting;

	for (setting = smtp_settings; setting->size; setting++)
		if (setting->nest && setting->attr == attr)
			return smtp_setting_set(setting, policy, action);
	return "no such anomaly";
}

/* The same for a number. */
static inline const char *set_number(struct smtp_policy *policy,
				     enum mailguard_policy_attr attr, u32 value)
{
	const struct smtp_setting *setting;

	for (setting = smtp_settings; setting->size; setting++)
		if (!setting->nest && setting->attr == attr)
			return smtp_setting_set(setting, policy, value);
	return "no such number";
}

#endif /* _ACTION_H */
