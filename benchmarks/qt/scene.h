// SPDX-License-Identifier: MIT
#pragma once

#include <QQmlComponent>
#include <QQmlEngine>
#include <QUrl>
#include <QVariantMap>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

/// Readers of one kind in an engine.
class Scene
{
public:
    QQmlEngine &engine() { return m_engine; }
    /// Makes one more; its first evaluation is over when it returns.
    QObject *add(const char *file, const QVariantMap &properties)
    {
        if (!m_component || m_file != file) {
            m_file = file;
            m_component = std::make_unique<QQmlComponent>(
                &m_engine, QUrl(QStringLiteral("qrc:/qt/qml/Bench/qml/") + QLatin1String(file)));
        }
        std::unique_ptr<QObject> object(m_component->createWithInitialProperties(properties));
        if (!object) {
            std::fprintf(stderr, "%s\n", qPrintable(m_component->errorString()));
            std::abort();
        }
        m_objects.push_back(std::move(object));
        return m_objects.back().get();
    }
    int seen() const { return m_objects.empty() ? -1 : m_objects.back()->property("seen").toInt(); }

private:
    QQmlEngine m_engine;
    const char *m_file = nullptr;
    std::unique_ptr<QQmlComponent> m_component;
    std::vector<std::unique_ptr<QObject>> m_objects;
};
