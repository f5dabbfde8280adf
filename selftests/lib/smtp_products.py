# SPDX-License-Identifier: GPL-2.0
"""
What mail servers and firewalls say, and by what others tell them.

SERVERS: what is plausible for a server of each product to say. The first word is
the product's name in PATTERNS; then come its greeting and its replies to
commands. "?" is its reply to a command that it does not know.

CAPTURES: what somebody saw behind a product, and from what its preset makes it.
Each has the preset, where it was seen, the original greeting and replies as in
SERVERS, and then the dialogue: a command, what the server sees of it, and what the
client gets. The command "" stands for the connection.

TOLD_AS: as which product others tell a preset.

PATTERNS: by what of it rapid7/recog tells the product: to what the reply is, ""
is the greeting, and a regular expression for one line of it, without the code in
a greeting. These are facts about those products, written down anew.
"""

import re

SERVERS = [
    ("Postfix", "220 mx1.example.org ESMTP Postfix (Debian/GNU)", {
        "EHLO": "250-mx1.example.org|250-PIPELINING|250-SIZE 10240000|"
                "250-ETRN|250 8BITMIME",
        "HELP": '502 5.5.1 Error: command not implemented',
        "VRFY": "252 2.0.0 root",
        "NOOP": "250 2.0.0 Ok",
        "QUIT": "221 2.0.0 Bye",
        "?": "502 5.5.2 Error: command not recognized"}),
    ("Sendmail", "220 mx.example.org ESMTP Sendmail 8.15.2/8.15.2/Debian-22; "
                 "Mon, 30 Nov 2020 09:15:32 +0100", {
        "EHLO": "250-mx.example.org Hello client [10.0.1.2], pleased to meet "
                "you|250-ENHANCEDSTATUSCODES|250-EXPN|250 HELP",
        "HELP": "214-2.0.0 This is sendmail version 8.15.2|214-2.0.0 Topics:|"
                "214-2.0.0 To report bugs in the implementation see|"
                "214 2.0.0 End of HELP info",
        "VRFY": "252 2.5.2 Cannot VRFY user; try RCPT to attempt delivery (or "
                "try finger)",
        "NOOP": "250 2.0.0 OK",
        "QUIT": "221 2.0.0 mx.example.org closing connection",
        "?": '500 5.5.1 Command unrecognized: "XXXX"'}),
    ("Exim", "220 mx.example.org ESMTP Exim 4.94.2 Mon, 30 Nov 2020 09:15:32 "
             "+0000", {
        "EHLO": "250-mx.example.org Hello client [10.0.1.2]|250-SIZE 52428800|"
                "250 HELP",
        "HELP": "214-Commands supported:|214 AUTH HELO EHLO MAIL RCPT DATA "
                "BDAT NOOP QUIT RSET HELP",
        "VRFY": "252 VRFY not available",
        "NOOP": "250 OK",
        "QUIT": "221 mx.example.org closing connection",
        "?": "500 unrecognized command"}),
    ("Exchange", "220 mx.example.org Microsoft ESMTP MAIL Service ready at Mon, "
                 "30 Nov 2020 09:15:32 +0100", {
        "EHLO": "250-mx.example.org Hello [10.0.1.2]|250-SIZE 37748736|"
                "250-X-ANONYMOUSTLS|250-AUTH NTLM|250-X-EXPS GSSAPI NTLM|"
                "250-XEXCH50|250 XRDST",
        "HELP": "214-This server supports the following commands:|214 HELO EHLO "
                "STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT XEXCH50 ",
        "VRFY": "252 2.1.5 Cannot VRFY user",
        "NOOP": "250 2.0.0 OK",
        "QUIT": "221 2.0.0 Service closing transmission channel",
        "?": "500 5.3.3 Unrecognized command"}),
    ("Exchange", "220 mx.example.org ESMTP Server (Microsoft Exchange Internet "
                 "Mail Service 5.5.2653.13) ready", {
        "EHLO": "250-mx.example.org Hello [client]|250-XEXCH50|250 HELP",
        "HELP": "214-Commands:|214-HELO MAIL RCPT DATA RSET NOOP QUIT XEXCH50 |"
                "214 End of HELP info",
        "NOOP": "250 OK",
        "QUIT": "221 closing connection",
        "?": "500 Command not recognized"}),
    ("IIS", "220 mx.example.org Microsoft ESMTP MAIL Service, Version: "
            "10.0.17763.1 ready at  Mon, 30 Nov 2020 09:15:32 +0100 ", {
        "EHLO": "250-mx.example.org Hello [10.0.1.2]|250-TURN|250-SIZE|"
                "250 OK",
        "HELP": "214-This server supports the following commands:|214 HELO EHLO "
                "STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH TURN ETRN BDAT",
        "QUIT": "221 2.0.0 mx.example.org Service closing transmission channel",
        "?": "500 5.3.3 Unrecognized command"}),
    ("qmail", "220 mx.example.org ESMTP", {
        "EHLO": "250-mx.example.org|250-PIPELINING|250 8BITMIME",
        "HELP": "214 qmail home page: http://pobox.com/~djb/qmail.html",
        "VRFY": "252 send some mail, i'll try my best",
        "NOOP": "250 ok",
        "QUIT": "221 mx.example.org",
        "?": "502 unimplemented (#5.5.1)"}),
    ("MDaemon", "220 mx.example.org ESMTP MDaemon 20.0.2; Mon, 30 Nov 2020 "
                "09:15:32 +0100", {
        "EHLO": "250-mx.example.org Hello client, pleased to meet you|250 SIZE",
        "HELP": "214 Help system currently inactive.",
        "VRFY": "502 command is not active",
        "NOOP": "250 Why is there an NOOP instruction?",
        "QUIT": "221 See ya in cyberspace",
        "?": "500 Unknown command"}),
    ("Eudora", "220 mx.example.org running Eudora Internet Mail Server 3.0.2", {
        "EHLO": "250-mx.example.org hello client|250 8BITMIME",
        "HELP": "500 5.5.1 unrecognised command HELP",
        "NOOP": "250 2.0.0 doing nothing",
        "QUIT": "221 2.0.0 until later",
        "?": "500 5.5.1 unrecognised command"}),
    ("ArGoSoft", "220 ArGoSoft Mail Server Freeware, Version 1.8 (1.8.8.8)", {
        "EHLO": "250-Welcome [10.0.1.2], pleased to meet you|250-SIZE 5242880|"
                "250 HELP",
        "HELP": "214-This is ArGoSoft Mail Server, Version 1.8 (1.8.8.8)|"
                "214-To report bug, send mail to support@argosoft.com|"
                "214 End of HELP info",
        "QUIT": "221 Aba he",
        "?": "500 Command unrecognized"}),
    ("Merak", "220 mx.example.org ESMTP Merak 8.9.1; Mon, 30 Nov 2020 09:15:32 "
              "+0100", {
        "EHLO": "250-mx.example.org Hello client, pleased to meet you|250 SIZE",
        "HELP": "214-2.0.0 This is MERAK 8.9.1|214-2.0.0 bugs@merakmail.com|"
                "214 2.0.0 End of HELP info",
        "QUIT": "221 2.0.0 mx.example.org closing connection",
        "?": "500 5.5.1 Command unrecognized"}),
    ("ZMailer", "220 mx.example.org ZMailer Server 2.99.57 #1 ESMTP ready at "
                "Mon, 30 Nov 2020 09:15:32 +0100", {
        "EHLO": "250-mx.example.org expected \"EHLO client\"|250 SIZE",
        "HELP": "214-Yoyodyne Propulsion Systems|214 End",
        "QUIT": "221 2.0.0 mx.example.org Out",
        "?": "550 5.5.2 Unknown command"}),
    ("Domino", "220 mx.example.org ESMTP Service (Lotus Domino Release 8.5.3) "
               "ready at Mon, 30 Nov 2020 09:15:32 +0100", {
        "EHLO": "250-mx.example.org Hello client ([10.0.1.2]), pleased to meet "
                "you|250-TLS|250 SIZE",
        "VRFY": '252 Unable to VRFY "root", but will accept message and attempt '
                "delivery",
        "QUIT": "221 mx.example.org SMTP Service closing transmission channel",
        "?": "500 Syntax error, command unrecognized"}),
    ("NTMail", "220 mx.example.org NTMail (v5.06.0016/NU0000.00.c0ffee00) ready "
               "for ESMTP transfer   ", {
        "EHLO": "250-mx.example.org Ok|250 SIZE",
        "VRFY": "557 5.5.2 String does not match anything.",
        "QUIT": "221 2.0.0 mx.example.org closing",
        "?": "500 5.5.1 Command unrecognized"}),
    ("IMail", "220 X1 NT-ESMTP Server mx.example.org (IMail 8.15 27-1)", {
        "EHLO": "250-hello mx.example.org|250 SIZE",
        "QUIT": "221 Goodbye",
        "?": "500 Command unrecognized"}),
    ("Symantec", "220 mx.example.org ESMTP Symantec Messaging Gateway", {
        "EHLO": "250-mx.example.org says EHLO to 10.0.1.2|250 SIZE",
        "VRFY": "504 <root>: Recipient address rejected: need fully-qualified "
                "address",
        "QUIT": "221 2.3.0 mx.example.org closing connection",
        "?": "500 5.5.1 command not recognized"}),
    ("SonicWall", "220 mx.example.org ESMTP SonicWall (9.1.1.3113)", {
        "EHLO": "250-mx.example.org|250 SIZE", "QUIT": "221 Bye",
        "?": "502 Not implemented"}),
    ("PowerMTA", "220 mx.example.org (PowerMTA(TM) v3.2r24) ESMTP service "
                 "ready", {
        "EHLO": "250-mx.example.org says hello|250 SIZE",
        "QUIT": "221 2.0.0 mx.example.org says goodbye",
        "?": "500 5.5.1 Unrecognized command"}),
    ("Kerio", "220 mx.example.org Kerio Connect 9.2.5 patch 3 ESMTP ready", {
        "EHLO": "250-mx.example.org|250 SIZE",
        "QUIT": "221 2.0.0 SMTP closing connection",
        "?": "502 5.5.1 Command not recognized"}),
    ("CommuniGate", "220 mx.example.org ESMTP CommuniGate Pro 6.2c3", {
        "EHLO": "250-mx.example.org domain name should be qualified|250 SIZE",
        "QUIT": "221 mx.example.org CommuniGate Pro SMTP closing connection",
        "?": "500 unknown command"}),
    ("SLMail", "220 mx.example.org SMTP Server SLmail 5.5.0.4433 Ready ESMTP "
               "spoken here", {
        "EHLO": "250-mx.example.org|250 SIZE", "QUIT": "221 closing",
        "?": "500 unrecognized"}),
    ("WebShield", "220 mx.example.org WebShield SMTP V4.5 MR1a Network "
                  "Associates, Inc. Ready at Mon Nov 30 09:15:32 2020", {
        "EHLO": "250-mx.example.org Hello|250 SIZE", "QUIT": "221 closing",
        "?": "500 unrecognized"}),
    ("Twisted", "220 mx.example.org NO UCE NO UBE NO RELAY PROBES ESMTP", {
        "EHLO": "250-mx.example.org Hello 10.0.1.2, nice to meet you|250 SIZE",
        "QUIT": "221 See you later",
        "?": "500 Command not implemented"}),
    ("AnalogX", "220 10.0.2.2 SMTP AnalogX Proxy 4.15 (Release) ready", {
        "EHLO": "250-10.0.2.2|250 SIZE", "QUIT": "221 Bye",
        "?": "500 unrecognized"}),
    ("PIX", "220 *********0*2******0*************", {
        "EHLO": '500 Syntax error, command "XXXX" unrecognized',
        "QUIT": "221 Bye",
        "?": '500 Syntax error, command "XXXX" unrecognized'}),
    ("Check Point", "220 CheckPoint FireWall-1 secure ESMTP server", {
        "EHLO": "250-mx.example.org|250 SIZE", "NOOP": "220 OK",
        "QUIT": "221 Closing connection",
        "?": "500 Unknown command"}),
    ("Raptor", "220 mx.example.org Generic SMTP handler", {
        "EHLO": "250-mx.example.org talking to client ([10.0.1.2])|250 SIZE",
        "HELP": "214 Help not supported by this implementation",
        "QUIT": "503 5.5.0 Not accepting any command except QUIT",
        "?": "500 Command unrecognized"}),
]

