// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>

#include <QJSValue>
#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// The functions of the module: `NanoStores.batch(() => ...)`.
class NANOSTORES_QML_EXPORT DeclarativeFunctions : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(NanoStores)
    QML_SINGLETON

public:
    explicit DeclarativeFunctions(QObject *parent = nullptr);

    /// Calls the function, and notifies observers once it is done of all that it has set. Returns what it returns, and
    /// throws what it throws; what it has set by then stays.
    Q_INVOKABLE QJSValue batch(const QJSValue &function);
    /// Calls the function; stores that it reads do not run the Computed or StoreEffect again that calls this.
    Q_INVOKABLE QJSValue untracked(const QJSValue &function);
};

} // namespace nanostores
