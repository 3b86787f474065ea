// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/engineerror.h>
#include <nanostores/persistent/sqlitebackend.h>

#include <QtCore/QDir>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QTemporaryDir>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What tests of backends share.
namespace support {

using Values = std::map<std::string, std::string>;

/// A folder that is in memory where the system has such: thousands of files come and go in it.
inline QString folderTemplate()
{
    const QString memory = QStringLiteral("/dev/shm");
    return (QDir(memory).exists() ? memory : QDir::tempPath()) + QStringLiteral("/nanostores-XXXXXX");
}

/// An open backend of a file, which is closed at the end. wakes counts its wake().
class Storage
{
public:
    explicit Storage(const QString &path, std::uint64_t writer = 1, nanostores::SqliteOptions options = {})
    {
        options.path = path;
        m_backend = nanostores::sqliteBackend(std::move(options));
        m_backend->open({writer, {}, [this] { ++wakes; }});
    }
    Storage(const Storage &) = delete;
    Storage &operator=(const Storage &) = delete;
    ~Storage()
    {
        if (m_backend) {
            m_backend->close(std::chrono::seconds(2));
        }
    }

    nanostores::EngineBackend *operator->() const { return m_backend.get(); }
    nanostores::EngineBackend &operator*() const { return *m_backend; }

    nanostores::WriteOutcome put(std::string key, std::optional<std::string> value,
                                 nanostores::Durability durability = nanostores::Durability::Second)
    {
        const nanostores::StorageWrite write{std::move(key), std::move(value), 0, {}};
        return m_backend->apply({&write, 1}, durability).outcomes.front();
    }
    nanostores::WriteOutcome put(const nanostores::StorageWrite &write)
    {
        return m_backend->apply({&write, 1}, nanostores::Durability::Second).outcomes.front();
    }
    nanostores::Applied putAll(const Values &values, nanostores::Durability durability = nanostores::Durability::Second)
    {
        std::vector<nanostores::StorageWrite> writes;
        for (const auto &[key, value] : values) {
            writes.push_back({key, value, 0, {}});
        }
        return m_backend->apply(writes, durability);
    }
    Values values() { return valuesOf(m_backend->load()); }

    static Values valuesOf(const nanostores::StorageState &state)
    {
        Values values;
        for (const auto &entry : state.entries) {
            if (entry.value) {
                values[entry.key] = *entry.value;
            }
        }
        return values;
    }

    std::atomic<int> wakes = 0;

private:
    std::unique_ptr<nanostores::EngineBackend> m_backend;
};

/// The kind of EngineError that f() throws; none if it throws none.
template<typename F>
std::optional<nanostores::EngineErrorKind> errorOf(F f)
{
    try {
        f();
    } catch (const nanostores::EngineError &error) {
        return error.kind();
    }
    return {};
}

/// What f() says in an EngineError; empty if it throws none.
template<typename F>
QString messageOf(F f)
{
    try {
        f();
    } catch (const nanostores::EngineError &error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

inline QStringList filesLike(const QString &folder, const QString &pattern)
{
    return QDir(folder).entryList({pattern}, QDir::Files | QDir::System | QDir::Hidden);
}

} // namespace support

/// So that QCOMPARE() takes it.
inline char *toString(const std::optional<nanostores::EngineErrorKind> &kind)
{
    return qstrdup(kind ? QByteArray::number(static_cast<int>(*kind)).constData() : "no error");
}
