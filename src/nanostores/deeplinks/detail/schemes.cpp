// SPDX-License-Identifier: MIT
#include <nanostores/deeplinks/detail/schemes.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QList>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSettings>
#include <QStandardPaths>

#include <algorithm>
#include <optional>

namespace nanostores::detail {

namespace {

constexpr auto Defaults = "[Default Applications]";
constexpr auto Added = "[Added Associations]";
constexpr auto Removed = "[Removed Associations]";

/// Schemes of which the system has programs of its own: taking them would take the user's browser away.
bool isOfTheSystem(const QString &scheme)
{
    static const QStringList known{QStringLiteral("http"),       QStringLiteral("https"),  QStringLiteral("file"),
                                   QStringLiteral("ftp"),        QStringLiteral("mailto"), QStringLiteral("tel"),
                                   QStringLiteral("javascript"), QStringLiteral("data"),   QStringLiteral("about")};
    return known.contains(scheme);
}

/// Why the system cannot be asked for these; empty if it can.
QString faultOf(const QStringList &schemes, const LinkHandler &handler)
{
    static const QRegularExpression wellFormed(QStringLiteral("^[a-z][a-z0-9+.-]*$"));
    if (schemes.isEmpty()) {
        return QStringLiteral("the router has no scheme of its own: list one without hosts in RouterOptions::links, in "
                              "QML links: ({ shop: [] })");
    }
    for (const QString &scheme : schemes) {
        if (!wellFormed.match(scheme).hasMatch()) {
            return QStringLiteral(
                       "\"%1\" is no scheme: one begins with a letter, and is of letters, digits, +, - and .")
                .arg(scheme);
        }
        if (isOfTheSystem(scheme)) {
            return QStringLiteral(
                       "links of the scheme \"%1\" are opened by programs of the system: list the hosts that "
                       "are taken, and a scheme of the program's own")
                .arg(scheme);
        }
    }
    for (const QString &part : handler.command) {
        if (std::any_of(part.begin(), part.end(), [](QChar c) { return c.unicode() < 0x20; })) {
            return QStringLiteral("the program that opens links has a control character in its path or arguments");
        }
    }
    return {};
}

QByteArray typeOf(const QString &scheme)
{
    return "x-scheme-handler/" + scheme.toLatin1();
}

QByteArray listOf(const QList<QByteArray> &files)
{
    return files.join(';') + ';';
}

QList<QByteArray> filesIn(const QByteArray &value)
{
    QList<QByteArray> files;
    for (const QByteArray &file : value.split(';')) {
        if (const QByteArray name = file.trimmed(); !name.isEmpty()) {
            files.append(name);
        }
    }
    return files;
}

/// The lines of a .desktop-like file, and where things are in it.
class DesktopLines
{
public:
    explicit DesktopLines(const QByteArray &text)
        : m_lines(text.split('\n'))
    {
        if (m_lines.last().isEmpty()) {
            m_lines.removeLast(); // after the last line's end
        }
    }

    QByteArray text() const { return m_lines.isEmpty() ? QByteArray() : m_lines.join('\n') + '\n'; }

    QList<QByteArray> files(const QByteArray &group, const QByteArray &key) const
    {
        const qsizetype line = find(group, key);
        return line < 0 ? QList<QByteArray>() : filesIn(m_lines.at(line).mid(m_lines.at(line).indexOf('=') + 1));
    }
    /// Without files the line goes.
    void setFiles(const QByteArray &group, const QByteArray &key, const QList<QByteArray> &files)
    {
        const qsizetype line = find(group, key);
        if (line >= 0 && files.isEmpty()) {
            m_lines.removeAt(line);
        } else if (line >= 0) {
            m_lines[line] = key + '=' + listOf(files);
        } else if (!files.isEmpty()) {
            qsizetype start = groupAt(group);
            if (start < 0) {
                if (!m_lines.isEmpty()) {
                    m_lines.append(QByteArray());
                }
                start = m_lines.size();
                m_lines.append(group);
            }
            m_lines.insert(start + 1, key + '=' + listOf(files));
        }
    }

private:
    qsizetype groupAt(const QByteArray &group) const
    {
        for (qsizetype i = 0; i < m_lines.size(); ++i) {
            if (m_lines.at(i).trimmed() == group) {
                return i;
            }
        }
        return -1;
    }
    qsizetype find(const QByteArray &group, const QByteArray &key) const
    {
        const qsizetype start = groupAt(group);
        for (qsizetype i = start + 1; start >= 0 && i < m_lines.size(); ++i) {
            const QByteArray line = m_lines.at(i).trimmed();
            if (line.startsWith('[')) {
                break;
            }
            if (const qsizetype sign = line.indexOf('='); sign > 0 && line.left(sign).trimmed() == key) {
                return i;
            }
        }
        return -1;
    }

