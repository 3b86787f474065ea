// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Registers the object of NanoStores::Undo with QML.

#include <nanostores/undo/historyobject.h>

#include <QObject>
#include <QtQml/qqml.h>

struct HistoryObjectForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::HistoryObject)
    QML_NAMED_ELEMENT(HistoryObject)
    QML_UNCREATABLE("A HistoryObject is made in C++, for a history of C++ stores. In QML there is History.")
};
