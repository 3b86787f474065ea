# Shows stores and dictionaries by their values in gdb:
#
#   (gdb) source <prefix>/share/NanoStores/gdb/nanostores.py
#   (gdb) print count
#   $1 = store "count" = {value = 5}
#
# Reads memory only: no function of the program is called. For libstdc++.
import gdb
import gdb.printing


def members_of_optional(optional):
    """The value of a std::optional, or None."""
    payload = optional["_M_payload"]
    return payload["_M_payload"]["_M_value"] if payload["_M_engaged"] else None


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
        self.node = handle["m_node"]["m_node"]

    def to_string(self):
        if int(self.node) == 0:
            return "moved-from store"
        name = name_of(self.node)
        return 'store "%s"' % name if name else "store"

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


gdb.printing.register_pretty_printer(gdb.current_objfile(), Printers("nanostores"), replace=True)
