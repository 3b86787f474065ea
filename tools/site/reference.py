#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the reference of Doxygen's XML and of the headers of the QML types.

    reference.py <top of the tree> <doxygen's xml> <folder for the pages>   writes one page for each component, the list
                                                                           of all names and that of the QML types
    reference.py --check <top of the tree> <doxygen's xml>                 names what has no comment; 1 if there is any
"""
import collections
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

FIRST_VERSION = "0.1"
KINDS = {"define": "macro", "typedef": "type", "variable": "constant", "struct": "class", "enum": "enumeration"}


def flat(element):
    return "" if element is None else re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def inline(element):
    """The text of a paragraph as Markdown."""
    parts = [element.text or ""]
    for child in element:
        text = inline(child)
        if child.tag == "computeroutput":
            text = f"`{flat(child)}`"
        elif child.tag in ("emphasis", "bold") and text.strip():
            text = f"*{text.strip()}*" if child.tag == "emphasis" else f"**{text.strip()}**"
        elif child.tag == "ulink":
            text = f"[{text}]({child.get('url')})"
        elif child.tag in BLOCKS:
            text = ""
        parts += [text, child.tail or ""]
    return "".join(parts)


def code_text(element):
    """A code line of Doxygen's XML, whose spaces are elements."""
    result = element.text or ""
    for child in element:
        result += " " if child.tag == "sp" else code_text(child)
        result += child.tail or ""
    return result


BLOCKS = ("programlisting", "verbatim", "itemizedlist", "orderedlist", "simplesect", "parameterlist", "para")


def blocks(element):
    """The paragraphs of a description, as Markdown."""
    if element is None:
        return
    for para in element:
        if para.tag != "para":
            continue
        text = re.sub(r"[ \n]+", " ", inline(para)).strip()
        if text:
            yield text
        for child in para:
            if child.tag == "programlisting":
                yield "```cpp\n" + "\n".join(code_text(line) for line in child.iter("codeline")) + "\n```"
            elif child.tag == "verbatim":
                yield "```cpp\n" + "".join(child.itertext()).strip("\n") + "\n```"
            elif child.tag in ("itemizedlist", "orderedlist"):
                yield "\n".join("* " + " ".join(blocks(item)) for item in child.findall("listitem"))
            elif child.tag == "simplesect" and child.get("kind") != "since":
                yield " ".join(blocks(child))


def description(member):
    return "\n\n".join([*blocks(member.find("briefdescription")), *blocks(member.find("detaileddescription"))])


def since(member):
    for section in member.iter("simplesect"):
        if section.get("kind") == "since":
            return flat(section)
    return FIRST_VERSION


def template_line(member):
    templates = member.find("templateparamlist")
    if templates is None:
        return []
    params = []
    for p in templates:
        text = " ".join(x for x in (flat(p.find("type")), flat(p.find("declname"))) if x)
        params.append(text + (f" = {flat(p.find('defval'))}" if p.find("defval") is not None else ""))
    return [f"template<{', '.join(params)}>".replace("< ", "<").replace(" >", ">")]


def declaration(member):
    kind = member.get("kind")
    name = flat(member.find("name"))
    if kind == "define":
        params = [flat(p) for p in member.findall("param")]
        return f"#define {name}" + (f"({', '.join(params)})" if params else "")
    lines = template_line(member)
    if member.find("requiresclause") is not None:
        lines.append("requires " + flat(member.find("requiresclause")))
    if kind == "enum":
        values = ", ".join(flat(v.find("name")) for v in member.findall("enumvalue"))
        lines.append(f"enum class {name} {{ {values} }};" if member.get("strong") == "yes" else f"enum {name} {{ {values} }};")
    else:
        text = " ".join(x for x in (flat(member.find("type")), name) if x)
        if kind == "typedef":
            text = flat(member.find("definition"))
        text = re.sub(r"\b(nanostores::|Q_INVOKABLE |NANOSTORES_[A-Z]+_EXPORT )", "", text)
        lines.append(text + flat(member.find("argsstring")) + ";")
    return "\n".join(lines).replace("< ", "<").replace(" >", ">").replace(" &", " &")


class Name:
    """A name of the library, with all that is declared under it in one header."""

    def __init__(self, name, kind, header):
        self.name, self.kind, self.header = name, kind, header
        self.declarations, self.texts, self.members, self.since = [], [], [], FIRST_VERSION

    @property
    def component(self):
        parts = self.header.split("/")
        if parts[0] == "NanoStores":
            return "qml" + "".join(parts[1:-1]).lower() + "types"
        return parts[1] if len(parts) > 2 else parts[-1].removesuffix(".h")

    @property
    def anchor(self):
        # Atom and atom stand in one header.
        return re.sub(r"[^A-Za-z0-9]+", "-", f"{self.header.removesuffix('.h')}-{self.name}").strip("-")


