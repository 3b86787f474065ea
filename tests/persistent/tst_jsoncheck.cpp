// SPDX-License-Identifier: MIT

// The checks of all backends on files: JSON, and QSettings, which has no room for versions.

#include "persistent/support/files.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QTemporaryDir>
#include <QtTest/QTest>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

using namespace nanostores;

class tst_JsonCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonBackend_passes();
    void settingsBackend_passes();
};

namespace {

/// A new folder for each storage. Engines of one process do not share a backend, because each has a place of its own.
std::function<testing::MakeBackend()> storages(std::function<std::unique_ptr<EngineBackend>(const QString &)> make)
{
    return [make] {
        const auto folder = std::make_shared<QTemporaryDir>(support::temporaryFolder());
        const auto count = std::make_shared<std::atomic<int>>(0);
        return [make, folder, count]() -> std::unique_ptr<EngineBackend> {
            const QString path = folder->filePath(QStringLiteral("state"));
            const std::string place = path.toStdString() + '#' + std::to_string(++*count);
            return testing::withFaults(make(path), testing::Faults(), place);
        };
    };
}

QString joined(const std::vector<std::string> &messages)
{
    QString all;
    for (const std::string &message : messages) {
        all += QString::fromStdString(message) + QLatin1Char('\n');
    }
    return all;
}

} // namespace

void tst_JsonCheck::jsonBackend_passes()
{
    const auto messages = testing::checkEngine(storages([](const QString &path) {
        JsonOptions options;
        options.path = path;
        options.settle = std::chrono::milliseconds(0);
        return jsonBackend(options);
    }));
    QVERIFY2(messages.empty(), qPrintable(joined(messages)));
}

void tst_JsonCheck::settingsBackend_passes()
{
    testing::CheckOptions options;
    options.keepsVersions = false;
    const auto messages =
        testing::checkEngine(storages([](const QString &path) { return settingsBackend(path); }), options);
    QVERIFY2(messages.empty(), qPrintable(joined(messages)));
}

QTEST_GUILESS_MAIN(tst_JsonCheck)
#include "tst_jsoncheck.moc"
