// SPDX-License-Identifier: MIT
#pragma once

#include "language.h"
#include "product.h"

#include <nanostores/core.h>
#include <nanostores/router.h>

#include <QHash>
#include <QJsonObject>
#include <QString>

#include <variant>

namespace shop {

using Products = nanostores::Dictionary<QString, Product>;

#define SHOP_PRODUCT_PAGE(FIELD) FIELD(QString, id)

struct ShelfPage
{
};
struct ProductPage
{
    Q_GADGET
    NANOSTORES_STRUCT(ProductPage, SHOP_PRODUCT_PAGE)

public:
    static ProductPage of(const QString &id)
    {
        ProductPage page;
        page.id = id;
        return page;
    }
};

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

/// The file that the catalogue was read from.
inline const auto catalogueFile = nanostores::atom(QString()).named("shop/catalogueFile");

/// What the products are called in the shop's language, by id and by the keys of the catalogue: from catalogue.pl.json
/// beside catalogue.json. What is not there is as in the catalogue.
using ProductTexts = QHash<QString, QJsonObject>;
ProductTexts readProductTexts(const QString &file, const QString &language);
inline const auto productTexts =
    nanostores::computed(catalogueFile, language, readProductTexts).named("shop/productTexts");
Product translated(Product product, const ProductTexts &texts);
/// What the product is called. Tracked.
QString productName(const QString &id);

/// Where the shop is. Links from outside: smallorbit://product/orbit-mug.
inline const auto router = nanostores::createRouter({.links = {{QStringLiteral("smallorbit"), {}}}},
                                                    nanostores::route<ShelfPage>("shelf", "/"),
                                                    nanostores::route<ProductPage>("product", "/product/:id"));
inline const auto address =
    nanostores::computed(router.page(), [](const nanostores::Page &page) { return page.url(); }).named("shop/address");
/// The product whose page is shown; empty: all of them.
inline const auto currentProductId =
    nanostores::storeOfPage<QString>(
        router,
        [](const nanostores::Page &page) {
            const auto *product = page.as<ProductPage>();
            return product ? product->id : QString();
        },
        [](const QString &id) { id.isEmpty() ? router.open(ShelfPage()) : router.open(ProductPage::of(id)); })
        .named("shop/currentProductId");

/// Reads a JSON file of products; see catalogue/catalogue.json. Illustrations are looked for beside it.
std::variant<Products, CatalogueError> readCatalogue(const QString &file);
/// Fills the catalogue store; when that fails the shop opens empty, and catalogueProblem says why.
bool loadCatalogue(const QString &file);

} // namespace shop
