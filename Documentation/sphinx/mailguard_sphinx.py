# SPDX-License-Identifier: GPL-2.0
"""
What our pages need of Sphinx: directives for statements, counters and presets,
colours for the language and for nft, and links to RFCs, to statements, to counters and
to our own man pages.
"""

import os
import re
import textwrap
from urllib.parse import urlsplit

from docutils import nodes
from docutils.statemachine import StringList
from pygments import token
from pygments.lexer import RegexLexer, words
from sphinx import addnodes
from sphinx.domains.std import GenericObject
from sphinx.util import logging

LOG = logging.getLogger(__name__)
RFC = re.compile(r"RFC (\d+)(?:, (?:section|appendix) ([A-Z\d][\d.]*\d|[A-Z\d]))?")
RFCS = "https://www.rfc-editor.org/rfc/"


class RulesLexer(RegexLexer):
    """What the language of mailguard and that of nft have in common."""
    keywords = ()
    tokens = {"root": [
        (r"#.*", token.Comment),
        (r'"(\\.|[^"\\])*"', token.String),
        (r"[$@][\w-]+", token.Name.Variable),
        (r"0x[0-9a-f]+|\b[0-9a-f]*[.:][0-9a-f.:]+(/\d+)?|\b\d[\w-]*", token.Number),
        (r"[{}();,=!<>&|]+", token.Punctuation),
        (r"\\\n", token.Text),
        (r"[\w.-]+", token.Name),
        (r"\s+|.", token.Text),
    ]}


class MailguardLexer(RulesLexer):
    """The language that "mailguard -f" reads."""
    name = "mailguard"
    tokens = {"root": [
        (words(("add", "clear", "define", "delete", "fixup", "include", "list",
                "mailhost", "no", "policy", "preset", "protocol", "show", "smtp",
                "write"), r"\b(?![-.])", r"(?<![-\w])"), token.Keyword),
    ] + RulesLexer.tokens["root"]}


class NftLexer(RulesLexer):
    """Rulesets of nft."""
    name = "nft"
    tokens = {"root": [
        (words(("accept", "chain", "counter", "drop", "flush", "goto", "jump", "map",
                "reject", "ruleset", "set", "table", "type"), r"\b(?![-.])",
               r"(?<![-\w])"), token.Keyword),
    ] + RulesLexer.tokens["root"]}


class ConsoleLexer(RegexLexer):
    """
    Commands, each behind a prompt in the first column, and what they print. A "#"
    within the output is no prompt, as it is for the lexer of Pygments.
    """
    name = "console"
    tokens = {
        "root": [
            (r"^[$#] ", token.Generic.Prompt, "command"),
            (r".*\n", token.Generic.Output),
        ],
        "command": [
            (r"\\\n", token.Text),
            (r"\n", token.Text, "#pop"),
            (r"'[^']*'|\"[^\"]*\"", token.String),
            (r"[^\\\n'\"]+|.", token.Text),
        ],
    }


def statement_signature(_env, sig, signode):
    """
    A statement as people write it: <what stands for something> is emphasised.
    Returns its first words, by which :statement:`words` refers to it.
    """
    name = re.match(r"(?:[a-z0-9-]+(?: (?!\|)|$))+(?!\|)", sig + " ")
    signode.clear()
    for part in re.split(r"(<[a-z-]+>)", sig):
        if part.startswith("<"):
            signode += nodes.emphasis("", part[1:-1])
        elif part:
            signode += addnodes.desc_name(part, part)
    found = name[0].strip() if name else sig
    if sig[len(found):].lstrip().startswith("|"):
        found = found.rpartition(" ")[0]
    return found


def escaped(text):
    """Plain text, for reStructuredText."""
    return re.sub(r"([\\*`|_])", r"\\\1", text)


def preset_paragraph(text):
    """A paragraph of the head of a preset, as reStructuredText."""
    title, _, rest = text.partition("\n")
    if not title.endswith(":"):
        if not text.startswith("Product: "):
            return escaped(text)
        return re.sub(r"^(?!:)", "   ", re.sub(r"^(Product|Versions): ", r":\1: ",
                                               escaped(text), flags=re.M), flags=re.M)
    if rest.startswith("  - "):
        return f"{title}\n\n" + escaped(rest)
    # What has columns stays as it is; others are sources, one a line.
    if re.search(r"\S\t", rest):
        return f"{title}\n\n::\n\n" + textwrap.indent(rest.expandtabs(8), " ")
    return f"{title}\n\n" + re.sub(r"^\s+", "| ", escaped(rest), flags=re.M)


