/* SPDX-License-Identifier: GPL-2.0 */
/* Declares what flex would declare, without the macros of its own header. */
#ifndef MAILGUARD_SCANNER_H
#define MAILGUARD_SCANNER_H

#include "language/parse.h"
#include "language/parser.tab.h"

#ifndef YY_TYPEDEF_YY_SCANNER_T
#define YY_TYPEDEF_YY_SCANNER_T
typedef void *yyscan_t;
#endif

int yylex_init_extra(struct parser *p, yyscan_t *scanner);
int yylex_destroy(yyscan_t scanner);
int scan_token(YYSTYPE *val, YYLTYPE *loc, yyscan_t scanner);
int yylex(YYSTYPE *val, YYLTYPE *loc, yyscan_t scanner, struct parser *p);

#endif
