// SPDX-License-Identifier: MIT
#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/translation.h>

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <optional>

namespace nanostores {

TranslationError::~TranslationError() = default;

QString TranslationProblem::message() const
{
    QString text = file.isEmpty() ? locale : file;
    if (line > 0) {
        text += u':' + QString::number(line);
    }
    text += QStringLiteral(": ") + component;
    if (!key.isEmpty()) {
        text += u'.' + key;
    }
    return text + QStringLiteral(": ") + reason;
}

QString I18nError::message() const
{
    if (!exception) {
        return {};
    }
    try {
        std::rethrow_exception(exception);
    } catch (const std::exception &error) {
        return QString::fromUtf8(error.what());
    } catch (...) {
        return QStringLiteral("an unknown error");
    }
}

namespace {

/// The names of files that may have the texts of a locale, the nearest first.
QStringList fileNames(const QString &locale)
{
    QStringList names;
    const auto add = [&](const QString &name) {
        if (!names.contains(name)) {
            names.append(name);
        }
    };
    // Locales come from settings, and from other places: none leads to another folder.
    const auto isPlain = [](QChar c) { return c.isLetterOrNumber() || c == u'-' || c == u'_'; };
    if (std::all_of(locale.begin(), locale.end(), isPlain)) {
        add(locale);
    }
    for (const detail::LocaleTag &tag : detail::LocaleTag::of(locale).chain()) {
        for (const QString &name : {QString::fromLatin1(tag.text()), QString::fromLatin1(tag.whole())}) {
            add(name);
            add(QString(name).replace(u'-', u'_'));
        }
    }
    return names;
}

std::optional<TranslationFile> readFile(const QString &name)
{
    QFile file(name);
    if (!file.exists() || QFileInfo(name).isDir()) {
        return std::nullopt;
    }
    if (!file.open(QIODevice::ReadOnly)) {
        throw TranslationError((name + QStringLiteral(": ") + file.errorString()).toStdString());
    }
    return TranslationFile{file.read(MaxTranslationSize + 1), name};
}

TranslationLoader::Files readFiles(const QString &pattern, const TranslationRequest &request)
{
    const bool isDivided = pattern.contains(QStringLiteral("%2"));
    TranslationLoader::Files files;
    for (const QString &component : isDivided ? request.components : QStringList{QString()}) {
        for (const QString &locale : fileNames(request.locale)) {
            QString path = pattern;
            path.replace(QStringLiteral("%1"), locale).replace(QStringLiteral("%2"), component);
            if (auto file = readFile(path)) {
                files.append(*std::move(file));
                break;
            }
        }
    }
    if (files.isEmpty() && !detail::isLocaleOf(request.locale, request.base)) {
        throw TranslationError(
            QStringLiteral(
                "nanostores: there is no translation \"%1\" for the locale \"%2\" or its parents: add a file, "
                "or take the locale from those that systemLocale() is given")
                .arg(pattern, request.locale)
                .toStdString());
    }
    return files;
}

} // namespace

TranslationLoader jsonFiles(const QString &pattern)
{
    return {[pattern](const TranslationRequest &request) { return readFiles(pattern, request); }, true};
}

} // namespace nanostores
