#!/usr/bin/env python3
"""What clang-format does not check: that a source names its licence, that comments and pages keep to 120 characters and
test files to 600 lines, and that the README has each library and each option of CMake."""
import re
import subprocess
import sys

WIDTH = 120
TEST_LINES = 600
LICENCE = "SPDX-License-Identifier: MIT"


def files(*patterns):
    return subprocess.run(["git", "ls-files", "--", *patterns], capture_output=True, text=True, check=True).stdout.split()


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().split("\n")


def long_comments(path, mark):
    for number, line in enumerate(lines(path), 1):
        if len(line) > WIDTH and re.match(mark, line.lstrip()):
            yield f"{path}:{number}: a comment of {len(line)} characters; {WIDTH} fit"


def long_prose(path):
    """Tables and links may be longer, and so may what stands between ``` and ```."""
    fenced = False
    for number, line in enumerate(lines(path), 1):
        text = line.lstrip()
        fenced ^= text.startswith("```")
        if len(line) > WIDTH and not fenced and text[:1] not in ("|", "[", "<", "!"):
            yield f"{path}:{number}: a line of {len(line)} characters; {WIDTH} fit"


def unknown_libraries():
    """What a CMakeLists.txt declares, and the README's table has not."""
    readme = "\n".join(lines("README.md"))
    for path in files("src/*CMakeLists.txt", "qml/*CMakeLists.txt"):
        for name in re.findall(r"^\s*nanostores_add_(?:qml_)?module\((\w+)", "\n".join(lines(path)), re.MULTILINE):
            if f"| `NanoStores::{name}` |" not in readme:
                yield f"{path}:1: NanoStores::{name} has no row in the README's table of targets"


def unknown_options():
    """Options of the library, but for the switches of layers, which go by the names of their targets."""
    pages = "\n".join(lines("README.md"))
    for number, line in enumerate(lines("CMakeLists.txt"), 1):
        option = re.match(r"\s*(?:option\(|set\((?=.* CACHE ))(NANOSTORES_\w+)", line)
        if option and f"`{option[1]}`" not in pages:
            yield f"CMakeLists.txt:{number}: {option[1]} has no row in the README's table of options"


def main():
    found = [*unknown_libraries(), *unknown_options()]
    for path in files("*.h", "*.cpp", "*.mjs"):
        if LICENCE not in lines(path)[0]:
            found.append(f"{path}:1: the first line is not // {LICENCE}")
    for path in files("*.h", "*.cpp", "*.mjs", "*.qml"):
        found += long_comments(path, "//")
    for path in files("*.cmake", "*CMakeLists.txt", "*.sh", ".ci/run"):
        found += long_comments(path, "#")
    for path in files("tests/*.cpp", "tests/*.h", "tests/*.mjs", "tests/*.qml"):
        count = len(lines(path)) - 1
        if count > TEST_LINES:
            found.append(f"{path}:1: {count} lines; divide it by function, a test file has at most {TEST_LINES}")
    for path in files("*.md"):
        found += long_prose(path)
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


sys.exit(main())
