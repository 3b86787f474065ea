// SPDX-License-Identifier: MIT
#include "settings.h"

#include <QSettings>

AppSettings::AppSettings(QObject *parent)
    : QObject(parent)
{
    const QSettings kept;
    m_current.name = kept.value(QStringLiteral("name"), m_current.name).toString();
    m_current.isDark = kept.value(QStringLiteral("isDark"), m_current.isDark).toBool();
    m_current.fontSize = kept.value(QStringLiteral("fontSize"), m_current.fontSize).toInt();
    m_current.notifies = kept.value(QStringLiteral("notifies"), m_current.notifies).toBool();
    m_current.withSound = kept.value(QStringLiteral("withSound"), m_current.withSound).toBool();
}

void AppSettings::setCurrent(const Settings &newCurrent)
{
    if (m_current == newCurrent) {
        return;
    }
    m_current = newCurrent;
    QSettings kept;
    kept.setValue(QStringLiteral("name"), m_current.name);
    kept.setValue(QStringLiteral("isDark"), m_current.isDark);
    kept.setValue(QStringLiteral("fontSize"), m_current.fontSize);
    kept.setValue(QStringLiteral("notifies"), m_current.notifies);
    kept.setValue(QStringLiteral("withSound"), m_current.withSound);
    Q_EMIT currentChanged();
}
