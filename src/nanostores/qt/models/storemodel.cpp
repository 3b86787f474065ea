// SPDX-License-Identifier: MIT
#include <nanostores/qt/models/storemodel.h>

#include <QDebug>
#include <QLoggingCategory>
#include <QMetaMethod>
#include <QMetaObject>
#include <QThread>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

namespace nanostores {

Q_LOGGING_CATEGORY(modelLog, "nanostores.qt.storemodel", QtWarningMsg)

namespace detail {

RowType::RowType(QMetaType type)
{
    names = {{StoreModel::KeyRole, "key"}, {StoreModel::ValueRole, "value"}};
    const QMetaObject *meta = type.flags().testFlag(QMetaType::IsGadget) ? type.metaObject() : nullptr;
    for (int i = 0; meta && i < meta->propertyCount(); ++i) {
        const QMetaProperty property = meta->property(i);
        const QByteArray name(property.name());
        const int role = StoreModel::FirstFieldRole + static_cast<int>(fields.size());
        if (name == "key") { // the item's own fields have their names
            names[StoreModel::KeyRole] = "storeKey";
        } else if (name == "value") {
            names[StoreModel::ValueRole] = "storeValue";
        }
        names.insert(role, name);
        fields.push_back(property);
        const QMetaType fieldType = property.metaType();
        const bool isVariant = !fieldType.isValid() || fieldType == QMetaType::fromType<QVariant>();
        readers.push_back({isVariant ? nullptr : property.enclosingMetaObject()->d.static_metacall,
                           property.relativePropertyIndex(), fieldType, isOpaque(fieldType)});
        rolesOfOne.push_back({StoreModel::ValueRole, role});
    }
    const QMetaType text = QMetaType::fromType<QString>();
    isShown = fields.empty() && (type == QMetaType::fromType<QVariant>() || QMetaType::canConvert(type, text));
}

// QMetaProperty::readOnGadget() would do for both, at several times the cost; this is what it ends in.

QVariant RowType::read(int field, const void *gadget) const
{
    const Reader &reader = readers[field];
    if (!reader.read) {
        return fields[field].readOnGadget(gadget);
    }
    const auto into = [&](void *value) {
        reader.read(static_cast<QObject *>(const_cast<void *>(gadget)), QMetaObject::ReadProperty, reader.index,
                    &value);
    };
    const auto as = [&into]<typename T>(T value) { // several times as fast as by meta type
        into(&value);
        return QVariant(value);
    };
    switch (reader.type.id()) {
    case QMetaType::Bool:
        return as(false);
    case QMetaType::Int:
        return as(0);
    case QMetaType::Double:
        return as(0.0);
    case QMetaType::QString:
        return as(QString());
    default: {
        QVariant value(reader.type);
        into(value.data());
        return reader.isOpaque ? shown(value) : value;
    }
    }
}

int RowType::fieldNamed(const QByteArray &name) const
{
    const auto named = std::find_if(fields.begin(), fields.end(),
                                    [&name](const QMetaProperty &property) { return name == property.name(); });
    return named == fields.end() ? -1 : static_cast<int>(named - fields.begin());
}

bool RowType::writeField(const QMetaProperty &field, void *gadget, const QVariant &newValue, const std::string &store)
{
    const auto fitting = fit(newValue, field.metaType());
    if (!fitting) {
        warnRefused(store, newValue, field.metaType());
        return false;
    }
    const QVariant present = field.readOnGadget(gadget);
    const auto asked = integerIn(*fitting);
    const auto held = integerIn(present);
    if (asked && held && isRounded(*asked, *held)) {
        warnRounded(store, newValue);
        return false;
    }
    return field.writeOnGadget(gadget, *fitting);
}

bool RowType::holds(const void *now, const void *asked, const QMetaProperty *field) const
{
    for (int i = 0; i < static_cast<int>(fields.size()); ++i) {
        if ((!field || field == &fields[i]) && isChanged(i, now, asked)) {
            return false;
        }
    }
    return true;
}

bool RowType::isChanged(int field, const void *before, const void *now) const
{
    if (field < MostListed && (listed >> field & 1) != 0) {
        return (differingListed(before, now) >> field & 1) != 0;
    }
    const Reader &reader = readers[field];
    if (reader.read && reader.type.id() == QMetaType::QString) {
        std::array<QString, 2> texts;
        for (std::size_t i = 0; i < 2; ++i) {
            void *argument = &texts[i];
            reader.read(static_cast<QObject *>(const_cast<void *>(i == 0 ? before : now)), QMetaObject::ReadProperty,
                        reader.index, &argument);
        }
        return texts[0] != texts[1];
    }
    if (!reader.read || (reader.type.flags() & (QMetaType::NeedsConstruction | QMetaType::NeedsDestruction))
        || reader.type.sizeOf() > static_cast<int>(sizeof(std::max_align_t))) {
        return !sameVariant(read(field, before), read(field, now));
    }
    std::array<std::max_align_t, 2> values{}; // numbers and the like
    for (std::size_t i = 0; i < 2; ++i) {
        void *argument = &values[i];
        reader.read(static_cast<QObject *>(const_cast<void *>(i == 0 ? before : now)), QMetaObject::ReadProperty,
                    reader.index, &argument);
    }
    switch (reader.type.id()) {
    case QMetaType::Int:
        return *reinterpret_cast<int *>(&values[0]) != *reinterpret_cast<int *>(&values[1]);
    case QMetaType::Double:
        return !Equal<double>{}(*reinterpret_cast<double *>(&values[0]), *reinterpret_cast<double *>(&values[1]));
    case QMetaType::Float:
        return !Equal<float>{}(*reinterpret_cast<float *>(&values[0]), *reinterpret_cast<float *>(&values[1]));
    default:
        break;
    }
    if (reader.isOpaque) {
        return !sameVariant(shown(QVariant(reader.type, &values[0])), shown(QVariant(reader.type, &values[1])));
    }
    return !reader.type.equals(&values[0], &values[1]);
}

bool RowType::isListable(int number, const char *name, QMetaType memberType) const
{
    const int field = firstListed + number;
    return firstListed >= 0 && field < MostListed && field < fields.size() && fieldNamed(name) == field
           && readers[field].type == memberType;
}

QList<int> RowType::listedRoles(const void *before, const void *now) const
{
    QList<int> roles;
    for (std::uint64_t changed = differingListed(before, now); changed != 0; changed &= changed - 1) {
        const int field = std::countr_zero(changed);
        if (roles.isEmpty()) {
            roles = rolesOfOne[field];
        } else {
            roles.append(StoreModel::FirstFieldRole + field);
        }
    }
    return roles;
}

QList<int> RowType::changedRoles(const void *before, const void *now) const
{
    QList<int> roles;
    if (isListed) {
        roles = listedRoles(before, now);
    } else {
        for (int i = 0; i < static_cast<int>(fields.size()); ++i) {
            if (isChanged(i, before, now)) {
                if (roles.isEmpty()) {
                    roles = rolesOfOne[i];
                } else {
                    roles.append(StoreModel::FirstFieldRole + i);
                }
            }
        }
    }
    if (roles.isEmpty()) {
        roles.append(StoreModel::ValueRole);
    }
    if (isShown) {
        roles << Qt::DisplayRole << Qt::EditRole;
    }
    return roles;
}

const QList<QByteArray> &modelSignals()
{
    static const QList<QByteArray> all = [] {
        QList<QByteArray> signatures;
        const QMetaObject &meta = QAbstractItemModel::staticMetaObject;
        for (int i = meta.methodOffset(); i < meta.methodCount(); ++i) {
            if (meta.method(i).methodType() == QMetaMethod::Signal) {
                signatures.append('2' + meta.method(i).methodSignature());
            }
        }
        return signatures;
    }();
    return all;
}

} // namespace detail

StoreModel::StoreModel(const detail::RowType &type, bool editable, QObject *parent)
    : QAbstractListModel(parent)
    , m_type(type)
    , m_editable(editable)
{
}

StoreModel::~StoreModel()
{
    for (Alive *each = m_alive; each; each = each->m_outer) {
        each->m_model = nullptr;
    }
}

QHash<int, QByteArray> StoreModel::roleNames() const
{
    QHash<int, QByteArray> names = m_type.names;
    int role = FirstFieldRole + static_cast<int>(m_type.fields.size());
    for (const QByteArray &name : m_nestRoles) {
        names.insert(role++, name);
    }
    return names;
}

int StoreModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : rows();
}

