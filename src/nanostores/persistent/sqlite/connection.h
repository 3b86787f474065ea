// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/engineerror.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace nanostores::detail {

/// A connection of SQLite. Its errors become EngineErrors.
class Connection
{
public:
    /// Flags and URI as sqlite3_open_v2() takes them; place is what messages call it.
    Connection(const std::string &file, int flags, std::string place);
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;
    ~Connection();

    sqlite3 *handle() const noexcept { return m_db; }
    const std::string &place() const noexcept { return m_place; }

    void execute(const char *sql);
    /// The first column of the first row, as text; none without a row.
    std::optional<std::string> text(const char *sql);
    std::int64_t number(const char *sql);
    /// How long SQLite's own locks are waited for.
    void setBusyTimeout(int milliseconds) noexcept;
    /// Closing writes nothing back, and deletes nothing: for a file that is not in its place any more.
    void leaveAsItIs() noexcept;
    bool isReadOnly() const noexcept;
    bool isInTransaction() const noexcept;
    int changes() const noexcept; ///< Rows that the last statement wrote.
    /// Ends what a failed transaction has left.
    void rollBack() noexcept;

    [[noreturn]] void fail(int code) const;

private:
    sqlite3 *m_db = nullptr;
    std::string m_place;
};

/// The error for a code of SQLite and the system's error number with it.
[[nodiscard]] EngineError sqliteError(int code, int systemError, const char *message, const std::string &place);
/// The error for a call of the system that has failed.
[[nodiscard]] EngineError systemError(int error, const std::string &what, const std::string &place);

/// A prepared statement.
class Statement
{
public:
    Statement(Connection &connection, const char *sql);
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;
    ~Statement();

    /// What is bound is not copied: it has to live until the statement is reset.
    void bind(int index, std::string_view text);
    void bind(int index, std::int64_t number);
    void bind(int index, std::uint64_t number) { bind(index, static_cast<std::int64_t>(number)); }
    void bindBlob(int index, const std::optional<std::string_view> &bytes);

    bool step(); ///< True: there is a row.
    void reset() noexcept;

    std::string_view text(int column) const noexcept;
    std::optional<std::string_view> blob(int column) const noexcept;
    std::int64_t number(int column) const noexcept;

private:
    Connection *m_connection;
    sqlite3_stmt *m_statement = nullptr;
};

/// Resets a statement when it has been used.
class Use
{
public:
    explicit Use(Statement &statement) noexcept
        : m_statement(&statement)
    {
    }
    Use(const Use &) = delete;
    Use &operator=(const Use &) = delete;
    ~Use() { m_statement->reset(); }
    Statement *operator->() const noexcept { return m_statement; }

private:
    Statement *m_statement;
};

/// A transaction, rolled back unless it is committed.
class Transaction
{
public:
    Transaction(Connection &connection, Statement &begin, Statement &commit);
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    ~Transaction();
    void commit();

private:
    Connection *m_connection;
    Statement *m_commit;
};

} // namespace nanostores::detail
