// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/declarativederived.h>
#include <nanostores/kit/selector.h>

#include <QPointer>
#include <QString>

#include <optional>
#include <utility>

namespace nanostores {

/// Another store declared in QML, to be read and observed, and not written: `Readonly { store: root.count }`.
class NANOSTORES_QML_EXPORT DeclarativeReadonly : public nanostores::DeclarativeDerived
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Readonly)
    Q_PROPERTY(nanostores::DeclarativeStore *store READ source WRITE setSource NOTIFY sourceChanged FINAL)

public:
    explicit DeclarativeReadonly(QObject *parent = nullptr);

    DeclarativeStore *source() const { return m_source; }
    void setSource(DeclarativeStore *newSource);

Q_SIGNALS:
    void sourceChanged();

protected:
    std::optional<JsValue> evaluate() override;

private:
    QPointer<DeclarativeStore> m_source;
};

/// Which of many keys the value of a store is: `Selector { store: root.currentId }`.
///
/// `isSelected(key)`, and a StoreKey with this as its store, change when that key becomes the value or ceases to be it,
/// and for nothing else: a change reaches two keys, however many there are. Keys are compared as text. From nano_kit's
/// selector().
class NANOSTORES_QML_EXPORT DeclarativeSelector : public nanostores::DeclarativeReadonly
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Selector)

public:
    explicit DeclarativeSelector(QObject *parent = nullptr);
    ~DeclarativeSelector() override;

    /// Tracked in a Computed or StoreEffect. A key is text or a number; what is neither is never selected.
    Q_INVOKABLE bool isSelected(const QJSValue &key) const;

    QJSValue read(const QString &key) const override;
    Listening listenTo(const QString &key, std::function<void()> changed) override;

private:
    using Key = std::optional<QString>;

    Computed<Key> m_key;
    decltype(kit::selector(std::declval<Computed<Key>>())) m_isSelected;
};

} // namespace nanostores