def is_private(name):
    return "detail" in name.split("::") or "internal" in name.split("::") or "_PRIVATE_" in name


def public_header(member):
    location = member.find("location")
    return location.get("file") if location is not None else ""


def collect(xml):
    """All public names: of namespaces, of the preprocessor, and classes with what is public in them."""
    names = collections.OrderedDict()

    def name_of(name, kind, header):
        key = (name, header)
        if key not in names:
            names[key] = Name(name, KINDS.get(kind, kind), header)
        return names[key]

    index = ElementTree.parse(xml / "index.xml").getroot()
    for compound in index.findall("compound"):
        kind = compound.get("kind")
        if kind not in ("class", "struct", "concept", "namespace", "file"):
            continue
        tree = ElementTree.parse(xml / f"{compound.get('refid')}.xml").getroot().find("compounddef")
        full = flat(tree.find("compoundname"))
        if is_private(full) or (kind != "file" and not full.startswith("nanostores")):
            continue
        if tree.get("prot") in ("private", "protected"):
            continue
        if kind in ("namespace", "file"):
            for member in tree.iter("memberdef"):
                if (kind == "file") != (member.get("kind") == "define"):
                    continue
                name = flat(member.find("name"))
                if is_private(name) or not public_header(member) or name.endswith("_EXPORT"):
                    continue
                prefix = full.removeprefix("nanostores").removeprefix("::")
                shown = f"{prefix}::{name}" if prefix and kind == "namespace" else name
                entry = name_of(shown, member.get("kind"), public_header(member))
                entry.declarations.append(declaration(member))
                entry.texts.append(description(member))
                entry.since = since(member)
            continue
        plain = full.removeprefix("nanostores::").split("<")[0].strip()
        entry = name_of(plain, kind, public_header(tree))
        entry.texts.append(description(tree))
        entry.since = since(tree)
        bases = [re.sub(r"^nanostores::|<.*detail::.*>", "", flat(b)) for b in tree.findall("basecompoundref")
                 if not is_private(flat(b).split("<")[0]) and b.get("prot") == "public"]
        shown = full.removeprefix("nanostores::").replace("< ", "<").replace(" >", ">")
        if kind == "concept":
            entry.declarations.append(flat(tree.find("initializer")))
            continue
        bases = " : public " + ", ".join(bases).replace("< ", "<").replace(" >", ">") if bases else ""
        entry.declarations.append("\n".join([*template_line(tree), f"{kind} {shown}{bases};"]))
        for member in tree.iter("memberdef"):
            name = flat(member.find("name"))
            if member.get("prot") == "public" and not is_private(name) and member.get("kind") != "friend":
                entry.members.append((declaration(member), description(member)))
    return list(names.values())


def check(names):
    commented = {n.name.split("<")[0].strip() for n in names if any(n.texts)}
    missing = [n for n in names if n.name.split("<")[0].strip() not in commented]
    for name in missing:
        print(f"{name.header}: {name.kind} {name.name} has no comment: write /// above it", file=sys.stderr)
    print(f"{len(names)} public names, {len(missing)} without a comment")
    return 1 if missing or not names else 0


def unique(items):
    return list(dict.fromkeys(item for item in items if item))


def targets(top):
    """The CMake target of each component."""
    found = {}
    for lists in [*(top / "src/nanostores").rglob("CMakeLists.txt"), *(top / "qml/NanoStores").rglob("CMakeLists.txt")]:
        match = re.search(r"nanostores_add_(?:qml_)?module\(\s*(\w+)", lists.read_text(encoding="utf-8"))
        if match:
            parts = lists.parent.relative_to(top).parts
            key = parts[2] if parts[0] == "src" else "qml" + "".join(parts[2:]).lower() + "types"
            found[key] = f"NanoStores::{match[1]}"
    return found


def component_page(title, names):
    lines = [f"# {title}", ""]
    headers = collections.OrderedDict()
    for name in sorted(names, key=lambda n: (n.header, n.name.lower())):
        headers.setdefault(name.header, []).append(name)
    for header, inside in headers.items():
        lines += [f"## &lt;{header}&gt; {{#{re.sub('[^a-z0-9]+', '-', header)}}}", ""]
        for name in inside:
            lines += [f"### {name.name.replace('<', '&lt;')} {{#{name.anchor}}}", ""]
            lines += ["```cpp", *unique(name.declarations), "```", ""]
            for text in unique(name.texts):
                lines += [text, ""]
            documented = [(d, t) for d, t in name.members if t]
            plain = [d for d, t in name.members if not t]
            for declared, text in documented:
                lines += ["```cpp", declared, "```", "", text, ""]
            if plain:
                lines += ["```cpp", *unique(plain), "```", ""]
    return "\n".join(lines)


