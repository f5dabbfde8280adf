# SPDX-License-Identifier: GPL-2.0
"""
What an operator can do about each reason, from Documentation/remedies.yaml, as the
manual and the catalog of the journal have it. For generate.py.
"""

import re
import sys
import textwrap
import uuid

import yaml

# A message has the same id as long as its reason has the same name.
IDS = uuid.UUID("4c1f0a7be2d94f6d9b5a83e17a60c2d8")
CATALOG = """\
# SPDX-License-Identifier: GPL-2.0
# Do not edit directly, auto-generated from:
#\tDocumentation/netlink/specs/mailguard.yaml
#\tDocumentation/remedies.yaml
#
# What "journalctl -x" says of the messages of "mailguard monitor --journal".
"""
WHERE = ("It happened in a connection of @MAILGUARD_CLIENT@ to @MAILGUARD_SERVER@, "
         "under the policy @MAILGUARD_POLICY@.")


class Remedies:
    """The remedies, by the reasons of the specification."""

    def __init__(self, path, reasons):
        with open(path, encoding="ascii") as file:
            table = yaml.safe_load(file)
        self.docs = {reason["name"]: reason["doc"] for reason in reasons}
        self.messages = table["messages"]
        self.nothing = self.messages[0]["remedy"]
        self.subject = {}
        self.remedy = {}
        for group in table["subjects"]:
            for reason, remedy in group["remedies"].items():
                if reason in self.remedy:
                    sys.exit(f"{path}: {reason} has two remedies")
                self.remedy[reason] = remedy
                self.subject[reason] = group["subject"]
        wrong = sorted(set(self.docs) ^ set(self.remedy))
        if wrong:
            sys.exit(f"{path}: no remedy, or no reason: {' '.join(wrong)}")

    def ids(self):
        """Each reason, and the id of its messages."""
        return [(reason, uuid.uuid5(IDS, reason).hex) for reason in self.docs]

    def other_ids(self):
        """The same of other messages."""
        return [(message["name"], message["id"]) for message in self.messages]

    def manual(self, reason):
        """The remedy as reStructuredText, if there is anything to do."""
        remedy = self.remedy[reason]
        if remedy == self.nothing:
            return None
        return re.sub(r"([a-z_.]+\([1-8]\))", r":manpage:`\1`", remedy)

    def catalog(self):
        """The whole catalog."""
        entries = [entry(number, f"{self.subject[reason]}: {reason}",
                         [self.docs[reason], WHERE, self.remedy[reason]])
                   for reason, number in self.ids()]
        entries += [entry(message["id"], message["subject"],
                          [message["text"], message["remedy"]])
                    for message in self.messages]
        return CATALOG + "".join(entries)


def entry(number, subject, paragraphs):
    """An entry of a catalog, which knows no markup."""
    text = "\n\n".join(
        textwrap.fill(paragraph.replace("``", '"'), 76, break_on_hyphens=False)
        for paragraph in paragraphs)
    return (f"\n-- {number}\nSubject: {subject}\nDefined-By: mailguard\n"
            f"Documentation: man:mailguard(8)\n\n{text}\n")
