// SPDX-License-Identifier: MIT
#include "catalogue.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

namespace shop {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Catalogue", text);
}

QString typeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return tr("null");
    case QJsonValue::Bool:
        return tr("a boolean");
    case QJsonValue::Double:
        return tr("a number");
    case QJsonValue::String:
        return tr("a string");
    case QJsonValue::Array:
        return tr("a list");
    case QJsonValue::Object:
        return tr("an object");
    case QJsonValue::Undefined:
        break;
    }
    return tr("nothing");
}

qsizetype skipSpace(const QByteArray &json, qsizetype at)
{
    while (at < json.size() && std::isspace(static_cast<unsigned char>(json.at(at)))) {
        ++at;
    }
    return at;
}

/// OldValue the JSON string that begins at `at`.
qsizetype skipString(const QByteArray &json, qsizetype at)
{
    for (++at; at < json.size() && json.at(at) != '"'; ++at) {
        if (json.at(at) == '\\') {
            ++at;
        }
    }
    return at + 1;
}

/// Where, in a well-formed list of objects, the value of `key` of object number `index` stands; without such a key,
/// where that object begins. Qt's parser keeps no positions, so they are found again when there is something to report.
qsizetype positionOf(const QByteArray &json, int index, const QString &key)
{
    const QByteArray wanted = '"' + key.toUtf8() + '"';
    qsizetype start = 0;
    int depth = 0;
    int object = -1;
    for (qsizetype at = 0; at < json.size();) {
        const char c = json.at(at);
        if (c == '"') {
            const qsizetype end = skipString(json, at);
            const qsizetype colon = skipSpace(json, end);
            const bool isKey = depth == 2 && colon < json.size() && json.at(colon) == ':';
            if (isKey && object == index && json.mid(at, end - at) == wanted) {
                return skipSpace(json, colon + 1);
            }
            at = end;
            continue;
        }
        if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            --depth;
        }
        ++at;
        if (depth == 1 && (c == '[' || c == ',') && ++object == index) {
            start = skipSpace(json, at);
        }
    }
    return start;
}

/// Reads the products of one file one by one, and remembers the first mistake.
class Reader
{
public:
    explicit Reader(const QString &file)
        : m_file(file)
    {
    }

    std::variant<Products, CatalogueError> read();

private:
    Product product(const QJsonValue &value);
    QString string(const QJsonObject &object, const QString &key);
    int price(const QJsonObject &object);
    QString tint(const QJsonObject &object);
    QUrl illustration(const QJsonObject &object);
    void fail(const QString &key, const QString &reason);
    void failAt(qsizetype offset, const QString &reason);

    QString m_file;
    QByteArray m_json;
    int m_index = 0;
    QString m_productId;
    std::optional<CatalogueError> m_error;
};

std::variant<Products, CatalogueError> Reader::read()
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly)) {
        return CatalogueError{m_file, 0, 0, file.errorString()};
    }
    m_json = file.readAll();

    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(m_json, &parseError);
    if (parseError.error != QJsonParseError::NoError) {
        failAt(parseError.offset, parseError.errorString());
        return *m_error;
    }
    if (!document.isArray()) {
        failAt(0, tr("the catalogue must be a list of products"));
        return *m_error;
    }

    Products products;
    const QJsonArray values = document.array();
    for (; m_index < values.size() && !m_error; ++m_index) {
        const Product next = product(values.at(m_index));
        if (!m_error && products.contains(next.productId)) {
            fail(QStringLiteral("id"), tr("this id is taken by an earlier product"));
        }
        if (m_error) {
            break;
        }
        products.insert(next.productId, next);
    }
    if (m_error) {
        return *m_error;
    }
    return products;
}

Product Reader::product(const QJsonValue &value)
{
    m_productId.clear();
    if (!value.isObject()) {
        fail({}, tr("must be an object, not %1").arg(typeName(value)));
        return {};
    }
    const QJsonObject object = value.toObject();
    Product product;
    product.productId = m_productId = string(object, QStringLiteral("id"));
    product.name = string(object, QStringLiteral("name"));
    product.category = string(object, QStringLiteral("category"));
    product.tagline = string(object, QStringLiteral("tagline"));
    product.description = string(object, QStringLiteral("description"));
    product.details = string(object, QStringLiteral("details"));
    product.price = product.regularPrice = price(object);
    product.tint = tint(object);
    product.illustration = illustration(object);
    return product;
}

QString Reader::string(const QJsonObject &object, const QString &key)
{
    const QJsonValue value = object.value(key);
    if (value.isUndefined()) {
        fail(key, tr("\"%1\" is missing").arg(key));
    } else if (!value.isString()) {
        fail(key, tr("\"%1\" must be a string, not %2").arg(key, typeName(value)));
    } else if (value.toString().isEmpty()) {
        fail(key, tr("\"%1\" is empty").arg(key));
    }
    return value.toString();
}