def index_page(names):
    lines = ["# A to Z", "", "All names of C++: what each is, the header that declares it, and the version that it came with.",
             "", "| name | what | header | since |", "|---|---|---|---|"]
    for name in sorted(names, key=lambda n: (n.name.lower(), n.header)):
        shown = name.name.replace("|", "&#124;")
        lines.append(f"| [`{shown}`]({name.component}.md#{name.anchor}) | {name.kind} | `<{name.header}>` | {name.since} |")
    return "\n".join(lines) + "\n"


# --- QML ---------------------------------------------------------------------------------------------------------------

PROPERTY = re.compile(r"Q_PROPERTY\(\s*(?P<type>.+?)\s+(?P<name>\w+)\s+(?P<rest>(?:READ|MEMBER)\b.*)\)")
CLASS = re.compile(r"^(?:class|struct)\s+(?:[A-Z_]+_EXPORT\s+)?(\w+)(?![\w:])[^;]*$")


STORE_PROPERTY = re.compile(r"NANOSTORES_(?P<what>PROPERTY|READONLY|MODEL|TABLE)\((?P<args>[^)]*)\)")


def prose(lines):
    """A comment as Markdown: what is indented by four or more is code."""
    result, code = [], []
    for line in [*lines, ""]:
        if line.startswith("    "):
            code.append(line[4:])
            continue
        if code and line == "":
            code.append("")
            continue
        if code:
            result += ["", "```qml", *"\n".join(code).strip("\n").split("\n"), "```", ""]
            code = []
        result.append(escaped(line))
    if any(code):
        result += ["", "```qml", *"\n".join(code).strip("\n").split("\n"), "```"]
    return "\n".join(result).strip()


def qml_types(header):
    """The classes of a header with what QML sees of them, by reading its lines."""
    source = header.read_text(encoding="utf-8")
    source = re.sub(r"(Q_PROPERTY\([^\n)]*)\n\s+", r"\1 ", source)
    comment, types, current, section, last = [], [], None, "", None
    lines = iter(source.split("\n"))
    for line in lines:
        text = line.strip()
        if text.startswith("///<"): # goes on with the last property
            if last is not None:
                last[3] += " " + text[4:].strip()
            continue
        if text.startswith("///"):
            comment.append(text[3:].removeprefix(" "))
            continue
        if match := CLASS.match(line): # not those inside of classes
            current = {"class": match[1], "name": None, "text": prose(comment), "properties": [], "signals": [],
                       "functions": [], "singleton": False, "creatable": True}
            types.append(current)
            section, last = "", None
        elif current is not None:
            said = " ".join(comment)
            if "///<" in text:
                text, after = text.split("///<", 1)
                said = (said + " " + after.strip()).strip()
            if text.startswith("QML_ELEMENT"):
                current["name"] = current["class"]
            elif match := re.match(r"QML_NAMED_ELEMENT\((\w+)\)", text):
                current["name"] = match[1]
            elif text.startswith("QML_SINGLETON"):
                current["singleton"] = True
            elif text.startswith("QML_UNCREATABLE"):
                current["creatable"] = False
            elif match := re.match(r"QML_FOREIGN\((?:\w+::)*(\w+)\)", text):
                current["foreign"] = match[1]
            elif match := PROPERTY.search(text):
                rest = match["rest"]
                read_only = "CONSTANT" in rest or ("WRITE" not in rest and "MEMBER" not in rest)
                last = [match["name"], match["type"], read_only, said]
                current["properties"].append(last)
            elif match := STORE_PROPERTY.match(text):
                args = [a.strip() for a in match["args"].split(",")]
                is_model = match["what"] in ("MODEL", "TABLE")
                last = [args[0] if is_model else args[1], "StoreModel" if is_model else args[0],
                        match["what"] != "PROPERTY", said]
                current["properties"].append(last)
            elif text.startswith(("Q_SIGNALS:", "public:", "protected:", "private:", "public Q_SLOTS:")):
                section = text.strip()
            elif text.startswith("Q_INVOKABLE") or (section == "Q_SIGNALS:" and text.startswith("void ")):
                while ")" not in text:
                    text += " " + next(lines).strip()
                declared = re.sub(r"\s*(\{.*|;.*)$", "", text.removeprefix("Q_INVOKABLE ")).strip().removesuffix(" const")
                kind = "signals" if section == "Q_SIGNALS:" else "functions"
                last = [declared, "", False, said]
                current[kind].append(last)
        if text:
            comment = []
    return types


