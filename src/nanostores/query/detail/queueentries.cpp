// SPDX-License-Identifier: MIT
#include <nanostores/qt/json/json.h>
#include <nanostores/query/detail/guarded.h>
#include <nanostores/query/detail/queuecall.h>
#include <nanostores/query/detail/queuecore.h>

#include <QJsonObject>
#include <QSet>
#include <QUuid>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

// Calls as entries of the storage: how they are named, written, and read whatever is there.

namespace nanostores::detail {

namespace {

constexpr int Format = 1; ///< Of an entry.
constexpr std::uint64_t MostPlace = 999'999'999'999'999;
constexpr std::size_t PlaceDigits = 15; ///< So the storage has the names in the order of the calls.

/// The place in the name of an entry, without the prefix: 000000000000007-0b1f9c2e.
std::optional<std::uint64_t> placeOf(std::string_view name)
{
    std::uint64_t place = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), place);
    const bool isWhole = end != name.data() + name.size() && *end == '-';
    return error == std::errc() && isWhole && place <= MostPlace ? std::optional(place) : std::nullopt;
}

} // namespace

void QueueCore::load()
{
    std::vector<std::tuple<std::uint64_t, std::string, std::string>> found;
    guarded([&] {
        for (auto &[name, text] : m_storage.entries(m_options.prefix)) {
            const auto place = placeOf(std::string_view(name).substr(m_options.prefix.size()));
            found.emplace_back(place.value_or(0), std::move(name), std::move(text));
        }
    });
    std::sort(found.begin(), found.end());
    QSet<QString> ids;
    for (auto &[place, name, text] : found) {
        const auto call = std::make_shared<Call>();
        call->name = std::move(name);
        if (place <= MostPlace / 2) { // there is room behind it
            m_nextPlace = std::max(m_nextPlace, place + 1);
        }
        read(*call, text);
        if (ids.contains(call->shown.id)) {
            refuse(*call, "another call has its id");
        }
        if (call->shown.id.isEmpty() || ids.contains(call->shown.id)) {
            call->shown.id = QString::fromStdString(call->name);
        }
        call->isReadable = call->shown.state != QueuedCallState::Refused;
        ids.insert(call->shown.id);
        m_calls.push_back(call);
    }
}

/// Whatever the text is, the call is one that can be sent, or is refused.
void QueueCore::read(Call &call, std::string_view text) const
{
    if (text.size() > m_options.maxBytes) {
        refuse(call, "it has " + std::to_string(text.size()) + " bytes, and the queue takes "
                         + std::to_string(m_options.maxBytes) + " (QueueOptions::maxBytes)");
        return;
    }
    const auto parsed = json::parseJson(text);
    if (!parsed || !parsed->isObject()) {
        refuse(call, "it is damaged");
        return;
    }
    const QJsonObject entry = parsed->toObject();
    const int format = entry.value(QLatin1String("format")).toInt();
    const QUuid id(entry.value(QLatin1String("id")).toString());
    const QJsonValue attempts = entry.value(QLatin1String("attempts"));
    const double number = attempts.toDouble(-1);
    call.shown.mutation = entry.value(QLatin1String("mutation")).toString();
    if (format > Format) {
        refuse(call, "it is of a newer version of the library");
    } else if (format != Format || id.isNull() || call.shown.mutation.isEmpty() || number < 0
               || number > std::numeric_limits<int>::max() - 1 || !entry.value(QLatin1String("args")).isArray()) {
        refuse(call, "it is damaged");
    } else {
        call.shown.id = id.toString(QUuid::WithoutBraces);
        call.shown.attempts = static_cast<int>(number);
        call.args = entry.value(QLatin1String("args")).toArray();
    }
}

/// Whether it is reported depends on the caller, as there may be no error handler yet.
void QueueCore::refuse(Call &call, const std::string &reason) const
{
    call.shown.state = QueuedCallState::Refused;
    call.shown.error = QueryError(std::make_exception_ptr(
        QueuedCallRefused("nanostores: the call \"" + call.name + "\" in the storage of a MutationQueue is not sent: "
                          + reason + ". It stays there until drop() deletes it")));
}

void QueueCore::write(const Call &call) const
{
    const QJsonObject entry{{QStringLiteral("format"), Format},
                            {QStringLiteral("id"), call.shown.id},
                            {QStringLiteral("mutation"), call.shown.mutation},
                            {QStringLiteral("args"), call.args},
                            {QStringLiteral("attempts"), call.shown.attempts}};
    std::string text = json::jsonText(entry);
    if (text.size() > m_options.maxBytes) {
        throw QueueFull("nanostores: a call of the mutation \"" + call.shown.mutation.toStdString() + "\" has "
                        + std::to_string(text.size()) + " bytes, and its queue takes "
                        + std::to_string(m_options.maxBytes)
                        + ": keep what is large in a file, or raise QueueOptions::maxBytes");
    }
    m_storage.set(call.name, std::move(text));
}

/// The call gets the last place, if the storage takes it.
void QueueCore::append(Call &call)
{
    const std::string place = std::to_string(m_nextPlace);
    call.name = m_options.prefix + std::string(PlaceDigits - std::min(PlaceDigits, place.size()), '0') + place + '-'
                + call.shown.id.left(8).toStdString();
    write(call);
    m_nextPlace = std::min(m_nextPlace + 1, MostPlace);
}

} // namespace nanostores::detail
