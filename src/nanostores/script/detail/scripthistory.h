// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/history/history.h>

#include <QJSEngine>
#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

#include <vector>

/// Histories of stores whose values are JavaScript's: js/history.mjs.
namespace nanostores::detail {

class ScriptBridge;

/// A history as js/history.mjs sees it. Belongs to the collector.
class ScriptHistory : public QObject
{
    Q_OBJECT

public:
    ScriptHistory(QJSEngine *engine, HistoryOptions options);
    ~ScriptHistory() override;

    Q_INVOKABLE QString track(const QJSValue &store);
    Q_INVOKABLE bool undo();
    Q_INVOKABLE bool redo();
    Q_INVOKABLE bool goTo(int position);
    Q_INVOKABLE void clear();
    Q_INVOKABLE void setClean();
    Q_INVOKABLE void begin(const QString &text);
    Q_INVOKABLE void end();
    Q_INVOKABLE void beginUntracked();
    Q_INVOKABLE void endUntracked();
    Q_INVOKABLE QJSValue touched(int step);
    /// One of the history's stores.
    Q_INVOKABLE QJSValue view(const QString &name);

private:
    template<typename F>
    auto guarded(F f);

    QPointer<QJSEngine> m_engine;
    History m_history;
    std::vector<HistoryGroup> m_groups;
    int m_untracked = 0;
};

/// One for each engine.
class ScriptHistories : public QObject
{
    Q_OBJECT

public:
    explicit ScriptHistories(QJSEngine *engine);
    static ScriptHistories *of(QJSEngine *engine);

    Q_INVOKABLE void connect(const QJSValue &track) { m_track = track; }
    Q_INVOKABLE QObject *make(const QJSValue &options);
    /// What the module exports; it is loaded when it is first used.
    Q_INVOKABLE QJSValue load();

    const QJSValue &track() const { return m_track; }

private:
    QJSEngine *m_engine;
    QJSValue m_track; ///< The functions that record and write stores.
};

} // namespace nanostores::detail
