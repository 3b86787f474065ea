// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Registers the page of NanoStores::Router with QML.

#include <nanostores/router/page.h>

#include <QObject>
#include <QtQml/qqml.h>

struct RouterPageForeign
{
    Q_GADGET
    QML_FOREIGN(nanostores::Page)
    QML_VALUE_TYPE(routerPage)
};
