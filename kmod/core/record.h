/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SMTP_RECORD_H
#define _SMTP_RECORD_H

#include "base.h"

/* A packet with more entries counts the rest in entries of the same reason. */
#define SMTP_RECORD_ENTRIES	16
/* The same as %SMTP_TLS_NAME_MAX. */
#define SMTP_RECORD_NAME_MAX	253

/**
 * struct smtp_record_entry - something that happened to a segment
 * @why: the reason that was counted
 * @denied: it is what a command was denied for
 * @hello: the client began TLS; &smtp_record.name is the server that it asks for
 * @code: the code of the reply concerned, or 0
 * @count: how often it was counted
 * @len: how many bytes @text has
 * @text: the command or keyword concerned, or its beginning
 */
struct smtp_record_entry {
	u8 why;
	bool denied;
	bool hello;
	u8 len;
	u16 code;
	u32 count;
	u8 text[MAILGUARD_EVENT_TEXT_MAX];
};

/**
 * struct smtp_record - what each reason counted for a segment is about
 * @bytes: the piece of the segment that is being judged, as it came
 * @len: how many bytes there are
 * @from: where in @bytes the current line begins
 * @known: the segment has the beginning of the current line, which is no response
 *	in a SASL exchange
 * @secret: the current line may be a password, or the next one if it has ended
 * @used: how many entries are in use
 * @open: the entries from this one on are about the current line
 * @line_len: how many bytes @line has
 * @line: the beginning of the current line, in earlier pieces of the segment; or
 *	a keyword
 * @name_len: how many bytes @name has
 * @name: the name of the server that the client asks for in its ClientHello, and
 *	a NUL
 * @entry: the entries; all but a few reasons are of no interest to anybody
 */
struct smtp_record {
	const u8 *bytes;
	u32 len;
	u32 from;
	bool known;
	bool secret;
	u8 used;
	u8 open;
	u8 line_len;
	u8 name_len;
	u8 line[MAILGUARD_EVENT_TEXT_MAX];
	u8 name[SMTP_RECORD_NAME_MAX + 1];
	struct smtp_record_entry entry[SMTP_RECORD_ENTRIES];
};

void smtp_record_piece(struct smtp_record *record, const u8 *bytes, u32 len,
		       bool secret);
void smtp_record_begin(struct smtp_record *record, u32 from, bool response);
bool smtp_record_end(struct smtp_record *record, int denied);
void smtp_record_word(struct smtp_record *record, const u8 *bytes, u32 len);
void smtp_record_close(struct smtp_record *record, u16 code);
void smtp_record_hello(struct smtp_record *record, const u8 *name, u32 len);

#endif /* _SMTP_RECORD_H */
