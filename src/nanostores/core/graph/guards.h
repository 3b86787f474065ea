// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

/// What is undone at the end of a block, however the block is left.
namespace nanostores::detail {

/// Calls a function at the end of the block.
template<typename F>
class [[nodiscard]] ScopeExit
{
public:
    explicit ScopeExit(F function) noexcept
        : m_function(std::move(function))
    {
    }
    ScopeExit(const ScopeExit &) = delete;
    ScopeExit &operator=(const ScopeExit &) = delete;
    ~ScopeExit() { m_function(); }

private:
    F m_function;
};

/// Gives a variable another value, and its former value back at the end of the block.
template<typename T>
class [[nodiscard]] Restore
{
public:
    Restore(T &variable, std::type_identity_t<T> value) noexcept
        : m_variable(variable)
        , m_former(std::exchange(variable, value))
    {
    }
    Restore(const Restore &) = delete;
    Restore &operator=(const Restore &) = delete;
    ~Restore() { m_variable = m_former; }

private:
    T &m_variable;
    const T m_former;
};

} // namespace nanostores::detail