QVariant StoreModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rows()) {
        return QVariant();
    }
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return m_type.isShown ? valueAt(index.row()) : keyAt(index.row());
    case KeyRole:
        return keyAt(index.row());
    case ValueRole:
        return valueAt(index.row());
    default:
        break;
    }
    const int field = role - FirstFieldRole;
    const int nest = field - static_cast<int>(m_type.fields.size());
    if (field < 0 || nest >= static_cast<int>(m_nestRoles.size())) {
        return QVariant();
    }
    if (nest >= 0) {
        return QVariant::fromValue(nestAt(index.row(), nest));
    }
    const void *gadget = gadgetAt(index.row());
    return gadget ? m_type.read(field, gadget) : QVariant();
}

bool StoreModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid() || index.row() >= rows() || !canWrite(role)) {
        return false;
    }
    const bool isField = role >= FirstFieldRole;
    const QMetaProperty *field = isField ? &m_type.fields[role - FirstFieldRole] : nullptr;
    const QPersistentModelIndex row(index); // the write may move it, or delete the model
    const bool accepted = write(index.row(), value, field);
    if (!accepted && row.isValid()) {
        emitChanged(row.row(), {role});
    }
    return accepted;
}

/// Whether the role can be written; reports why not.
bool StoreModel::canWrite(int role) const
{
    if (!m_editable) {
        qCWarning(modelLog).noquote().nospace()
            << "Not written: the rows of " << QString::fromStdString(storeLabel())
            << " are read-only. Lists made by filtered(), sorted() and grouped() of a store that can be written can be "
               "edited, if they are kept as what these return; otherwise write the store itself.";
        return false;
    }
    const bool isField = role >= FirstFieldRole && role - FirstFieldRole < static_cast<int>(m_type.fields.size());
    if (isField || role == ValueRole || (role == Qt::EditRole && m_type.isShown)) {
        return true;
    }
    const auto names = roleNames();
    qCWarning(modelLog).noquote().nospace()
        << "Not written: the role "
        << (names.contains(role) ? QString::fromUtf8(names.value(role)) : QString::number(role)) << " of "
        << QString::fromStdString(storeLabel())
        << " is read-only. What can be written is its value and the properties of it.";
    return false;
}

