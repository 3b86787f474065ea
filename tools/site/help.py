#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Gives the keywords of Doxygen's index.qhp the names that an editor looks up: nanostores::atom, nanostores::Atom::set.

    help.py <index.qhp>
"""
import pathlib
import re
import sys

KEYWORD = re.compile(r'<keyword name="([^"]*)" id="([^"]*)" ref="([^"]*)"/>')


def main():
    path = pathlib.Path(sys.argv[1])
    source = path.read_text(encoding="utf-8")
    seen = set()

    def named(match):
        shown, identifier, ref = match.groups()
        identifier = re.sub(r"_[0-9a-f]*$", "", identifier)
        # Members that a class has from a base are listed for each base, Store< detail::SignalNode< T > >.
        if identifier in seen or re.match(r"(\w+::)*\w+&lt;", identifier) or "detail::" in identifier:
            return ""
        seen.add(identifier)
        name = identifier.rsplit("::", 1)[-1] if "operator" not in identifier else shown.split("(", 1)[0]
        return f'<keyword name="{name}" id="{identifier}" ref="{ref}"/>'

    source = KEYWORD.sub(named, source)
    macros = dict(re.findall(r'<section title="(NANOSTORES_\w+)" ref="([^"]*)"/>', source)) # which Doxygen leaves out
    macros = {name: ref for name, ref in macros.items() if "_PRIVATE_" not in name}
    seen.update(macros)
    source = source.replace("</keywords>", "".join(f'<keyword name="{name}" id="{name}" ref="{ref}"/>\n'
                                                   for name, ref in macros.items()) + "</keywords>", 1)
    path.write_text(source, encoding="utf-8")
    missing = {"nanostores::Atom", "nanostores::atom", "nanostores::Atom::set", "NANOSTORES_PROPERTY"} - seen
    if missing:
        sys.exit("the help file has no keyword " + ", ".join(sorted(missing)))
    print(f"{len(seen)} keywords")


main()
