// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/convert.h>
#include <nanostores/query/export.h>

#include <QString>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace nanostores {

/// What a fetch or a mutation has failed with, as a value; or none. Equal to a copy of itself.
class NANOSTORES_QUERY_EXPORT QueryError
{
public:
    QueryError() noexcept = default;
    explicit QueryError(std::exception_ptr exception) noexcept
        : m_exception(std::move(exception))
    {
    }

    explicit operator bool() const noexcept { return m_exception != nullptr; }
    /// For people: what() of a std::exception. Empty without an error.
    QString message() const;
    /// The error, if it is an E or derived from it.
    template<typename E>
    std::optional<E> as() const
    {
        if (m_exception) {
            try {
                std::rethrow_exception(m_exception);
            } catch (const E &error) {
                return error;
            } catch (...) { // of another type
            }
        }
        return std::nullopt;
    }
    const std::exception_ptr &exception() const noexcept { return m_exception; }

    friend bool operator==(const QueryError &, const QueryError &) noexcept = default;

private:
    std::exception_ptr m_exception;
};

/// The error of fetch() where there is nothing to fetch: a key store is empty.
class NANOSTORES_QUERY_EXPORT QueryDisabled : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~QueryDisabled() override;
};

/// The error of a call of a mutation that is running, and takes one call at a time.
class NANOSTORES_QUERY_EXPORT MutationBusy : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~MutationBusy() override;
};

/// Views show the message.
template<>
struct Convert<QString, QueryError>
{
    static QString convert(const QueryError &error) { return error.message(); }
};

} // namespace nanostores
