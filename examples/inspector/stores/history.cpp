// SPDX-License-Identifier: MIT
#include "history.h"

#include "record.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

using nanostores::InspectedEvent;

namespace lens {

namespace {

constexpr std::size_t LeastUntilKept = 64;

/// Puts the new value of a change where its path leads. While it does, the value has one owner, and is not copied.
bool applyAt(QJsonValue &value, const QJsonArray &path, qsizetype step, const QJsonValue &made)
{
    if (step == path.size()) {
        value = made;
        return true;
    }
    if (path.at(step).isString() && value.isObject()) {
        QJsonObject object = value.toObject();
        value = QJsonValue();
        const QString name = path.at(step).toString();
        QJsonValue part = object.take(name);
        const bool isApplied = applyAt(part, path, step + 1, made);
        if (!part.isUndefined()) {
            object.insert(name, part);
        }
        value = object;
        return isApplied;
    }
    if (path.at(step).isDouble() && value.isArray()) {
        QJsonArray list = value.toArray();
        const qsizetype index = path.at(step).toInteger(-1);
        if (index < 0 || index > list.size()) {
            return false;
        }
        value = QJsonValue();
        QJsonValue part = index < list.size() ? list.takeAt(index) : QJsonValue(QJsonValue::Undefined);
        const bool isApplied = applyAt(part, path, step + 1, made);
        if (!part.isUndefined()) {
            list.insert(index, part);
        }
        value = list;
        return isApplied;
    }
    return false;
}

void apply(const InspectedEvent &event, QJsonValue &value)
{
    if (event.changes.isEmpty()) {
        value = event.newValue;
        return;
    }
    for (const QJsonValue &change : event.changes) {
        const QJsonObject object = change.toObject();
        if (value.isUndefined()
            || !applyAt(value, object.value(QLatin1String("at")).toArray(), 0, object.value(QLatin1String("new")))) {
            value = QJsonValue(QJsonValue::Undefined);
            return;
        }
    }
}

/// How many values it is made of.
std::size_t sizeOf(const QJsonValue &value)
{
    std::size_t size = 1;
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (const QJsonValue &part : object) {
            size += sizeOf(part);
        }
    } else if (value.isArray()) {
        const QJsonArray list = value.toArray();
        for (const QJsonValue &part : list) {
            size += sizeOf(part);
        }
    }
    return size;
}

} // namespace

bool isChange(const InspectedEvent &event)
{
    return event.outcome == QLatin1String("changed") && (!event.newValue.isUndefined() || !event.changes.isEmpty());
}

void StoreHistory::add(std::size_t place, const InspectedEvent &event)
{
    m_changes.push_back(place);
    apply(event, m_last);
    m_sinceKept = event.changes.isEmpty() ? 0 : m_sinceKept + 1;
    if (m_sinceKept >= std::max(m_keepAfter, LeastUntilKept)) {
        m_keepAfter = sizeOf(m_last);
        if (m_sinceKept >= m_keepAfter) {
            m_kept.emplace(place, m_last);
            m_sinceKept = 0;
        }
    }
}

void StoreHistory::dropUntil(const Record &record, std::size_t place)
{
    const auto end = std::lower_bound(m_changes.begin(), m_changes.end(), place);
    for (auto change = m_changes.begin(); change != end; ++change) {
        apply(record.at(*change), m_before);
    }
    m_changes.erase(m_changes.begin(), end);
    m_kept.erase(m_kept.begin(), m_kept.lower_bound(place));
}

std::optional<QString> StoreHistory::textAt(const Record &record, std::size_t place) const
{
    const auto after = std::upper_bound(m_changes.begin(), m_changes.end(), place);
    if (after != m_changes.begin()) {
        const std::size_t change = std::size_t(after - m_changes.begin()) - 1;
        const QJsonValue value = valueAfter(record, change);
        return value.isUndefined() ? QStringLiteral("\u2026 ") + record.at(m_changes[change]).changeText()
                                   : nanostores::inspectedText(value);
    }
    const QJsonValue before =
        after != m_changes.end() && m_before.isUndefined() ? record.at(*after).oldValue : m_before;
    return before.isUndefined() ? std::nullopt : std::optional(nanostores::inspectedText(before));
}

QJsonValue StoreHistory::valueAfter(const Record &record, std::size_t change) const
{
    QJsonValue value = m_before;
    std::size_t next = change + 1; // what is to be applied
    while (next > 0) {
        const std::size_t place = m_changes[next - 1];
        if (const auto kept = m_kept.find(place); kept != m_kept.end()) {
            value = kept->second;
            break;
        }
        --next;
        if (record.at(place).changes.isEmpty()) {
            break;
        }
    }
    for (; next <= change; ++next) {
        apply(record.at(m_changes[next]), value);
    }
    return value;
}

} // namespace lens
