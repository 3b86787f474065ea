// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qttestkit/export.h>
#include <nanostores/qttestkit/storeguard.h>

#include <QObject>

#include <optional>

namespace nanostores {

/// A Qt Test class whose functions have a StoreGuard each:
///
///     class tst_Cart : public nanostores::StoreTest
///     {
///         Q_OBJECT
///     private Q_SLOTS:
///         void add_countsItems();
///     };
///
/// A function fails if its guard's report is not ok(): it has left something behind, or stores without their values, or
/// there were errors. The guard is made by init() and ends in cleanup(). A class that has slots of these names calls
/// those of StoreTest: init() first, cleanup() last.
class NANOSTORES_QTTESTKIT_EXPORT StoreTest : public QObject
{
    Q_OBJECT

public:
    explicit StoreTest(QObject *parent = nullptr);
    ~StoreTest() override;

    /// That of the function that runs. Outside of test functions there is none.
    StoreGuard &guard();
    /// Has the hints of reports printed: stores that are notified twice in a turn, and runs without a change. Off at
    /// first, unless the environment has NANOSTORES_TEST_HINTS=1.
    void setShowsHints(bool newShowsHints) { m_showsHints = newShowsHints; }

protected Q_SLOTS:
    void init();
    void cleanup();

private:
    std::optional<StoreGuard> m_guard;
    bool m_showsHints;
};

} // namespace nanostores
