// SPDX-License-Identifier: MIT
#include <nanostores/qttestkit/storetest.h>

#include <QDebug>
#include <QString>
#include <QTest>

namespace nanostores {

StoreTest::StoreTest(QObject *parent)
    : QObject(parent)
    , m_showsHints(qEnvironmentVariableIntValue("NANOSTORES_TEST_HINTS") != 0)
{
}

StoreTest::~StoreTest() = default;

StoreGuard &StoreTest::guard()
{
    if (!m_guard) {
        qFatal("nanostores: guard() is called outside of a test function, or init() of a class derived from StoreTest "
               "does not call StoreTest::init()");
    }
    return *m_guard;
}

void StoreTest::init()
{
    m_guard.emplace();
}

void StoreTest::cleanup()
{
    if (!m_guard) {
        QFAIL("init() of a class derived from StoreTest has to call StoreTest::init()");
    }
    const Report report = m_guard->finish();
    m_guard.reset();
    if (!report.ok()) {
        const std::string text = report.text();
        if (QTest::currentTestFailed()) {
            qWarning("the function failed before; then the guard has found\n%s", text.c_str());
        } else {
            QFAIL(text.c_str());
        }
    } else if (m_showsHints && !report.text().empty()) {
        qInfo("%s", report.text().c_str());
    }
}

} // namespace nanostores
