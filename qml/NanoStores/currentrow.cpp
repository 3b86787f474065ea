// SPDX-License-Identifier: MIT
#include <NanoStores/currentrow.h>

#include <NanoStores/detail/jscaller.h>

#include <QMetaMethod>
#include <QQmlInfo>

#include <algorithm>
#include <utility>

// A view of Qt Quick follows its model some time later, before the next frame or when it is asked for something, and
// then moves its current index by itself. Until then a new index is the user's only if it is none that the view would
// take of its own.

namespace nanostores {

CurrentRow::CurrentRow(QObject *parent)
    : QObject(parent)
{
}

CurrentRow::~CurrentRow() = default;

void CurrentRow::setSelection(KeySelection *newSelection)
{
    if (m_selection == newSelection) {
        return;
    }
    if (m_selection) {
        disconnect(m_selection, nullptr, this, nullptr);
    }
    m_selection = newSelection;
    if (m_selection) {
        connect(m_selection, &QItemSelectionModel::currentChanged, this, [this] { show(); });
        connect(m_selection, &QItemSelectionModel::modelChanged, this, [this] { follow(); });
    }
    follow();
    Q_EMIT selectionChanged();
}

void CurrentRow::setTarget(const QQmlProperty &target)
{
    m_target = target;
}

void CurrentRow::classBegin() {}

void CurrentRow::componentComplete()
{
    if (!m_target.isWritable() || !m_target.hasNotifySignal()
        || m_target.propertyMetaType() != QMetaType::fromType<int>()) {
        qmlWarning(this) << "\"" << m_target.name()
                         << "\" is no current index: CurrentRow is for one that is a number.";
        return;
    }
    if (!m_selection) {
        qmlWarning(this) << "CurrentRow has no selection: selection: KeySelection { model: ... }";
    }
    if (QObject *component = detail::componentOf(m_target.object())) {
        connect(component, SIGNAL(completed()), this, SLOT(start()));
    } else {
        start();
    }
}

void CurrentRow::start()
{
    if (std::exchange(m_started, true)) {
        return;
    }
    m_target.connectNotifySignal(this, SLOT(edited()));
    // Another model, or another number of rows.
    const QMetaObject *meta = m_target.object()->metaObject();
    for (const char *name : {"model", "count"}) {
        const QMetaProperty property = meta->property(meta->indexOfProperty(name));
        if (property.isValid() && property.hasNotifySignal()) {
            connect(m_target.object(), property.notifySignal(), this,
                    staticMetaObject.method(staticMetaObject.indexOfSlot("changedByItself()")));
        }
    }
    follow();
}

void CurrentRow::follow()
{
    for (const auto &connection : m_following) {
        disconnect(connection);
    }
    m_model = m_selection ? m_selection->model() : nullptr;
    if (m_model) {
        using Model = QAbstractItemModel;
        m_following[0] = connect(m_model, &Model::rowsInserted, this, &CurrentRow::changedByItself);
        m_following[1] = connect(m_model, &Model::rowsRemoved, this, &CurrentRow::changedByItself);
        m_following[2] = connect(m_model, &Model::rowsMoved, this, &CurrentRow::changedByItself);
        m_following[3] = connect(m_model, &Model::modelReset, this, &CurrentRow::changedByItself);
        m_following[4] = connect(m_model, &Model::layoutChanged, this, &CurrentRow::changedByItself);
    }
    changedByItself();
}

void CurrentRow::changedByItself()
{
    if (m_started && !m_showing && !std::exchange(m_unsettled, true)) {
        QMetaObject::invokeMethod(this, &CurrentRow::settle, Qt::QueuedConnection);
    }
}

void CurrentRow::settle()
{
    if (!std::exchange(m_unsettled, false) || !m_target.object()) {
        return;
    }
    const QPointer<CurrentRow> alive(this);
    const bool before = std::exchange(m_showing, true);
    if (QObject *view = m_target.object(); view->metaObject()->indexOfMethod("forceLayout()") >= 0) {
        QMetaObject::invokeMethod(view, "forceLayout");
    }
    if (alive) {
        m_showing = before;
        show();
    }
}

int CurrentRow::row() const
{
    return m_selection ? m_selection->currentIndex().row() : -1;
}

void CurrentRow::show()
{
    if (!m_started || m_showing || m_unsettled || !m_target.object()) {
        return; // settle() does
    }
    m_shown = row();
    if (m_target.read().toInt() != m_shown) {
        const QPointer<CurrentRow> alive(this);
        m_showing = true;
        m_target.write(m_shown);
        if (alive) {
            m_showing = false;
        }
    }
}

void CurrentRow::edited()
{
    if (m_showing || !m_selection || !m_selection->model()) {
        return;
    }
    const int index = m_target.read().toInt();
    if (index == row()) {
        m_shown = index;
        return;
    }
    const int rows = m_selection->model()->rowCount();
    const bool follows =
        index == -1 || index == std::min(std::max(0, m_shown), rows - 1) || (index == 0 && m_shown < 0);
    if (m_unsettled && follows) {
        return;
    }
    m_shown = index;
    const QPointer<CurrentRow> alive(this);
    m_showing = true;
    const QModelIndex chosen = m_selection->model()->index(index, 0);
    if (chosen.isValid()) {
        m_selection->setCurrentIndex(chosen, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    } else {
        m_selection->clearCurrentIndex();
    }
    if (alive) {
        m_showing = false;
        show(); // what the store has made of it
    }
}

} // namespace nanostores
