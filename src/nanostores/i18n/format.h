// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/i18n/export.h>
#include <nanostores/i18n/locale.h>
#include <nanostores/i18n/plural.h>

#include <QDateTime>
#include <QLocale>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <memory>

namespace nanostores {

/// What Format::relativeTime() counts.
enum class TimeUnit : std::uint8_t { Second, Minute, Hour, Day, Week, Month, Quarter, Year };

/// Whether the day before is "yesterday" or "1 day ago".
enum class RelativeTime : std::uint8_t { Words, Numbers };

/// "a, b and c", "a, b or c", or, as in "1 h 5 min", "a b c".
enum class ListKind : std::uint8_t { And, Or, Unit };

namespace detail {
struct FormatData;
}

/// Numbers, dates and lists as people of a locale write them. A value, cheap to copy; of any thread.
///
/// Numbers and dates are those of QLocale; what QLocale has not is of the CLDR: relative times, lists, percentages.
class NANOSTORES_I18N_EXPORT Format
{
public:
    /// Of a BCP 47 tag. One that is none counts as the C locale, with the texts of English.
    explicit Format(const QString &locale);

    /// "1,234.5": with at most three digits after the point, or as many as the PluralNumber says.
    QString number(const PluralNumber &number) const;
    /// "25%" of 0.25, with at most so many digits after the point.
    QString percent(double fraction, int maxDigits = 0) const;
    /// "$5.00": an amount in a currency, by its code of ISO 4217, with as many digits as it has. In languages that are
    /// written from right to left, marks that are not seen keep its parts in their order: compare it with what this
    /// function gives, not with a literal.
    QString currency(double amount, const QString &code) const;
    /// "1.5 MB": a number of bytes, in units of 1000.
    QString bytes(qint64 count) const;

    QString date(const QDate &date, QLocale::FormatType type = QLocale::ShortFormat) const;
    QString time(const QTime &time, QLocale::FormatType type = QLocale::ShortFormat) const;
    QString dateTime(const QDateTime &moment, QLocale::FormatType type = QLocale::ShortFormat) const;

    /// "in 5 minutes", "yesterday": of so many units from now, which are past if negative.
    QString relativeTime(double count, TimeUnit unit, RelativeTime style = RelativeTime::Words) const;
    /// The same between two moments, in the largest unit of which there is one. Days, months and years are those of the
    /// calendar, where `now` is. Empty if one is no moment.
    QString relativeTime(const QDateTime &moment, const QDateTime &now, RelativeTime style = RelativeTime::Words) const;

    /// "a, b, and c".
    QString list(const QStringList &items, ListKind kind = ListKind::And) const;
    /// "3–5".
    QString range(const QString &from, const QString &to) const;
    QString range(const PluralNumber &from, const PluralNumber &to) const;

    const QString &locale() const noexcept;
    const QLocale &qtLocale() const noexcept;

private:
    std::shared_ptr<const detail::FormatData> m_data;
};

/// That of the locale in the store, tracked: `format(locale).number(n)` in a computed store or an effect follows it.
template<AnyStore S>
[[nodiscard]] Format format(const S &locale)
{
    return Format(detail::localeText(locale()));
}

} // namespace nanostores
