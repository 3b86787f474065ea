// SPDX-License-Identifier: MIT
#include <nanostores/qt/storeadapter.h>

#include <QLoggingCategory>
#include <QPointer>

namespace nanostores {

Q_LOGGING_CATEGORY(adapterLog, "nanostores.qt.adapter", QtWarningMsg)

StoreAdapter::Access::~Access() = default;

StoreAdapter::StoreAdapter(std::unique_ptr<Access> store, QObject *parent)
    : StoreObject(parent)
    , m_store(std::move(store))
    , m_valueTie(detail::ObservedAccess::describe<&StoreAdapter::listenToValue, &StoreAdapter::valueChanged>(
          this, &m_valueTie, staticMetaObject, "2valueChanged()"))
{
    m_store->adapter = this;
}

StoreAdapter::~StoreAdapter() = default;

QVariant StoreAdapter::value() const
{
    return m_store->read();
}

void StoreAdapter::setValue(const QVariant &newValue)
{
    if (m_store->isReadOnly()) {
        qCWarning(adapterLog).noquote() << "The store" << QString::fromStdString(shownAs())
                                        << "is computed; set the stores it derives from";
    }
    const QPointer<StoreAdapter> guard(this); // those who are notified may delete it
    if (!m_store->write(newValue) && guard) {
        notifyValue();
    }
}

/// The store's name, or the property of its object that it was made for.
std::string StoreAdapter::shownAs() const
{
    if (!m_store->name().isEmpty()) {
        return m_store->name().toStdString();
    }
    const std::string property = objectName().toStdString();
    const char *const owner = parent() ? parent()->metaObject()->className() : metaObject()->className();
    return property.empty() ? owner : owner + ("::" + property);
}

void StoreAdapter::warnUnreadable(QMetaType type, const QVariant &value) const
{
    detail::warnRefused(shownAs(), value, type);
}

bool StoreAdapter::isReadOnly() const
{
    return m_store->isReadOnly();
}

QString StoreAdapter::name() const
{
    return m_store->name();
}

QMetaType StoreAdapter::valueType() const
{
    return m_store->valueType();
}

bool StoreAdapter::hasKeys() const
{
    return m_store->hasKeys();
}

bool StoreAdapter::hasPaths() const
{
    return m_store->setPath(QString(), nullptr);
}

void StoreAdapter::setPath(const QString &path, const QVariant &newValue) const
{
    m_store->setPath(path, &newValue);
}

std::unique_ptr<KeyAdapter> StoreAdapter::atKey(const QVariant &key) const
{
    return m_store->atKey(key);
}

} // namespace nanostores
