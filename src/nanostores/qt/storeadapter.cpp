#include <nanostores/qt/storeadapter.h>

#include <QLoggingCategory>

namespace nanostores {

Q_LOGGING_CATEGORY(adapterLog, "nanostores.qt.adapter", QtWarningMsg)

StoreAdapter::Access::~Access() = default;

StoreAdapter::StoreAdapter(std::unique_ptr<Access> store, QObject *parent)
    : StoreObject(parent)
    , m_store(std::move(store))
    , m_valueTie(detail::ObservedAccess::describe<&StoreAdapter::listenToValue, &StoreAdapter::valueChanged>(
          this, &m_valueTie, staticMetaObject, "2valueChanged()"))
{
}

StoreAdapter::~StoreAdapter() = default;

QVariant StoreAdapter::value() const
{
    return m_store->read();
}

void StoreAdapter::setValue(const QVariant &newValue)
{
    if (m_store->isReadOnly()) {
        qCWarning(adapterLog).noquote() << "The store" << name() << "is computed; set the stores it derives from";
    }
    if (!m_store->write(newValue)) {
        tellValue();
    }
}

void StoreAdapter::warnUnreadable(const std::string &name, QMetaType type, const QVariant &value)
{
    qCWarning(adapterLog).noquote() << "The store" << QString::fromStdString(name) << "holds a" << type.name()
                                    << "and does not take" << value << "- convert it before";
}

bool StoreAdapter::isReadOnly() const
{
    return m_store->isReadOnly();
}

QString StoreAdapter::name() const
{
    return m_store->name();
}

bool StoreAdapter::hasKeys() const
{
    return m_store->hasKeys();
}

std::unique_ptr<KeyAdapter> StoreAdapter::atKey(const QVariant &key) const
{
    return m_store->atKey(key);
}

} // namespace nanostores
