#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lays out the pages of the tree for mkdocs, and runs it.

    build.py <top of the tree> <folder>   needs <folder>/doxygen/xml; makes <folder>/site/<version>/

The pages keep their places, so that the links between them hold. Their order is that of the tables in docs/index.md. A
file or folder of the tree that a page links to becomes a page that shows it.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import reference

LANGUAGES = {".h": "cpp", ".cpp": "cpp", ".qml": "qml", ".mjs": "js", ".js": "js", ".json": "json", ".cmake": "cmake",
             ".py": "python", ".sh": "sh", ".txt": "cmake"}
TOP_PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
LINK = re.compile(r"(?<!\!)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)")


class Site:
    def __init__(self, top, out):
        self.top, self.out = top, out
        self.pages = out / "pages"
        self.made = set()

    def rewritten(self, source, text):
        """Links to folders and to files that are no pages lead to pages that show them."""
        def target(match):
            path = (source.parent / match[1]).resolve()
            try:
                inside = path.relative_to(self.top)
            except ValueError:
                return match[0]
            if path.suffix in (".md", ".png", ".svg") and path.is_file():
                if path.suffix == ".md":
                    self.page(inside)
                else:
                    self.copy(inside)
                return match[0]
            if not path.exists():
                return match[0]
            self.show(inside)
            shown = inside / "README.md" if path.is_dir() else inside.with_name(inside.name + ".md")
            return f"]({os.path.relpath(self.top / shown, source.parent)}{match[2] or ''})"
        lines, fenced = [], False
        for line in text.split("\n"):
            fenced ^= line.lstrip().startswith("```")
            lines.append(line if fenced else LINK.sub(target, line))
        return "\n".join(lines)

    def write(self, inside, text):
        target = self.pages / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def copy(self, inside):
        target = self.pages / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.top / inside, target)

    def page(self, inside):
        if inside in self.made:
            return
        self.made.add(inside)
        source = self.top / inside
        text = source.read_text(encoding="utf-8")
        text = re.sub(r"<!-- compile: hidden.*?-->\n", "", text, flags=re.S)
        text = re.sub(r"<!-- compile:.*?-->\n", "", text)
        for image in re.findall(r"(?:src=\"|!\[[^\]]*\]\()((?!https?:)[^\")]+)", text):
            self.copy((source.parent / image).resolve().relative_to(self.top))
        if inside == pathlib.Path("README.md"):
            text = "---\nhide:\n  - navigation\n---\n" + text # the only page of its tab: the text has the room
        self.write(inside, self.rewritten(source, text))

    def show(self, inside):
        """A page for a file, or for a folder with all its files."""
        if inside in self.made:
            return
        self.made.add(inside)
        path = self.top / inside
        if path.is_file():
            self.write(inside.with_name(inside.name + ".md"), f"# {inside}\n\n{self.block(path)}")
            return
        listed = subprocess.run(["git", "-C", str(self.top), "ls-files", "--", str(inside)], capture_output=True, text=True,
                                check=True).stdout.split()
        files = [pathlib.Path(f) for f in listed]
        readme = inside / "README.md"
        lines = []
        if (self.top / readme).is_file():
            self.page(readme)
            lines = [(self.pages / readme).read_text(encoding="utf-8"), "", "## Files", ""]
        else:
            lines = [f"# {inside}", ""]
        texts = [f for f in files if f.suffix in LANGUAGES]
        if len(texts) > 12: # the list is enough
            lines += [f"* `{f.relative_to(inside)}`" for f in texts]
        else:
            for f in texts:
                lines += [f"## {f.relative_to(inside)}", "", self.block(self.top / f)]
        self.write(readme, "\n".join(lines) + "\n")

    def block(self, path):
        text = path.read_text(encoding="utf-8").removeprefix("// SPDX-License-Identifier: MIT\n").lstrip("\n")
        return f"```{LANGUAGES.get(path.suffix, '')}\n{text}```\n"

    def order(self):
        """The sections of the tables in docs/index.md with their pages."""
        sections, seen = [], set()
        for line in (self.top / "docs/index.md").read_text(encoding="utf-8").split("\n"):
            match = re.match(r"\| ([^|]+) \| (.*\]\(\w[\w-]*\.md\).*) \|$", line)
            if match:
                found = [(title, name) for title, name in re.findall(r"\[([^\]]+)\]\(([\w-]+\.md)\)", match[2])
                         if name not in seen]
                seen.update(name for _, name in found)
                sections.append((match[1].strip(), found))
        missing = sorted({p.name for p in (self.top / "docs").glob("*.md")} - seen - {"index.md"})
        if missing:
            sys.exit("docs/index.md does not list " + ", ".join(missing))
        return sections


def main():
    top, out = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    site = Site(top, out)
    version = re.search(r"project\(\w+ VERSION (\d+\.\d+)", (top / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
    nav = [{"Home": "README.md"}]
    site.page(pathlib.Path("README.md"))
    site.page(pathlib.Path("docs/index.md"))
    guide = [{"Overview": "docs/index.md"}]
    for section, pages in site.order():
        for _, name in pages:
            site.page(pathlib.Path("docs") / name)
        nav_pages = [{title: f"docs/{name}"} for title, name in pages]
        if nav_pages:
            guide.append({section[0].upper() + section[1:]: nav_pages})
    nav.append({"Guide": guide})
    for name in TOP_PAGES:
        site.page(pathlib.Path(name))

    sys.argv[1:] = [str(top), str(out / "doxygen/xml"), str(out / "pages/reference")]
    if reference.main() != 0:
        sys.exit(1)
    components = sorted((p for p in (out / "pages/reference").glob("*.md") if p.name not in ("index.md", "qml.md")),
                        key=lambda p: p.read_text(encoding="utf-8").split("\n", 1)[0])
    nav.append({"Reference": [{"A to Z": "reference/index.md"}, {"QML types": "reference/qml.md"},
                              *(f"reference/{p.name}" for p in components)]})
    nav.append({"Project": [{"Change log": "CHANGELOG.md"}, {"Contributing": "CONTRIBUTING.md"}, {"Security": "SECURITY.md"}]})

    shutil.copyfile(top / "tools/site/extra.css", out / "pages/extra.css")
    config = (top / "tools/site/mkdocs.yml").read_text(encoding="utf-8")
    config += f"docs_dir: {json.dumps(str(out / 'pages'))}\nsite_dir: {json.dumps(str(out / 'site' / version))}\n"
    config += "nav: " + json.dumps(nav) + "\n" # JSON is YAML
    (out / "mkdocs.yml").write_text(config, encoding="utf-8")
    subprocess.run(["mkdocs", "build", "--clean", "--strict", "--quiet", "-f", str(out / "mkdocs.yml")], check=True)

    versions = sorted((p.name for p in (out / "site").iterdir() if (p / "index.html").is_file()),
                      key=lambda v: [int(n) for n in v.split(".")], reverse=True)
    (out / "site/versions.json").write_text(json.dumps([{"version": v, "title": v, "aliases": []} for v in versions]),
                                            encoding="utf-8")
    (out / "site/index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={versions[0]}/">'
        f'<title>Nano Stores for Qt</title><a href="{versions[0]}/">Nano Stores for Qt</a>\n', encoding="utf-8")


main()
