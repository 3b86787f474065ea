// SPDX-License-Identifier: MIT
#include <nanostores/i18n/translationcommand.h>

#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/pseudolocale.h>
#include <nanostores/i18n/translation.h>

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QSaveFile>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace nanostores {

namespace {

constexpr int fine = 0;
constexpr int hasProblems = 1;
constexpr int isWrong = 2;

int fail(QTextStream &errors, const QString &reason)
{
    errors << reason << '\n';
    return isWrong;
}

int explain(QTextStream &errors)
{
    return fail(errors, QStringLiteral("usage: texts [FILE]\n"
                                       "       pseudo [FILE]\n"
                                       "       check [--allow-missing] FILE...\n"
                                       "A file's locale is its name, de.json, or is before it: de=texts.json"));
}

int writeTexts(const QJsonObject &texts, const QString &file, QTextStream &out, QTextStream &errors)
{
    const QByteArray json = QJsonDocument(texts).toJson();
    if (file.isEmpty()) {
        out << QString::fromUtf8(json);
        return fine;
    }
    if (QFile former(file); former.open(QIODevice::ReadOnly) && former.readAll() == json) {
        return fine;
    }
    QSaveFile written(file);
    if (!written.open(QIODevice::WriteOnly) || written.write(json) != json.size() || !written.commit()) {
        return fail(errors, file + QStringLiteral(": ") + written.errorString());
    }
    return fine;
}

int checkFile(const I18n &i18n, const QString &argument, bool allowsMissing, QTextStream &out, QTextStream &errors)
{
    const qsizetype sign = QFile::exists(argument) ? -1 : argument.indexOf(u'='); // folders may have one in their names
    const QString name = argument.mid(sign + 1);
    const QString locale = sign < 0 ? QFileInfo(name).baseName() : argument.left(sign);
    if (detail::LocaleTag::of(locale).isEmpty()) {
        return fail(errors,
                    QStringLiteral("%1: \"%2\" is no locale: write it before the file, de=%1").arg(name, locale));
    }
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(errors, name + QStringLiteral(": ") + file.errorString());
    }
    QList<TranslationProblem> problems;
    try {
        problems = i18n.check({file.read(MaxTranslationSize + 1), name}, locale);
    } catch (const TranslationError &error) {
        return fail(errors, QString::fromUtf8(error.what()));
    }
    int result = fine;
    for (const TranslationProblem &problem : problems) {
        if (problem.kind != TranslationProblem::Kind::Missing || !allowsMissing) {
            out << problem.message() << '\n';
            result = hasProblems;
        }
    }
    return result;
}

} // namespace

int runTranslationCommand(const I18n &i18n, const QStringList &arguments, QTextStream &out, QTextStream &errors)
{
    QStringList rest = arguments;
    const QString command = rest.isEmpty() ? QString() : rest.takeFirst();
    const bool isPseudo = command == QStringLiteral("pseudo");
    if (isPseudo || command == QStringLiteral("texts")) {
        if (rest.size() > 1 || (!rest.isEmpty() && rest.front().startsWith(u'-'))) {
            return explain(errors);
        }
        const QJsonObject texts = i18n.baseMessages();
        return writeTexts(isPseudo ? pseudoMessages(texts) : texts, rest.value(0), out, errors);
    }
    const bool allowsMissing = rest.removeAll(QStringLiteral("--allow-missing")) > 0;
    if (command != QStringLiteral("check") || rest.isEmpty()) {
        return explain(errors);
    }
    int result = fine;
    for (const QString &file : std::as_const(rest)) {
        result = std::max(result, checkFile(i18n, file, allowsMissing, out, errors));
    }
    return result;
}

int runTranslationCommand(const I18n &i18n)
{
    QTextStream out(stdout);
    QTextStream errors(stderr);
    return runTranslationCommand(i18n, QCoreApplication::arguments().mid(1), out, errors);
}

} // namespace nanostores
