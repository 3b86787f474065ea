// SPDX-License-Identifier: MIT
#pragma once

namespace nanostores::detail {

struct Runtime;

/// The base of what a Runtime is made of. A Runtime holds each of its components by value, so a component finds the
/// Runtime at a fixed distance from itself and keeps no pointer. Component headers know the Runtime by name only; the
/// two functions are defined at the end of runtime.h.
template<typename Derived>
class Component
{
public:
    Component(const Component &) = delete;
    Component &operator=(const Component &) = delete;

protected:
    Component() noexcept = default;
    ~Component() = default;

    Runtime &runtime() noexcept;
    const Runtime &runtime() const noexcept;
};

} // namespace nanostores::detail
