// SPDX-License-Identifier: MIT
#pragma once

#include "product.h"

#include <nanostores/core.h>

#include <QString>

#include <variant>

namespace shop {

using Products = nanostores::Dictionary<QString, Product>;

/// Why a catalogue could not be read, and where.
struct CatalogueError
{
    QString file;
    int line = 0; // 0: the file as a whole
    int column = 0;
    QString reason;

    /// "file:line:column: reason", the way compilers write it.
    QString text() const;
};

inline const auto catalogue = nanostores::map<QString, Product>().named("shop/catalogue");
inline const auto catalogueProblem = nanostores::atom(QString()).named("shop/catalogueProblem");
inline const auto currentProductId = nanostores::atom(QString()).named("shop/currentProductId"); // empty: all of them

/// Reads a JSON file of products; see catalogue/catalogue.json. Illustrations are looked for beside it.
std::variant<Products, CatalogueError> readCatalogue(const QString &file);
/// Fills the catalogue store; when that fails the shop opens empty, and catalogueProblem says why.
bool loadCatalogue(const QString &file);

} // namespace shop