void StoreModel::reportUnknownKey(const QVariant &key) const
{
    QString text;
    QDebug(&text).noquote().nospace() << key;
    qCWarning(modelLog).noquote().nospace()
        << "Not written: " << QString::fromStdString(storeLabel())
        << " is made of a store that has no item with the key " << text
        << ". Rows are written where they come from by their key, which has to be the same there.";
}

void StoreModel::addNestRole(const char *role)
{
    if (const auto names = roleNames().values(); names.contains(QByteArray(role))) {
        qCWarning(modelLog).noquote() << "nested(): there is a role" << role << "already; take another name.";
    }
    m_nestRoles.emplace_back(role);
}

Qt::ItemFlags StoreModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractListModel::flags(index);
    if (m_editable && index.isValid()) {
        flags |= Qt::ItemIsEditable;
    }
    return flags;
}

bool StoreModel::isObserved() const
{
    return m_holds > 0 || receivers(SIGNAL(countChanged())) > 0
           || std::any_of(detail::modelSignals().begin(), detail::modelSignals().end(),
                          [this](const QByteArray &signal) { return receivers(signal.constData()) > 0; });
}

QAbstractItemModel *StoreModel::nestAt(int, int) const
{
    return nullptr;
}

void StoreModel::hold()
{
    ++m_holds;
    if (!m_attached) {
        m_attached = true;
        attach();
    }
}

