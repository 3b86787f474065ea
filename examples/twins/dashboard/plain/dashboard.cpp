// SPDX-License-Identifier: MIT
#include "dashboard.h"

#include <algorithm>
#include <chrono>

int ReadingModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_readings.size());
}

QHash<int, QByteArray> ReadingModel::roleNames() const
{
    return {{Host, "host"}, {Load, "load"}};
}

QVariant ReadingModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Reading &reading = m_readings.at(index.row());
    switch (role) {
    case Host:
        return reading.host;
    case Load:
        return reading.load;
    default:
        return {};
    }
}

// No reset: a row is its server's. All answers have the servers in the same order.
void ReadingModel::setReadings(const QList<Reading> &newReadings)
{
    const auto isIn = [](const QList<Reading> &list, const QString &host) {
        return std::any_of(list.begin(), list.end(), [&](const Reading &reading) { return reading.host == host; });
    };
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (!isIn(newReadings, m_readings.at(row).host)) {
            beginRemoveRows({}, row, row);
            m_readings.removeAt(row);
            endRemoveRows();
        }
    }
    for (int row = 0; row < static_cast<int>(newReadings.size()); ++row) {
        if (row == rowCount() || m_readings.at(row).host != newReadings.at(row).host) {
            beginInsertRows({}, row, row);
            m_readings.insert(row, newReadings.at(row));
            endInsertRows();
        }
    }
    m_readings = newReadings;
    if (!m_readings.isEmpty()) {
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Load});
    }
}

bool BusiestModel::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const int leftLoad = left.data(ReadingModel::Load).toInt();
    const int rightLoad = right.data(ReadingModel::Load).toInt();
    if (leftLoad != rightLoad) {
        return leftLoad > rightLoad;
    }
    return left.data(ReadingModel::Host).toString() < right.data(ReadingModel::Host).toString();
}

Dashboard::Dashboard(QObject *parent)
    : QObject(parent)
{
    m_busiest.setSourceModel(&m_readings);
    m_busiest.sort(0);
    m_timer.setInterval(std::chrono::seconds(1));
    connect(&m_timer, &QTimer::timeout, this, &Dashboard::refresh);
}

void Dashboard::setThreshold(int newThreshold)
{
    if (m_threshold == newThreshold) {
        return;
    }
    m_threshold = newThreshold;
    Q_EMIT thresholdChanged();
    updateAlarms();
}

void Dashboard::setLive(bool isLive)
{
    if (m_timer.isActive() == isLive) {
        return;
    }
    isLive ? m_timer.start() : m_timer.stop();
    Q_EMIT liveChanged();
}

void Dashboard::refresh()
{
    m_readings.setReadings(m_feed.next());
    updateAverage();
    updateAlarms();
}

void Dashboard::updateAverage()
{
    int sum = 0;
    for (const Reading &reading : m_readings.readings()) {
        sum += reading.load;
    }
    const int average = m_readings.rowCount() == 0 ? 0 : sum / m_readings.rowCount();
    if (m_average != average) {
        m_average = average;
        Q_EMIT averageChanged();
    }
}

void Dashboard::updateAlarms()
{
    const QList<Reading> &all = m_readings.readings();
    const auto alarms =
        std::count_if(all.begin(), all.end(), [this](const auto &one) { return one.load > m_threshold; });
    if (m_alarms != static_cast<int>(alarms)) {
        m_alarms = static_cast<int>(alarms);
        Q_EMIT alarmsChanged();
    }
}
