// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/export.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace nanostores {

/// A storage in memory that several engines can share: as several processes share a file. For tests, and for what need
/// not last. A handle; thread-safe.
class NANOSTORES_PERSISTENT_EXPORT MemoryArea
{
public:
    MemoryArea();

    std::size_t size() const; ///< How many keys have a value.
    std::optional<std::string> value(const std::string &key) const;
    /// Another, empty storage takes its place: as if a file had been deleted.
    void replace() const;
    /// Forgets which keys have been deleted, as a storage does in time: who has not seen that has to load().
    void forgetDeleted() const;

    struct Data;
    const std::shared_ptr<Data> &data() const noexcept { return m_data; }

private:
    std::shared_ptr<Data> m_data;
};

/// A backend on the area. Backends of one area see each other's writes, and wake each other.
NANOSTORES_PERSISTENT_EXPORT std::unique_ptr<EngineBackend> memoryBackend(const MemoryArea &area = MemoryArea());
/// The same with a place of its own, so that two engines of a process do not share it: as two processes would not.
NANOSTORES_PERSISTENT_EXPORT std::unique_ptr<EngineBackend> memoryBackend(const MemoryArea &area, std::string place);

} // namespace nanostores
