// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/inspectordesk.h>

#include <nanostores/core/graph/edit.h>
#include <nanostores/inspector/detail/deskanswers.h>
#include <nanostores/inspector/detail/jsonsource.h>

#include <algorithm>

/// Stores that clients set.
namespace nanostores::detail {

namespace {

constexpr LogLimits Whole{.textBytes = 1u << 24u, .parts = 1'000'000};

bool isHiddenAnywhere(const LogValue &value)
{
    return value.kind == LogValue::Kind::Hidden
           || std::any_of(value.items.begin(), value.items.end(), isHiddenAnywhere);
}

/// A key that is given as text, as on a command line, of a map whose keys are no texts.
QJsonValue keyFor(const QJsonArray &pairs, const QJsonValue &key)
{
    const auto isOfTexts = [](const QJsonValue &pair) { return pair.toArray().at(0).isString(); };
    if (!key.isString() || std::any_of(pairs.begin(), pairs.end(), isOfTexts)) {
        return key;
    }
    const QJsonArray read = QJsonDocument::fromJson('[' + key.toString().toUtf8() + ']').array();
    return read.size() == 1 ? read.at(0) : key;
}

/// The places of a map's pairs with the key.
qsizetype placeOf(const QJsonArray &pairs, const QJsonValue &key)
{
    for (qsizetype i = 0; i < pairs.size(); ++i) {
        if (pairs.at(i).toArray().at(0) == key) {
            return i;
        }
    }
    return -1;
}

} // namespace

WireDesk::Answer InspectorDesk::withKey(const Node &node, const QJsonObject &request, QJsonValue &value)
{
    const LogValue present = valueOf(node, Whole);
    if (present.kind != LogValue::Kind::Map && present.kind != LogValue::Kind::Struct) {
        return failure(QStringLiteral("its value has no keys; leave \"key\" out"), "key");
    }
    if (isCutAnywhere(present) || isHiddenAnywhere(present)) {
        return failure(QStringLiteral("parts of the value are redacted or too long, and would be lost"), "hidden");
    }
    QJsonValue key = request.value(QLatin1String("key"));
    const bool isRemoval = request.value(QLatin1String("remove")).toBool();
    QJsonObject object = jsonOf(present).toObject();
    if (object.size() == 1 && object.constBegin().key() == QLatin1String("$map")) {
        QJsonArray pairs = object.constBegin().value().toArray();
        key = keyFor(pairs, key);
        const qsizetype place = placeOf(pairs, key);
        if (isRemoval) {
            if (place < 0) {
                return failure(QStringLiteral("it has no such key"), "key");
            }
            pairs.removeAt(place);
        } else if (place < 0) {
            pairs.append(QJsonArray{key, value});
        } else {
            pairs.replace(place, QJsonArray{key, value});
        }
        value = QJsonObject{{QStringLiteral("$map"), pairs}};
        return {};
    }
    if (object.isEmpty() && present.kind == LogValue::Kind::Map && !key.isString() && !isRemoval) {
        value = QJsonObject{{QStringLiteral("$map"), QJsonArray{QJsonArray{key, value}}}}; // of which kind its keys are
        return {};
    }
    const bool isKnown = object.contains(key.toString());
    if (!key.isString() || ((isRemoval || present.kind == LogValue::Kind::Struct) && !isKnown)) {
        return failure(QStringLiteral("it has no such key"), "key");
    }
    if (isRemoval) {
        object.remove(key.toString());
    } else {
        object.insert(key.toString(), value);
    }
    value = present.kind == LogValue::Kind::Struct && isRemoval ? QJsonValue() : QJsonValue(object);
    return value.isNull() ? failure(QStringLiteral("members of a struct cannot be removed"), "key") : Answer();
}

WireDesk::Answer InspectorDesk::set(const QJsonObject &request)
{
    const Found found = find(request);
    if (!found.node) {
        return found.problem;
    }
    Node &node = *found.node;
    const auto held = Ref<Node>::share(&node); // a listener may end the store
    if (node.has(Computing | Effecting)) {
        return failure(QStringLiteral("its value is computed, and cannot be set"), "computed");
    }
    if (isHidden(node)) {
        return failure(QStringLiteral("it is redacted, and cannot be set"), "hidden");
    }
    if (isEditable(node) && !maySet(node)) {
        return failure(QStringLiteral("it says whether the past is shown: ask \"travel\""), "type");
    }
    if (!isEditable(node)) {
        return failure(QStringLiteral("stores of %1 cannot be set from outside: the program has to call "
                                      "allowEdits(store) for one of this type")
                           .arg(qText(valueTypeOf(node))),
                       "type");
    }
    QJsonValue value = request.value(QLatin1String("value"));
    if (request.contains(QLatin1String("key"))) {
        if (const Answer problem = withKey(node, request, value); !problem.error.isEmpty()) {
            return problem;
        }
    } else if (value.isUndefined()) {
        return failure(QStringLiteral("\"value\" is missing"), "syntax");
    } else if (!m_rules.empty() && isHiddenAnywhere(valueOf(node, Whole))) {
        return failure(QStringLiteral("parts of the value are redacted, and would be lost"), "hidden");
    }
    m_meter.entryOf(&node)->lastOutcome = Outcome::Undecided;
    const JsonSource source(value);
    if (!assign(node, source)) {
        return failure(source.problem().isEmpty() ? QStringLiteral("it is no %1").arg(qText(valueTypeOf(node)))
                                                  : source.problem(),
                       "value");
    }
    const StoreMeter::Entry *const entry = m_meter.entryOf(&node);
    if (entry && entry->lastOutcome == Outcome::Aborted) {
        return failure(QStringLiteral("a hook of the program has refused the value"), "refused");
    }
    m_meter.nameAll({&node});
    QJsonObject row = rowOf(node);
    if (m_travel && m_travel->isTravelling()) {
        row.insert(QStringLiteral("held"), true); // until the present is shown again
    }
    return {row, {}, {}};
}

} // namespace nanostores::detail
