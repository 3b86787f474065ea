// SPDX-License-Identifier: MIT
#pragma once

#include "settings.h"

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtQml/QQmlComponent>
#include <QtQml/QQmlContext>
#include <QtQml/QQmlEngine>
#include <QtTest/QTest>

#include <array>
#include <memory>

/// What the tests of StoreObject share. No .cpp file belongs to it.
///
/// An engine with the adapter as the context property "settings".
struct Scene
{
    explicit Scene(Settings *adapter) { engine.rootContext()->setContextProperty(QStringLiteral("settings"), adapter); }
    /// An object made from the text, with `import QtQml` above it.
    std::unique_ptr<QObject> make(const QByteArray &text)
    {
        QQmlComponent component(&engine);
        component.setData("import QtQml\n" + text, QUrl());
        std::unique_ptr<QObject> object(component.create());
        if (!object) {
            qWarning().noquote() << component.errorString();
        }
        return object;
    }
    QQmlEngine engine;
};

/// A test of Settings: it traces the life of their store, and fails where that stays mounted.
class SettingsTest : public support::TimedTest
{
    Q_OBJECT
protected Q_SLOTS:
    void init()
    {
        TimedTest::init();
        stores::volume.set(5);
        stores::title.set("title");
        stores::shown.set(true);
        m_hooks[0] = nanostores::onMount(stores::volume, [trace = m_trace] {
            trace.add("mount");
            return [trace] { trace.add("unmount"); };
        });
        m_hooks[1] = nanostores::onStart(stores::volume, m_trace.adds("start"));
        m_stops = 0;
        m_hooks[2] = nanostores::onStop(stores::volume, [this] {
            ++m_stops;
            m_trace.add("stop");
        });
        m_settings = std::make_unique<Settings>();
    }

    void cleanup()
    {
        m_settings.reset();
        m_time->advance(2000); // a computed store lets go of its sources when it unmounts
        const bool left = mounted();
        for (const nanostores::Unbind &unbind : m_hooks) {
            unbind();
        }
        m_trace.take();
        TimedTest::cleanup();
        QVERIFY(!left);
    }

protected:
    bool mounted() const { return nanostores::isMounted(stores::volume); }

    std::unique_ptr<Settings> m_settings;
    support::Trace m_trace;
    int m_stops = 0;
    std::array<nanostores::Unbind, 3> m_hooks;
};
