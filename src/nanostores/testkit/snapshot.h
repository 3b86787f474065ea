// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/testkit/export.h>

#include <memory>
#include <string>
#include <vector>

namespace nanostores {

/// The values of all stores of the thread, at the moment of its making. A store that ends meanwhile is forgotten, and
/// not kept alive.
class NANOSTORES_TESTKIT_EXPORT StoresSnapshot
{
public:
    StoresSnapshot();
    StoresSnapshot(StoresSnapshot &&other) noexcept;
    StoresSnapshot &operator=(StoresSnapshot &&other) noexcept;
    StoresSnapshot(const StoresSnapshot &) = delete;
    StoresSnapshot &operator=(const StoresSnapshot &) = delete;
    ~StoresSnapshot();

    /// Gives every store its value of then, in one batch; observers are notified of what changes. onSet hooks are not
    /// asked. Returns the stores that do not have it, with the reasons; may be called again.
    std::vector<std::string> restore();
    /// What differs now: `store "shop/isOpen": false -> true`, `new: store "shop/total"`, `gone: store "toast"`.
    std::vector<std::string> diff() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// A snapshot of all stores of the thread.
[[nodiscard]] inline StoresSnapshot snapshotStores()
{
    return StoresSnapshot();
}

} // namespace nanostores
