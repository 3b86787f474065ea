// SPDX-License-Identifier: MIT
#pragma once

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

} // namespace support
