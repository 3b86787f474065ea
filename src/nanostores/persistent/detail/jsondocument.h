// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/persistent/export.h>

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace nanostores::detail {

/// What a file of jsonBackend() says. The text:
///
///     {
///         "format": 1,
///         "values": {
///             "theme": "dark"
///         },
///         "bookkeeping": {
///             "note": "...",
///             "epoch": "58ab...",
///             "position": 17,
///             "floor": 0,
///             "deleted": { "zoom": "16 writer=9f3a..." },
///             "versions": { "theme": "17 sum=1a2b3c4d writer=9f3a... schema=2 as=json" }
///         }
///     }
///
/// A value that is a string in the file is text, unless its versions line says as=json (a JSON string) or as=base64
/// (bytes that are no UTF-8). `sum` is of the value as it is in the file, and of its line: an edited value does not
/// fit it.
struct NANOSTORES_PERSISTENT_EXPORT JsonDocument
{
    using Names = std::set<std::string, std::less<>>;

    EntryTable table; ///< Of edited entries the version is that of the value before.
    Names edited; ///< Keys whose values are not what their versions line is about, or that have none.
    Names removed; ///< Keys with a versions line, but without a value. They are not in the table.
    std::map<std::string, std::string> others; ///< Unknown members, as compact JSON.
    bool isNewer = false; ///< The format is. The rest is what could be understood.

    /// Fills this object. Throws a JsonTextError at the first mistake; what was read up to it is there, as edited
    /// entries. Not for a newer format, which is read as far as it goes.
    /// `known` is what the storage had before: where a line is missing, a value is of the form and schema that it had.
    void read(std::string_view text, const EntryTable *known = nullptr);
    std::string text() const;
};

} // namespace nanostores::detail
