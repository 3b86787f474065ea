// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Registers the adapters of NanoStores::Qt and the types of NanoStores::Declarative with QML; no logic of its own.

#include <nanostores/declarative.h>
#include <nanostores/qt/keyadapter.h>
#include <nanostores/qt/models/keyselection.h>
#include <nanostores/qt/models/storemodel.h>
#include <nanostores/qt/models/tablemodel.h>
#include <nanostores/qt/storeadapter.h>

#include <QObject>
#include <QtQml/qqml.h>

struct AtomForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::DeclarativeAtom)
    QML_NAMED_ELEMENT(Atom)
};

struct MapStoreForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::DeclarativeMap)
    QML_NAMED_ELEMENT(MapStore)
};

struct ComputedForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::DeclarativeComputed)
    QML_NAMED_ELEMENT(Computed)
};

struct StoreEffectForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::DeclarativeEffect)
    QML_NAMED_ELEMENT(StoreEffect)
};

struct StoreKeyForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::StoreKey)
    QML_NAMED_ELEMENT(StoreKey)
};

struct BindForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::StoreBind)
    QML_NAMED_ELEMENT(Bind)
};

struct StoreChangeForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::StoreChange)
    QML_NAMED_ELEMENT(StoreChange)
    QML_UNCREATABLE("A StoreChange is what onSetting is handed.")
};

struct StoreForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::DeclarativeStore)
    QML_NAMED_ELEMENT(Store)
    QML_UNCREATABLE("Store is what Atom, MapStore and Computed have in common.")
};

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

struct CurrentRowForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::CurrentRow)
    QML_NAMED_ELEMENT(CurrentRow)
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
