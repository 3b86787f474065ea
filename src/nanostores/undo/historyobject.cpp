// SPDX-License-Identifier: MIT
#include <nanostores/undo/historyobject.h>

#include <nanostores/core/errors.h>
#include <nanostores/undo/actions.h>
#include <nanostores/undo/detail/undolog.h>

#include <QPointer>

#include <exception>
#include <utility>

namespace nanostores {

Q_LOGGING_CATEGORY(undoLog, "nanostores.undo")

namespace {

Computed<QList<HistoryRow>> rowsOf(const History &history)
{
    return computed(history.steps, [](const std::vector<HistoryStep> &steps) {
        QList<HistoryRow> rows;
        rows.reserve(static_cast<qsizetype>(steps.size()));
        for (const HistoryStep &step : steps) {
            rows.append({step.id, QString::fromStdString(step.text), step.done, static_cast<int>(rows.size()) + 1});
        }
        return rows;
    });
}

} // namespace

HistoryObject::HistoryObject(History history, QObject *parent)
    : StoreObject(parent)
    , m_history(std::move(history))
    , m_rows(rowsOf(m_history))
{
}

HistoryObject::~HistoryObject() = default;

bool HistoryObject::undo()
{
    return detail::moveHistory(m_history, &History::undo);
}

bool HistoryObject::redo()
{
    return detail::moveHistory(m_history, &History::redo);
}

bool HistoryObject::goTo(int position)
{
    const History held = m_history; // who is notified may delete this object
    if (position < 0) {
        return false;
    }
    const auto wanted = static_cast<std::size_t>(position);
    try {
        return held.goTo(wanted);
    } catch (...) {
        detail::reportError(std::current_exception());
        return held.position.peek() == wanted;
    }
}

void HistoryObject::clear()
{
    const History held = m_history;
    try {
        held.clear();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

void HistoryObject::setClean()
{
    const History held = m_history;
    try {
        held.setClean();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

void HistoryObject::begin(const QString &text)
{
    if (m_groups++ > 0) {
        return;
    }
    const QPointer<HistoryObject> alive(this);
    const History held = m_history;
    try {
        HistoryGroup begun = held.group(text.toStdString());
        if (alive && m_groups > 0 && !m_group) { // an observer may have called end()
            m_group.emplace(std::move(begun));
        }
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

void HistoryObject::end()
{
    if (m_groups == 0) {
        qCWarning(undoLog) << "end() without a begin(): call begin() where the step begins.";
        return;
    }
    if (--m_groups == 0) {
        const std::optional<HistoryGroup> ended = std::exchange(m_group, std::nullopt);
    }
}

QStringList HistoryObject::touched(int step) const
{
    QStringList names;
    for (const HistoryTouch &touch : m_history.touched(static_cast<std::size_t>(step))) {
        const QString store = QString::fromStdString(touch.store);
        if (touch.keys.empty()) {
            names.append(store);
        }
        for (const std::string &key : touch.keys) {
            names.append(store + u'/' + QString::fromStdString(key));
        }
    }
    return names;
}

} // namespace nanostores
