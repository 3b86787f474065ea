// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/export.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nanostores {

/// A value of a store as a log holds it: taken apart, cut at the limits of the logger, and with what was redacted left
/// out.
class NANOSTORES_LOGGER_EXPORT LogValue
{
public:
    enum class Kind : std::uint8_t {
        Absent, ///< There is no such part, as of a key that was added or removed.
        None, ///< An empty optional, null, or a computed store that has not run.
        Bool,
        Integer,
        Unsigned, ///< Of an unsigned type.
        Float,
        Text,
        List,
        Map, ///< items: keys and values in turn.
        Struct, ///< names and items.
        Opaque, ///< Of a type that is not known: text is its name.
        Hidden, ///< Redacted. Nothing of it is kept but whether it differs from another one.
    };

    LogValue() = default;
    explicit LogValue(Kind valueKind)
        : kind(valueKind)
    {
    }
    static LogValue ofText(std::string text);

    bool isContainer() const noexcept { return kind == Kind::List || kind == Kind::Map || kind == Kind::Struct; }
    /// Whether parts of it are left out: the whole has more than is here.
    bool isCut() const noexcept
    {
        return kind == Kind::Text ? size > text.size() : isContainer() && size > items.size();
    }

    /// As dump() shows values: `{name: "Ada", tags: ["a", "b"]}`. It ends in "..." after some limit bytes. Whatever is
    /// in it, it is one line of valid UTF-8.
    std::string toText(std::size_t limit = 200) const;
    /// As JSON that nothing is lost in: what JSON has no form for is an object whose first key begins with "$". See
    /// docs/logger.md.
    std::string toJson() const;

    /// The same values, also where they are cut or hidden.
    friend bool operator==(const LogValue &a, const LogValue &b) noexcept { return a.digest == b.digest; }

    Kind kind = Kind::Absent;
    bool boolean = false;
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    double number = 0;
    std::string text; ///< Bytes, which need not be UTF-8. Of a Float of more digits than a double has: these.
    std::vector<LogValue> items;
    std::vector<std::string> names;
    std::size_t size = 0; ///< Of the whole: bytes of a text, items of a container.
    std::uint64_t digest = 0; ///< Of the whole.
};

/// A value that was read once, shared by all who log it.
using LogValuePtr = std::shared_ptr<const LogValue>;

/// A step of a path into a value.
struct LogStep
{
    enum class Kind : std::uint8_t { Member, Key, Index };

    Kind kind = Kind::Member;
    std::string name; ///< Of a member.
    LogValue key;
    std::size_t index = 0;
};

/// One place at which two values differ.
struct LogChange
{
    std::vector<LogStep> path; ///< Empty: the whole value.
    LogValue oldValue; ///< Absent: it was added.
    LogValue newValue; ///< Absent: it was removed.
};

/// `.name`, `["key"]`, `[0]`.
NANOSTORES_LOGGER_EXPORT std::string pathText(const std::vector<LogStep> &path, std::size_t limit = 100);

/// Where two values differ: made one after the other, the changes turn the old value into the new one, as far as the
/// values are not cut. More than limit places, or another order of keys, are one change of what holds them. Empty:
/// equal values.
NANOSTORES_LOGGER_EXPORT std::vector<LogChange> changesOf(const LogValue &oldValue, const LogValue &newValue,
                                                          std::size_t limit = 100);

} // namespace nanostores
