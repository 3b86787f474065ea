// SPDX-License-Identifier: MIT
#include <NanoStores/declarativeeffect.h>

#include <NanoStores/declarativestore.h>
#include <NanoStores/effectscope.h>
#include <nanostores/core/batch.h>
#include <nanostores/core/effect.h>
#include <nanostores/core/errors.h>

#include <QPointer>
#include <QQmlInfo>

#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace nanostores {

DeclarativeEffect::DeclarativeEffect(QObject *parent)
    : QObject(parent)
    , m_stores([this] { restart(); })
    , m_properties(0)
{
}

DeclarativeEffect::~DeclarativeEffect()
{
    m_node = nullptr;
    m_effect.reset();
}

void DeclarativeEffect::setRun(const QJSValue &newRun)
{
    m_run = newRun;
    if (!newRun.isCallable() && !newRun.isUndefined() && !newRun.isNull()) {
        qmlWarning(this) << "run must be a function, not " << detail::described(newRun) << ". Write `run: () => ...`.";
    }
    const QPointer<DeclarativeEffect> alive(this); // what runs may delete it
    restart();
    if (alive) {
        Q_EMIT runChanged();
    }
}

void DeclarativeEffect::setEnabled(bool newEnabled)
{
    if (m_enabled != newEnabled) {
        m_enabled = newEnabled;
        const QPointer<DeclarativeEffect> alive(this);
        restart();
        if (alive) {
            Q_EMIT enabledChanged();
        }
    }
}

void DeclarativeEffect::setScope(DeclarativeEffectScope *newScope)
{
    m_scope = newScope;
    applyScope();
}

void DeclarativeEffect::applyScope()
{
    if (m_caller && isWanted() != m_isOn) {
        restart();
    }
}

bool DeclarativeEffect::isWanted() const
{
    return m_enabled && (!m_scope || m_scope->isRunning()) && m_run.isCallable();
}

void DeclarativeEffect::classBegin() {}

void DeclarativeEffect::componentComplete()
{
    m_caller = std::make_unique<detail::JsCaller>(this);
    if (QObject *component = detail::componentOf(this)) { // the cleanup may name objects that soon are no more
        connect(component, SIGNAL(destruction()), this, SLOT(end()));
    }
    restart();
}

void DeclarativeEffect::end()
{
    m_node = nullptr;
    m_effect.reset();
    m_enabled = false;
    m_isOn = false;
    if (m_caller) {
        m_caller->follow({});
    }
}

void DeclarativeEffect::nameNodes(const Found &found) const
{
    if (m_node) {
        const std::string name = detail::nameInQml(this);
        found(*m_node, name);
        found(*m_properties.node(), name + ".properties");
    }
}

void DeclarativeEffect::restart()
{
    const QPointer<DeclarativeEffect> alive(this);
    m_node = nullptr;
    m_effect.reset(); // its cleanup may delete it, as what runs below may
    if (!alive || !m_caller) {
        return;
    }
    const bool runs = isWanted();
    m_isOn = runs;
    if (runs && m_stores.isEmpty()) {
        m_caller->follow([this] { m_properties.set(m_properties.peek() + 1); });
    } else {
        m_caller->follow({});
    }
    if (!runs) {
        return;
    }
    const auto body = [this, alive]() -> std::function<void()> {
        if (!m_node) {
            detail::Sink *const self = detail::exchangeOwner(nullptr);
            detail::exchangeOwner(self);
            m_node = self;
        }
        const QJSValue run = m_run;
        bool ok = false;
        QJSValue cleanup;
        if (m_stores.isEmpty()) {
            m_properties();
            cleanup = m_caller->callTracked(run, &ok);
        } else {
            const QJSValueList values = m_stores.read(this);
            if (alive) {
                cleanup = untracked([&] { return m_caller->call(run, values, &ok); });
            }
        }
        if (!alive || !cleanup.isCallable()) {
            return {};
        }
        return [alive, cleanup] {
            if (alive) {
                bool called = false;
                alive->m_caller->call(cleanup, {}, &called);
            }
        };
    };
    try {
        auto made = untracked([&] { return effect(body); });
        if (alive) {
            m_effect = std::move(made);
        }
    } catch (...) {
        if (alive) {
            m_node = nullptr;
        }
        detail::reportError(std::current_exception());
    }
}

} // namespace nanostores
