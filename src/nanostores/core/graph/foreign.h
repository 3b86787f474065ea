// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <cstddef>

namespace nanostores::detail {

/// Learns which writes of its thread come from elsewhere: from another process, from a server. A history does not take
/// them for what the user did.
class NANOSTORES_CORE_EXPORT ForeignAware
{
public:
    ForeignAware();
    ForeignAware(const ForeignAware &) = delete;
    ForeignAware &operator=(const ForeignAware &) = delete;
    virtual ~ForeignAware();

    /// What is written from now on comes from elsewhere.
    virtual void foreignBegan() noexcept = 0;
    /// It has been written, and observers have been notified. Called if foreignBegan() was.
    virtual void foreignEnded() noexcept = 0;

private:
    friend class ForeignWrites;
    std::size_t m_open = 0;
};

/// While it lives, what its thread writes comes from elsewhere.
class NANOSTORES_CORE_EXPORT ForeignWrites
{
public:
    ForeignWrites();
    ForeignWrites(const ForeignWrites &) = delete;
    ForeignWrites &operator=(const ForeignWrites &) = delete;
    ~ForeignWrites();
};

} // namespace nanostores::detail
