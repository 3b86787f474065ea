// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/qglobal.h>

#include <dlfcn.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>

namespace support {

/// While it lives, the n-th allocation of this thread fails, or the n-th operation of a Fussy; with all, those that
/// follow do, too.
class Failing
{
public:
    enum What { Allocation, Operation };

    Failing(What what, long n, bool all = false)
    {
        s_what = what;
        s_left = n;
        s_all = all;
        s_failed = false;
        s_active = true;
    }
    Failing(const Failing &) = delete;
    Failing &operator=(const Failing &) = delete;
    ~Failing() { s_active = false; }

    bool hasFailed() const { return s_failed; }

    /// While it lives nothing fails: for what must not throw, such as the slots of a view.
    class Pause
    {
    public:
        Pause() noexcept
            : m_was(s_active)
        {
            s_active = false;
        }
        Pause(const Pause &) = delete;
        Pause &operator=(const Pause &) = delete;
        ~Pause() { s_active = m_was; }

    private:
        bool m_was;
    };

    /// Code whose allocations do not fail, by the address that an allocation comes from.
    static inline bool (*isExempt)(const void *caller) = nullptr;

    /// Whether this one is to fail.
    static bool strikes(What what, const void *caller = nullptr) noexcept
    {
        if (!s_active || what != s_what || (isExempt && isExempt(caller))
            || (--s_left != 0 && !(s_all && s_left < 0))) {
            return false;
        }
        s_failed = true;
        return true;
    }

private:
    static inline thread_local bool s_active = false;
    static inline thread_local bool s_all = false;
    static inline thread_local bool s_failed = false;
    static inline thread_local What s_what = Allocation;
    static inline thread_local long s_left = 0;
};

/// For Failing::isExempt: Qt does not get over what fails in it.
inline bool isInQt(const void *caller)
{
    Dl_info info;
    return dladdr(caller, &info) != 0 && info.dli_fname && std::strstr(info.dli_fname, "libQt6");
}

/// Asks for memory with each copy.
inline std::string text(int n)
{
    return "a text that does not fit into a string's own place: " + std::to_string(n);
}

/// A number whose copies, moves, comparisons and hashes may throw. Counts how many are alive.
class Fussy
{
public:
    explicit Fussy(int number = 0) noexcept
        : m_number(number)
    {
        ++s_alive;
    }
    Fussy(const Fussy &other)
        : m_number(other.m_number)
    {
        consider();
        ++s_alive;
    }
    Fussy(Fussy &&other) // NOLINT: it may throw, that is the point
        : m_number(other.m_number)
    {
        consider();
        other.m_number = -1;
        ++s_alive;
    }
    Fussy &operator=(const Fussy &other)
    {
        consider();
        m_number = other.m_number;
        return *this;
    }
    Fussy &operator=(Fussy &&other) // NOLINT: likewise
    {
        consider();
        m_number = other.m_number;
        if (this != &other) {
            other.m_number = -1;
        }
        return *this;
    }
    ~Fussy() { --s_alive; }

    int number() const noexcept { return m_number; }
    friend bool operator==(const Fussy &a, const Fussy &b)
    {
        consider();
        return a.m_number == b.m_number;
    }
    static void consider()
    {
        if (Failing::strikes(Failing::Operation)) {
            throw std::runtime_error("fussy");
        }
    }
    static int alive() noexcept { return s_alive; }
    static void forget() noexcept { s_alive = 0; }

private:
    int m_number;
    static inline thread_local int s_alive = 0;
};

} // namespace support

template<>
struct std::hash<support::Fussy>
{
    std::size_t operator()(const support::Fussy &value) const
    {
        support::Fussy::consider();
        return std::hash<int>{}(value.number());
    }
};

/// Once in a test program: its allocations go through Failing, but for arrays, which QHash asks for where nothing may
/// throw. Not inline, as g++ takes free() of what came from new for a mistake.
#define SUPPORT_FAILING_NEW \
    Q_NEVER_INLINE void *operator new(std::size_t size) \
    { \
        void *const memory = support::Failing::strikes(support::Failing::Allocation, __builtin_return_address(0)) \
                                 ? nullptr \
                                 : std::malloc(size ? size : 1); \
        if (!memory) { \
            throw std::bad_alloc(); \
        } \
        return memory; \
    } \
    Q_NEVER_INLINE void *operator new[](std::size_t size) \
    { \
        void *const memory = std::malloc(size ? size : 1); \
        if (!memory) { \
            throw std::bad_alloc(); \
        } \
        return memory; \
    } \
    Q_NEVER_INLINE void *operator new(std::size_t size, const std::nothrow_t &) noexcept \
    { \
        return support::Failing::strikes(support::Failing::Allocation, __builtin_return_address(0)) \
                   ? nullptr \
                   : std::malloc(size ? size : 1); \
    } \
    Q_NEVER_INLINE void operator delete[](void *memory) noexcept \
    { \
        std::free(memory); \
    } \
    Q_NEVER_INLINE void operator delete[](void *memory, std::size_t) noexcept \
    { \
        std::free(memory); \
    } \
    Q_NEVER_INLINE void operator delete(void *memory, const std::nothrow_t &) noexcept \
    { \
        std::free(memory); \
    } \
    Q_NEVER_INLINE void operator delete(void *memory) noexcept \
    { \
        std::free(memory); \
    } \
    Q_NEVER_INLINE void operator delete(void *memory, std::size_t) noexcept \
    { \
        std::free(memory); \
    }
