"""Prints the targets of a Ninja build that compile each of some public headers on its own.

    git ls-files '*.h' | python3 .ci/header-targets.py <names of changed headers> <targets of the build>

Those of the changed headers, and of the headers that include one: they may lean on what it includes itself. The first
argument is a file with their paths; the second one what "ninja -t targets all" prints.
"""

import re
import sys

MARK = "_verify_interface_header_sets/"


def name_of(path):
    """As it is included."""
    return re.sub(r"^(src|qml)/", "", path)


with open(sys.argv[1]) as lines:
    changed = {name_of(line.strip()) for line in lines}
wanted = set(changed)
for path in sys.stdin.read().split():
    with open(path, encoding="utf-8") as header:
        if changed.intersection(re.findall(r'^#include [<"]([^>"]+)[>"]', header.read(), re.M)):
            wanted.add(name_of(path))
with open(sys.argv[2]) as targets:
    for line in targets:
        target = line.split(":")[0]
        parts = target.rsplit(MARK, 1)
        if len(parts) == 2 and parts[1].removesuffix(".cxx.o") in wanted:
            print(target)
