// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <utility>

namespace support {

/// Something to be kept in a value, a listener or a hook: counts how many of its kind are alive, and how often one was
/// copied.
class Counted
{
public:
    Counted()
        : Counted(0)
    {
    }
    explicit Counted(int number)
        : m_number(number)
    {
        ++s_alive;
    }
    Counted(const Counted &other)
        : m_number(other.m_number)
    {
        ++s_alive;
        ++s_copies;
    }
    Counted(Counted &&other) noexcept
        : m_number(other.m_number)
    {
        ++s_alive;
    }
    Counted &operator=(const Counted &other)
    {
        m_number = other.m_number;
        ++s_copies;
        return *this;
    }
    Counted &operator=(Counted &&other) noexcept
    {
        m_number = other.m_number;
        return *this;
    }
    ~Counted() { --s_alive; }

    int number() const { return m_number; }
    friend bool operator==(const Counted &a, const Counted &b) { return a.m_number == b.m_number; }

    static int alive() { return s_alive; }
    static int copies() { return s_copies; }
    static void reset() { s_copies = 0; }

private:
    int m_number;
    static inline int s_alive = 0;
    static inline int s_copies = 0;
};

/// Does something when the last copy of it goes.
class AtEnd
{
public:
    AtEnd() = default;
    explicit AtEnd(std::function<void()> f)
        : m_call(f ? std::make_shared<Call>(std::move(f)) : nullptr)
    {
    }

private:
    struct Call
    {
        explicit Call(std::function<void()> function)
            : f(std::move(function))
        {
        }
        Call(const Call &) = delete;
        Call &operator=(const Call &) = delete;
        ~Call() { f(); }
        std::function<void()> f;
    };
    std::shared_ptr<Call> m_call;
};

/// A number that does something when it goes.
class Ending
{
public:
    Ending() = default;
    explicit Ending(int number, std::function<void()> f = {})
        : m_number(number)
        , m_end(std::move(f))
    {
    }
    friend bool operator==(const Ending &a, const Ending &b) { return a.m_number == b.m_number; }

private:
    int m_number = 0;
    AtEnd m_end;
    Counted m_counted;
};

} // namespace support