    QList<QByteArray> m_lines;
};

/// As the specification of .desktop files has it: quoted as in a shell, and then as any text of such a file. A % begins
/// a code there.
QString quoted(const QString &argument)
{
    QString shell;
    for (const QChar c : argument) {
        if (c == u'"' || c == u'`' || c == u'$' || c == u'\\') {
            shell += QLatin1Char('\\');
        }
        shell += c;
    }
    shell.replace(QLatin1Char('\\'), QStringLiteral("\\\\"));
    shell.replace(QLatin1Char('%'), QStringLiteral("%%"));
    return QLatin1Char('"') + shell + QLatin1Char('"');
}

QString asText(QString text)
{
    text.replace(QLatin1Char('\\'), QStringLiteral("\\\\"));
    text.replace(QLatin1Char('\n'), QStringLiteral("\\n"));
    return text;
}

#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN) && !defined(Q_OS_ANDROID)
QString mimeListPath()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation))
        .filePath(QStringLiteral("mimeapps.list"));
}

QString desktopFileOf(const LinkHandler &handler)
{
    return handler.id + QStringLiteral(".desktop");
}

QString desktopPathOf(const LinkHandler &handler)
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::ApplicationsLocation))
        .filePath(desktopFileOf(handler));
}

/// None, with the reason, for a file that is there and cannot be read.
std::optional<QByteArray> readAll(const QString &path, QString *reason)
{
    QFile file(path);
    if (!file.exists()) {
        return QByteArray();
    }
    if (!file.open(QIODevice::ReadOnly)) {
        *reason = QStringLiteral("%1 cannot be read: %2").arg(path, file.errorString());
        return std::nullopt;
    }
    return file.readAll();
}

bool write(const QString &path, const QByteArray &text, QString *reason)
{
    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        *reason = QStringLiteral("%1 cannot be written: %2").arg(path, file.errorString());
        return false;
    }
    return true;
}
#endif

} // namespace

LinkHandler linkHandler(const QStringList &command)
{
    LinkHandler handler;
    handler.command = command;
    if (handler.command.isEmpty()) {
        const QString image = qEnvironmentVariable("APPIMAGE"); // which is mounted elsewhere at each start
        handler.command = {image.isEmpty() ? QCoreApplication::applicationFilePath() : image};
    }
    handler.name = QGuiApplication::applicationDisplayName();
    handler.id = QGuiApplication::desktopFileName();
    if (handler.id.isEmpty()) {
        const QString organization = QCoreApplication::organizationName();
        handler.id = organization.isEmpty() ? QCoreApplication::applicationName()
                                            : organization + QLatin1Char('.') + QCoreApplication::applicationName();
    }
    static const QRegularExpression others(QStringLiteral("[^A-Za-z0-9._-]+"));
    handler.id.replace(others, QStringLiteral("-"));
    handler.id += QStringLiteral("-links"); // beside the one of the program's package, and not in its place
    return handler;
}

QByteArray desktopEntry(const QStringList &schemes, const LinkHandler &handler)
{
    QStringList command;
    for (const QString &argument : handler.command) {
        command.append(quoted(argument));
    }
    QByteArray types;
    for (const QString &scheme : schemes) {
        types += typeOf(scheme) + ';';
    }
    return "[Desktop Entry]\n"
           "Type=Application\n"
           "Name="
           + asText(handler.name).toUtf8() + "\nTryExec=" + asText(handler.command.value(0)).toUtf8() + "\nExec="
           + command.join(QLatin1Char(' ')).toUtf8() + " %u\nNoDisplay=true\nTerminal=false\nMimeType=" + types + '\n';
}

QByteArray withHandler(const QByteArray &list, const QByteArray &type, const QByteArray &desktopFile)
{
    DesktopLines lines(list);
    for (const QByteArray group : {Defaults, Added}) {
        QList<QByteArray> files = lines.files(group, type);
        files.removeAll(desktopFile);
        files.prepend(desktopFile);
        lines.setFiles(group, type, files);
    }
    QList<QByteArray> removed = lines.files(Removed, type);
    if (removed.removeAll(desktopFile) > 0) {
        lines.setFiles(Removed, type, removed);
    }
    return lines.text();
}

QByteArray withoutHandler(const QByteArray &list, const QByteArray &type, const QByteArray &desktopFile)
{
    DesktopLines lines(list);
    bool isChanged = false;
    for (const QByteArray group : {Defaults, Added}) {
        QList<QByteArray> files = lines.files(group, type);
        if (files.removeAll(desktopFile) > 0) {
            lines.setFiles(group, type, files);
            isChanged = true;
        }
    }
    return isChanged ? lines.text() : list;
}

void addToClasses(QSettings &classes, const QString &scheme, const LinkHandler &handler)
{
    QStringList command;
    for (const QString &argument : handler.command) {
        command.append(QLatin1Char('"') + QDir::toNativeSeparators(argument) + QLatin1Char('"'));
    }
    command.append(QStringLiteral("\"%1\""));
    classes.setValue(scheme + QStringLiteral("/."), QStringLiteral("URL:") + handler.name);
    classes.setValue(scheme + QStringLiteral("/URL Protocol"), QString());
    classes.setValue(scheme + QStringLiteral("/shell/open/command/."), command.join(QLatin1Char(' ')));
}

