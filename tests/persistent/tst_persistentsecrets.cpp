// SPDX-License-Identifier: MIT
#include "support/handlers.h"

#include <nanostores/persistent.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <optional>
#include <string>

using namespace nanostores;
using namespace std::chrono_literals;

/// A secret is never in a file that is not encrypted, whatever is asked of its store.
class tst_PersistentSecrets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void set_isNotWritten();
    void set_saysWhy();
    void compareAndSet_isNotWritten();
    void beforeTheEngineIsThere_data();
    void beforeTheEngineIsThere();
    void keysOfAMap_areNotWritten();

private:
    JsonOptions options() const
    {
        JsonOptions options;
        options.path = m_folder->filePath(QStringLiteral("state.json"));
        return options;
    }
    StorageEngine engine() const
    {
        auto made = StorageEngine::custom(jsonBackend(options()));
        made.load(1h);
        return made;
    }
    QByteArray file() const
    {
        QFile file(options().path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_PersistentSecrets::set_isNotWritten()
{
    const auto engine = this->engine();
    const auto token = persistentAtom(engine, "token", QString(), {.onConflict = reject, .secret = true});
    const auto other = persistentAtom(engine, "other", 0);
    for (int i = 1; i < 4; ++i) {
        token.set(QStringLiteral("hidden%1").arg(i));
        other.set(i);
        QVERIFY(!engine.flushNow(1h));
        QVERIFY(!file().contains("hidden"));
        QVERIFY(file().contains("\"other\": " + QByteArray::number(i))); // which does not wait for it
        QCOMPARE(token.get(), QStringLiteral("hidden%1").arg(i));
    }
}

void tst_PersistentSecrets::set_saysWhy()
{
    const auto engine = this->engine();
    const auto token = persistentAtom(engine, "token", QString(), {.secret = true});
    token.set(QStringLiteral("hidden"));
    const auto flushed = engine.flush();
    QTRY_VERIFY(flushed.done());
    const QString error = support::thrownBy([&] { flushed.result(); });
    QVERIFY2(error.contains(QLatin1String("\"token\"")) && error.contains(QLatin1String("encrypt")), qPrintable(error));
    QVERIFY(!error.contains(QLatin1String("hidden")));
    QCOMPARE(QString::fromStdString(engine.status().get().lastError), error);
    QCOMPARE(engine.status().get().pending, std::size_t{1});
}

void tst_PersistentSecrets::compareAndSet_isNotWritten()
{
    const auto engine = this->engine();
    const auto token = persistentAtom(engine, "token", QString(), {.secret = true});
    const auto task = compareAndSet(token, QString(), QStringLiteral("hidden"));
    static_cast<void>(engine.flushNow(1h));
    QVERIFY(!file().contains("hidden"));
    QVERIFY(task.done());
    QVERIFY(support::thrownBy([&] { static_cast<void>(task.result()); }).contains(QLatin1String("encrypt")));
    QCOMPARE(token.get(), QString());
    token.set(QStringLiteral("hidden")); // and behind a write that waits
    const auto behind = compareAndSet(token, QStringLiteral("hidden"), QStringLiteral("hidden too"));
    static_cast<void>(engine.flushNow(1h));
    QVERIFY(behind.done());
    QVERIFY(!file().contains("hidden"));
}

void tst_PersistentSecrets::beforeTheEngineIsThere_data()
{
    QTest::addColumn<bool>("ends");
    QTest::newRow("it opens") << false;
    QTest::newRow("its end opens it") << true;
}

/// Stores may be set before the engine has a backend, as global ones are before there is an application.
void tst_PersistentSecrets::beforeTheEngineIsThere()
{
    QFETCH(bool, ends);
    bool isReady = false;
    {
        const auto engine = StorageEngine::custom([&]() -> std::unique_ptr<EngineBackend> {
            if (!isReady) {
                throw EngineError(EngineErrorKind::Unavailable, "not yet");
            }
            return jsonBackend(options());
        });
        const auto token = persistentAtom(engine, "token", QString(), {.secret = true});
        const auto other = persistentAtom(engine, "other", 0);
        token.set(QStringLiteral("hidden"));
        other.set(1);
        static_cast<void>(engine.get("other")); // has stores say what has changed
        isReady = true;
        if (!ends) {
            engine.load(1h);
            static_cast<void>(engine.flushNow(1h));
        }
    }
    const auto next = engine();
    QTRY_COMPARE(next.get("other"), std::optional<std::string>("1"));
    QVERIFY(!next.get("token"));
    QVERIFY(!file().contains("hidden"));
}

void tst_PersistentSecrets::keysOfAMap_areNotWritten()
{
    const auto engine = this->engine();
    const auto tokens = persistentMap<QString, QString>(engine, "t/", {}, {.secret = true});
    tokens.setKey(QStringLiteral("a"), QStringLiteral("hidden"));
    tokens.set(Dictionary<QString, QString>{{QStringLiteral("b"), QStringLiteral("hidden too")}});
    QVERIFY(!engine.flushNow(1h));
    QVERIFY(!file().contains("hidden"));
}

QTEST_GUILESS_MAIN(tst_PersistentSecrets)
#include "tst_persistentsecrets.moc"
