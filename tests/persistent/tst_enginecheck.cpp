// SPDX-License-Identifier: MIT
#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QTest>

#include <atomic>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

/// A backend that does one thing wrong.
class Wrong : public EngineBackend
{
public:
    enum class Way { NoOrder, NoSchema, ForgetsDeletions, IgnoresExpect, WritesHalf };

    Wrong(std::unique_ptr<EngineBackend> backend, Way way)
        : m_backend(std::move(backend))
        , m_way(way)
    {
    }
    BackendTraits traits() const override { return m_backend->traits(); }
    std::string place() const override { return m_backend->place(); }
    void open(const BackendOptions &options) override { m_backend->open(options); }
    StorageState load() override { return m_backend->load(); }
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override
    {
        std::vector<StorageWrite> mine(writes.begin(), writes.end());
        for (StorageWrite &write : mine) {
            if (m_way == Way::NoSchema) {
                write.schema = 0;
            } else if (m_way == Way::IgnoresExpect) {
                write.expect.reset();
            } else if (m_way == Way::WritesHalf && write.key.size() > traits().largestKey) {
                m_backend->apply(std::span(mine).first(1), durability);
            }
        }
        return m_backend->apply(mine, durability);
    }
    StorageFeed changesSince(Position position, std::uint64_t epoch) override
    {
        StorageFeed feed = m_backend->changesSince(position, epoch);
        if (m_way == Way::NoOrder) {
            std::reverse(feed.changes.begin(), feed.changes.end());
        } else if (m_way == Way::ForgetsDeletions) {
            std::erase_if(feed.changes, [](const StorageEntry &entry) { return !entry.value; });
        }
        return feed;
    }
    void sync() override { m_backend->sync(); }
    void close(std::chrono::milliseconds deadline) noexcept override { m_backend->close(deadline); }

private:
    std::unique_ptr<EngineBackend> m_backend;
    const Way m_way;
};

QString joined(const std::vector<std::string> &messages)
{
    QString all;
    for (const std::string &message : messages) {
        all += QString::fromStdString(message) + QLatin1Char('\n');
    }
    return all;
}

} // namespace

class tst_EngineCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void memoryBackend_passes()
    {
        testing::CheckOptions options;
        if (const int cases = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES"); cases > 0) {
            options.rounds = cases;
        }
        const auto messages = testing::checkEngine(
            [] {
                const MemoryArea area;
                return [area, count = std::make_shared<std::atomic<int>>(0)] {
                    return memoryBackend(area, "check:" + std::to_string(++*count));
                };
            },
            options);
        QVERIFY2(messages.empty(), qPrintable(joined(messages)));
    }
    void wrongBackend_isFound_data()
    {
        QTest::addColumn<int>("way");
        QTest::addColumn<QString>("message");
        const auto add = [](const char *name, Wrong::Way way, const char *message) {
            QTest::newRow(name) << static_cast<int>(way) << QString::fromLatin1(message);
        };
        add("order", Wrong::Way::NoOrder, "changes are not in the order of their versions");
        add("schema", Wrong::Way::NoSchema, "the schema is not kept");
        add("deletions", Wrong::Way::ForgetsDeletions, "deletions included");
        add("expect", Wrong::Way::IgnoresExpect, "writing an old version is Written instead of Conflict");
        add("half", Wrong::Way::WritesHalf, "\"beside\" is \"1\" instead of nothing");
    }
    void wrongBackend_isFound()
    {
        QFETCH(int, way);
        QFETCH(QString, message);
        const auto messages = joined(testing::checkEngine([way] {
            const MemoryArea area;
            return [area, way] { return std::make_unique<Wrong>(memoryBackend(area), static_cast<Wrong::Way>(way)); };
        }));
        QVERIFY2(messages.contains(message), qPrintable(messages));
    }
};

QTEST_GUILESS_MAIN(tst_EngineCheck)
#include "tst_enginecheck.moc"
