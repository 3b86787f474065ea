// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit/scoped.h>
#include <nanostores/qt/storeadapter.h>
#include <nanostores/qtscope/export.h>
#include <nanostores/qtscope/scopedobject.h>

#include <QObject>

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace nanostores {

/// A scoped() store of C++ as QML sees it: StoreKey, Bind and the like take that of the scope they are in.
///
///     engine.rootContext()->setContextProperty("text", new ScopedAdapter(text, &engine));
///     // QML: Bind on text { store: text }
///
/// It shows a StoreAdapter in each scope; what is a std::shared_ptr of a QObject, such as a service, is shown itself.
class NANOSTORES_QTSCOPE_EXPORT ScopedAdapter : public nanostores::ScopedObject
{
    Q_OBJECT

public:
    template<AnyStore S>
    explicit ScopedAdapter(const kit::Scoped<S> &declaration, QObject *parent = nullptr)
        : ScopedAdapter(kit::provide(declaration), parent)
    {
        setFinder([adapters = kit::scoped([declaration, this] {
                       return detail::HeldObject(new StoreAdapter(declaration(), this));
                   })](const kit::InjectionContext &context) { return adapters.in(context).object(); });
    }
    template<std::derived_from<QObject> T>
    explicit ScopedAdapter(const kit::Scoped<std::shared_ptr<T>> &declaration, QObject *parent = nullptr)
        : ScopedAdapter(kit::provide(declaration), parent)
    {
        setFinder(
            [declaration](const kit::InjectionContext &context) -> QObject * { return declaration.in(context).get(); });
    }
    ~ScopedAdapter() override;

    kit::InjectionProvider provider() const override;

protected:
    QObject *objectIn(const kit::InjectionContext &context) override;

private:
    using Finder = std::function<QObject *(const kit::InjectionContext &context)>;

    ScopedAdapter(kit::InjectionProvider provider, QObject *parent);
    void setFinder(Finder newFinder);

    kit::InjectionProvider m_provider;
    Finder m_find;
};

} // namespace nanostores
