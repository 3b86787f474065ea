// SPDX-License-Identifier: MIT
#include <nanostores/persistent/schema.h>

#include <nanostores/core/errors.h>
#include <nanostores/persistent/valuecodec.h>

#include <QByteArrayView>
#include <QStringDecoder>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace nanostores {

Schema::Schema(std::uint32_t number, std::vector<MigrationStep> steps)
    : m_number(number)
    , m_steps(std::move(steps))
{
    std::sort(m_steps.begin(), m_steps.end(),
              [](const MigrationStep &a, const MigrationStep &b) { return a.number < b.number; });
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        if (m_steps[i].number >= number || (i > 0 && m_steps[i].number == m_steps[i - 1].number)) {
            throw std::invalid_argument("nanostores: schema(" + std::to_string(number) + ", ...) has the step from<"
                                        + std::to_string(m_steps[i].number)
                                        + ">: there has to be at most one from each former number");
        }
    }
}

std::optional<std::string> Schema::migrated(std::string_view raw, std::uint32_t number) const
{
    std::string value(raw);
    try {
        for (const MigrationStep &step : m_steps) {
            if (step.number >= number && number <= m_number) {
                value = step.convert(value);
            }
        }
    } catch (...) { // the value is kept as it is
        detail::reportError(std::current_exception());
        return std::nullopt;
    }
    return value;
}

QJsonValue detail::jsonToMigrate(const std::string &raw)
{
    const auto value = json::parseJson(raw);
    if (!value) {
        throw std::invalid_argument("nanostores: a value to be migrated is no JSON; a step that takes a std::string "
                                    "can read other forms");
    }
    return *value;
}

QJsonObject detail::objectToMigrate(const std::string &raw)
{
    const QJsonValue value = jsonToMigrate(raw);
    if (!value.isObject()) {
        throw std::invalid_argument("nanostores: a value to be migrated is no JSON object; a step may take a "
                                    "QJsonValue instead");
    }
    return value.toObject();
}

std::string detail::migratedJson(const QJsonValue &json)
{
    return json::jsonText(json);
}

std::string TextCodec::encode(const QString &text) const
{
    if (!text.isValidUtf16()) {
        throw std::invalid_argument("a text with half a surrogate pair cannot be written as UTF-8: mend it, or, if "
                                    "it is a value, give the store another codec");
    }
    return text.toStdString();
}

std::optional<QString> TextCodec::decodeText(std::string_view raw)
{
    QStringDecoder decode(QStringDecoder::Utf8, // a byte order mark is a part of the text, unlike in fromUtf8()
                          QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    QString text = decode(QByteArrayView(raw.data(), static_cast<qsizetype>(raw.size())));
    if (decode.hasError()) {
        return std::nullopt;
    }
    return text;
}

} // namespace nanostores
