// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/kit/scope.h>
#include <nanostores/qtscope/export.h>

#include <QObject>
#include <QString>

#include <functional>
#include <vector>

/// Scopes of QObjects: a window, a widget, a document.
namespace nanostores {

/// The scope of a QObject and of all that is in it:
///
///     class DocumentWindow : public QMainWindow
///     {
///         ...
///         ObjectScope m_scope{this, {provide(text), provide(edits)}}; // the last member: it ends first
///     };
///
/// scopeOf() finds it from each object below. It is below the scope of the object's parent; without a parent that is in
/// a scope, below the current one. It ends with this object, or when the owner is destroyed, if that is first.
class NANOSTORES_QTSCOPE_EXPORT ObjectScope
{
public:
    explicit ObjectScope(QObject *owner, const std::vector<kit::InjectionProvider> &providers = {});
    /// The name stands in front of the keys of what the scope has stored; see scopedKey().
    ObjectScope(QObject *owner, const QString &name, const std::vector<kit::InjectionProvider> &providers = {});
    ObjectScope(const ObjectScope &) = delete;
    ObjectScope &operator=(const ObjectScope &) = delete;
    ~ObjectScope();

    const kit::Scope &scope() const noexcept { return m_scope; }
    operator const kit::Scope &() const noexcept { return m_scope; } // NOLINT: it is one
    template<typename F, typename... Args>
    decltype(auto) run(F &&f, Args &&...args) const
    {
        return m_scope.run(std::forward<F>(f), std::forward<Args>(args)...);
    }

private:
    const QObject *m_owner;
    kit::Scope m_scope;
    QMetaObject::Connection m_destroyed;
};

/// Gives an object a scope that ends with it: one of a class that is not yours. Throws std::logic_error if it has one.
NANOSTORES_NO_DANGLING NANOSTORES_QTSCOPE_EXPORT const kit::Scope &
giveScope(QObject *owner, const std::vector<kit::InjectionProvider> &providers = {}, const QString &name = {});

/// The nearest scope of the object and its parents: of an item of Qt Quick, the items that it is shown in, and their
/// window; of what QML has made, at last its engine. Where none of them has one, the current scope. To be called on the
/// object's thread.
[[nodiscard]] NANOSTORES_QTSCOPE_EXPORT kit::InjectionContext scopeOf(const QObject *object);

namespace detail {

/// Has scopeOf() ask the function when it comes to the object; an empty one: not any more. Until the object is
/// destroyed.
NANOSTORES_QTSCOPE_EXPORT void setScopeFinder(const QObject *object, std::function<kit::InjectionContext()> find);
/// What is above an object without a parent, such as the engine that has made it: of the layer that knows engines.
NANOSTORES_QTSCOPE_EXPORT void setObjectAbove(const QObject *(*above)(const QObject *object)) noexcept;
/// Where the object is shown, or else what owns it.
NANOSTORES_QTSCOPE_EXPORT const QObject *objectAround(const QObject *object);
/// That of the object's parents.
NANOSTORES_QTSCOPE_EXPORT kit::InjectionContext scopeAround(const QObject *object);
/// Whether scopeOf() finds a scope at the object itself.
NANOSTORES_QTSCOPE_EXPORT bool hasScope(const QObject *object);

} // namespace detail
} // namespace nanostores
