// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/jsonsource.h>

#include <nanostores/core/graph/naming.h>
#include <nanostores/qt/json/json.h>

#include <QByteArray>
#include <QDate>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTime>
#include <QUrl>
#include <QUuid>
#include <QVariant>

#include <limits>
#include <optional>
#include <string>
#include <typeindex>
#include <unordered_map>

/// JSON as a source of values.
namespace nanostores::detail {

namespace {

using AssignLeaf = bool (*)(const QJsonValue &json, void *value);

template<typename T>
bool assignLeaf(const QJsonValue &json, void *value)
{
    std::optional<T> made = json::fromJson<T>(json);
    if (!made) {
        return false;
    }
    *static_cast<T *>(value) = std::move(*made);
    return true;
}

/// Values of Qt of which JSON knows the form: a valid one only.
template<typename T>
bool assignByMetaType(const QJsonValue &json, void *value)
{
    T made{};
    if (!json::valueOfJson(json, QMetaType::fromType<T>(), &made)) {
        return false;
    }
    *static_cast<T *>(value) = std::move(made);
    return true;
}

bool assignVariant(const QJsonValue &json, void *value)
{
    *static_cast<QVariant *>(value) = json.toVariant();
    return true;
}

struct Leaves
{
    Leaves()
    {
        add<bool, signed char, unsigned char, short, unsigned short, int, unsigned, long, unsigned long, long long,
            unsigned long long, float, double, std::string, QString, QJsonValue>();
        addByMetaType<QUrl, QUuid, QDate, QTime, QDateTime>();
        byType.emplace(typeid(QVariant), &assignVariant);
    }
    template<typename... T>
    void add()
    {
        (byType.emplace(typeid(T), &assignLeaf<T>), ...);
    }
    template<typename... T>
    void addByMetaType()
    {
        (byType.emplace(typeid(T), &assignByMetaType<T>), ...);
    }

