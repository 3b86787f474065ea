// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>

struct Settings
{
    QString name = QStringLiteral("Ann");
    bool isDark = false;
    int fontSize = 12;
    bool notifies = true;
    bool withSound = false;

    friend bool operator==(const Settings &, const Settings &) = default;
};

/// The settings that are in force; kept in QSettings.
class AppSettings : public QObject
{
    Q_OBJECT

public:
    explicit AppSettings(QObject *parent = nullptr);

    const Settings &current() const { return m_current; }
    void setCurrent(const Settings &newCurrent);

Q_SIGNALS:
    void currentChanged();

private:
    Settings m_current;
};
