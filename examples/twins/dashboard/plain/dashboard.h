// SPDX-License-Identifier: MIT
#pragma once

#include "feed.h"

#include <QAbstractListModel>
#include <QSortFilterProxyModel>
#include <QTimer>
#include <QtQml/qqml.h>

class ReadingModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { Host = Qt::UserRole, Load };

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QHash<int, QByteArray> roleNames() const override;
    QVariant data(const QModelIndex &index, int role) const override;

    const QList<Reading> &readings() const { return m_readings; }
    void setReadings(const QList<Reading> &newReadings);

private:
    QList<Reading> m_readings;
};

/// The busiest first; those that are equally busy by name.
class BusiestModel : public QSortFilterProxyModel
{
    Q_OBJECT

protected:
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;
};

class Dashboard : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(QAbstractItemModel *items READ items CONSTANT FINAL)
    Q_PROPERTY(int threshold READ threshold WRITE setThreshold NOTIFY thresholdChanged FINAL)
    Q_PROPERTY(bool live READ isLive WRITE setLive NOTIFY liveChanged FINAL)
    Q_PROPERTY(int average READ average NOTIFY averageChanged FINAL)
    Q_PROPERTY(int alarms READ alarms NOTIFY alarmsChanged FINAL)

public:
    explicit Dashboard(QObject *parent = nullptr);

    QAbstractItemModel *items() { return &m_busiest; }
    int threshold() const { return m_threshold; }
    void setThreshold(int newThreshold);
    bool isLive() const { return m_timer.isActive(); }
    void setLive(bool isLive);
    int average() const { return m_average; }
    int alarms() const { return m_alarms; }

    Q_INVOKABLE void refresh();

Q_SIGNALS:
    void thresholdChanged();
    void liveChanged();
    void averageChanged();
    void alarmsChanged();

private:
    void updateAverage();
    void updateAlarms();

    Feed m_feed;
    QTimer m_timer;
    ReadingModel m_readings;
    BusiestModel m_busiest;
    int m_threshold = 80;
    int m_average = 0;
    int m_alarms = 0;
};
