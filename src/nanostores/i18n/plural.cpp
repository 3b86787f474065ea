// SPDX-License-Identifier: MIT
#include <nanostores/i18n/detail/cldr.h>
#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/plural.h>

#include <QByteArray>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace nanostores {

namespace {

using detail::PluralLanguage;
using detail::PluralOperands;
using detail::PluralRule;

constexpr std::array<const char *, 6> keywords{"zero", "one", "two", "few", "many", "other"};
constexpr qsizetype mostDigits = 15;

const PluralLanguage *languageNamed(const QByteArray &name)
{
    const auto all = detail::pluralLanguages();
    const auto found =
        std::lower_bound(all.begin(), all.end(), name, [](const PluralLanguage &entry, const auto &text) {
            return QByteArrayView(entry.name) < QByteArrayView(text);
        });
    return found != all.end() && name == found->name ? &*found : nullptr;
}

/// No rule compares whole parts with more than their last six digits, or with a number above 1000: those are kept, and
/// it stays large.
std::uint64_t wholePart(const QByteArray &digits)
{
    if (digits.size() <= mostDigits) {
        return digits.toULongLong();
    }
    return 1'000'000'000 + digits.right(6).toULongLong();
}

PluralOperands operands(PluralNumber number)
{
    PluralOperands all{number.whole(), static_cast<std::uint64_t>(number.digits()), number.fraction(),
                       number.fraction()};
    while (all.t != 0 && all.t % 10 == 0) {
        all.t /= 10;
    }
    return all;
}

std::vector<PluralForm> formsOf(const PluralRule &rule)
{
    std::vector<PluralForm> forms;
    for (unsigned i = 0; i < keywords.size(); ++i) {
        if ((rule.forms >> i & 1) != 0) {
            forms.push_back(static_cast<PluralForm>(i));
        }
    }
    return forms;
}

PluralForm formOf(const PluralRule &rule, PluralNumber number)
{
    return number.isFinite() ? rule.form(operands(number)) : PluralForm::Other;
}

} // namespace

QLatin1String pluralKeyword(PluralForm form) noexcept
{
    return QLatin1String(keywords[static_cast<std::size_t>(form)]);
}

PluralNumber::PluralNumber(double number, int minDigits, int maxDigits)
    : m_value(number)
    , m_isNegative(std::signbit(number))
    , m_isFinite(std::isfinite(number))
    , m_isInteger(false)
{
    if (!m_isFinite) {
        return;
    }
    const qsizetype most = std::clamp<qsizetype>(maxDigits, 0, mostDigits);
    const qsizetype least = std::clamp<qsizetype>(minDigits, 0, most);
    QByteArray text = QByteArray::number(std::abs(number), 'f', QLocale::FloatingPointShortest);
    QByteArray after;
    if (const qsizetype point = text.indexOf('.'); point >= 0) {
        after = text.mid(point + 1);
        text.truncate(point);
    }
    if (after.size() > most) {
        const bool isUp = after[most] >= '5';
        after.truncate(most);
        QByteArray all = text + after;
        for (qsizetype i = all.size(); isUp && i > 0; --i) {
            if (all[i - 1] != '9') {
                all[i - 1] = static_cast<char>(all[i - 1] + 1);
                break;
            }
            all[i - 1] = '0';
            if (i == 1) {
                all.prepend('1');
            }
        }
        text = all.left(all.size() - most);
        after = all.right(most);
        m_value = std::copysign((text + '.' + after).toDouble(), number); // QLocale rounds what the digits stand for
    }
    while (after.size() > least && after.endsWith('0')) {
        after.chop(1);
    }
    after = after.leftJustified(least, '0');
    m_whole = wholePart(text);
    m_digits = static_cast<int>(after.size());
    m_fraction = after.toULongLong();
}

QString PluralNumber::toText(const QLocale &locale) const
{
    if (!m_isInteger) {
        return locale.toString(m_value, 'f', m_digits);
    }
    const QString digits = locale.toString(static_cast<qulonglong>(m_whole));
    return m_isNegative ? locale.negativeSign() + digits : digits;
}

bool PluralNumber::is(std::int64_t number) const noexcept
{
    return m_isFinite && m_fraction == 0 && m_whole == magnitude(number)
           && (m_isNegative == (number < 0) || m_whole == 0);
}

PluralRules::PluralRules(const QString &locale)
{
    const PluralLanguage *found = nullptr;
    const detail::LocaleTag own = detail::LocaleTag::of(locale);
    for (const detail::LocaleTag &tag : own.chain()) {
        found = found ? found : languageNamed(tag.text());
    }
    if (!found) { // in another script the rules are the same
        found = languageNamed(own.language);
    }
    if (!found) {
        found = languageNamed("root");
    }
    m_cardinal = found->cardinal;
    m_ordinal = found->ordinal;
}

PluralForm PluralRules::cardinal(PluralNumber number) const
{
    return formOf(detail::cardinalRule(m_cardinal), number);
}

PluralForm PluralRules::ordinal(PluralNumber number) const
{
    return formOf(detail::ordinalRule(m_ordinal), number);
}

std::vector<PluralForm> PluralRules::cardinals() const
{
    return formsOf(detail::cardinalRule(m_cardinal));
}

std::vector<PluralForm> PluralRules::ordinals() const
{
    return formsOf(detail::ordinalRule(m_ordinal));
}

PluralForm pluralForm(const QString &locale, PluralNumber number)
{
    return PluralRules(locale).cardinal(number);
}

PluralForm ordinalForm(const QString &locale, PluralNumber number)
{
    return PluralRules(locale).ordinal(number);
}

} // namespace nanostores
