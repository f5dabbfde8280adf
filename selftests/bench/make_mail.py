#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# Print a mail as people send them: some words, the same in HTML, and a file
# attached, of the size given. Lines end in CRLF.

import random
import sys
from email.message import EmailMessage
from email.policy import SMTP

WORDS = """the of and to a in is that for it as was with be by on not he his but
at are this have from or had an they which one you were all her she there would
their we him been has when who will no more if out so up said what its about than
into them can only other time new some could these two may first then do any like
my now over such our man me even most made after also did many""".split()


def paragraph(rng):
    return " ".join(rng.choices(WORDS, k=rng.randrange(20, 120))).capitalize()


def main():
    size = int(sys.argv[1])
    rng = random.Random(25)
    text = [paragraph(rng) + "." for _ in range(8)]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Alice Example <alice@example.net>"
    mail["To"] = "Bob Example <bob@example.org>"
    mail["Subject"] = "Minutes of the meeting, and the figures"
    mail["Date"] = "Tue, 24 Nov 2026 12:00:00 +0000"
    mail["Message-ID"] = "<20261124120000.1@example.net>"
    mail.set_content("\n\n".join(text) + "\n")
    html = "".join(f"<p style=\"margin: 0 1em\">{line}</p>\n" for line in text)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail.add_attachment(rng.randbytes(size), maintype="application",
                        subtype="octet-stream", filename="figures.bin")
    sys.stdout.buffer.write(mail.as_bytes())


if __name__ == "__main__":
    main()
