#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Validates a netlink specification against the kernel's schema of its protocol.

    spec.py SPEC SCHEMA_DIR
"""

import os
import sys

import jsonschema
import yaml


def load(path):
    """A file in YAML."""
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def main():
    """One line for each error."""
    spec = load(sys.argv[1])
    schema = load(os.path.join(sys.argv[2],
                               spec.get("protocol", "genetlink") + ".yaml"))
    jsonschema.Draft7Validator.check_schema(schema)
    errors = list(jsonschema.Draft7Validator(schema).iter_errors(spec))
    for error in errors:
        print("/".join(map(str, error.absolute_path)) + ": " + error.message)
    sys.exit(bool(errors))


main()