# Of a Firebox only the lines of HELP tell it. IOS lets the greeting pass, by which
# the server is told; IOS itself by what a server repeats of a command.
TOLD_AS = {
    "asa": ["PIX"], "fwsm": ["PIX"], "ios-smtp": ["PIX"], "ios-esmtp": ["Postfix"],
    "firewall1": ["Check Point"], "raptor": ["Raptor"],
}

# As the servers of the captures say it, which were not captured themselves.
POSTFIX = {
    "EHLO": "250-mail.example.org|250-PIPELINING|250-SIZE 10240000|250-VRFY|"
            "250-ETRN|250-STARTTLS|250-AUTH PLAIN LOGIN|250-AUTH=PLAIN LOGIN|"
            "250-ENHANCEDSTATUSCODES|250-8BITMIME|250 DSN",
    "NOOP": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
    "?": "502 5.5.2 Error: command not recognized",
}

CAPTURES = [
    ("asa", "deimos.fr", "220 mail.example.org ESMTP Postfix (Debian/GNU)",
     POSTFIX, [
         ("", None, "220 " + "*" * 43),
         ("EHLO c", "EHLO c",
          POSTFIX["EHLO"].replace("STARTTLS", "XXXXXXXA")),
         ("STARTTLS", "SXXXXXXX", POSTFIX["?"]),
         ("BDAT 1", "XXXXXX", POSTFIX["?"]),
         ("NOOP", "NOOP", "250 2.0.0 Ok")]),
    ("asa", "zimmerman.io", "220 z.example ESMTP Postfix (Debian/GNU)",
     POSTFIX, [
         ("", None, "220 " + "*" * 36),
         ("EHLO c", "EHLO c",
          POSTFIX["EHLO"].replace("STARTTLS", "XXXXXXXA"))]),
    ("asa", "nibbler.de", "220 mx.example.de ESMTP", {
        "EHLO": "250-mx.example.de|250-STARTTLS|250-PIPELINING|250 HELP"}, [
            ("EHLO c", "EHLO c",
             "250-mx.example.de|250-XXXXXXXA|250-PIPELINING|250 XXXB"),
            ("HELP", "HELX", "500 Command unrecognized")]),
    ("asa", "nmap, ArGoSoft",
     "220-mail.example.org [ESMTP Server] service ready; ESMTP Server; no "
     "relaying for any stranger|220 ArGoSoft Mail Server, v.1.8.5.77", {
         "EHLO": "250-Welcome client, nice to meet you...|250-AUTH=LOGIN PLAIN|"
                 "250-AUTH LOGIN|250-SIZE 5242880|250-DSN|250-ETRN|250 HELP"}, [
             ("", None, "220-" + "*" * 89 + "|220 " + "*" * 32),
             ("EHLO client", "EHLO client",
              "250-Welcome client, nice to meet you...|250-AUTH=LOGIN PLAIN|"
              "250-AUTH LOGIN|250-SIZE 5242880|250-DSN|250-ETRN|250 XXXA")]),
    ("asa", "Cisco 117801", "220 mx.example.org ESMTP", {
        "?": "500 Command unknown: 'XXX'"}, [
            ("FOO", "XXX", "500 Command unknown: 'XXX'")]),
    ("fwsm", "the FWSM guide", "220 mail.example.org ESMTP Sendmail 8.12.10", {
        "?": '500 5.5.1 Command unrecognized: "XXXX"'}, [
            ("", None, "220 " + "*" * 35 + "2*" + "*" + "0"),
            ("EHLO c", "XXXXXX", '500 5.5.1 Command unrecognized: "XXXX"'),
            ("goodmorning", "XXXXXXXXXXX",
             '500 5.5.1 Command unrecognized: "XXXX"')]),
    ("ios-smtp", "Cisco 69309", "220 mail.example.org ESMTP", {
        "?": '500 Syntax error, command "XXXX" unrecognized'}, [
            ("", None, "220 mail.example.org ESMTP"),
            ("EHLO c", "XXXXXX",
             '500 Syntax error, command "XXXX" unrecognized'),
            ("VRFY", "XXXX",
             '500 Syntax error, command "XXXX" unrecognized')]),
    ("ios-esmtp", "Network Security Technologies",
     "220 mail.example.org ESMTP Postfix", POSTFIX, [
         ("", None, "220 mail.example.org ESMTP Postfix"),
         ("EHLO c", "EHLO c",
          POSTFIX["EHLO"].replace("STARTTLS", "XXXXXXXA")),
         ("EXPN root", "EXXXXXXXX", POSTFIX["?"])]),
    ("firebox", "nmap", "220 mx.a.example ESMTP", POSTFIX, [
        ("", None, "220 SMTP service ready"),
        ("NOOP", "NOOP", "250 2.0.0 OK"),
        ("HELP", "HELX", "214 Commands: DATA RCPT MAIL QUIT RSET "),
        ("STARTTLS", "XXXXXXXX", "500 Command unrecognized" + " " * 15),
        ("QUIT", "QUIT", "221 2.0.0 Clo")]),
    ("firewall1", "nmap and recog",
     "220 mx.example.org ESMTP Postfix (Debian/GNU)", POSTFIX, [
         ("", None, "220 CheckPoint FireWall-1 secure ESMTP server"),
         ("NOOP", "NOOP", "220 OK      "),
         ("STARTTLS", "XXXXXXXX", "500 Command unrecognized" + " " * 15)]),
    ("firewall1", "recog, NOOP", "220 mx.example.org ESMTP", {
        "NOOP": "250 OK"}, [
            ("NOOP", "NOOP", "220 OK")]),
    ("firebox", "nmap, HELP", "220 mx.example.org ESMTP", {
        "?": "500 5.5.1 Syntax error, command \"HELX\" unrecognized by this "
             "server"}, [
                 ("HELP", "HELX", "214 Commands: DATA RCPT MAIL QUIT RSET HELO "
                  "VRFY EXPN HELP NOOP   ")]),
    ("raptor", "nmap, HELP", "220 mx.example.org ESMTP", {
        "?": '500 Syntax error, command "HELX" unrecognized'}, [
            ("HELP", "HELX", "214 Help not supported by this implementation")]),
    ("raptor", "Q245787", "220 mx.example.org ESMTP Exim", POSTFIX, [
        ("", None, "220 mail Generic SMTP handler"),
        ("STARTTLS", "XXXXXXXX", "500 Command unrecognized" + " " * 15),
        ("VRFY root", "XXXXXXXXX", "500 Command unrecognized" + " " * 15),
        ("RCPT TO:<@a:b@c>", "RCPT TO:<XXXXXXX",
         "500 Command unrecognized" + " " * 15)]),
    ("exchange", "KB 320027", "220 mx.example.org Microsoft ESMTP MAIL Service", {
        "EHLO": "250-mx.example.org Hello [10.0.1.2]|250-X-EXPS GSSAPI NTLM "
                "LOGIN|250-X-LINK2STATE|250-XEXCH50|250 OK",
        "X-LINK2STATE": "200 LAST CHUNK={00000029} MULTI (5) ({000000} DONE)"}, [
            ("", None, "220 mx.example.org Microsoft ESMTP MAIL Service"),
            ("EHLO c", "EHLO c",
             "250-mx.example.org Hello [10.0.1.2]|250-X-EXPS GSSAPI NTLM LOGIN|"
             "250-X-LINK2STATE|250-XEXCH50|250 OK"),
            ("X-LINK2STATE LAST CHUNK={00000001}",
             "X-LINK2STATE LAST CHUNK={00000001}",
             "200 LAST CHUNK={00000029} MULTI (5) ({000000} DONE)")]),
    ("submit", "nowhere", "220 mx.example.org ESMTP Postfix", POSTFIX, [
        ("", None, "220 mx ESMTP" + " " * 20),
        ("EHLO c", "EHLO c", POSTFIX["EHLO"].replace("VRFY", "XXXA")
         .replace("ETRN", "XXXB").replace("AUTH PLAIN LOGIN", "XXXC XXXXXXXXXXX")
         .replace("AUTH=PLAIN LOGIN", "XXXD XXXXXXXXXXX")),
        ("AUTH PLAIN AGEAYg==", "X" * 19,
         "530 5.7.0 Must issue a STARTTLS command"),
        ("MAIL FROM:<a@b>", "X" * 15,
         "530 5.7.0 Must issue a STARTTLS command")]),
    ("egress", "nowhere", "220 mx.example.org ESMTP", POSTFIX, [
        ("", None, "220 mx.example.org ESMTP"),
        ("EHLO c", "EHLO c", POSTFIX["EHLO"].replace(
            "250-VRFY|250-ETRN", "250-XXXA|250-XXXB")),
        ("VRFY root", "XXXXXXXXX",
         "502 Command not implemented" + " " * 12)]),
]

