// SPDX-License-Identifier: MIT
#pragma once

#include "persistent/support/serverchecks.h"
#include "persistent/support/serverprocess.h"

#include <nanostores/mqtt.h>
#include <nanostores/mqtt/detail/mqttlink.h>

#include <QtCore/QFile>
#include <QtCore/QStandardPaths>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QTest>

#include <string>
#include <string_view>
#include <utility>

namespace support {

/// A Mosquitto. The service of the system is left alone.
class Broker : public ServerProcess
{
public:
    /// Empty: there is none. NANOSTORES_MQTT_BROKER names one of several.
    static QString program()
    {
        const QString name = qEnvironmentVariable("NANOSTORES_MQTT_BROKER", QStringLiteral("mosquitto"));
        const QString path = QStandardPaths::findExecutable(name);
        return path.isEmpty() ? QStandardPaths::findExecutable(name, {QStringLiteral("/usr/sbin"),
                                                                      QStringLiteral("/usr/local/sbin"),
                                                                      QStringLiteral("/opt/homebrew/sbin")})
                              : path;
    }

    /// More lines of its configuration, and where it listens. It logs all, unless they say what.
    explicit Broker(QByteArray options = "allow_anonymous true\n", QByteArray host = "127.0.0.1")
        : ServerProcess("nsmqtt")
        , m_options(std::move(options))
        , m_host(std::move(host))
    {
    }

    /// True: it takes connections. What it had on the disk when it was stopped, it has again.
    bool start()
    {
        QFile file(path("mosquitto.conf"));
        if (!file.open(QIODevice::WriteOnly)) {
            return false;
        }
        file.write("persistence true\nautosave_interval 0\nuser root\npersistence_location "
                   + QFile::encodeName(path("")) + "\nlistener " + QByteArray::number(port()) + ' ' + m_host + '\n'
                   + m_options);
        file.close();
        const QStringList verbose = m_options.contains("log_type") ? QStringList() : QStringList{QStringLiteral("-v")};
        run(program(), verbose + QStringList{QStringLiteral("-c"), file.fileName()});
        return waitUntil([this] {
            QTcpSocket socket;
            socket.connectToHost(QString::fromLatin1(m_host), port());
            return socket.waitForConnected(1000);
        });
    }
    void stop() { end(); }
    /// All that it has on the disk; it must not run.
    void wipe() const { QFile::remove(path("mosquitto.db")); }
    /// What it has on the disk now, it has again after restore(). It must not run.
    void save() const
    {
        QFile::remove(path("saved"));
        QFile::copy(path("mosquitto.db"), path("saved"));
    }
    void restore() const
    {
        wipe();
        QFile::copy(path("saved"), path("mosquitto.db"));
    }

    QString url(const QString &name, const QString &user = {}) const { return url(name, port(), user); }
    static QString url(const QString &name, quint16 port, const QString &user = {})
    {
        return serverUrl("mqtt", name, port, user);
    }

private:
    const QByteArray m_options;
    const QByteArray m_host;
};

/// An engine on a broker, as another program has one.
inline nanostores::StorageEngine mqttEngine(const nanostores::MqttOptions &mqtt)
{
    static int count = 0;
    return engineOn(nanostores::mqttBackend(mqtt), "mqtt client " + std::to_string(++count));
}

/// Another client of the broker, which sends what it likes.
class Neighbour
{
public:
    explicit Neighbour(const QString &url)
        : m_options(optionsOf(url))
        , m_link(m_options, nanostores::detail::addressOf(m_options), "neighbour")
    {
        m_link.open();
    }

    /// The broker has taken it afterwards.
    void publish(const std::string &topic, std::string_view payload, bool isRetained = true)
    {
        m_link.publish(topic, payload, isRetained);
        m_link.waitUntil([this] { return m_link.unacknowledged() == 0; });
    }

private:
    static nanostores::MqttOptions optionsOf(const QString &url)
    {
        nanostores::MqttOptions options;
        options.url = url;
        return options;
    }

    const nanostores::MqttOptions m_options;
    nanostores::detail::MqttLink m_link;
};

} // namespace support

#define NEEDS_BROKER() \
    if (support::Broker::program().isEmpty()) { \
        QSKIP("There is no mosquitto: install it with sh tests/install-deps.sh"); \
    }
