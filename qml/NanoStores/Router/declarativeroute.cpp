// SPDX-License-Identifier: MIT
#include <NanoStores/Router/declarativeroute.h>

#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlInfo>

namespace nanostores {

DeclarativeRoute::DeclarativeRoute(QObject *parent)
    : QObject(parent)
{
}

void DeclarativeRoute::setName(const QString &newName)
{
    if (m_name != newName) {
        m_name = newName;
        Q_EMIT nameChanged();
    }
}

void DeclarativeRoute::setComponent(QQmlComponent *newComponent)
{
    if (m_component != newComponent) {
        m_component = newComponent;
        Q_EMIT componentChanged();
    }
}

void DeclarativeRoute::setSource(const QUrl &newSource)
{
    if (m_source != newSource) {
        m_source = newSource;
        if (m_loaded) {
            m_loaded->deleteLater();
            m_loaded = nullptr;
        }
        if (m_isPreloaded && m_isComplete) {
            load(QQmlComponent::Asynchronous);
        }
        Q_EMIT sourceChanged();
    }
}

void DeclarativeRoute::setParams(const QVariantMap &newParams)
{
    if (m_params != newParams) {
        m_params = newParams;
        Q_EMIT paramsChanged();
    }
}

void DeclarativeRoute::setPreloaded(bool newPreloaded)
{
    if (m_isPreloaded != newPreloaded) {
        m_isPreloaded = newPreloaded;
        if (m_isPreloaded && m_isComplete) {
            load(QQmlComponent::Asynchronous);
        }
        Q_EMIT preloadChanged();
    }
}

void DeclarativeRoute::setReused(bool newReused)
{
    if (m_isReused != newReused) {
        m_isReused = newReused;
        Q_EMIT reuseChanged();
    }
}

void DeclarativeRoute::classBegin() {}

void DeclarativeRoute::componentComplete()
{
    m_isComplete = true;
    if (m_isPreloaded) {
        load(QQmlComponent::Asynchronous);
    }
}

QQmlComponent *DeclarativeRoute::load(QQmlComponent::CompilationMode mode)
{
    if (m_component) {
        return m_component;
    }
    if (m_loaded && !m_loaded->isError()) { // a file that was mended is read again
        return m_loaded;
    }
    QQmlEngine *const engine = qmlEngine(this);
    if (m_source.isEmpty() || !engine) {
        qmlWarning(this) << "the route \"" << m_name << "\" has nothing to show: give it a page, or a source.";
        return nullptr;
    }
    if (m_loaded) {
        m_loaded->deleteLater();
    }
    const QQmlContext *const context = qmlContext(this);
    m_loaded = new QQmlComponent(engine, context ? context->resolvedUrl(m_source) : m_source, mode, this);
    return m_loaded;
}

} // namespace nanostores
