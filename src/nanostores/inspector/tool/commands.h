// SPDX-License-Identifier: MIT
#pragma once

#include "talking.h"

#include <QHash>
#include <QJsonObject>

/// Asks a program of its stores, or sets one, and prints the answer.
class Commands final : public Talking
{
public:
    Commands(Wish wish, Done done);

    /// Empty, or what is wrong with the arguments of one of these commands.
    static QString problemOf(const Wish &wish);
    static bool knows(const QString &command);

protected:
    void run() override;
    void lost(const QString &reason) override;

private:
    void list();
    void takeRows(const nanostores::InspectorClient::Answer &answer);
    void printStores();
    void watch();
    void takeEvents(const QList<nanostores::InspectedEvent> &events);
    void printAnswer(const nanostores::InspectorClient::Answer &answer);
    QJsonObject storeRequest() const;

    QList<nanostores::InspectedStore> m_stores;
    QList<QJsonObject> m_rows;
    QHash<qint64, int> m_depths; ///< Of events, for those that happened in them.
    int m_seen = 0;
};

/// Prints the programs that can be inspected.
int printPrograms(bool isJson);
