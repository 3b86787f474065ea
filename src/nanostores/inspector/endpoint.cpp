// SPDX-License-Identifier: MIT
#include <nanostores/inspector/endpoint.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#endif

/// Where the sockets of programs are that can be inspected.
namespace nanostores {

namespace detail {

namespace {

constexpr auto TcpEnding = ".tcp";

bool runs(qint64 pid)
{
#ifdef Q_OS_UNIX
    return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
#else
    Q_UNUSED(pid)
    return true;
#endif
}

/// Whether a program listens at the socket, such as one in another container whose processes are not seen from here.
bool isListenedTo(const QString &socketPath)
{
#ifdef Q_OS_UNIX
    const QByteArray path = QFile::encodeName(socketPath);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= qsizetype(sizeof(address.sun_path))) {
        return false;
    }
    std::memcpy(address.sun_path, path.constData(), std::size_t(path.size()));
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    ::fcntl(socket, F_SETFL, O_NONBLOCK); // where too many wait, one more does not
    const bool isFree = ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0
                        && (errno == ECONNREFUSED || errno == ENOENT || errno == ENOTSOCK);
    ::close(socket);
    return !isFree;
#else
    Q_UNUSED(socketPath)
    return false;
#endif
}

bool isThere(const InspectorEndpoint &endpoint, const QFileInfo &file)
{
    const QString path = file.filePath();
    return runs(endpoint.pid) || isListenedTo(endpoint.port != 0 ? path.chopped(qsizetype(qstrlen(TcpEnding))) : path);
}

void setReason(QString *reason, const QString &text)
{
    if (reason) {
        *reason = text;
    }
}

/// `shop-4711` and `shop-4711.tcp`.
std::optional<InspectorEndpoint> endpointAt(const QFileInfo &file)
{
    const bool isTcp = file.fileName().endsWith(QLatin1String(TcpEnding));
    const QString name = isTcp ? file.fileName().chopped(4) : file.fileName();
    const qsizetype dash = name.lastIndexOf(QLatin1Char('-'));
    bool isNumber = false;
    InspectorEndpoint endpoint;
    endpoint.pid = name.mid(dash + 1).toLongLong(&isNumber);
    if (dash < 1 || !isNumber || endpoint.pid <= 0) {
        return std::nullopt;
    }
    endpoint.app = name.left(dash);
    if (!isTcp) {
        endpoint.socket = file.filePath();
        return endpoint;
    }
    QFile content(file.filePath());
    if (!content.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    const QJsonObject object = QJsonDocument::fromJson(content.read(4096)).object();
    const int port = object.value(QLatin1String("port")).toInt();
    endpoint.token = object.value(QLatin1String("token")).toString().toLatin1();
    if (port <= 0 || port > 65535 || endpoint.token.isEmpty()) {
        return std::nullopt;
    }
    endpoint.port = static_cast<quint16>(port);
    return endpoint;
}

QString listed(const QList<InspectorEndpoint> &endpoints)
{
    QStringList names;
    for (const InspectorEndpoint &endpoint : endpoints) {
        names.append(endpoint.app + QLatin1Char(' ') + QString::number(endpoint.pid));
    }
    return names.join(QLatin1String(", "));
}

} // namespace

QString inspectorFolder(QString *reason)
{
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (runtime.isEmpty()) {
        setReason(reason, QStringLiteral("there is no folder for sockets of this user; set XDG_RUNTIME_DIR"));
        return {};
    }
    const QString folder = QDir(runtime).filePath(QStringLiteral("nanostores"));
#ifdef Q_OS_UNIX
    const QByteArray path = QFile::encodeName(folder);
    struct stat status
    {
    };
    if (::mkdir(path.constData(), 0700) != 0 && errno != EEXIST) {
        setReason(reason, folder + QStringLiteral(" cannot be made: ") + qt_error_string(errno));
        return {};
    }
    if (::lstat(path.constData(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != ::geteuid()
        || (status.st_mode & 077U) != 0) {
        setReason(reason, folder + QStringLiteral(" is not a folder that only this user may enter (mode 0700)"));
        return {};
    }
#else
    QDir().mkpath(folder);
#endif
    return folder;
}

QString inspectorSocket(const QString &folder, const QString &app, qint64 pid)
{
    QString name;
    for (const QChar c : app.left(40)) { // the path of a socket is short
        const bool isPlain =
            (c >= QLatin1Char('a') && c <= QLatin1Char('z')) || (c >= QLatin1Char('A') && c <= QLatin1Char('Z'))
            || (c >= QLatin1Char('0') && c <= QLatin1Char('9')) || c == QLatin1Char('_') || c == QLatin1Char('-');
        name += isPlain ? c : QLatin1Char('_');
    }
    return QDir(folder).filePath((name.isEmpty() ? QStringLiteral("program") : name) + QLatin1Char('-')
                                 + QString::number(pid));
}

} // namespace detail

QList<InspectorEndpoint> inspectorEndpoints()
{
    const QString folder = detail::inspectorFolder();
    QList<InspectorEndpoint> endpoints;
    if (folder.isEmpty()) {
        return endpoints;
    }
    const QFileInfoList files =
        QDir(folder).entryInfoList(QDir::Files | QDir::System | QDir::Hidden, QDir::Time | QDir::Name);
    for (const QFileInfo &file : files) {
        const std::optional<InspectorEndpoint> endpoint = detail::endpointAt(file);
        if (endpoint && detail::isThere(*endpoint, file)) {
            endpoints.append(*endpoint);
        } else if (endpoint) {
            QFile::remove(file.filePath());
        }
    }
    return endpoints;
}

std::optional<InspectorEndpoint> findInspectorEndpoint(const QString &which, QString *reason)
{
    if (which.contains(QLatin1Char('/'))) {
        const QFileInfo file(QFileInfo(which).absoluteFilePath());
        std::optional<InspectorEndpoint> endpoint = detail::endpointAt(file);
        if (!file.exists()) {
            detail::setReason(reason, which + QStringLiteral(" does not exist"));
            return std::nullopt;
        }
        if (!endpoint) {
            endpoint.emplace();
            endpoint->app = file.fileName();
            endpoint->socket = file.filePath();
        }
        return endpoint;
    }
    const QList<InspectorEndpoint> all = inspectorEndpoints();
    QList<InspectorEndpoint> found;
    for (const InspectorEndpoint &endpoint : all) {
        const bool isMeant = which.isEmpty() || endpoint.app == which || QString::number(endpoint.pid) == which;
        const bool isKnown = !found.isEmpty() && found.constLast().pid == endpoint.pid; // by its other door
        if (isMeant && isKnown && found.constLast().socket.isEmpty()) {
            found.last() = endpoint;
        } else if (isMeant && !isKnown) {
            found.append(endpoint);
        }
    }
    if (found.size() == 1) {
        return found.constFirst();
    }
    if (found.isEmpty() && all.isEmpty()) {
        detail::setReason(reason, QStringLiteral("no program of this user can be inspected; start one that has an "
                                                 "inspector with NANOSTORES_INSPECT=1"));
    } else if (found.isEmpty()) {
        detail::setReason(
            reason,
            QStringLiteral("no program \"%1\" can be inspected; there are: %2").arg(which, detail::listed(all)));
    } else {
        detail::setReason(
            reason,
            QStringLiteral("several programs can be inspected, name one by its pid: %1").arg(detail::listed(found)));
    }
    return std::nullopt;
}

} // namespace nanostores