def qml_file(file):
    """The same of a type that is written in QML."""
    source = file.read_text(encoding="utf-8")
    # What Qt's own tool reads, /*! ... */, is read as lines of ///.
    source = re.sub(r"/\*!(.*?)\*/",
                    lambda m: "\n".join("///" + l.removeprefix("   ") for l in m[1].strip("\n").split("\n")), source,
                    flags=re.S)
    found = {"name": file.stem, "text": "", "properties": [], "signals": [], "functions": [], "singleton": False,
             "creatable": True}
    comment, depth = [], 0
    for line in source.split("\n"):
        text = line.strip()
        if text.startswith("///"):
            comment.append(text[3:].removeprefix(" "))
            continue
        said = " ".join(c.strip() for c in comment)
        if depth == 0 and text.endswith("{"):
            found["text"] = prose(comment)
        elif depth == 1 and (m := re.match(r"(?:required |default )*(readonly )?property (\S+) (\w+)", text)):
            if not m[3].startswith("_"):
                found["properties"].append([m[3], m[2], bool(m[1]), said])
        elif depth == 1 and (m := re.match(r"(signal|function) (\w[^{]*)", text)) and not m[2].startswith("_"):
            found["signals" if m[1] == "signal" else "functions"].append([m[2].strip(), "", False, said])
        depth += text.count("{") - text.count("}")
        if text:
            comment = []
    return found


def qml_page(top):
    """The page, and a message for each type without a comment."""
    classes = {t["class"]: t for header in (top / "src/nanostores").rglob("*.h") for t in qml_types(header)}
    lines = ["# QML types", "", "The types of each module with their own properties, functions and signals. A type also has what "
             "its base has. Properties in *italics* are read-only.", ""]
    modules = collections.OrderedDict()
    for header in sorted((top / "qml/NanoStores").rglob("*.h")):
        if "detail" in header.parts:
            continue
        for found in filter(lambda t: t["name"], qml_types(header)):
            if base := classes.get(found.get("foreign")):
                found = base | {"name": found["name"], "creatable": found["creatable"], "singleton": found["singleton"],
                                "text": base["text"] or found["text"]}
            modules.setdefault(".".join(header.relative_to(top / "qml").parts[:-1]), []).append(found)
    for file in sorted((top / "qml/NanoStores").rglob("*.qml")):
        found = qml_file(file)
        modules.setdefault(".".join(file.relative_to(top / "qml").parts[:-1]), []).append(found)
    missing = []
    for module, types in modules.items():
        lines += [f"## import {module}", ""]
        for t in sorted(types, key=lambda found: found["name"]):
            if not t["text"]:
                missing.append(f"{module}: the QML type {t['name']} has no comment: write /// above its class")
            lines += [f"### {t['name']}", ""]
            what = "A singleton. " if t["singleton"] else "" if t["creatable"] else "Not created in QML. "
            lines += [what + t["text"], ""]
            if t["properties"]:
                lines += ["| property | type | |", "|---|---|---|"]
                for name, kind, read_only, text in t["properties"]:
                    shown = f"*`{name}`*" if read_only else f"`{name}`"
                    lines.append(f"| {shown} | `{kind}` | {cell(text)} |")
                lines.append("")
            for title in ("functions", "signals"):
                listed = [(d, text) for d, _, _, text in t[title] if not re.match(r"void \w+Changed\(\)$", d)]
                if listed:
                    lines += [f"| {title[:-1]} | |", "|---|---|"]
                    lines += [f"| `{d}` | {cell(text)} |" for d, text in listed]
                    lines.append("")
    return "\n".join(lines), missing


def escaped(text):
    return re.sub(r"(`[^`]*`)|<", lambda m: m[1] or "&lt;", text)


def cell(text):
    return escaped(text).replace("|", "&#124;")


def main():
    args = sys.argv[1:]
    only_check = args[:1] == ["--check"]
    if only_check:
        args = args[1:]
    if len(args) != (2 if only_check else 3):
        print(__doc__, file=sys.stderr)
        return 2
    top, xml = pathlib.Path(args[0]), pathlib.Path(args[1])
    names = collect(xml)
    qml, missing = qml_page(top)
    if only_check:
        print("\n".join(missing), file=sys.stderr) if missing else None
        return check(names) or (1 if missing else 0)
    target = pathlib.Path(args[2])
    target.mkdir(parents=True, exist_ok=True)
    components = collections.OrderedDict()
    for name in names:
        components.setdefault(name.component, []).append(name)
    titles = targets(top)
    for component, inside in sorted(components.items()):
        page = component_page(titles.get(component, component), inside)
        (target / f"{component}.md").write_text(page, encoding="utf-8")
    (target / "index.md").write_text(index_page(names), encoding="utf-8")
    (target / "qml.md").write_text(qml, encoding="utf-8")
    print(f"{len(names)} names in {len(components)} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
