// SPDX-License-Identifier: MIT
#include <nanostores/qtscope/scopedobject.h>

#include <nanostores/qtscope/objectscope.h>

#include <QDebug>

#include <exception>

namespace nanostores {

ScopedObject::ScopedObject(QObject *parent)
    : QObject(parent)
{
}

ScopedObject::~ScopedObject() = default;

QVariant ScopedObject::of(QObject *object)
{
    return QVariant::fromValue(objectOf(object));
}

QObject *ScopedObject::objectOf(const QObject *asking)
{
    try {
        return objectIn(scopeOf(asking));
    } catch (const std::exception &error) { // would end the program that QML runs in
        warn(QString::fromUtf8(error.what()));
        return nullptr;
    }
}

void ScopedObject::warn(const QString &problem) const
{
    qWarning().noquote() << problem;
}

std::optional<kit::InjectionProvider> ScopedObject::providerOf(QObject *) const
{
    return std::nullopt;
}

namespace detail {

HeldObject::HeldObject(QObject *object, Ownership ownership)
    : m_object(object)
    , m_ownership(ownership)
{
}

/// One of its handlers may be what ends the scope.
HeldObject::~HeldObject()
{
    if (m_object && m_ownership == Owned) {
        m_object->deleteLater();
    }
}

} // namespace detail
} // namespace nanostores
