// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector.h>
#include <nanostores/inspector/detail/inspectordesk.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QTemporaryDir>

namespace inspecting {

/// The sockets of a test are in a folder of its own.
class OwnRuntimeFolder
{
public:
    OwnRuntimeFolder()
    {
        QFile::setPermissions(m_folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("XDG_RUNTIME_DIR", m_folder.path().toLocal8Bit());
    }
    QString path() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder{QStringLiteral("/tmp/nsi-XXXXXX")}; // the path of a socket is short
};

inline QJsonObject object(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

/// A client without a socket.
class Talk
{
public:
    explicit Talk(nanostores::InspectorOptions options = {}, const char *hello = R"({"nanostores":1})",
                  nanostores::detail::WireLimits limits = {})
        : desk(options)
        , session(desk, options.capabilities, {}, limits)
    {
        desk.add(session);
        say(hello);
        lines();
    }
    ~Talk() { desk.remove(session); }

    void say(const QByteArray &line) { session.receive(line + '\n', 0); }
    /// What was sent since.
    QList<QJsonObject> lines()
    {
        QList<QJsonObject> made;
        const QList<QByteArray> all = session.takeOutput().split('\n');
        for (const QByteArray &line : all) {
            if (!line.isEmpty()) {
                made.append(object(line));
            }
        }
        return made;
    }
    /// The answer to one request: its members, without the braces.
    QJsonObject ask(const QByteArray &request)
    {
        say("{\"id\":1," + request + '}');
        QJsonObject answer;
        const QList<QJsonObject> all = lines();
        for (const QJsonObject &line : all) {
            answer = line.contains(QLatin1String("id")) ? line : answer;
        }
        return answer;
    }
    QJsonObject reply(const QByteArray &request) { return ask(request).value(QLatin1String("reply")).toObject(); }
    QString error(const QByteArray &request) { return ask(request).value(QLatin1String("error")).toString(); }
    QString code(const QByteArray &request) { return ask(request).value(QLatin1String("code")).toString(); }
    /// The row of a store in all that is listed.
    QJsonObject row(const char *name)
    {
        qint64 since = 0;
        for (bool isMore = true; isMore;) {
            const QJsonObject answer = reply("\"do\":\"list\",\"since\":" + QByteArray::number(since));
            const QJsonArray rows = answer.value(QLatin1String("stores")).toArray();
            for (const QJsonValue &row : rows) {
                if (row.toObject().value(QLatin1String("name")).toString() == QLatin1String(name)) {
                    return row.toObject();
                }
            }
            since = answer.value(QLatin1String("serial")).toInteger();
            isMore = answer.value(QLatin1String("more")).toBool();
        }
        return {};
    }
    /// The events that were sent since.
    QList<QJsonObject> events()
    {
        session.goOn(0);
        QList<QJsonObject> made;
        const QList<QJsonObject> all = lines();
        for (const QJsonObject &line : all) {
            if (line.contains(QLatin1String("event"))) {
                made.append(line.value(QLatin1String("event")).toObject());
            }
        }
        return made;
    }

    nanostores::detail::InspectorDesk desk;
    nanostores::detail::WireSession session;
};

} // namespace inspecting
