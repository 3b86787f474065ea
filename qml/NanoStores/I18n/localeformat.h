// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/I18n/export.h>
#include <nanostores/i18n/format.h>

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// The functions of a Format for QML: `i18n.format.number(1234.5)` in a binding, which follows the locale.
class NANOSTORES_QMLI18N_EXPORT LocaleFormat
{
    Q_GADGET
    QML_ANONYMOUS
    Q_PROPERTY(QString locale READ locale CONSTANT FINAL)

public:
    LocaleFormat()
        : LocaleFormat(QString())
    {
    }
    explicit LocaleFormat(const QString &locale)
        : m_format(locale)
    {
    }

    QString locale() const { return m_format.locale(); }
    Q_INVOKABLE QString number(double number) const { return m_format.number(number); }
    Q_INVOKABLE QString percent(double fraction, int maxDigits = 0) const
    {
        return m_format.percent(fraction, maxDigits);
    }
    Q_INVOKABLE QString currency(double amount, const QString &code) const { return m_format.currency(amount, code); }
    Q_INVOKABLE QString bytes(double count) const;
    /// In the short format, or with "long" in the long one.
    Q_INVOKABLE QString date(const QDateTime &moment, const QString &type = {}) const;
    Q_INVOKABLE QString time(const QDateTime &moment, const QString &type = {}) const;
    Q_INVOKABLE QString dateTime(const QDateTime &moment, const QString &type = {}) const;
    /// The unit is "second", "minute", "hour", "day", "week", "month", "quarter" or "year"; the style "words", or
    /// "numbers". Empty, after a warning, for another one.
    Q_INVOKABLE QString relativeTime(double count, const QString &unit, const QString &style = {}) const;
    /// The kind is "and", "or" or "unit".
    Q_INVOKABLE QString list(const QStringList &items, const QString &kind = {}) const;
    Q_INVOKABLE QString range(double from, double to) const
    {
        return m_format.range(PluralNumber(from), PluralNumber(to));
    }

    friend bool operator==(const LocaleFormat &a, const LocaleFormat &b) { return a.locale() == b.locale(); }

private:
    Format m_format;
};

} // namespace nanostores
