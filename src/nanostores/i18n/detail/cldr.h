// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/export.h>
#include <nanostores/i18n/plural.h>

#include <cstddef>
#include <cstdint>
#include <span>

/// \file The tables that tools/cldr/generate.py writes.

namespace nanostores::detail {

/// What plural rules are about, as the CLDR names it: the whole part of a number, how many digits its fraction shows,
/// the fraction as a number, and the same without zeros at its end.
struct PluralOperands
{
    std::uint64_t i = 0;
    std::uint64_t v = 0;
    std::uint64_t f = 0;
    std::uint64_t t = 0;
};

struct PluralRule
{
    PluralForm (*form)(const PluralOperands &);
    std::uint8_t forms; ///< A bit for each PluralForm that there is.
};

/// The numbers of a language's rules.
struct PluralLanguage
{
    char name[6];
    std::uint8_t cardinal;
    std::uint8_t ordinal;
};

const PluralRule &cardinalRule(std::size_t number) noexcept;
const PluralRule &ordinalRule(std::size_t number) noexcept;
std::span<const PluralLanguage> pluralLanguages() noexcept; ///< In the order of their names.

/// The script and the region that are meant where a language stands alone.
struct LikelyScript
{
    char language[4];
    char script[5];
    char region[4];
};
/// The script of a language where it is another one for a region.
struct RegionalScript
{
    char language[4];
    char region[4];
    char script[5];
};
/// Where texts come from that a locale has not, unless that is the tag without its last part.
struct ParentLocale
{
    char child[12];
    char parent[12];
};

std::span<const LikelyScript> likelyScripts() noexcept; ///< In the order of languages.
std::span<const RegionalScript> regionalScripts() noexcept;
std::span<const ParentLocale> parentLocales() noexcept;
std::span<const char *const> rightToLeftScripts() noexcept;

/// Texts of a locale, divided by bars: for each unit of time, from seconds to years, the names of -2 to 2, the forms of
/// the future and those of the past; for each kind of list the patterns of its start, its middle, its end, and of two;
/// the patterns of percentages and ranges.
struct LocalePhrases
{
    const char *locale;
    const char *texts;
};
struct CurrencyDigits
{
    char currency[4];
    std::uint8_t digits;
};
/// The symbols of currencies that a locale has other than its parent, "EUR=€|USD=US$", in the order of codes.
struct LocaleSymbols
{
    char locale[12];
    const char *symbols;
};

std::span<const LocalePhrases> localePhrases() noexcept;
std::span<const CurrencyDigits> currencyDigits() noexcept; ///< Of those that do not have two.
std::span<const LocaleSymbols> currencySymbols() noexcept; ///< In the order of locales, with "root" among them.

/// How many digits amounts have after the point.
NANOSTORES_I18N_EXPORT int currencyDigitsOf(const QString &currency);
/// "$", "US$", or the code itself: what people of the locale write for a currency.
NANOSTORES_I18N_EXPORT QString currencySymbolIn(const QString &currency, const QString &locale);
/// Adds to an amount with its symbol, as QLocale writes it, the space between letters and digits: "KWD 5". Where people
/// read from right to left it also adds the marks by which symbol and digits keep their order in texts of any language.
NANOSTORES_I18N_EXPORT QString spacedAmount(const QString &amount, const QString &symbol, const QLocale &locale);

} // namespace nanostores::detail
