// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit/scoped.h>
#include <nanostores/qtscope/export.h>

#include <QObject>
#include <QPointer>
#include <QVariant>

#include <optional>

namespace nanostores {

/// An object that is declared once, and is another one in each scope: what QML has for scoped().
class NANOSTORES_QTSCOPE_EXPORT ScopedObject : public QObject
{
    Q_OBJECT

public:
    ~ScopedObject() override;

    /// The object of the scope that this object is in. Null, with a warning, if it cannot be had.
    Q_INVOKABLE QVariant of(QObject *object);
    /// The same; the object stays the scope's.
    QObject *objectOf(const QObject *asking);
    /// What gives a scope one of its own.
    virtual kit::InjectionProvider provider() const = 0;
    /// What gives a scope this object; none, if that makes no sense.
    virtual std::optional<kit::InjectionProvider> providerOf(QObject *object) const;

protected:
    explicit ScopedObject(QObject *parent = nullptr);

    virtual void warn(const QString &problem) const;
    /// May throw.
    virtual QObject *objectIn(const kit::InjectionContext &context) = 0;
};

namespace detail {

/// An object in a scope, which is deleted with it, or before, with its parent.
class NANOSTORES_QTSCOPE_EXPORT HeldObject
{
public:
    enum Ownership { Owned, Borrowed };

    explicit HeldObject(QObject *object, Ownership ownership = Owned);
    HeldObject(const HeldObject &) = delete;
    HeldObject &operator=(const HeldObject &) = delete;
    ~HeldObject();

    QObject *object() const { return m_object; }

private:
    QPointer<QObject> m_object;
    Ownership m_ownership;
};

} // namespace detail
} // namespace nanostores
