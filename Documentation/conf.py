# SPDX-License-Identifier: GPL-2.0
"""Settings of Sphinx for "make docs": the HTML pages and the man pages."""

import os
import re
import sys

sys.path.insert(0, os.path.abspath("sphinx"))

with open("../kmod/version.h", encoding="ascii") as file:
    release = version = re.search(r'MAILGUARD_VERSION "(.*)"', file.read())[1]

project = "mailguard"
author = "nf_conntrack_smtp maintainers"
copyright = author
extensions = ["sphinx.ext.graphviz", "mailguard_sphinx"]
exclude_patterns = ["man/*_gen.rst"]
highlight_language = "none"
nitpicky = True
smartquotes = False

html_title = f"mailguard {version}"
html_theme = "alabaster"
html_theme_options = {
    "description": "Guard mail servers behind a Linux gateway",
    "page_width": "1160px",
    "sidebar_width": "250px",
    "code_font_size": "0.85em",
    "fixed_sidebar": True,
    "show_relbar_bottom": True,
}
html_static_path = ["sphinx/static"]
html_sidebars = {"**": ["about.html", "searchbox.html", "navigation.html",
                        "localtoc.html"]}
html_copy_source = False
graphviz_output_format = "svg"

man_pages = [
    ("man/mailguard", "mailguard", "guard mail servers behind a gateway",
     "", 8),
    ("man/mailguard.conf", "mailguard.conf", "the language of mailguard", "", 5),
    ("man/mailguard-presets", "mailguard-presets", "policies that mailguard ships",
     "", 7),
    ("man/nf_conntrack_smtp", "nf_conntrack_smtp",
     "conntrack helper that guards mail servers", "", 4),
]
