// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/surroundings/surroundings.h>

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// What the system says of the program: Surroundings.online. The network is followed from the first use of the object.
class NANOSTORES_QMLQUERY_EXPORT SurroundingsObject : public nanostores::StoreObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Surroundings)
    QML_SINGLETON
    /// A window of the program can be seen; false while it is hidden or suspended, as on a phone.
    NANOSTORES_READONLY(bool, appVisible, m_appVisible)
    /// A window of the program has the focus.
    NANOSTORES_READONLY(bool, appActive, m_appActive)
    /// False while the system says that there is no network at all.
    NANOSTORES_READONLY(bool, online, m_online)
    /// What is sent costs money, or counts for a limit.
    NANOSTORES_READONLY(bool, metered, m_metered)

public:
    explicit SurroundingsObject(QObject *parent = nullptr);
    ~SurroundingsObject() override;

private:
    SurroundingsStore m_appVisible;
    SurroundingsStore m_appActive;
    SurroundingsStore m_online;
    SurroundingsStore m_metered;
};

} // namespace nanostores
