// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/translation.h>

#include <QHash>
#include <QList>
#include <QMap>
#include <QString>

namespace nanostores::detail {

/// A message as a file has it: a text, or texts by what they are for.
struct RawMessage
{
    QString text;
    QMap<QString, QString> forms;
    bool hasForms = false;
    QString fault; ///< Why it is of no use.
    int line = 0;
};

struct RawComponent
{
    QString file;
    QHash<QString, RawMessage> messages;
    int line = 0;
};

using RawTranslation = QHash<QString, RawComponent>; // by the component's name

/// Collects what is wrong with translations.
struct ProblemLog
{
    using Kind = TranslationProblem::Kind;

    QString locale;
    bool isOfBase = false; ///< The locale is one of the base's language, en-GB of en: what is missing is meant to be.
    QList<TranslationProblem> problems = {};

    void addMissing(const QString &file, int line, const QString &component, const QString &key)
    {
        if (!isOfBase) {
            add(file, line, component, key, QStringLiteral("it is not translated"), Kind::Missing);
        }
    }
    void add(const QString &file, int line, const QString &component, const QString &key, const QString &reason,
             Kind kind = Kind::Refused)
    {
        problems.append({locale, file, line, component, key, reason, kind});
    }
};

/// Throws TranslationError if the file is of no use at all.
RawTranslation parseTranslation(const TranslationFile &file, ProblemLog &log);

} // namespace nanostores::detail