void removeFromClasses(QSettings &classes, const QString &scheme, const LinkHandler &handler)
{
    if (isInClasses(classes, scheme, handler)) { // and not another program's
        classes.remove(scheme);
    }
}

bool isInClasses(QSettings &classes, const QString &scheme, const LinkHandler &handler)
{
    const QString command = classes.value(scheme + QStringLiteral("/shell/open/command/.")).toString();
    return classes.contains(scheme + QStringLiteral("/URL Protocol"))
           && command.startsWith(QLatin1Char('"') + QDir::toNativeSeparators(handler.command.value(0))
                                 + QLatin1Char('"'));
}

#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN) && !defined(Q_OS_ANDROID)

bool registerSchemes(const QStringList &schemes, const LinkHandler &handler, QString *reason)
{
    *reason = faultOf(schemes, handler);
    if (!reason->isEmpty()) {
        return false;
    }
    if (qEnvironmentVariableIsSet("FLATPAK_ID") || qEnvironmentVariableIsSet("SNAP")) {
        *reason =
            QStringLiteral("a program in a sandbox cannot do it: its package registers the schemes, by MimeType in "
                           "its .desktop file");
        return false;
    }
    auto list = readAll(mimeListPath(), reason);
    if (!list || !write(desktopPathOf(handler), desktopEntry(schemes, handler), reason)) {
        return false;
    }
    for (const QString &scheme : schemes) {
        list = withHandler(*list, typeOf(scheme), desktopFileOf(handler).toUtf8());
    }
    return write(mimeListPath(), *list, reason);
}

bool unregisterSchemes(const QStringList &schemes, const LinkHandler &handler, QString *reason)
{
    const auto list = readAll(mimeListPath(), reason);
    if (!list) {
        return false;
    }
    QByteArray without = *list;
    for (const QString &scheme : schemes) {
        without = withoutHandler(without, typeOf(scheme), desktopFileOf(handler).toUtf8());
    }
    if (without != *list && !write(mimeListPath(), without, reason)) {
        return false;
    }
    if (QFile file(desktopPathOf(handler)); file.exists() && !file.remove()) {
        *reason = QStringLiteral("%1 cannot be removed: %2").arg(file.fileName(), file.errorString());
        return false;
    }
    return true;
}

bool areRegistered(const QStringList &schemes, const LinkHandler &handler)
{
    QString reason;
    const auto entry = readAll(desktopPathOf(handler), &reason);
    const auto list = readAll(mimeListPath(), &reason);
    if (schemes.isEmpty() || !entry || !list || *entry != desktopEntry(schemes, handler)) {
        return false;
    }
    const DesktopLines lines(*list);
    return std::all_of(schemes.begin(), schemes.end(), [&](const QString &scheme) {
        return lines.files(Defaults, typeOf(scheme)).value(0) == desktopFileOf(handler).toUtf8();
    });
}

#elif defined(Q_OS_WIN)

namespace {

QString classesPath()
{
    return QStringLiteral("HKEY_CURRENT_USER\\Software\\Classes");
}

bool isWritten(QSettings &classes, QString *reason)
{
    classes.sync();
    if (classes.status() != QSettings::NoError) {
        *reason = QStringLiteral("the registry cannot be written: %1").arg(classes.fileName());
        return false;
    }
    return true;
}

} // namespace

bool registerSchemes(const QStringList &schemes, const LinkHandler &handler, QString *reason)
{
    *reason = faultOf(schemes, handler);
    if (!reason->isEmpty()) {
        return false;
    }
    QSettings classes(classesPath(), QSettings::NativeFormat);
    for (const QString &scheme : schemes) {
        addToClasses(classes, scheme, handler);
    }
    return isWritten(classes, reason);
}

bool unregisterSchemes(const QStringList &schemes, const LinkHandler &handler, QString *reason)
{
    QSettings classes(classesPath(), QSettings::NativeFormat);
    for (const QString &scheme : schemes) {
        removeFromClasses(classes, scheme, handler);
    }
    return isWritten(classes, reason);
}

bool areRegistered(const QStringList &schemes, const LinkHandler &handler)
{
    QSettings classes(classesPath(), QSettings::NativeFormat);
    return !schemes.isEmpty() && std::all_of(schemes.begin(), schemes.end(), [&](const QString &scheme) {
        return isInClasses(classes, scheme, handler);
    });
}

#else

bool registerSchemes(const QStringList &schemes, const LinkHandler &handler, QString *reason)
{
    *reason = faultOf(schemes, handler);
    if (reason->isEmpty()) {
        *reason =
            QStringLiteral("this system reads it from the program's package: CFBundleURLTypes in Info.plist, or an "
                           "intent filter in AndroidManifest.xml");
    }
    return false;
}

bool unregisterSchemes(const QStringList &, const LinkHandler &, QString *reason)
{
    *reason = QStringLiteral("this system reads it from the program's package");
    return false;
}

bool areRegistered(const QStringList &, const LinkHandler &)
{
    return false;
}

#endif

} // namespace nanostores::detail