PATTERNS = [
    ("PIX", "", r"[*20 ]+"),
    ("PIX", "", r"SMTP/cmap ready_+"),
    ("PIX", "EHLO|HELP|VRFY|?",
     r'500[ -]Syntax error, command "XXXX.*" unrecognized'),
    ("Check Point", "", r"CheckPoint FireWall-1 secure E?SMTP server *"),
    ("Check Point", "NOOP", r"220 OK.*"),
    ("Raptor", "", r"[^ ]+ Generic SMTP handler *"),
    ("Raptor", "QUIT", r"503[ -]5\.5\.0 Not accepting any command except QUIT"),
    ("Postfix", "", r"[^ ]+ ESMTP Postfix.*"),
    ("Sendmail", "", r"[^ ]+ +ESMTP +(Debian )?Sendmail .*"),
    ("Sendmail", "HELP", r"214[ -](2\.0\.0 )?This is [sS]endmail version .*"),
    ("Sendmail", "VRFY", r"252[ -](2\.5\.2)? Cannot VRFY user; try RCPT to "
                         r"attempt delivery \(or try finger\) *"),
    ("Exim", "", r"[^ ]+ ESMTP Exim .*"),
    ("Exim", "VRFY", r"252[ -]VRFY not available *"),
    ("Exim", "VRFY", r"[25]50[ -]<.+> is (not )?deliverable *"),
    ("Exchange", "", r"[^ ]+ Microsoft ESMTP MAIL Service ready at .*"),
    ("Exchange", "", r"[^ ]+ +ESMTP Server \(Microsoft Exchange .*"),
    ("Exchange", "HELP", r"214[ -].* XEXCH50 *.*"),
    ("IIS", "", r"[^ ]+ Microsoft E?SMTP MAIL Service, Version: .*"),
    ("qmail", "HELP", r"214[ -]qmail home page: http://pobox.com/~djb/.*"),
    ("MDaemon", "", r"[^ ]+ ESMTP MDaemon .*"),
    ("MDaemon", "HELP", r"214[ -]Help system currently inactive\."),
    ("MDaemon", "VRFY", r"502[ -]command is not active"),
    ("MDaemon", "NOOP", r"250[ -]Why is there an NOOP instruction\?"),
    ("MDaemon", "QUIT|EHLO", r"221[ -]See ya in cyberspace"),
    ("Eudora", "", r"[^ ]+ running Eudora Internet Mail Server .*"),
    ("Eudora", "HELP", r"500[ -]5.5.1 unrecognised command HELP"),
    ("Eudora", "NOOP", r"250[ -]2.0.0 doing nothing"),
    ("ArGoSoft", "", r"([^ ]+ +)?ArGoSoft Mail Server.*"),
    ("ArGoSoft", "HELP", r"214[ -].*(ArGoSoft|support@argosoft\.com).*"),
    ("Merak", "", r"[^ ]+ ESMTP Merak .*"),
    ("Merak", "HELP", r"214[ -].*(MERAK|bugs@merakmail\.com).*"),
    ("ZMailer", "", r"[^ ]+ ZMailer Server .*"),
    ("ZMailer", "HELP", r"214[ -].*Yoyodyne Propulsion.*"),
    ("ZMailer", "HELP", r"241[ -].*"),
    ("Domino", "", r"[^ ]+ ESMTP Service \(Lotus Domino .*"),
    ("Domino", "VRFY", r'252 Unable to VRFY ".*", but will accept message and '
                       r"attempt delivery *"),
    ("NTMail", "", r"[^ ]+ NTMail .*"),
    ("NTMail", "VRFY", r"557[ -]5\.5\.2 String does not match anything\. *"),
    ("IMail", "", r".*\(IMail .*"),
    ("Symantec", "", r"[^ ]+ +ESMTP Symantec M.*"),
    ("Symantec", "VRFY", r"504 .*: Recipient address rejected: need "
                         r"fully-qualified address"),
    ("SonicWall", "", r"(?i)[^ ]+ ESMTP SonicWALL .*"),
    ("PowerMTA", "", r"[^ ]+ \(PowerMTA.*"),
    ("Kerio", "", r"[^ ]+ Kerio Connect .*"),
    ("CommuniGate", "", r"[^ ]+ ESMTP CommuniGate Pro .*"),
    ("SLMail", "", r"(?i)[^ ]+ SMTP Server SLMail .*"),
    ("WebShield", "", r"[^ ]+ WebShield SMTP .*"),
    ("Twisted", "", r"\S+ NO UCE NO UBE NO RELAY PROBES ESMTP.*"),
    ("AnalogX", "", r"[^ ]+ SMTP AnalogX Proxy .*"),
]


def told_by(replies):
    """The products by which these replies are told: a dict, as in SERVERS."""
    told = {}
    for product, commands, pattern in PATTERNS:
        for command in commands.split("|"):
            for line in replies.get(command, "").split("|"):
                if not command:
                    line = line[4:]
                if line and re.fullmatch(pattern, line):
                    told.setdefault(product, set()).add(command or "greeting")
    return told