int Reader::price(const QJsonObject &object)
{
    const QString key = QStringLiteral("price");
    const QJsonValue value = object.value(key);
    const double cents = value.toDouble();
    if (value.isUndefined()) {
        fail(key, tr("\"price\" is missing"));
    } else if (!value.isDouble()) {
        fail(key, tr("\"price\" must be a whole number of cents, not %1").arg(typeName(value)));
    } else if (cents < 1 || cents > 1'000'000 || cents != std::floor(cents)) {
        fail(key, tr("\"price\" must be a whole number of cents from 1 to 1000000"));
    } else {
        return static_cast<int>(cents);
    }
    return 0;
}

QString Reader::tint(const QJsonObject &object)
{
    static const QRegularExpression colour(QStringLiteral("^#[0-9a-fA-F]{6}$"));
    QString tint = string(object, QStringLiteral("tint"));
    if (!colour.match(tint).hasMatch()) {
        fail(QStringLiteral("tint"), tr("\"tint\" must be a colour like #f3dccb"));
    }
    return tint;
}

QUrl Reader::illustration(const QJsonObject &object)
{
    const QString name = string(object, QStringLiteral("illustration"));
    const QString path = QFileInfo(m_file).dir().filePath(name);
    if (!QFileInfo(path).isFile()) {
        fail(QStringLiteral("illustration"), tr("there is no file %1").arg(QDir::toNativeSeparators(path)));
    }
    return path.startsWith(u':') ? QUrl(QStringLiteral("qrc") + path)
                                 : QUrl::fromLocalFile(QFileInfo(path).absoluteFilePath());
}

void Reader::fail(const QString &key, const QString &reason)
{
    const QString who = m_productId.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(m_productId);
    failAt(positionOf(m_json, m_index, key), tr("product %1%2: %3").arg(QString::number(m_index + 1), who, reason));
}

void Reader::failAt(qsizetype offset, const QString &reason)
{
    if (m_error) {
        return; // the first one counts; the others are often its echo
    }
    const QByteArray before = m_json.left(offset);
    const auto line = static_cast<int>(before.count('\n')) + 1;
    const QByteArray lastLine = before.mid(before.lastIndexOf('\n') + 1);
    m_error = CatalogueError{m_file, line, static_cast<int>(QString::fromUtf8(lastLine).size()) + 1, reason};
}

} // namespace

QString CatalogueError::text() const
{
    const QString name = QDir::toNativeSeparators(file);
    return line > 0 ? QStringLiteral("%1:%2:%3: %4").arg(name, QString::number(line), QString::number(column), reason)
                    : QStringLiteral("%1: %2").arg(name, reason);
}

std::variant<Products, CatalogueError> readCatalogue(const QString &file)
{
    return Reader(file).read();
}

namespace {

/// What is not on sale has no page: a link to it, from outside or of an old history, shows the shelf.
[[maybe_unused]] const nanostores::Unbind onlyWhatIsOnSale = onSet(router.page(), [](auto &event) {
    const auto *product = event.newValue().template as<ProductPage>();
    if (!event.newValue().isFound() || (product && !catalogue.get().contains(product->id))) {
        event.replace(router.match(QStringLiteral("/")).value());
    }
});

} // namespace

ProductTexts readProductTexts(const QString &file, const QString &language)
{
    const QString ending = QStringLiteral(".json");
    ProductTexts texts;
    QFile translation(file.endsWith(ending) ? file.chopped(ending.size()) + u'.' + language + ending : QString());
    if (file.isEmpty() || !translation.exists()) {
        return texts;
    }
    QJsonParseError error;
    const bool isOpen = translation.open(QIODevice::ReadOnly);
    const QJsonDocument json = QJsonDocument::fromJson(isOpen ? translation.readAll() : QByteArray(), &error);
    if (!isOpen || !json.isObject()) {
        qWarning("%s: %s", qPrintable(translation.fileName()),
                 qPrintable(!isOpen ? translation.errorString()
                            : error.error != QJsonParseError::NoError
                                ? error.errorString()
                                : QStringLiteral("it must be an object of products by id")));
        return texts;
    }
    const QJsonObject products = json.object();
    for (auto product = products.begin(); product != products.end(); ++product) {
        texts.insert(product.key(), product->toObject());
    }
    return texts;
}

Product translated(Product product, const ProductTexts &texts)
{
    const QJsonObject own = texts.value(product.productId);
    for (const auto &[key, text] :
         {std::pair("name", &product.name), std::pair("category", &product.category),
          std::pair("tagline", &product.tagline), std::pair("description", &product.description),
          std::pair("details", &product.details)}) {
        *text = own.value(QLatin1String(key)).toString(*text);
    }
    return product;
}

QString productName(const QString &id)
{
    const Product *product = catalogue().find(id);
    return product ? translated(*product, productTexts()).name : QString();
}

bool loadCatalogue(const QString &file)
{
    const auto result = readCatalogue(file);
    const auto *products = std::get_if<Products>(&result);
    const nanostores::Batch batch;
    currentProductId.set({});
    catalogueFile.set(file);
    catalogue.set(products ? *products : Products());
    catalogueProblem.set(products ? QString() : std::get<CatalogueError>(result).text());
    return products;
}

} // namespace shop
