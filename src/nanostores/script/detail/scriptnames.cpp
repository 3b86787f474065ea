// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/scriptbridge.h>

#include <nanostores/script/detail/nodes.h>

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <algorithm>
#include <utility>

/// What QML and JavaScript call their stores, and which of their functions run.
namespace nanostores::detail {

namespace {

/// A variable may stand some lines above the call: `export const $total =`, a line of its own.
constexpr int LinesAbove = 3;

/// Compiled ahead of time, a file is known by its name alone.
bool isOfThisLibrary(const QString &file)
{
    static const QStringList names = QStringLiteral(NANOSTORES_SCRIPT_NAMES).split(QLatin1Char(','));
    const QLatin1String ending(".mjs");
    return file.contains(QLatin1String("/nanostores/script/"))
           || (file.endsWith(ending) && names.contains(file.chopped(ending.size())));
}

/// One line of the engine's stack: `function@file:line`, or `function@file` where the line is not known.
Frame frameOf(const QString &line)
{
    Frame frame;
    const auto at = line.indexOf(QLatin1Char('@'));
    if (at < 0) {
        return frame;
    }
    QString function = line.left(at);
    function.remove(QLatin1String("expression for ")); // of a binding, and of a handler
    frame.function = function == QLatin1String("%entry") ? std::string() : function.toStdString();
    QString file = line.mid(at + 1);
    const auto colon = file.lastIndexOf(QLatin1Char(':'));
    bool isNumber = false;
    const int number = file.mid(colon + 1).toInt(&isNumber);
    if (colon >= 0 && isNumber) {
        file.truncate(colon);
        frame.line = number;
    }
    frame.file = file.toStdString();
    if (frame.line == 1 && file.endsWith(QLatin1String(".qml"))) {
        frame.line = 0; // code compiled ahead of time to C++ does not know its line after its first run
    }
    return frame;
}

QString localPath(const QString &file)
{
    if (file.startsWith(QLatin1String("qrc:"))) {
        return file.mid(3);
    }
    const QUrl url(file);
    return url.isLocalFile() ? url.toLocalFile() : file;
}

/// The name that the line gives to what it makes.
QString variableIn(const QString &line)
{
    static const QRegularExpression patterns[] = {
        QRegularExpression(QStringLiteral("\\b(?:const|let|var)\\s+([\\w$]+)\\s*=")),
        QRegularExpression(QStringLiteral("\\bproperty\\s+[\\w.]+\\s+([\\w$]+)\\s*:")),
        QRegularExpression(QStringLiteral("([\\w$][\\w$.]*)\\s*[=:](?![=>])")),
    };
    for (const QRegularExpression &pattern : patterns) {
        if (const auto match = pattern.match(line); match.hasMatch()) {
            return match.captured(1);
        }
    }
    return {};
}

/// The variable in the line of a file, or in one that goes on there; empty, if it cannot be read.
QString variableAt(const QString &path, int line)
{
    QFile file(path);
    if (line < 1 || !file.open(QIODevice::ReadOnly | QIODevice::Text)) {
        return {};
    }
    QStringList lines;
    while (lines.size() < line && !file.atEnd()) {
        lines.append(QString::fromUtf8(file.readLine()));
    }
    if (lines.size() < line) {
        return {};
    }
    for (int above = 0; above <= LinesAbove && above < line; ++above) {
        const QString text = lines.at(line - 1 - above).trimmed();
        if (above > 0 && !text.endsWith(QLatin1Char('=')) && !text.endsWith(QLatin1Char('('))
            && !text.endsWith(QLatin1Char(','))) {
            return {};
        }
        if (const QString variable = variableIn(text); !variable.isEmpty()) {
            return variable;
        }
    }
    return {};
}

} // namespace

/// An error that the engine makes knows its stack: that of the QML or JavaScript that runs, if any. A call that a
/// function ends with, `return $count.set(1)`, has taken the place of that function, and the engine says so.
void ScriptBridge::appendRunning(std::vector<Frame> &frames) const
{
    if (m_closed) {
        return;
    }
    const QString stack = m_engine->newErrorObject(QJSValue::GenericError).property(QStringLiteral("stack")).toString();
    bool isElided = false;
    bool isAnyOurs = false;
    for (const QString &line : stack.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        if (line.contains(QLatin1String("elided tail calls"))) {
            isElided = true;
            continue;
        }
        Frame frame = frameOf(line);
        if (isOfThisLibrary(QString::fromStdString(frame.file))) {
            isAnyOurs = true;
            isElided = false;
            continue;
        }
        if (frame.file.empty() && frame.function.empty()) {
            continue;
        }
        if (std::exchange(isElided, false)) {
            frames.push_back({"(tail call)", {}, 0});
        }
        frames.push_back(std::move(frame));
    }
    if (isElided || (isAnyOurs && frames.empty())) {
        frames.push_back({"(tail call)", {}, 0});
    }
}

void ScriptBridge::made(int id)
{
    if (auto *const store = dynamic_cast<ScriptSignal *>(handle(id)->node())) {
        store->isNew = true;
    }
    std::vector<Frame> frames;
    appendRunning(frames);
    const auto user =
        std::find_if(frames.begin(), frames.end(), [](const Frame &frame) { return !frame.file.empty(); });
    if (user != frames.end()) {
        m_places.insert(handle(id)->node(), *user);
    }
}

/// `counter.mjs:$count`, or the line where it was made: `counter.mjs:3`.
void ScriptBridge::nameNodes(const Found &found) const
{
    if (m_closed) {
        return;
    }
    for (auto place = m_places.begin(); place != m_places.end(); ++place) {
        const QString path = localPath(QString::fromStdString(place->file));
        const QString variable = variableAt(path, place->line);
        const QString name = variable.isEmpty() ? QString::number(place->line) : variable;
        found(*place.key(), (QFileInfo(path).fileName() + QLatin1Char(':') + name).toStdString());
    }
}

} // namespace nanostores::detail
