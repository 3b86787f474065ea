// SPDX-License-Identifier: MIT
#pragma once

#include "faultshim.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QString>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// What is left on a disk when the power fails. It takes the changes that were recorded, in order, and at each moment
/// can write down one of the states that the disk may be in then: of what was not synced there is nothing, all, the
/// first part, or any part. Names last when their folder is synced, as POSIX has it.
class Disk
{
public:
    void take(const shim::Change &change)
    {
        using shim::Change;
        switch (change.kind) {
        case Change::Create:
            m_files[change.file] = {};
            m_pendingNames.push_back(change);
            break;
        case Change::Write:
        case Change::Truncate:
            m_files[change.file].unsynced.push_back(change);
            break;
        case Change::Sync: {
            auto &file = m_files[change.file];
            for (const auto &write : file.unsynced) {
                apply(write, file.content);
            }
            file.unsynced.clear();
            break;
        }
        case Change::SyncFolder:
            for (const auto &name : m_pendingNames) {
                apply(name, m_names);
            }
            m_pendingNames.clear();
            break;
        case Change::Rename:
        case Change::Link:
        case Change::Remove:
            m_pendingNames.push_back(change);
            break;
        case Change::Mark:
            break;
        }
    }

    /// Writes the files into a folder, by the last part of their names.
    void write(const QString &folder, std::mt19937 &random) const
    {
        auto names = m_names;
        const auto kept = partOf(m_pendingNames.size(), random);
        for (std::size_t i = 0; i < kept; ++i) {
            apply(m_pendingNames[i], names);
        }
        for (const auto &[path, number] : names) {
            if (path.ends_with("-shm")) {
                continue; // shared memory does not outlive the system
            }
            const auto found = m_files.find(number);
            QFile file(folder + QLatin1Char('/') + QFileInfo(QString::fromStdString(path)).fileName());
            if (found != m_files.end() && file.open(QIODevice::WriteOnly)) {
                const auto content = contentOf(found->second, random);
                file.write(content.data(), qint64(content.size()));
            }
        }
    }

private:
    struct File
    {
        std::string content; ///< As it was synced.
        std::vector<shim::Change> unsynced;
    };
    using Names = std::map<std::string, int>;

    /// None, all, or some of the first.
    static std::size_t partOf(std::size_t count, std::mt19937 &random)
    {
        switch (random() % 4) {
        case 0:
            return 0;
        case 1:
            return count;
        default:
            return std::size_t(random()) % (count + 1);
        }
    }

    static void apply(const shim::Change &change, std::string &content)
    {
        const auto at = std::size_t(change.at);
        if (change.kind == shim::Change::Truncate) {
            content.resize(at);
            return;
        }
        content.resize(std::max(content.size(), at + change.data.size()));
        content.replace(at, change.data.size(), change.data);
    }

    static void apply(const shim::Change &change, Names &names)
    {
        using shim::Change;
        if (change.kind == Change::Create) {
            names[change.path] = change.file;
            return;
        }
        if (change.kind != Change::Remove) {
            names[change.target] = names[change.path];
        }
        if (change.kind != Change::Link) {
            names.erase(change.path);
        }
    }

    static std::string contentOf(const File &file, std::mt19937 &random)
    {
        auto content = file.content;
        const bool isInOrder = random() % 2 == 0;
        const std::size_t block = random() % 2 == 0 ? 4096 : 512; // sectors, when a page is torn
        const auto kept = isInOrder ? partOf(file.unsynced.size(), random) : file.unsynced.size();
        for (std::size_t i = 0; i < kept; ++i) {
            const auto &change = file.unsynced[i];
            if (isInOrder) {
                apply(change, content);
                continue;
            }
            if (change.kind == shim::Change::Truncate) {
                if (random() % 2 == 0) {
                    apply(change, content);
                }
                continue;
            }
            for (std::size_t done = 0; done < change.data.size();) {
                const auto at = std::size_t(change.at) + done;
                const auto size = std::min(change.data.size() - done, block - at % block);
                if (random() % 2 == 0) {
                    auto part = change;
                    part.at = std::int64_t(at);
                    part.data = change.data.substr(done, size);
                    apply(part, content);
                }
                done += size;
            }
        }
        return content;
    }

    std::map<int, File> m_files;
    Names m_names; ///< As they were synced.
    std::vector<shim::Change> m_pendingNames;
};

} // namespace support
