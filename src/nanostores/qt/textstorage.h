// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nanostores {

/// Texts by name, wherever they are. Copies reach the same.
struct TextStorage
{
    std::function<std::optional<std::string>(std::string_view name)> get;
    std::function<void(std::string_view name, std::string text)> set;
    std::function<void(std::string_view name)> del;
    /// Those whose names begin so, with their names.
    std::function<std::vector<std::pair<std::string, std::string>>(std::string_view prefix)> entries;
};

/// An object that has a storage of texts, for objects of other libraries, which ask for it by
/// qobject_cast<TextStorageSource *>(). A PersistentEngine is such.
class TextStorageSource
{
public:
    TextStorageSource() = default;
    TextStorageSource(const TextStorageSource &) = delete;
    TextStorageSource &operator=(const TextStorageSource &) = delete;
    virtual ~TextStorageSource() = default;

    /// None: it cannot be had, and the object has warned.
    virtual std::optional<TextStorage> textStorage() = 0;
};

} // namespace nanostores

Q_DECLARE_INTERFACE(nanostores::TextStorageSource, "nanostores.TextStorageSource")
