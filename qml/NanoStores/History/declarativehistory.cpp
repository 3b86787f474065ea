// SPDX-License-Identifier: MIT
#include <NanoStores/History/declarativehistory.h>

#include <NanoStores/declarativeatom.h>
#include <NanoStores/declarativemap.h>
#include <NanoStores/declarativescoped.h>
#include <NanoStores/detail/jscaller.h>
#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>

#ifdef NANOSTORES_WITH_SCRIPT
#include <nanostores/script/history.h>
#endif

#include <QPointer>
#include <QQmlEngine>
#include <QQmlInfo>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace nanostores {

namespace {

std::size_t sizeOf(int number)
{
    return static_cast<std::size_t>(std::max(number, 0));
}

} // namespace

DeclarativeHistory::DeclarativeHistory(QObject *parent)
    : HistoryObject(History(), parent)
{
}

DeclarativeHistory::~DeclarativeHistory() = default;

int DeclarativeHistory::limit() const
{
    return static_cast<int>(history().options().limit);
}

void DeclarativeHistory::setLimit(int newLimit)
{
    if (limit() != newLimit) {
        HistoryOptions options = history().options();
        options.limit = sizeOf(newLimit);
        setOptions(std::move(options));
    }
}

int DeclarativeHistory::bytes() const
{
    return static_cast<int>(history().options().bytes);
}

void DeclarativeHistory::setBytes(int newBytes)
{
    if (bytes() != newBytes) {
        HistoryOptions options = history().options();
        options.bytes = sizeOf(newBytes);
        setOptions(std::move(options));
    }
}

int DeclarativeHistory::mergeWithin() const
{
    return static_cast<int>(history().options().mergeWithin.count());
}

void DeclarativeHistory::setMergeWithin(int newMergeWithin)
{
    if (mergeWithin() != newMergeWithin) {
        HistoryOptions options = history().options();
        options.mergeWithin = std::chrono::milliseconds(std::max(newMergeWithin, 0));
        setOptions(std::move(options));
    }
}

QString DeclarativeHistory::text() const
{
    return QString::fromStdString(history().options().text);
}

void DeclarativeHistory::setText(const QString &newText)
{
    if (text() != newText) {
        HistoryOptions options = history().options();
        options.text = newText.toStdString();
        setOptions(std::move(options));
    }
}

/// The options hold even if an observer throws.
void DeclarativeHistory::setOptions(HistoryOptions options)
{
    const QPointer<DeclarativeHistory> alive(this);
    const History held = history();
    try {
        held.setOptions(std::move(options));
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    if (alive) {
        Q_EMIT optionsChanged();
    }
}

void DeclarativeHistory::setStores(const QJSValue &newStores)
{
    m_stores = newStores;
    const QPointer<DeclarativeHistory> alive(this);
    if (m_complete) {
        trackAll();
    }
    if (alive) {
        Q_EMIT storesChanged();
    }
}

void DeclarativeHistory::classBegin() {}

void DeclarativeHistory::componentComplete()
{
    m_complete = true;
    trackAll();
}

void DeclarativeHistory::trackAll()
{
    const QPointer<DeclarativeHistory> alive(this);
    const History held = history();
    try {
        held.untrack();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    if (!alive) {
        return;
    }
    const QJSValue stores = detail::withoutWrapper(m_stores, engine());
    if (stores.isArray()) {
        const auto length = stores.property(QStringLiteral("length")).toUInt();
        for (quint32 i = 0; i < length; ++i) {
            track(stores.property(i));
        }
    } else if (!stores.isUndefined() && !stores.isNull()) {
        track(stores);
    }
}

void DeclarativeHistory::track(const QJSValue &store)
{
    QObject *const object = detail::storeFor(store.toQObject(), this);
    if (const auto *atom = qobject_cast<DeclarativeAtom *>(object)) {
        history().track(atom->store());
        return;
    }
    if (const auto *map = qobject_cast<DeclarativeMap *>(object)) {
        history().track(map->store());
        return;
    }
    if (qobject_cast<DeclarativeStore *>(object)) {
        qmlWarning(this)
            << "a computed store cannot be written, so there is nothing to undo: list the stores that it is "
               "computed from.";
        return;
    }
#ifdef NANOSTORES_WITH_SCRIPT
    if (!object && store.isObject()) {
        const QString problem = trackScriptStore(history(), engine(), store);
        if (!problem.isEmpty()) {
            qmlWarning(this) << problem << '.';
        }
        return;
    }
#endif
    if (object) {
        qmlWarning(this) << object->metaObject()->className()
                         << " is no store that is declared in QML. A history of C++ stores is made in C++, with "
                            "nanostores::history(), and shown as a HistoryObject.";
    } else {
        qmlWarning(this) << store.toString()
                         << " is no store. List the stores themselves, by their ids, and not their values.";
    }
}

QJSEngine *DeclarativeHistory::engine() const
{
    QJSEngine *const engine = qmlEngine(this);
    return engine ? engine : qjsEngine(this);
}

QJSValue DeclarativeHistory::group(const QString &text, const QJSValue &function)
{
    return detail::callAround(engine(), function, "group", [held = history(), &text](auto run) {
        const HistoryGroup whole = held.group(text.toStdString());
        run();
    });
}

QJSValue DeclarativeHistory::untracked(const QJSValue &function)
{
    return detail::callAround(engine(), function, "untracked", [held = history()](auto run) { held.untracked(run); });
}

} // namespace nanostores
