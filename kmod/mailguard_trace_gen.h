/* SPDX-License-Identifier: GPL-2.0 */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mailguard.yaml */
#ifndef _SMTP_MAILGUARD_TRACE_GEN_H
#define _SMTP_MAILGUARD_TRACE_GEN_H

#define SMTP_NAME_NONE 255

#define SMTP_REASON_NAMES \
	{ 0, "connections" }, \
	{ 1, "released" }, \
	{ 2, "logged-commands" }, \
	{ 3, "commands" }, \
	{ 4, "messages" }, \
	{ 5, "recipients" }, \
	{ 6, "refused-recipients" }, \
	{ 7, "auth-failures" }, \
	{ 8, "tls" }, \
	{ 9, "preambles" }, \
	{ 10, "banner-lines" }, \
	{ 11, "reply-lines" }, \
	{ 12, "neutral-lines" }, \
	{ 13, "downgraded" }, \
	{ 14, "masked-keywords" }, \
	{ 15, "masked-mechanisms" }, \
	{ 16, "denied-verb" }, \
	{ 17, "denied-short" }, \
	{ 18, "denied-byte" }, \
	{ 19, "denied-address" }, \
	{ 20, "denied-bare-lf" }, \
	{ 21, "denied-chunking" }, \
	{ 22, "denied-mechanism" }, \
	{ 23, "denied-plain" }, \
	{ 24, "limit-recipients" }, \
	{ 25, "limit-messages" }, \
	{ 26, "limit-size" }, \
	{ 27, "limit-refused" }, \
	{ 28, "limit-denied" }, \
	{ 29, "limit-auth" }, \
	{ 30, "limit-junk" }, \
	{ 31, "bare-lf" }, \
	{ 32, "pipes" }, \
	{ 33, "brackets" }, \
	{ 34, "defanged" }, \
	{ 35, "unexpected-reply" }, \
	{ 36, "urgent" }, \
	{ 37, "tcp-options" }, \
	{ 38, "malformed-reply" }, \
	{ 39, "long-reply" }, \
	{ 40, "out-of-order" }, \
	{ 41, "blanked" }, \
	{ 42, "repeated" }, \
	{ 43, "held-syn" }, \
	{ 44, "held-greeting" }, \
	{ 45, "held-data" }, \
	{ 46, "held-auth" }, \
	{ 47, "held-starttls" }, \
	{ 48, "held-ehlo" }, \
	{ 49, "held-keyword" }, \
	{ 50, "held-verb" }, \
	{ 51, "held-pipelining" }, \
	{ 52, "held-policy" }, \
	{ 53, "held-queue" }, \
	{ 54, "held-memory" }, \
	{ 55, "reordered" }, \
	{ 56, "no-memory" }, \
	{ 57, "forged" }, \
	{ 58, "reset-foreign" }, \
	{ 59, "reset-early-talk" }, \
	{ 60, "reset-length" }, \
	{ 61, "reset-address" }, \
	{ 62, "reset-truncated" }, \
	{ 63, "reset-bare-lf" }, \
	{ 64, "reset-command" }, \
	{ 65, "reset-chunk-size" }, \
	{ 66, "reset-chunk" }, \
	{ 67, "reset-reply" }, \
	{ 68, "reset-reply-length" }, \
	{ 69, "reset-content" }, \
	{ 70, "reset-limit" }, \
	{ 71, "reset-tls" }, \
	{ 72, "reset-tls-version" }, \
	{ 73, "reset-mptcp" }, \
	{ 74, "reset-midstream" }, \
	{ 75, "reset-policy" }, \
	{ 76, "denied-percent" }, \
	{ 77, "denied-bang" }, \
	{ 78, "denied-source-route" }, \
	{ 79, "denied-double-at" }, \
	{ 80, "denied-quoted" }, \
	{ 81, "denied-8bit" }, \
	{ 82, "denied-no-domain" }, \
	{ 83, "denied-literal" }, \
	{ 84, "denied-address-length" }, \
	{ 85, "denied-sender" }, \
	{ 86, "denied-recipient" }, \
	{ 87, "denied-helo-no-dot" }, \
	{ 88, "denied-helo-literal" }, \
	{ 89, "denied-helo-invalid" }, \
	{ 90, "denied-helo" }, \
	{ 91, "denied-no-helo" }, \
	{ 92, "reset-helo" }, \
	{ 93, "unfollowed" }, \
	{ SMTP_NAME_NONE, "none" }

#define SMTP_STATE_NAMES \
	{ 0, "greeting" }, \
	{ 1, "command" }, \
	{ 2, "data" }, \
	{ 3, "content" }, \
	{ 4, "released" }, \
	{ 5, "ended" }, \
	{ 6, "chunk" }, \
	{ 7, "exch50" }, \
	{ 8, "auth" }, \
	{ 9, "response" }, \
	{ 10, "starttls" }, \
	{ 11, "tls" }, \
	{ 12, "unfollowed" }, \
	{ SMTP_NAME_NONE, "none" }

#endif /* _SMTP_MAILGUARD_TRACE_GEN_H */
