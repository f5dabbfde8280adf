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
	{ 55, "held-midstream" }, \
	{ 56, "reordered" }, \
	{ 57, "no-memory" }, \
	{ 58, "forged" }, \
	{ 59, "reset-foreign" }, \
	{ 60, "reset-early-talk" }, \
	{ 61, "reset-length" }, \
	{ 62, "reset-address" }, \
	{ 63, "reset-truncated" }, \
	{ 64, "reset-bare-lf" }, \
	{ 65, "reset-command" }, \
	{ 66, "reset-chunk-size" }, \
	{ 67, "reset-chunk" }, \
	{ 68, "reset-reply" }, \
	{ 69, "reset-reply-length" }, \
	{ 70, "reset-content" }, \
	{ 71, "reset-limit" }, \
	{ 72, "reset-tls" }, \
	{ 73, "reset-tls-version" }, \
	{ 74, "reset-mptcp" }, \
	{ 75, "reset-midstream" }, \
	{ 76, "reset-policy" }, \
	{ 77, "denied-percent" }, \
	{ 78, "denied-bang" }, \
	{ 79, "denied-source-route" }, \
	{ 80, "denied-double-at" }, \
	{ 81, "denied-quoted" }, \
	{ 82, "denied-8bit" }, \
	{ 83, "denied-no-domain" }, \
	{ 84, "denied-literal" }, \
	{ 85, "denied-address-length" }, \
	{ 86, "denied-sender" }, \
	{ 87, "denied-recipient" }, \
	{ 88, "denied-helo-no-dot" }, \
	{ 89, "denied-helo-literal" }, \
	{ 90, "denied-helo-invalid" }, \
	{ 91, "denied-helo" }, \
	{ 92, "denied-no-helo" }, \
	{ 93, "reset-helo" }, \
	{ 94, "unfollowed" }, \
	{ 95, "held-reused" }, \
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