    std::unordered_map<std::type_index, AssignLeaf> byType;
};

const Leaves &leavesOfJson()
{
    static const auto *const instance = new Leaves;
    return *instance;
}

QString shortText(const QJsonValue &json)
{
    const QString text = QString::fromUtf8(QJsonDocument(QJsonArray{json}).toJson(QJsonDocument::Compact));
    const QString value = text.mid(1, text.size() - 2);
    return value.size() > 60 ? value.left(60) + QStringLiteral("...") : value;
}

/// What LogValue::toJson() writes as an object of one member: the value that is meant.
QJsonValue unwrapped(const QJsonValue &json, bool &isMapOfPairs, bool &isBytes)
{
    const QJsonObject object = json.toObject();
    if (object.size() != 1) {
        return json;
    }
    const QString name = object.constBegin().key();
    const QJsonValue value = object.constBegin().value();
    if (name == QLatin1String("$int") && value.isString()) {
        return value;
    }
    if (name == QLatin1String("$float") && value.isString()) {
        const QString text = value.toString();
        const double number = text == QLatin1String("nan")    ? std::numeric_limits<double>::quiet_NaN()
                              : text == QLatin1String("inf")  ? std::numeric_limits<double>::infinity()
                              : text == QLatin1String("-inf") ? -std::numeric_limits<double>::infinity()
                                                              : text.toDouble();
        return json::numberToJson(number);
    }
    isMapOfPairs = name == QLatin1String("$map") && value.isArray();
    isBytes = name == QLatin1String("$bytes") && value.isString();
    return isMapOfPairs || isBytes ? value : json;
}

} // namespace

JsonSource::JsonSource(const QJsonValue &json)
    : JsonSource(json, nullptr, QString())
{
}

JsonSource::JsonSource(const QJsonValue &json, const JsonSource *root, const QString &path)
    : m_json(unwrapped(json, m_isMapOfPairs, m_isBytes))
    , m_root(root ? root : this)
    , m_path(path)
{
    if (m_isMapOfPairs) {
        const QJsonArray pairs = m_json.toArray();
        for (const QJsonValue &pair : pairs) {
            const QJsonArray two = pair.toArray();
            if (two.size() != 2) {
                refuse(QStringLiteral("%1 is no pair of a key and a value").arg(shortText(pair)));
                m_isMapOfPairs = false;
                m_entries.clear();
                return;
            }
            m_entries.push_back({two.at(0), two.at(1)});
        }
    } else if (m_json.isObject()) {
        const QJsonObject object = m_json.toObject();
        for (auto entry = object.begin(); entry != object.end(); ++entry) {
            m_entries.push_back({QJsonValue(entry.key()), entry.value()});
        }
    }
}

void JsonSource::refuse(const QString &reason) const
{
    if (m_root->m_problem.isEmpty()) {
        m_root->m_problem = m_path.isEmpty() ? reason : QStringLiteral("at %1: %2").arg(m_path, reason);
    }
}

bool JsonSource::whole(const std::type_info &type, void *value) const
{
    if (m_isBytes) {
        const bool isText = type == typeid(std::string);
        if (isText) {
            *static_cast<std::string *>(value) = QByteArray::fromHex(m_json.toString().toLatin1()).toStdString();
        }
        return isText;
    }
    const auto &known = leavesOfJson().byType;
    const auto found = known.find(type);
    if (found == known.end()) {
        return false;
    }
    if (found->second(m_json, value)) {
        return true;
    }
    const QJsonArray inText =
        m_isName ? QJsonDocument::fromJson('[' + m_json.toString().toUtf8() + ']').array() : QJsonArray();
    if (inText.size() == 1 && found->second(inText.at(0), value)) {
        return true;
    }
    refuse(QStringLiteral("%1 is no %2").arg(shortText(m_json), QString::fromStdString(typeName(type))));
    return false;
}

bool JsonSource::isNone() const
{
    return m_json.isNull();
}

std::size_t JsonSource::size() const
{
    return isMap() ? m_entries.size() : static_cast<std::size_t>(m_json.toArray().size());
}

const JsonSource *JsonSource::part(const QJsonValue &json, const QString &step) const
{
    m_parts.push_back(std::unique_ptr<JsonSource>(new JsonSource(json, m_root, m_path + step)));
    return m_parts.back().get();
}

const ValueSource *JsonSource::item(std::size_t index) const
{
    if (index >= size()) {
        refuse(QStringLiteral("there are only %1 items").arg(size()));
        return nullptr;
    }
    if (isMap()) {
        const Entry &entry = m_entries[index];
        return part(entry.value, QLatin1Char('[') + shortText(entry.key) + QLatin1Char(']'));
    }
    return part(m_json.toArray().at(static_cast<qsizetype>(index)), QStringLiteral("[%1]").arg(index));
}

const ValueSource *JsonSource::key(std::size_t index) const
{
    if (index >= m_entries.size()) {
        return nullptr;
    }
    const JsonSource *const made = part(m_entries[index].key, QStringLiteral("[key]"));
    m_parts.back()->m_isName = !m_isMapOfPairs;
    return made;
}

const ValueSource *JsonSource::member(const char *name) const
{
    const QJsonObject object = m_json.toObject();
    const auto found = object.find(QLatin1String(name));
    return found == object.end() ? nullptr : part(found.value(), QLatin1Char('.') + QLatin1String(name));
}

bool JsonSource::isList() const
{
    const bool isOne = m_json.isArray() && !m_isMapOfPairs;
    if (!isOne) {
        refuse(QStringLiteral("%1 is no list").arg(shortText(m_json)));
    }
    return isOne;
}

bool JsonSource::isMap() const
{
    return m_isMapOfPairs || m_json.isObject();
}

bool JsonSource::isStruct() const
{
    const bool isOne = m_json.isObject() && !m_isMapOfPairs;
    if (!isOne) {
        refuse(QStringLiteral("%1 is no object with members").arg(shortText(m_json)));
    }
    return isOne;
}

} // namespace nanostores::detail