class Preset(GenericObject):
    """
    .. preset:: NAME

    describes a preset: what is written below, then the head of its file, and its
    policy.
    """
    indextemplate = "pair: %s; preset"

    def run(self):
        name = self.arguments[0]
        path = os.path.join(self.env.srcdir, "../presets", name)
        self.env.note_dependency(path)
        with open(path, encoding="ascii") as file:
            head, policy, rest = file.read().partition("\npolicy ")
        head = re.sub(r"^# ?", "", head, flags=re.M).partition("\n\n")[2]
        # The first paragraph is the line that "list presets" prints.
        text = "\n\n".join(map(preset_paragraph, head.strip().split("\n\n")[1:]))
        text += ("\n\n.. code-block:: mailguard\n\n" +
                 textwrap.indent(policy[1:] + rest, "   "))
        self.content += StringList([""] + text.splitlines(), path)
        return super().run()


def link_rfcs(doctree):
    """Makes a link of each RFC."""
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, (nodes.paragraph, nodes.line)):
            continue
        parts, end = [], 0
        for match in RFC.finditer(text):
            where = f"{RFCS}rfc{match[1]}"
            if match[2]:
                kind = "section" if match[2][0].isdigit() else "appendix"
                where += f"#{kind}-{match[2]}"
            parts += [nodes.Text(text[end:match.start()]),
                      nodes.reference("", match[0], refuri=where)]
            end = match.end()
        if parts:
            text.parent.replace(text, parts + [nodes.Text(text[end:])])


def link_man_pages(app, doctree):
    """Makes a link of each man page of our own."""
    pages = {f"{name}({section})": doc
             for doc, name, _, _, section in app.config.man_pages}
    for node in list(doctree.findall(addnodes.manpage)):
        doc = pages.get(node.astext())
        if doc:
            xref = addnodes.pending_xref(
                "", refdomain="std", reftype="doc", reftarget="/" + doc,
                refdoc=app.env.docname, refexplicit=True, refwarn=True)
            node.replace_self(xref)
            xref += node


def named(text, objects):
    """The object that a literal names: a statement, perhaps with more, or a counter."""
    words = text.split()
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        if ("statement", name) in objects and (len(words) > 1 or "-" in name):
            return objects["statement", name]
    return objects.get(("counter", text)) if "-" in text else None


def link_names(app, doctree, docname):
    """
    Makes a link of each literal that is the name of a statement or of a counter. A
    single word, such as a verb, may be something else.
    """
    if app.builder.format != "html":
        return
    objects = app.env.get_domain("std").objects
    for node in list(doctree.findall(nodes.literal)):
        place = named(node.astext(), objects)
        if place and not isinstance(node.parent, nodes.reference):
            uri = app.builder.get_relative_uri(docname, place[0]) + "#" + place[1]
            reference = nodes.reference("", "", internal=True, refuri=uri)
            node.replace_self(reference)
            reference += node


def check_links(doctree):
    """Warns of a link out of these pages that no browser understands."""
    for node in doctree.findall(nodes.reference):
        where = urlsplit(node.get("refuri", ""))
        if where.scheme and not (where.scheme in ("http", "https") and
                                 "." in where.netloc and
                                 not re.search(r"[\s<>]", node["refuri"])):
            LOG.warning("no link: %s", node["refuri"], location=node)


def doctree_read(app, doctree):
    """Whenever Sphinx has read a page."""
    check_links(doctree)
    link_rfcs(doctree)
    link_man_pages(app, doctree)


def setup(app):
    """Sphinx calls this."""
    app.add_object_type("statement", "statement", "pair: %s; statement",
                        statement_signature)
    app.add_object_type("preset", "preset")
    app.add_directive_to_domain("std", "preset", Preset, override=True)
    app.add_object_type("counter", "counter", "pair: %s; counter")
    app.add_lexer("mailguard", MailguardLexer)
    app.add_lexer("nft", NftLexer)
    app.add_lexer("console", ConsoleLexer)
    app.connect("doctree-read", doctree_read)
    app.connect("doctree-resolved", link_names)
    # When this file changes, all pages are read again.
    return {"env_version": int(os.path.getmtime(__file__)),
            "parallel_read_safe": True, "parallel_write_safe": True}
