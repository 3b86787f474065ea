# Shows stores and dictionaries by their values in gdb:
#
#   (gdb) source <prefix>/share/NanoStores/gdb/nanostores.py
#   (gdb) print count
#   $1 = store shop::count = {value = 5}
#   (gdb) nanostores stores             all stores of the thread
#   (gdb) nanostores why shop::label    what set off its last change; needs NanoStores::Inspect and a Trace
#   (gdb) nanostores graph              what depends on what, for Graphviz
#
# A store without a name is called by the variable that is printed, or by that in which the function of a computed store
# was written. Printing reads memory only; the commands call functions of the program. For libstdc++.
import re

import gdb
import gdb.printing


def members_of_optional(optional):
    """The value of a std::optional, or None."""
    payload = optional["_M_payload"]
    return payload["_M_payload"]["_M_value"] if payload["_M_engaged"] else None


def symbol_at(address):
    """What the linker calls what is at the address; empty, if that is not known."""
    try:
        text = gdb.execute("info symbol %d" % address, to_string=True)
    except gdb.error:
        return ""
    return "" if text.startswith("No symbol") else text.split(" in section ")[0].strip()


def name_around(text, at):
    """The qualified name around a place in a type, within the brackets that it stands in."""
    depth = 0
    begin = at
    while begin > 0:
        char = text[begin - 1]
        if char in ")>}]":
            depth += 1
        elif char in "(<{[":
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and (char == "," or (char == " " and not text.startswith("const", begin))):
            break
        begin -= 1
    return text[begin:at]


def name_in_type(text):
    """Where the closure in the type of a node was written, without what templates and functions take."""
    for closure in re.finditer(r"::(?:\{lambda|\$_\d)", text):
        name = name_around(text, closure.start())
        if not name.startswith(("nanostores::", "std::")):
            name = name.replace("(anonymous namespace)::", "")
            for brackets in (r"<[^<>]*>", r"\{[^{}]*\}"):
                while re.search(brackets, name):
                    name = re.sub(brackets, "", name)
            return re.sub(r"\([^()]+\)( const)?", "()", name)
    return ""


def found_name(handle, node):
    """The variable that the handle is, or the one in which the store's function was written."""
    try:
        pointer = gdb.lookup_type("void").pointer()
        table = int(gdb.Value(int(node)).cast(pointer.pointer()).dereference())
        name = name_in_type(symbol_at(table))
        if not name and handle.address is not None:
            name = symbol_at(int(handle.address))
        return "" if name.startswith("vtable for ") or "+" in name else name
    except (gdb.error, ValueError):
        return ""


def name_of(node):
    """The name that was given to the store; empty, too, if the library was built without debug information."""
    try:
        aux = int(node["aux"])
        if aux == 0 or aux & 1:
            return ""
        extra = gdb.Value(aux).cast(gdb.lookup_type("nanostores::detail::Extra").pointer())
        return extra["name"].format_string().strip('"')
    except gdb.error:
        return ""


class StorePrinter:
    """Any handle: Atom, Map, Record, Computed, Signal and what derives from Store."""

    def __init__(self, handle):
        self.handle = handle
        self.node = handle["m_node"]["m_node"]

    def to_string(self):
        if int(self.node) == 0:
            return "moved-from store"
        name = name_of(self.node)
        if name:
            return 'store "%s"' % name
        name = found_name(self.handle, self.node)
        return "store " + name if name else "store"

    def children(self):
        if int(self.node) != 0:
            yield "value", self.node["value"]


class DictionaryPrinter:
    """The entries in order."""

    def __init__(self, dictionary):
        self.data = dictionary["m_data"]

    def to_string(self):
        return "Dictionary of %d" % (int(self.data["count"]) if int(self.data) else 0)

    def children(self):
        if int(self.data) == 0:
            return
        rows = self.data["rows"]["_M_impl"]
        slot = rows["_M_start"]
        number = 0
        while slot != rows["_M_finish"]:
            entry = members_of_optional(slot["entry"])
            if entry is not None:
                yield "key %d" % number, entry["first"]
                yield "value %d" % number, entry["second"]
                number += 1
            slot += 1

    def display_hint(self):
        return "map"


class Printers(gdb.printing.PrettyPrinter):
    def __call__(self, value):
        plain = value.type.strip_typedefs().unqualified()
        if plain.code != gdb.TYPE_CODE_STRUCT or not (plain.tag or "").startswith("nanostores::"):
            return None
        if plain.tag.startswith("nanostores::Dictionary<"):
            return DictionaryPrinter(value)
        base = plain
        while base.fields() and base.fields()[0].is_base_class:
            base = base.fields()[0].type.strip_typedefs()
        if (base.tag or "").startswith("nanostores::Store<"):
            return StorePrinter(value.cast(base))
        return None


def node_of(handle):
    """The node of a store, or of the effect that a Subscription keeps going; None of anything else."""
    base = handle.type.strip_typedefs().unqualified()
    if base.code == gdb.TYPE_CODE_STRUCT and base.tag == "nanostores::Subscription":
        return handle["m_effect"]
    while base.code == gdb.TYPE_CODE_STRUCT and base.fields() and base.fields()[0].is_base_class:
        base = base.fields()[0].type.strip_typedefs()
    if base.code == gdb.TYPE_CODE_STRUCT and (base.tag or "").startswith("nanostores::Store<"):
        return handle.cast(base)["m_node"]["m_node"]
    return None


class NanostoresCommand(gdb.Command):
    """What the stores of the current thread hold, and why: nanostores stores | why STORE | graph."""

    USES = "nanostores stores | nanostores why STORE | nanostores graph"
    CALLS = {"stores": "nanostores_dump", "why": "nanostores_why", "graph": "nanostores_graph"}

    def __init__(self):
        super().__init__("nanostores", gdb.COMMAND_DATA)

    def complete(self, text, word):
        return [command for command in self.CALLS if command.startswith(text)]

    def invoke(self, argument, from_tty):
        command, _, expression = argument.strip().partition(" ")
        if command not in self.CALLS or (command == "why") != bool(expression.strip()):
            raise gdb.GdbError("usage: " + self.USES)
        given = ""
        if expression:
            node = node_of(gdb.parse_and_eval(expression))
            if node is None or int(node) == 0:
                raise gdb.GdbError("%s is no store, and no Subscription of an effect" % expression)
            given = "(void *) %d" % int(node)
        function = self.CALLS[command]
        try:
            gdb.parse_and_eval("(void *) %s" % function)
        except gdb.error:
            raise gdb.GdbError("the program has no %s(): link NanoStores::Inspect" % function)
        gdb.execute("call ((void (*)(%s)) %s)(%s)" % ("void *" if given else "", function, given))


NanostoresCommand()
gdb.printing.register_pretty_printer(gdb.current_objfile(), Printers("nanostores"), replace=True)
