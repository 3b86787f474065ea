// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit/pace.h>
#include <nanostores/persistent/engine.h>
#include <nanostores/persistent/schema.h>
#include <nanostores/persistent/valuecodec.h>

#include <QLatin1String>
#include <QString>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nanostores {

/// The name of an entry, from text of any kind.
struct StorageKey
{
    StorageKey(const char *utf8) // NOLINT: meant to convert
        : text(utf8)
    {
    }
    StorageKey(std::string utf8) // NOLINT
        : text(std::move(utf8))
    {
    }
    StorageKey(std::string_view utf8) // NOLINT
        : text(utf8)
    {
    }
    StorageKey(const QString &name) // NOLINT
        : text(name.toStdString())
    {
    }
    StorageKey(QLatin1String name) // NOLINT
        : text(QString(name).toStdString())
    {
    }

    std::string text;
};

/// The type of lastWriteWins.
struct LastWriteWins
{
};
/// The program's value is written whatever is there. The default.
inline constexpr LastWriteWins lastWriteWins;

/// The type of reject.
struct Reject
{
};
/// The program's value is not written if another writer has changed the entry since the store had its value: the
/// store keeps it, what is stored stays, and conflictOf() shows both until one of them is chosen.
inline constexpr Reject reject;

/// What merge() makes.
template<typename F>
struct Merge
{
    F function;
};
/// merge(f): then f(base, mine, theirs) makes one value of the two; base is what both have changed. A missing entry is
/// the store's initial value. After 16 times in a row the conflict is shown by conflictOf(); also if f throws.
template<typename F>
[[nodiscard]] Merge<F> merge(F f)
{
    return {std::move(f)};
}

/// What happens when a store and another writer have changed the same entry: lastWriteWins, reject or merge(f).
template<typename T>
class ConflictPolicy
{
public:
    using Function = std::function<T(const T &base, const T &mine, const T &theirs)>;

    ConflictPolicy() = default;
    ConflictPolicy(LastWriteWins) {} // NOLINT: meant to convert
    ConflictPolicy(Reject) // NOLINT
        : m_compares(true)
    {
    }
    template<typename F>
    ConflictPolicy(Merge<F> merge) // NOLINT
        : m_compares(true)
        , m_merge(std::move(merge.function))
    {
        static_assert(std::is_invocable_r_v<T, F &, const T &, const T &, const T &>,
                      "merge(f) takes f(base, mine, theirs), which returns a value of the store's type");
    }

    bool compares() const noexcept { return m_compares; }
    const Function &function() const noexcept { return m_merge; }

private:
    bool m_compares = false;
    Function m_merge;
};

/// How often a store that changes all the time is written: debounce(500ms) after a pause, throttle(500ms) at once and
/// then once in that time. By default at the end of each turn of the event loop in which it has changed. The end of the
/// program and flush() do not wait for it.
struct Pace
{
    Pace() = default;
    Pace(kit::Debounce debounce) // NOLINT: meant to convert
        : delay(debounce.delay)
        , waitsForPause(true)
    {
    }
    Pace(kit::Throttle throttle) // NOLINT
        : delay(throttle.delay)
    {
    }

    std::chrono::milliseconds delay{0};
    bool waitsForPause = false;
};

/// How a store is kept. T is the type of its value; of a Map that of the values of its keys.
template<typename T>
struct PersistentOptions
{
    std::optional<StorageEngine> engine = {}; ///< Where. None: persistentEngine().
    ValueCodec<T> codec = {}; ///< Text as it is, other values as JSON.
    std::optional<Durability> durability = {}; ///< None: the engine's.
    Schema schema = {}; ///< See schema().
    ConflictPolicy<T> onConflict = {}; ///< lastWriteWins, reject or merge(f).
    Pace pace = {};
    bool listen = true; ///< Takes what other writers change. False: only what is there at the beginning.
    bool secret = false; ///< Is written only to an engine that encrypts.
};

} // namespace nanostores
