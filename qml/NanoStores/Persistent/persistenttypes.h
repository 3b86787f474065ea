// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Registers the object of NanoStores::Persistent with QML.

#include <nanostores/persistent/engineobject.h>

#include <QObject>
#include <QtQml/qqml.h>

struct EngineObjectForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::EngineObject)
    QML_NAMED_ELEMENT(EngineObject)
    QML_UNCREATABLE("An EngineObject is made in C++, for an engine of C++. In QML there is PersistentEngine.")
};
