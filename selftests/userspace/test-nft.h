/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of libnftnl, and what the linker puts before them. */
#ifndef TEST_NFT_H
#define TEST_NFT_H

#include <libnftnl/set.h>

int __real_nftnl_set_elem_set(struct nftnl_set_elem *elem, uint16_t attr,
			      const void *data, uint32_t len);
int __wrap_nftnl_set_elem_set(struct nftnl_set_elem *elem, uint16_t attr,
			      const void *data, uint32_t len);
void __real_nftnl_set_elem_set_u32(struct nftnl_set_elem *elem, uint16_t attr,
				   uint32_t value);
void __wrap_nftnl_set_elem_set_u32(struct nftnl_set_elem *elem, uint16_t attr,
				   uint32_t value);
int __real_nftnl_set_elem_set_str(struct nftnl_set_elem *elem, uint16_t attr,
				  const char *string);
int __wrap_nftnl_set_elem_set_str(struct nftnl_set_elem *elem, uint16_t attr,
				  const char *string);

#endif
