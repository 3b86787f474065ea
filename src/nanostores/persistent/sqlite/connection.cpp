// SPDX-License-Identifier: MIT
#include "connection.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace nanostores::detail {

namespace {

EngineErrorKind kindOf(int systemError)
{
    switch (systemError) {
    case ENOSPC:
#ifdef EDQUOT
    case EDQUOT:
#endif
    case EFBIG:
        return EngineErrorKind::Full;
    case EACCES:
    case EPERM:
        return EngineErrorKind::Denied;
    case EROFS:
        return EngineErrorKind::ReadOnly;
    default:
        return EngineErrorKind::Failed;
    }
}

const char *remedyOf(EngineErrorKind kind)
{
    switch (kind) {
    case EngineErrorKind::Full:
        return "; free some space, it is tried again";
    case EngineErrorKind::Denied:
        return "; check the owner and the permissions of the file and its folder";
    case EngineErrorKind::ReadOnly:
        return "; values are read, and not written";
    case EngineErrorKind::Unavailable:
        return "; it is tried again";
    default:
        return "";
    }
}

} // namespace

EngineError systemError(int error, const std::string &what, const std::string &place)
{
    const auto kind = kindOf(error);
    return EngineError(kind, place + ": " + what + ": " + std::strerror(error) + remedyOf(kind), place);
}

EngineError sqliteError(int code, int systemError, const char *message, const std::string &place)
{
    auto kind = EngineErrorKind::Failed;
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        kind = EngineErrorKind::Unavailable;
        break;
    case SQLITE_FULL:
        kind = EngineErrorKind::Full;
        break;
    case SQLITE_READONLY:
        kind = EngineErrorKind::ReadOnly;
        break;
    case SQLITE_PERM:
    case SQLITE_AUTH:
        kind = EngineErrorKind::Denied;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        kind = EngineErrorKind::Corrupt;
        break;
    case SQLITE_TOOBIG:
        kind = EngineErrorKind::TooLarge;
        break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        kind = code == SQLITE_IOERR_CORRUPTFS ? EngineErrorKind::Corrupt : kindOf(systemError);
        break;
    default:
        break;
    }
    std::string text = place + ": " + message;
    if (systemError != 0 && ((code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN)) {
        text += std::string(" (") + std::strerror(systemError) + ")";
    }
    return EngineError(kind, text + remedyOf(kind), place);
}

Connection::Connection(const std::string &file, int flags, std::string place)
    : m_place(std::move(place))
{
    const int code = sqlite3_open_v2(file.c_str(), &m_db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    if (code != SQLITE_OK) {
        const auto error = sqliteError(code, m_db != nullptr ? sqlite3_system_errno(m_db) : 0,
                                       m_db != nullptr ? sqlite3_errmsg(m_db) : sqlite3_errstr(code), m_place);
        sqlite3_close_v2(m_db);
        throw EngineError(error);
    }
}

Connection::~Connection()
{
    sqlite3_close_v2(m_db);
}

void Connection::fail(int code) const
{
    throw EngineError(sqliteError(code, sqlite3_system_errno(m_db), sqlite3_errmsg(m_db), m_place));
}

void Connection::execute(const char *sql)
{
    const int code = sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
}

std::optional<std::string> Connection::text(const char *sql)
{
    Statement statement(*this, sql);
    if (!statement.step()) {
        return {};
    }
    return std::string(statement.text(0));
}

std::int64_t Connection::number(const char *sql)
{
    Statement statement(*this, sql);
    return statement.step() ? statement.number(0) : 0;
}

void Connection::setBusyTimeout(int milliseconds) noexcept
{
    sqlite3_busy_timeout(m_db, milliseconds);
}

void Connection::leaveAsItIs() noexcept
{
    sqlite3_db_config(m_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool Connection::isReadOnly() const noexcept
{
    return sqlite3_db_readonly(m_db, "main") == 1;
}

bool Connection::isInTransaction() const noexcept
{
    return sqlite3_get_autocommit(m_db) == 0;
}

int Connection::changes() const noexcept
{
    return sqlite3_changes(m_db);
}

void Connection::rollBack() noexcept
{
    if (isInTransaction()) {
        sqlite3_exec(m_db, "rollback", nullptr, nullptr, nullptr);
    }
}

Statement::Statement(Connection &connection, const char *sql)
    : m_connection(&connection)
{
    const int code = sqlite3_prepare_v3(connection.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &m_statement, nullptr);
    if (code != SQLITE_OK) {
        connection.fail(code == SQLITE_ERROR ? SQLITE_CORRUPT : code); // there are no such tables or columns
    }
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

void Statement::bind(int index, std::string_view text)
{
    const int code = sqlite3_bind_text64(m_statement, index, text.data() != nullptr ? text.data() : "", text.size(),
                                         SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) {
        m_connection->fail(code);
    }
}

void Statement::bind(int index, std::int64_t number)
{
    const int code = sqlite3_bind_int64(m_statement, index, number);
    if (code != SQLITE_OK) {
        m_connection->fail(code);
    }
}

void Statement::bindBlob(int index, const std::optional<std::string_view> &bytes)
{
    const int code = !bytes ? sqlite3_bind_null(m_statement, index)
                     : bytes->empty()
                         ? sqlite3_bind_zeroblob(m_statement, index, 0)
                         : sqlite3_bind_blob64(m_statement, index, bytes->data(), bytes->size(), SQLITE_STATIC);
    if (code != SQLITE_OK) {
        m_connection->fail(code);
    }
}

bool Statement::step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        m_connection->fail(code);
    }
    return false;
}

void Statement::reset() noexcept
{
    sqlite3_reset(m_statement);
    sqlite3_clear_bindings(m_statement);
}

std::string_view Statement::text(int column) const noexcept
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    if (text == nullptr) {
        return {};
    }
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

std::optional<std::string_view> Statement::blob(int column) const noexcept
{
    if (sqlite3_column_type(m_statement, column) == SQLITE_NULL) {
        return {};
    }
    const auto *bytes = static_cast<const char *>(sqlite3_column_blob(m_statement, column));
    return std::string_view(bytes != nullptr ? bytes : "",
                            static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)));
}

std::int64_t Statement::number(int column) const noexcept
{
    return sqlite3_column_int64(m_statement, column);
}

Transaction::Transaction(Connection &connection, Statement &begin, Statement &commit)
    : m_connection(&connection)
    , m_commit(&commit)
{
    Use(begin)->step();
}

Transaction::~Transaction()
{
    if (m_connection->isInTransaction()) {
        m_connection->rollBack();
    }
}

void Transaction::commit()
{
    Use(*m_commit)->step();
}

} // namespace nanostores::detail
