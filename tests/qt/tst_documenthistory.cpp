// SPDX-License-Identifier: MIT
#include <nanostores/history.h>
#include <nanostores/qt.h>

#include <QtTest/QTest>

#include "documentedits.h"

#include <vector>

using namespace nanostores;

/// A history keeps what the steps of a document have replaced, and leads back over any of them.
class tst_DocumentHistory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void undo_leadsBackOverAll_data();
    void undo_leadsBackOverAll();
};

void tst_DocumentHistory::undo_leadsBackOverAll_data()
{
    QTest::addColumn<int>("batched");
    QTest::addColumn<bool>("foreign");
    QTest::newRow("a step for each path") << 1 << false;
    QTest::newRow("batches") << 5 << false;
    QTest::newRow("a listener takes old values") << 5 << true;
}

void tst_DocumentHistory::undo_leadsBackOverAll()
{
    QFETCH(int, batched);
    QFETCH(bool, foreign);
    const auto silent = [](QtMsgType, const QMessageLogContext &, const QString &) {};
    for (unsigned seed = 1; seed <= 40; ++seed) {
        DocumentEdits edits(seed);
        const auto store = deepMap({});
        const auto steps = history(store);
        Subscription listener;
        if (foreign) {
            listener = store.listen([](const QVariantMap &, const QVariantMap &old) { QVERIFY(old.size() < 100); });
        }
        std::vector<QVariantMap> values{store.get()};
        const auto messages = qInstallMessageHandler(silent); // where a path leads nowhere
        for (int i = 0; i < 25; ++i) {
            batch([&] {
                for (int n = 1 + edits.any(batched); n > 0; --n) {
                    const QString path = edits.path();
                    store.setKey(path, edits.value());
                }
            });
            if (!detail::sameVariant(store.get(), values.back())) {
                values.push_back(store.get());
                values.back().detach();
            }
        }
        qInstallMessageHandler(messages);
        const QByteArray where = QByteArray::number(seed);
        for (int round = 0; round < 2; ++round) {
            for (std::size_t i = values.size() - 1; i > 0; --i) {
                QVERIFY2(steps.undo(), where);
                QVERIFY2(detail::sameVariant(store.get(), values[i - 1]), where);
            }
            QVERIFY2(!steps.undo(), where);
            for (std::size_t i = 1; i < values.size(); ++i) {
                QVERIFY2(steps.redo(), where);
                QVERIFY2(detail::sameVariant(store.get(), values[i]), where);
            }
            QVERIFY2(!steps.redo(), where);
        }
    }
}

QTEST_APPLESS_MAIN(tst_DocumentHistory)
#include "tst_documenthistory.moc"
