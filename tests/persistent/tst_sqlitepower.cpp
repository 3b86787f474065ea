// SPDX-License-Identifier: MIT
#include "support/disk.h"
#include "support/faults.h"
#include "support/faultshim.h"
#include "support/storage.h"

#include <QtTest/QTest>

#include <algorithm>
#include <string>
#include <vector>

using namespace nanostores;
using support::Storage;
using support::Values;

/// Power that fails: the changes of the disk are recorded, and at random moments of them the storage is opened as the
/// disk may have been then.
class tst_SqlitePower : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cut_losesNothingThatWasOnDisk();
    void cut_inARepairLosesNothing();

private:
    std::unique_ptr<QTemporaryDir> makeFolder() { return std::make_unique<QTemporaryDir>(support::folderTemplate()); }
};

namespace {

constexpr int Transactions = 300;

/// All that a transaction writes.
Values transaction(int number)
{
    Values values;
    for (int key = 0; key < 8; ++key) {
        values["key" + std::to_string(key)] =
            std::to_string(number) + ":" + std::string(std::size_t(number * 37 % 900), 'x');
    }
    return values;
}

/// Moments between two changes, in order.
std::vector<std::size_t> moments(std::size_t changes, std::mt19937 &random)
{
    std::vector<std::size_t> result;
    const int count = support::faultCount(1000);
    for (int i = 0; i < count; ++i) {
        result.push_back(std::uniform_int_distribution<std::size_t>(0, changes)(random));
    }
    std::sort(result.begin(), result.end());
    return result;
}

} // namespace

void tst_SqlitePower::cut_losesNothingThatWasOnDisk()
{
    const auto folder = makeFolder();
    shim::watch(folder->path().toStdString());
    shim::record();
    {
        Storage storage(folder->filePath(QStringLiteral("state.db")));
        for (int i = 1; i <= Transactions; ++i) {
            const bool isOnDisk = i % 20 == 0;
            storage.putAll(transaction(i), isOnDisk ? Durability::Disk : Durability::Second);
            if (i % 20 == 10) {
                storage->sync();
            }
            if (i % 10 == 0) {
                shim::mark(i);
            }
        }
    }
    const auto changes = shim::recorded();
    shim::watch({});
    const auto syncs = std::count_if(changes.begin(), changes.end(),
                                     [](const auto &change) { return change.kind == shim::Change::Sync; });
    QVERIFY(syncs > Transactions / 10);

    auto random = support::random();
    support::Disk disk;
    std::size_t taken = 0;
    int safe = 0;
    int behind = 0;
    for (const auto moment : moments(changes.size(), random)) {
        for (; taken < moment; ++taken) {
            disk.take(changes[taken]);
            if (changes[taken].kind == shim::Change::Mark) {
                safe = int(changes[taken].at);
            }
        }
        const auto after = makeFolder();
        disk.write(after->path(), random);
        const auto where = QString::fromLatin1("change %1 of %2").arg(moment).arg(changes.size());
        const auto path = after->filePath(QStringLiteral("state.db"));
        Values values;
        {
            Storage storage(path);
            const auto state = storage->load();
            values = Storage::valuesOf(state);
            for (const auto &repair : state.repairs) {
                const auto text = QString::fromStdString(repair);
                const bool isLoss = text.contains(QStringLiteral("changes are lost"));
                QVERIFY2(isLoss || safe == 0, qPrintable(where + QStringLiteral(": ") + text));
                behind += isLoss ? 1 : 0;
            }
        }
        int last = 0;
        if (!values.empty()) {
            last = std::stoi(values.begin()->second);
        }
        QVERIFY2(last >= safe, qPrintable(QString::fromLatin1("%1: %2, not %3").arg(where).arg(last).arg(safe)));
        QVERIFY2(last <= Transactions && values == (last == 0 ? Values{} : transaction(last)), qPrintable(where));

        Storage storage(path);
        storage.put("new", "1");
        QCOMPARE(storage.values().size(), values.size() + 1);
    }
    QVERIFY(behind > 0); // what was not synced is lost sometimes, and that is reported
}

/// A damaged file, and one of the moments while it is repaired.
void tst_SqlitePower::cut_inARepairLosesNothing()
{
    const auto folder = makeFolder();
    const auto path = folder->filePath(QStringLiteral("state.db"));
    Values values;
    for (int i = 0; i < 100; ++i) {
        values["key" + std::to_string(1000 + i)] = std::string(100, char('a' + i % 26));
    }
    shim::watch(folder->path().toStdString());
    shim::record();
    Storage(path).putAll(values, Durability::Disk);
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite | QIODevice::Unbuffered));
        file.seek(20); // the header says nonsense: no row is damaged
        file.write(QByteArray(20, '\xEE'));
        fsync(file.handle());
    }
    shim::mark(1);
    {
        Storage storage(path);
        const auto state = storage->load();
        QCOMPARE(Storage::valuesOf(state), values);
        QCOMPARE(state.repairs.size(), std::size_t(1));
    }
    shim::mark(2);
    const auto changes = shim::recorded();
    shim::watch({});

    const auto markAt = [&](int number) {
        return std::size_t(
            std::find_if(changes.begin(), changes.end(),
                         [&](const auto &change) { return change.kind == shim::Change::Mark && change.at == number; })
            - changes.begin());
    };
    auto random = support::random();
    support::Disk disk;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        disk.take(changes[i]);
        if (i < markAt(1)) {
            continue;
        }
        const int states = std::max(1, support::faultCount(1000) / 250);
        for (int n = 0; n < states; ++n) {
            const auto after = makeFolder();
            disk.write(after->path(), random);
            Storage storage(after->filePath(QStringLiteral("state.db")));
            QVERIFY2(storage.values() == values, qPrintable(QString::fromLatin1("change %1").arg(i)));
        }
    }
}

QTEST_GUILESS_MAIN(tst_SqlitePower)
#include "tst_sqlitepower.moc"
