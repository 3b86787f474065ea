// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/logvalue.h>
#include <nanostores/recorder/export.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace nanostores::detail {

/// The digest of a value whose parts have changed: that of the same value as it is read.
void renewDigest(LogValue &value);

/// Reads JSON as LogValue::toJson() writes it, from the beginning of a text to its end. What does not fit is a
/// SessionError. It goes as deep as limit says, so the stack is bounded.
class JsonValueReader
{
public:
    JsonValueReader(std::string_view text, std::size_t depth, std::size_t lineNumber) noexcept
        : m_text(text)
        , m_depth(depth)
        , m_line(lineNumber)
    {
    }

    /// One value, with the marks that begin with `$` taken for what they stand for.
    LogValue value();
    /// Takes the next character, after white space, if it is this one.
    bool next(char character) noexcept;
    void require(char character);
    char peek() noexcept; ///< After white space; 0 at the end.
    void requireEnd();
    std::string string();
    std::uint64_t count(); ///< A whole number from 0.
    std::int64_t integer();
    bool boolean();
    void skip(); ///< A value of whatever kind.
    /// Goes through the members of an object: f(name) reads the value.
    template<typename F>
    void members(F f)
    {
        enter();
        require('{');
        if (!next('}')) {
            do {
                const std::string name = string();
                require(':');
                f(name);
            } while (next(','));
            require('}');
        }
        leave();
    }
    template<typename F>
    void items(F f)
    {
        enter();
        require('[');
        if (!next(']')) {
            do {
                f();
            } while (next(','));
            require(']');
        }
        leave();
    }
    [[noreturn]] void fail(const std::string &reason) const;

private:
    void enter();
    void leave() noexcept { ++m_depth; }
    LogValue list();
    LogValue object();
    LogValue marked(const std::string &mark);
    LogValue cut();
    LogValue pairs();
    LogValue number();
    std::string bytes();
    std::string_view numberToken();
    void word(std::string_view expected);
    void escape(std::string &to);
    unsigned hex4();

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_depth;
    std::size_t m_line;
};

} // namespace nanostores::detail
