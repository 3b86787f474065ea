// SPDX-License-Identifier: MIT
#include <nanostores/persistent.h>

#include <QtCore/QTemporaryDir>

#include <chrono>

using namespace nanostores;

/// What is written is there when the file is opened again.
int main()
{
    const QTemporaryDir folder;
    const SqliteOptions options{folder.filePath(QStringLiteral("state.db"))};
    for (const bool isAgain : {false, true}) {
        const auto backend = sqliteBackend(options);
        backend->open({1, {}, {}});
        if (!isAgain) {
            const StorageWrite write{"theme", "dark", 0, {}};
            backend->apply({&write, 1}, Durability::Disk);
        } else if (const auto state = backend->load(); state.entries.size() != 1 || state.entries[0].value != "dark") {
            return 1;
        }
        backend->close(std::chrono::seconds(1));
    }
    return 0;
}
