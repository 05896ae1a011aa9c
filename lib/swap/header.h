/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PROCMM_SWAP_HEADER_H
#define PROCMM_SWAP_HEADER_H

/*
 * The file name that udev gives a UUID or label in dev/disk/by-*: what is not plain is \xNN. The
 * caller frees it; NULL without memory.
 */
char *header_tag_file_name(const char *value);

#endif