void StoreModel::release()
{
    if (--m_holds == 0) {
        updateObservationLater();
    }
}

void StoreModel::connectNotify(const QMetaMethod &signal)
{
    if (signal.methodIndex() < QAbstractItemModel::staticMetaObject.methodOffset()) {
        return;
    }
    if (mayListenNow() && !m_attached) {
        tryToAttach(true);
    }
}

void StoreModel::tryToAttach(bool again)
{
    const Alive alive(*this);
    m_attached = true;
    try {
        attach();
    } catch (...) {
        detail::reportError(std::current_exception());
        if (alive) {
            m_attached = false;
            detach();
            if (again) {
                updateObservationLater();
            }
        }
    }
}

void StoreModel::disconnectNotify(const QMetaMethod &)
{
    updateObservationLater();
}

void StoreModel::updateObservation()
{
    if (m_notifying) { // an observer runs an event loop of its own
        m_updates = true;
        return;
    }
    const bool observed = isObserved();
    if (!observed && m_attached) {
        m_attached = false;
        m_resync = false;
        detach(); // last, as hooks of the store may do anything then
        return;
    }
    const Alive alive(*this);
    if (observed && !m_attached) {
        tryToAttach(false);
    }
    if (alive && std::exchange(m_resync, false)) {
        try {
            resync();
        } catch (...) {
            detail::reportError(std::current_exception());
        }
    }
}

void StoreModel::resyncLater()
{
    m_resync = true;
    updateObservationLater();
}

void StoreModel::emitChanged(int row, const QList<int> &roles)
{
    const QModelIndex where = createIndex(row, 0);
    Q_EMIT dataChanged(where, where, roles);
}

void StoreModel::emitAllChanged()
{
    if (const int count = rows(); count > 0) {
        Q_EMIT dataChanged(index(0), index(count - 1));
    }
}

void StoreModel::endNotifying()
{
    m_notifying = false;
    if (m_again) {
        resyncLater();
    } else if (m_updates) {
        updateObservationLater();
    }
    m_again = false;
    m_updates = false;
}

void StoreModel::beginRemove(int first, int last)
{
    ++m_changing;
    beginRemoveRows(QModelIndex(), first, last);
}

bool StoreModel::endRemove()
{
    const Alive alive(*this);
    --m_changing;
    endRemoveRows();
    if (alive) {
        Q_EMIT countChanged();
    }
    return static_cast<bool>(alive);
}

void StoreModel::beginMove(int first, int last, int destination)
{
    ++m_changing;
    beginMoveRows(QModelIndex(), first, last, QModelIndex(), destination);
}

bool StoreModel::endMove()
{
    const Alive alive(*this);
    --m_changing;
    endMoveRows();
    return static_cast<bool>(alive);
}

void StoreModel::beginLayout()
{
    ++m_changing;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
}

bool StoreModel::endLayout(int first, const std::vector<int> &newRows)
{
    const Alive alive(*this);
    --m_changing;
    std::exception_ptr error; // views are in the midst of a change, and have to hear of its end
    try {
        const QModelIndexList before = persistentIndexList();
        QModelIndexList now;
        now.reserve(before.size());
        for (const QModelIndex &each : before) {
            const auto place = static_cast<std::size_t>(each.row() - first);
            now.append(each.row() >= first && place < newRows.size() ? index(newRows[place], each.column()) : each);
        }
        changePersistentIndexList(before, now);
    } catch (...) {
        error = std::current_exception();
    }
    Q_EMIT layoutChanged({}, VerticalSortHint);
    if (error) {
        std::rethrow_exception(error);
    }
    return static_cast<bool>(alive);
}

void StoreModel::beginInsert(int first, int last)
{
    ++m_changing;
    beginInsertRows(QModelIndex(), first, last);
}

bool StoreModel::endInsert()
{
    const Alive alive(*this);
    --m_changing;
    endInsertRows();
    if (alive) {
        Q_EMIT countChanged();
    }
    return static_cast<bool>(alive);
}

} // namespace nanostores
