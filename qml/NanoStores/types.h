// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Registers the adapters and models of NanoStores::Qt with QML, which know nothing of it themselves.

#include <nanostores/qt/keyadapter.h>
#include <nanostores/qt/models/keyselection.h>
#include <nanostores/qt/models/storemodel.h>
#include <nanostores/qt/models/tablemodel.h>
#include <nanostores/qt/storeadapter.h>
#include <nanostores/qtscope/scopedadapter.h>
#include <nanostores/qtscope/scopedobject.h>

#include <QObject>
#include <QtQml/qqml.h>

struct StoreAdapterForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::StoreAdapter)
    QML_NAMED_ELEMENT(StoreAdapter)
    QML_UNCREATABLE("A StoreAdapter is made in C++, for a store.")
};

struct KeyAdapterForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::KeyAdapter)
    QML_NAMED_ELEMENT(KeyAdapter)
    QML_UNCREATABLE("A KeyAdapter is made in C++, for a key of a map. In QML there is StoreKey.")
};

struct KeySelectionForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::KeySelection)
    QML_NAMED_ELEMENT(KeySelection)
};

struct StoreModelForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::StoreModel)
    QML_NAMED_ELEMENT(StoreModel)
    QML_UNCREATABLE("A StoreModel is made in C++, for a store of rows.")
};

struct TableModelForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::TableModel)
    QML_NAMED_ELEMENT(TableModel)
    QML_UNCREATABLE("A TableModel is made in C++, for a model of rows.")
};

struct ScopedObjectForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::ScopedObject)
    QML_NAMED_ELEMENT(ScopedObject)
    QML_UNCREATABLE("ScopedObject is what Scoped and ScopedAdapter have in common.")
};

struct ScopedAdapterForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::ScopedAdapter)
    QML_NAMED_ELEMENT(ScopedAdapter)
    QML_UNCREATABLE("A ScopedAdapter is made in C++, for a scoped() store. In QML there is Scoped.")
};
