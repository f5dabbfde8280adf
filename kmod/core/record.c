// SPDX-License-Identifier: GPL-2.0
/*
 * Remembers what each reason counted for a segment is about, while somebody
 * listens to events.
 *
 * The text of a command is what the client sent, so it is taken before the
 * command is edited. Only one segment is looked at: if a line begins in another,
 * it has no text, because the rest of it may be a password.
 *
 * A client whose AUTH is denied may send its password nevertheless, in this segment
 * or a later one. So behind AUTH, and behind a line that was not seen and may have
 * been AUTH, the only line that has a text is one with a verb that the module
 * knows. Lines behind that one have a text again.
 */
#include "event.h"
#include "find.h"
#include "record.h"
#include "verb.h"

#define NOBODY	-1

/**
 * smtp_record_add() - remember that a reason was counted
 * @record: the record
 * @why: the reason; nothing happens if nobody needs to be told
 * @count: how often
 */
void smtp_record_add(struct smtp_record *record, enum mailguard_reason why,
		     u32 count)
{
	const struct smtp_record_entry new = { .why = why, .count = count };
	bool full = record->used == SMTP_RECORD_ENTRIES;
	struct smtp_record_entry *entry;
	unsigned int i;

	if (smtp_event_done(&new) < 0)
		return;
	for (i = full ? 0 : record->open; i < record->used; i++) {
		entry = &record->entry[i];
		if (entry->why != why || entry->hello)
			continue;
		entry->count += count;
		return;
	}
	if (!full)
		record->entry[record->used++] = new;
}

/**
 * smtp_record_piece() - begin with another piece of the segment
 * @record: the record
 * @bytes: the piece, as it came; must stay until the next call
 * @len: how many bytes
 * @secret: the client's line may be a password, as smtp_record_end() said
 */
void smtp_record_piece(struct smtp_record *record, const u8 *bytes, u32 len,
		       bool secret)
{
	record->secret = secret;
	record->bytes = bytes;
	record->len = len;
	record->from = 0;
	record->open = record->used;
}

/**
 * smtp_record_begin() - note that a line of the client begins
 * @record: the record
 * @from: where in the piece
 * @response: the line is a response in a SASL exchange
 */
void smtp_record_begin(struct smtp_record *record, u32 from, bool response)
{
	record->from = from;
	record->known = !response;
	record->line_len = 0;
}

static void add_text(struct smtp_record *record, const u8 *bytes, u32 len)
{
	len = smtp_at_most(len, sizeof(record->line) - record->line_len);
	memcpy(record->line + record->line_len, bytes, len);
	record->line_len += len;
}

/* Servers take other bytes than the blank for the end of a word, too. */
static u32 blanks_end(const u8 *bytes, u32 len, u32 at)
{
	while (at < len && bytes[at] <= ' ')
		at++;
	return at;
}

static u32 word_end(const u8 *bytes, u32 len, u32 at)
{
	while (at < len && bytes[at] > ' ')
		at++;
	return at;
}

static bool is_word(const u8 *bytes, u32 len, const char *word)
{
	u32 i;

	for (i = 0; i < len; i++)
		if ((bytes[i] & ~0x20) != (word[i] & ~0x20))
			return false;
	return !word[len];
}

static bool is_verb(const u8 *bytes, u32 len)
{
	char name[MAILGUARD_VERB_MAX + 1];

	if (len > MAILGUARD_VERB_MAX)
		return false;
	memcpy(name, bytes, len);
	name[len] = '\0';
	return smtp_verb_find(name);
}

static bool is_auth(const u8 *bytes, u32 len)
{
	return (len == 4 && is_word(bytes, len, "AUTH")) ||
	       (len == 6 && is_word(bytes, len, "X-EXPS"));
}

/*
 * How much of the client's line is its text? A password may follow the mechanism
 * of AUTH (RFC 4954, section 4), and stand in the lines behind. @ended: the line is
 * complete.
 */
static u8 shown_len(struct smtp_record *record, bool ended)
{
	const u8 *line = record->line;
	u8 len = record->line_len;
	u32 begin = blanks_end(line, len, 0);
	u32 end = word_end(line, len, begin);

	while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (is_auth(line + begin, end - begin)) {
		record->secret = true;
		return smtp_at_most(word_end(line, len,
					     blanks_end(line, len, end)), len);
	}
	if (!record->secret)
		return len;
	if (!ended || !is_verb(line + begin, end - begin))
		return 0;
	record->secret = false;
	return len;
}

static void close_entries(struct smtp_record *record, u8 len, int denied,
			  u16 code)
{
	for (; record->open < record->used; record->open++) {
		struct smtp_record_entry *entry = &record->entry[record->open];

		entry->len = len;
		memcpy(entry->text, record->line, len);
		entry->denied = entry->why == denied;
		entry->code = code;
	}
}

/**
 * smtp_record_end() - take the text of the current line
 * @record: the record
 * @denied: the reason for which the line was denied, or -1
 *
 * The entries since its beginning get what the piece has of the line.
 *
 * Return: true if the current line, or the next one, may be a password.
 */
bool smtp_record_end(struct smtp_record *record, int denied)
{
	const u8 *begin = record->bytes + record->from;
	const u8 *end = record->bytes + record->len;
	const u8 *lf;

	if (record->from > record->len)
		begin = end;
	lf = smtp_find_lf(begin, end);
	if (record->known)
		add_text(record, begin, lf - begin);
	else if (lf != end)
		record->secret = true;
	close_entries(record, shown_len(record, lf != end), denied, 0);
	record->from = record->len;
	if (lf != end) {
		record->known = false;
		record->line_len = 0;
	}
	return record->secret;
}

/**
 * smtp_record_word() - take a keyword of the server
 * @record: the record
 * @bytes: the keyword, before it is masked
 * @len: how many bytes
 */
void smtp_record_word(struct smtp_record *record, const u8 *bytes, u32 len)
{
	record->line_len = 0;
	add_text(record, bytes, len);
}

/**
 * smtp_record_close() - note that a keyword or a line of the server ends
 * @record: the record
 * @code: the code of the reply, or 0
 *
 * The entries since the last call get the code, and the keyword, if there is one.
 */
void smtp_record_close(struct smtp_record *record, u16 code)
{
	close_entries(record, record->line_len, NOBODY, code);
	record->line_len = 0;
}

/**
 * smtp_record_hello() - note that the client begins TLS
 * @record: the record
 * @name: the name of the server in its ClientHello, or NULL
 * @len: its length
 */
void smtp_record_hello(struct smtp_record *record, const u8 *name, u32 len)
{
	struct smtp_record_entry *entry;

	if (record->used == SMTP_RECORD_ENTRIES)
		return;
	entry = &record->entry[record->used++];
	memset(entry, 0, sizeof(*entry));
	entry->why = MAILGUARD_REASON_TLS;
	entry->hello = true;
	entry->count = 1;
	record->open = record->used;
	record->name_len = name ? smtp_at_most(len, SMTP_RECORD_NAME_MAX) : 0;
	if (name)
		memcpy(record->name, name, record->name_len);
	record->name[record->name_len] = '\0';
}
