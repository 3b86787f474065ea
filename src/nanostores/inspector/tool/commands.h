// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector.h>

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <functional>

/// What was asked for on the command line.
struct Wish
{
    QString command;
    QStringList arguments;
    QString kind; ///< list: of stores.
    QString key; ///< set: of a map.
    bool isRemoval = false; ///< set: of the key.
    bool isJson = false;
    bool isUnobserved = false; ///< list
    bool isWasted = false; ///< list
    bool isDot = false; ///< graph
    int steps = -2; ///< graph; -2: as many as usual.
    int count = 0; ///< watch: ends after so many events; 0: never.
    int width = 80;
};

/// Does what a command says with a program, and calls done() with the exit code.
class Commands
{
public:
    Commands(Wish wish, std::function<void(int exitCode)> done);

    /// 0, or what is wrong with the arguments.
    static QString problemOf(const Wish &wish);

    void start(const nanostores::InspectorEndpoint &endpoint);

private:
    void run();
    void list();
    void takeRows(const nanostores::InspectorClient::Answer &answer);
    void printStores();
    void watch();
    void takeEvents(const QList<nanostores::InspectedEvent> &events);
    void printAnswer(const nanostores::InspectorClient::Answer &answer);
    void fail(const QString &reason, int exitCode = 1);
    QJsonObject storeRequest() const;

    const Wish m_wish;
    const std::function<void(int)> m_done;
    nanostores::InspectorClient m_client;
    nanostores::Subscription m_following;
    QList<nanostores::InspectedStore> m_stores;
    QList<QJsonObject> m_rows;
    QHash<qint64, int> m_depths; ///< Of events, for those that happened in them.
    int m_seen = 0;
    bool m_isRunning = false;
    bool m_isOver = false;
};

/// Prints the programs that can be inspected.
int printPrograms(bool isJson);
