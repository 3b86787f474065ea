"""Prints the files of a compile_commands.json that check the changed files named on standard input.

A changed source is itself; a changed public header is the file that CMake writes to compile that header on its own.
"""

import json
import os
import sys

compiled = {entry["file"] for entry in json.load(open(sys.argv[1]))}
for changed in sys.stdin.read().split():
    if os.path.abspath(changed) in compiled:
        print(os.path.abspath(changed))
    elif changed.startswith("src/nanostores/") and changed.endswith(".h"):
        alone = changed.removeprefix("src/") + ".cxx"
        for file in compiled:
            if "_verify_interface_header_sets/" + alone in file:
                print(file)
