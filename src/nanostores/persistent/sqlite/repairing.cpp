// SPDX-License-Identifier: MIT
#include "implementation.h"

#include "salvage.h"
#include "tables.h"

#include <QtCore/QDateTime>

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>

namespace nanostores::detail {

/// Writes what is whole to a new file, and puts it in the place of the damaged one, which is kept. At each moment one
/// of both is there.
void SqliteBackend::repair(const std::string &damage)
{
    struct Repairing
    {
        bool &is;
        explicit Repairing(bool &flag)
            : is(flag)
        {
            is = true;
        }
        ~Repairing() { is = false; }
    };
    const Repairing repairing(m_isRepairing);
    if (m_file) {
        m_file->connection.leaveAsItIs();
        disconnect();
    }
    const auto record = m_lock.read();
    auto salvaged = salvage(m_path);
    Meta meta;
    meta.epoch = newEpoch();
    std::size_t count = 0;
    for (const auto &entry : salvaged.entries) {
        meta.position = std::max(meta.position, entry.version);
        count += entry.value ? 1U : 0U;
    }
    if (record && record->storage == m_identity) {
        meta.position = std::max(meta.position, record->position);
    }
    meta.floor = meta.position;

    const auto repaired = m_path + ".salvage";
    removeFile(repaired);
    makeFile(repaired, m_path);
    {
        Connection connection(repaired, SQLITE_OPEN_READWRITE, m_path);
        connection.execute(("pragma page_size = " + std::to_string(pageSize)).c_str());
        connection.execute("pragma synchronous = full");
        Session::create(connection, meta);
        Session session(connection);
        Transaction transaction(connection, session.beginWrite, session.commit);
        for (const auto &entry : salvaged.entries) {
            session.put(entry);
        }
        transaction.commit();
    }
    m_identity = FileIdentity::of(repaired);
    m_lock.write({meta.position, meta.epoch, m_identity.value_or(FileIdentity{}), true}, true);
    const auto kept = setAside(repaired);
    removeLog();
    syncNames(parentFolder(m_path));

    std::string text = m_path + ": it was damaged (" + damage + "). " + std::to_string(count) + " keys were saved";
    if (!salvaged.lost.empty()) {
        text += ", " + std::to_string(salvaged.lost.size()) + " are lost:";
        for (std::size_t i = 0; i < std::min<std::size_t>(salvaged.lost.size(), 5); ++i) {
            text += (i == 0 ? " " : ", ") + salvaged.lost[i];
        }
        text += salvaged.lost.size() > 5 ? ", ..." : "";
    }
    m_repairs.push_back(text + "; the damaged file is kept as " + kept);
    connect();
}

/// Gives the damaged file another name, and its own to the repaired one.
std::string SqliteBackend::setAside(const std::string &repaired)
{
    namespace fs = std::filesystem;
    const auto date = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd'T'HHmmss")).toStdString();
    std::string kept = m_path + ".broken-" + date;
    for (int i = 2; fs::exists(kept); ++i) {
        kept = m_path + ".broken-" + date + "-" + std::to_string(i);
    }
    std::error_code error;
    fs::create_hard_link(m_path + "-wal", kept + "-wal", error); // if there is one
    fs::create_hard_link(m_path, kept, error);
    if (error) { // a file system without links
        fs::rename(m_path + "-wal", kept + "-wal", error);
        fs::rename(m_path, kept, error);
    }
    if (!error) {
        fs::rename(repaired, m_path, error);
    }
    if (error) {
        throw EngineError(systemError(error.value(), "the damaged file cannot be set aside", m_path));
    }
    return kept;
}

} // namespace nanostores::detail
