// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>

#include <cstdint>
#include <functional>

namespace nanostores::detail {

/// Calls a function when a file is written, or when something is made, renamed or deleted in a folder. All of a process
/// share one watcher of the system, of which there are few, and its thread; both go with the last.
class Doorbell
{
public:
    Doorbell() = default;
    Doorbell(const Doorbell &) = delete;
    Doorbell &operator=(const Doorbell &) = delete;
    ~Doorbell() { stop(); }

    /// The function is called on the watcher's thread. False: the file cannot be watched. It is watched again by itself
    /// when another file has taken its place. Without a QCoreApplication it is watched from when there is one.
    bool watch(const QString &path, std::function<void()> rang);
    /// The function is not called any more when this returns. Not from within it.
    void stop();
    /// Forgets it, in a process that was forked.
    void abandon() noexcept { m_id = 0; }
    bool isWatching() const noexcept { return m_id != 0; }

private:
    std::uint64_t m_id = 0;
};

} // namespace nanostores::detail
