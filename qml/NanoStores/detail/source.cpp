// SPDX-License-Identifier: MIT
#include <NanoStores/detail/source.h>

#include <NanoStores/declarativeatom.h>
#include <NanoStores/declarativemap.h>
#include <NanoStores/declarativescoped.h>
#include <nanostores/core/batch.h>
#include <nanostores/core/effect.h>
#include <nanostores/core/errors.h>
#include <nanostores/qt/storeadapter.h>
#include <nanostores/qt/variantpath.h>
#include <nanostores/script/detail/value.h>

#include <QMetaMethod>
#include <QQmlInfo>
#include <QVariant>

#include <exception>
#include <utility>

namespace nanostores::detail {

Source::Source(QObject *store, const QString &ownKey, const QString &path, QJSEngine *engine)
    : m_store(store)
    , m_declared(qobject_cast<DeclarativeStore *>(store))
    , m_key(ownKey)
    , m_path(path.isEmpty() ? QStringList() : VariantPath(path).keys())
    , m_pathText(path)
    , m_engine(engine)
{
    const auto *const stored = qobject_cast<StoreAdapter *>(store);
    if (m_key.isNull() && !m_path.isEmpty()
        && (qobject_cast<DeclarativeMap *>(store) || (stored && stored->hasKeys()))) {
        m_key = keyOf(m_path.first()); // a change of another key is none of this part
        m_pathFrom = 1;
    } else if (!m_key.isNull() && !m_path.isEmpty()) {
        m_path.prepend(m_key);
        m_pathFrom = 1;
    }
    const QString &key = m_key;
    static const bool knows = (knowScriptValues(), true);
    Q_UNUSED(knows)
    if (const auto *adapter = qobject_cast<StoreAdapter *>(store); adapter && adapter->hasKeys() && !key.isNull()) {
        m_atKey = adapter->atKey(key);
        m_isMap = true;
        m_property = m_atKey
                         ? KeyAdapter::staticMetaObject.property(KeyAdapter::staticMetaObject.indexOfProperty("value"))
                         : QMetaProperty();
    } else if (store && !m_declared) {
        const QByteArray name = key.isNull() ? QByteArrayLiteral("value") : key.toUtf8();
        m_property = store->metaObject()->property(store->metaObject()->indexOfProperty(name.constData()));
    }
}

QString Source::problem() const
{
    if (!m_store || m_declared) {
        return {};
    }
    if (m_isMap) {
        return m_atKey ? QString()
                       : QStringLiteral("\"%1\" is no key of this map: its keys are of another type.").arg(m_key);
    }
    const QString type = QString::fromUtf8(m_store->metaObject()->className());
    if (!m_property.isValid()) {
        return m_key.isNull()
                   ? QStringLiteral("%1 has no property \"value\". Name one of its properties as the key.").arg(type)
                   : QStringLiteral("%1 has no property \"%2\".").arg(type, m_key);
    }
    if (!m_property.hasNotifySignal() && !m_property.isConstant()) {
        return QStringLiteral("%1::%2 does not signal its changes: it has no NOTIFY signal.")
            .arg(type, QString::fromUtf8(m_property.name()));
    }
    return {};
}

bool Source::isWritable() const
{
    return m_store && (m_declared ? m_declared->isWritable() : m_property.isWritable());
}

QJSValue Source::read() const
{
    QJSValue value = readWhole();
    for (qsizetype step = m_pathFrom; step < m_path.size(); ++step) {
        if (!value.isObject()) {
            return {};
        }
        value = propertyOf(value, m_path[step]);
    }
    return value;
}

QJSValue Source::readWhole() const
{
    if (!isValid()) {
        return {};
    }
    if (m_declared) {
        return m_declared->read(m_key);
    }
    return m_engine ? scriptOfVariant(m_engine, m_property.read(object())) : QJSValue();
}

SourceWrite Source::write(const QJSValue &newValue) const
{
    if (!isValid() || !isWritable()) {
        return SourceWrite::Refused;
    }
    const QJSValue value = m_declared ? withoutWrapper(newValue, m_engine) : newValue;
    return !hasPath() ? writeWhole(value) : writePath(value);
}

SourceWrite Source::writePath(const QJSValue &newValue) const
{
    if (m_declared) {
        if (!newValue.isUndefined() && JsValue(read(), m_engine, false) == JsValue(newValue, m_engine, false)) {
            return SourceWrite::Accepted;
        }
        QString problem;
        const auto next =
            untracked([&] { return copyWithPath(readWhole(), m_path, m_pathFrom, newValue, m_engine, problem); });
        if (!next) {
            qmlWarning(m_store) << "the path \"" << m_path.join(QLatin1Char('.')) << "\" cannot be set: " << problem
                                << ". The store keeps what it has.";
            return SourceWrite::Refused;
        }
        return writeWhole(*next);
    }
    const std::optional<QVariant> part = newValue.isUndefined() ? QVariant() : variantOfScript(newValue);
    if (!part) {
        return SourceWrite::Unreadable;
    }
    const QString path = m_path.join(QLatin1Char('.'));
    const auto whole = [from = m_pathFrom,
                        key = m_path.first()](const QVariant &value) { // in which the path begins with the key
        return from == 0 ? value : QVariant(QVariantMap{{key, value}});
    };
    const QVariant before = m_property.read(object());
    const QVariant changed = setByKey(whole(before), m_path, *part);
    const QVariant next = m_pathFrom == 0 ? changed : changed.toMap().value(m_path.first());
    const auto *const stored = m_atKey ? nullptr : qobject_cast<StoreAdapter *>(m_store);
    const Source held = *this; // those who are notified may change this
    if (stored && stored->hasPaths() && m_property.name() == QByteArrayView("value")) {
        stored->setPath(m_pathText, *part);
    } else if (sameVariant(before, next)) {
        return sameVariant(getPath(whole(before), path), *part) ? SourceWrite::Accepted : SourceWrite::Refused;
    } else if (const auto fitting = fit(next, type())) {
        m_property.write(object(), *fitting);
    } else {
        return SourceWrite::Unreadable;
    }
    return held.m_store && sameVariant(getPath(whole(held.m_property.read(held.object())), path), *part)
               ? SourceWrite::Accepted
               : SourceWrite::Refused;
}

SourceWrite Source::writeWhole(const QJSValue &newValue) const
{
    if (m_declared) {
        return m_declared->write(m_key, newValue) ? SourceWrite::Accepted : SourceWrite::Refused;
    }
    const std::optional<QVariant> value = asked(newValue);
    if (!value) {
        const bool isEcho = newValue.isNumber() && read().strictlyEquals(newValue); // of an integer that is none here
        return isEcho ? SourceWrite::Accepted : SourceWrite::Unreadable;
    }
    m_property.write(object(), *value);
    return m_store && holds(*value, newValue) ? SourceWrite::Accepted : SourceWrite::Refused;
}

/// Of what is written: of an adapter's property, which is a QVariant, that of the store.
QMetaType Source::type() const
{
    if (m_atKey) {
        return m_atKey->valueType();
    }
    const auto *adapter = qobject_cast<StoreAdapter *>(m_store);
    return adapter && m_property.name() == QByteArrayView("value") ? adapter->valueType() : m_property.metaType();
}

std::optional<QVariant> Source::asked(const QJSValue &newValue) const
{
    const QMetaType expected = type();
    const bool isAny = expected == QMetaType::fromType<QVariant>();
    if (expected == QMetaType::fromType<QJSValue>() || (isAny && newValue.isObject())) {
        return QVariant::fromValue(newValue);
    }
    if (isSymbol(newValue)) {
        return std::nullopt;
    }
    if (isAny || (m_atKey && newValue.isUndefined())) { // which removes the key
        return newValue.toVariant();
    }
    const std::optional<QVariant> variant = variantOfScript(newValue);
    return variant ? fit(*variant, expected) : std::nullopt;
}

bool Source::holds(const QVariant &asked, const QJSValue &newValue) const
{
    const QVariant held = m_property.read(object());
    if (newValue.isObject() && m_engine && read().strictlyEquals(newValue)) {
        return true;
    }
    const auto inItsType = fit(asked, held.metaType()); // what was asked for may be of any
    if (inItsType ? sameVariant(held, *inItsType) : sameVariant(held, shown(asked))) {
        return true;
    }
    // A property of type double may show a float, which holds what is near to it.
    const auto near = held.typeId() == QMetaType::Double ? floatOf(asked) : std::nullopt;
    return near && decimalOf(*near) == held.toDouble();
}

QString Source::refusal(const QJSValue &newValue) const
{
    const std::optional<QVariant> variant = variantOfScript(newValue);
    return variant ? detail::refusal(*variant, type())
                   : QStringLiteral("%1 is, or has in it, what C++ does not know: a function, a Symbol, a Map or Set")
                         .arg(newValue.toString());
}

/// Of a path, only when what it leads to is another value, or another object.
std::function<void()> Source::atPath(std::function<void()> changed) const
{
    if (!hasPath()) {
        return changed;
    }
    return [source = *this, last = untracked([&] { return read(); }), changed = std::move(changed)]() mutable {
        const QJSValue next = untracked([&] { return source.read(); });
        if (next.isObject() || !next.strictlyEquals(last)) {
            last = next;
            const auto running = changed; // may end the listening
            running();
        }
    };
}

bool Source::canObserveOnly() const
{
    return qobject_cast<DeclarativeAtom *>(m_store) || qobject_cast<DeclarativeMap *>(m_store);
}

DeclarativeStore::Listening Source::observe(std::function<void()> changed) const
{
    if (!isValid() || !canObserveOnly()) {
        return {};
    }
    const Unowned unowned;
    Node *const exempt = exchangeExempt(const_cast<Node *>(m_declared->node()));
    DeclarativeStore::Listening listening;
    try {
        listening = std::make_shared<Subscription>(
            effect(forView([source = *this, last = QJSValue(), changed = std::move(changed)](bool isFirst) mutable {
                const QJSValue next = source.read();
                const bool isOther = next.isObject() || !next.strictlyEquals(last);
                last = next;
                if (!isFirst && isOther) {
                    const auto running = changed; // may end the listening
                    untracked(running);
                }
            })));
    } catch (...) {
        reportError(std::current_exception());
    }
    exchangeExempt(exempt);
    return listening;
}

DeclarativeStore::Listening Source::listen(std::function<void()> then) const
{
    if (!isValid()) {
        return {};
    }
    auto changed = atPath(std::move(then));
    if (m_declared) {
        return m_declared->listenTo(m_key, std::move(changed));
    }
    if (!m_property.hasNotifySignal()) {
        return {};
    }
    return std::shared_ptr<PropertyListener>(new PropertyListener(object(), m_property, std::move(changed)),
                                             [](PropertyListener *listener) { listener->end(); });
}

PropertyListener::PropertyListener(QObject *object, const QMetaProperty &property, std::function<void()> changed)
    : m_changed(std::move(changed))
{
    static const QMetaMethod slot = staticMetaObject.method(staticMetaObject.indexOfMethod("call()"));
    m_connection = connect(object, property.notifySignal(), this, slot);
}

void PropertyListener::end()
{
    disconnect(m_connection);
    m_over = true;
    deleteLater(); // it may be what is calling
}

void PropertyListener::call() const
{
    if (!m_over) {
        m_changed();
    }
}

StoreList::StoreList(std::function<void()> changed)
    : m_changed(std::move(changed))
{
}

StoreList *StoreList::of(QQmlListProperty<QObject> *property)
{
    return static_cast<StoreList *>(property->data);
}

QQmlListProperty<QObject> StoreList::property(QObject *owner)
{
    using List = QQmlListProperty<QObject>;
    return List(
        owner, this,
        [](List *list, QObject *store) {
            of(list)->m_stores.append({store, nullptr});
            of(list)->m_changed();
        },
        [](List *list) { return of(list)->m_stores.size(); },
        [](List *list, qsizetype index) { return of(list)->m_stores.at(index).given.data(); },
        [](List *list) {
            of(list)->m_stores.clear();
            of(list)->m_changed();
        });
}

void StoreList::resolve(const QObject *owner)
{
    const QPointer<const QObject> alive(owner);
    for (qsizetype i = 0; alive && i < m_stores.size(); ++i) {
        if (!m_stores.at(i).store) {
            QObject *const store = storeFor(m_stores.at(i).given, owner); // makes it; which may change the list
            if (alive && i < m_stores.size()) {
                m_stores[i].store = store;
            }
        }
    }
}

QJSValueList StoreList::read(const QObject *owner)
{
    const QPointer<const QObject> alive(owner);
    resolve(owner);
    QJSValueList values;
    const QList<Listed> stores = alive ? m_stores : QList<Listed>(); // functions that run may change the list
    for (const auto &[given, store] : stores) {
        if (!alive) {
            break;
        }
        const auto *declared = qobject_cast<DeclarativeStore *>(store);
        if (!declared && store) {
            qmlWarning(owner) << store->metaObject()->className()
                              << " is no store declared in QML. Read it in the function instead of listing it.";
        }
        values.append(declared ? declared->read(QString()) : QJSValue());
    }
    return values;
}

} // namespace nanostores::detail
