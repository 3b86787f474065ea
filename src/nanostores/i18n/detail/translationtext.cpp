// SPDX-License-Identifier: MIT
#include <nanostores/i18n/detail/translationtext.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>
#include <QSet>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace nanostores::detail {

namespace {

int lineAt(const QByteArray &text, qsizetype offset)
{
    return 1
           + static_cast<int>(
               std::count(text.begin(), text.begin() + std::clamp<qsizetype>(offset, 0, text.size()), '\n'));
}

/// The text of a JSON token with its quotes.
QString decoded(const QByteArray &token)
{
    if (!token.contains('\\')) {
        return QString::fromUtf8(token.constData() + 1, token.size() - 2);
    }
    return QJsonDocument::fromJson('[' + token + ']').array().first().toString();
}

/// The lines of the keys of a JSON text that is known to be well-formed, which QJsonDocument does not give.
class KeyLines
{
public:
    /// A component, a key in it, and a form of that.
    using Path = QStringList;

    explicit KeyLines(const QByteArray &json)
    {
        std::array<QSet<QString>, deepest> seen; // in the objects around
        Path path;
        int depth = 0;
        int arrays = 0;
        int line = 1;
        for (qsizetype i = 0; i < json.size(); ++i) {
            const char c = json[i];
            line += c == '\n' ? 1 : 0;
            arrays += c == '[' ? 1 : c == ']' ? -1 : 0;
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == '{' && depth <= deepest && arrays == 0) {
                seen[static_cast<std::size_t>(depth - 1)].clear();
            }
            if (c != '"') {
                continue;
            }
            const qsizetype begin = i;
            for (++i; json[i] != '"'; ++i) {
                i += json[i] == '\\' ? 1 : 0;
            }
            qsizetype next = i + 1;
            while (next < json.size()
                   && (json[next] == ' ' || json[next] == '\n' || json[next] == '\t' || json[next] == '\r')) {
                ++next;
            }
            if (next == json.size() || json[next] != ':' || depth > deepest || arrays > 0) {
                continue;
            }
            path.resize(depth - 1);
            path.append(decoded(json.mid(begin, i + 1 - begin)));
            QSet<QString> &keys = seen[static_cast<std::size_t>(depth - 1)];
            const bool isTwice = keys.contains(path.back());
            keys.insert(path.back());
            if (isTwice && !m_known.contains(path)) {
                m_known.insert(path);
                m_twice.append(path);
            }
            m_lines.insert(path, line);
        }
    }

    int line(const Path &path) const { return m_lines.value(path); } ///< Of the last one.
    const QList<Path> &twice() const noexcept { return m_twice; } ///< Each once.

private:
    static constexpr int deepest = 3;

    QHash<Path, int> m_lines;
    QSet<Path> m_known; ///< To be there twice.
    QList<Path> m_twice;
};

QString typeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return QStringLiteral("a boolean");
    case QJsonValue::Double:
        return QStringLiteral("a number");
    case QJsonValue::Array:
        return QStringLiteral("an array");
    case QJsonValue::Object:
        return QStringLiteral("an object");
    case QJsonValue::String:
        return QStringLiteral("a text");
    default:
        return QStringLiteral("null");
    }
}

RawMessage messageOf(const QJsonValue &value)
{
    RawMessage message;
    if (value.isString()) {
        message.text = value.toString();
    } else if (value.isObject()) {
        message.hasForms = true;
        const QJsonObject forms = value.toObject();
        for (auto form = forms.begin(); form != forms.end(); ++form) {
            if (!form.value().isString()) {
                message.fault =
                    QStringLiteral("its form \"%1\" is %2: make it a text").arg(form.key(), typeName(form.value()));
            }
            message.forms.insert(form.key(), form.value().toString());
        }
    } else {
        message.fault = QStringLiteral("it is %1: make it a text, or an object of texts").arg(typeName(value));
    }
    return message;
}

[[noreturn]] void refuse(const TranslationFile &file, int line, const QString &reason)
{
    const QString name = file.name.isEmpty() ? QStringLiteral("a translation") : file.name;
    const QString place = line > 0 ? name + u':' + QString::number(line) : name;
    throw TranslationError((place + QStringLiteral(": ") + reason).toStdString());
}

} // namespace

RawTranslation parseTranslation(const TranslationFile &file, ProblemLog &log)
{
    if (file.json.size() > MaxTranslationSize) {
        refuse(file, 0,
               QStringLiteral("it has %1 bytes, and at most %2 are read: divide it by component")
                   .arg(file.json.size())
                   .arg(MaxTranslationSize));
    }
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(file.json, &error);
    if (error.error != QJsonParseError::NoError) {
        refuse(file, lineAt(file.json, error.offset), QStringLiteral("it is no JSON: %1").arg(error.errorString()));
    }
    if (!document.isObject()) {
        refuse(file, 1, QStringLiteral("it is no object: write {\"component\": {\"key\": \"text\"}}"));
    }
    const KeyLines lines(file.json);
    RawTranslation translation;
    const QJsonObject components = document.object();
    for (auto component = components.begin(); component != components.end(); ++component) {
        const QString &name = component.key();
        if (!component.value().isObject()) {
            log.add(file.name, lines.line({name}), name, {},
                    QStringLiteral("it is %1: make it an object of messages").arg(typeName(component.value())));
            continue;
        }
        RawComponent raw{file.name, {}, lines.line({name})};
        const QJsonObject messages = component.value().toObject();
        for (auto entry = messages.begin(); entry != messages.end(); ++entry) {
            RawMessage message = messageOf(entry.value());
            message.line = lines.line({name, entry.key()});
            raw.messages.insert(entry.key(), message);
        }
        translation.insert(name, raw);
    }
    for (const KeyLines::Path &path : lines.twice()) {
        const QString what = path.size() > 2 ? QStringLiteral("its form \"%1\"").arg(path[2]) : QStringLiteral("it");
        log.add(file.name, lines.line(path), path[0], path.value(1),
                what + QStringLiteral(" is there twice, and the last one counts: take one away"),
                ProblemLog::Kind::Flawed);
    }
    return translation;
}

} // namespace nanostores::detail
