// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/export.h>

#include <QString>

#include <concepts>
#include <cstdint>
#include <vector>

class QLocale;

namespace nanostores {

/// The forms that words have beside numbers. What each is for depends on the language: Russian takes One for 21.
enum class PluralForm : std::uint8_t { Zero, One, Two, Few, Many, Other };

/// "zero" to "other", as translations name it.
[[nodiscard]] NANOSTORES_I18N_EXPORT QLatin1String pluralKeyword(PluralForm form) noexcept;

/// A number as it is shown, which plural rules are about: English has "1 metre", and "1.0 metres".
class NANOSTORES_I18N_EXPORT PluralNumber
{
public:
    template<std::integral N>
    PluralNumber(N number) noexcept // NOLINT(google-explicit-constructor): meant to convert
        : m_whole(magnitude(number))
        , m_isNegative(number < N(0))
    {
    }
    /// Shown with at least and at most so many digits after the point, rounded half up, at most 15. By default it is as
    /// JavaScript's Intl does it.
    PluralNumber(double number, int minDigits = 0, int maxDigits = 3); // NOLINT(google-explicit-constructor)

    std::uint64_t whole() const noexcept
    {
        return m_whole;
    } ///< The digits before the point. Of 10^15 and more, others.
    int digits() const noexcept { return m_digits; } ///< How many are shown after the point.
    std::uint64_t fraction() const noexcept { return m_fraction; } ///< These, as a number.
    bool isNegative() const noexcept { return m_isNegative; }
    bool isFinite() const noexcept { return m_isFinite; }
    /// As people of the locale write it.
    QString toText(const QLocale &locale) const;
    /// Whether it is this whole number, however it is shown.
    bool is(std::int64_t number) const noexcept;

private:
    template<typename N>
    static std::uint64_t magnitude(N number) noexcept
    {
        const auto bits = static_cast<std::uint64_t>(number);
        return number < N(0) ? std::uint64_t(0) - bits : bits;
    }

    double m_value = 0; ///< As it is shown. Unless it is whole by its type.
    std::uint64_t m_whole = 0;
    std::uint64_t m_fraction = 0;
    int m_digits = 0;
    bool m_isNegative = false;
    bool m_isFinite = true;
    bool m_isInteger = true; ///< By its type.
};

/// The plural rules of a language, of the CLDR. A small value. Languages without rules have Other for all numbers.
class NANOSTORES_I18N_EXPORT PluralRules
{
public:
    /// Of a BCP 47 tag, such as "ru", "pt-PT" or "zh_Hant_TW".
    explicit PluralRules(const QString &locale);

    /// For how many: 1 file, 2 files.
    PluralForm cardinal(PluralNumber number) const;
    /// For which: the 1st, the 2nd.
    PluralForm ordinal(PluralNumber number) const;
    /// All forms that numbers have, in the order of the enumeration; the last is Other.
    std::vector<PluralForm> cardinals() const;
    std::vector<PluralForm> ordinals() const;

    friend bool operator==(PluralRules, PluralRules) noexcept = default;

private:
    std::uint8_t m_cardinal = 0;
    std::uint8_t m_ordinal = 0;
};

/// As PluralRules(locale).cardinal(number).
[[nodiscard]] NANOSTORES_I18N_EXPORT PluralForm pluralForm(const QString &locale, PluralNumber number);
/// As PluralRules(locale).ordinal(number).
[[nodiscard]] NANOSTORES_I18N_EXPORT PluralForm ordinalForm(const QString &locale, PluralNumber number);

} // namespace nanostores
