// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/mqtt.h>
#include <nanostores/mqtt/detail/mqttlink.h>
#include <nanostores/persistent/testing/checkengine.h>

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QTest>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace support {

/// A Mosquitto of the test's own, with a folder of its own, on a port that is free. The service of the system is left
/// alone.
class Broker
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

    /// More lines of its configuration, and where it listens.
    explicit Broker(QByteArray options = "allow_anonymous true\n", QByteArray host = "127.0.0.1")
        : m_folder(QDir::tempPath() + QStringLiteral("/nsmqtt-XXXXXX"))
        , m_options(std::move(options))
        , m_host(std::move(host))
    {
        QTcpServer free;
        free.listen(QHostAddress::LocalHost);
        m_port = free.serverPort();
    }
    Broker(const Broker &) = delete;
    Broker &operator=(const Broker &) = delete;
    ~Broker() { kill(); }

    /// True: it takes connections. What it had on the disk when it was stopped, it has again.
    bool start()
    {
        QFile file(path("mosquitto.conf"));
        if (!file.open(QIODevice::WriteOnly)) {
            return false;
        }
        file.write("persistence true\nautosave_interval 0\nuser root\npersistence_location "
                   + QFile::encodeName(path("")) + "\nlistener " + QByteArray::number(m_port) + ' ' + m_host + '\n'
                   + m_options);
        file.close();
        m_process = std::make_unique<QProcess>();
        m_process->setProcessChannelMode(QProcess::MergedChannels);
        m_process->setStandardOutputFile(path("output"), QIODevice::Append);
        m_process->start(program(), {QStringLiteral("-v"), QStringLiteral("-c"), file.fileName()});
        for (int i = 0; i < 2000; ++i) {
            QTcpSocket socket;
            socket.connectToHost(QString::fromLatin1(m_host), m_port);
            if (socket.waitForConnected(1000)) {
                return true;
            }
            if (m_process->waitForFinished(5)) {
                break;
            }
        }
        qWarning().noquote() << "the broker does not start:" << output();
        return false;
    }
    /// In order: it saves what it has.
    void stop()
    {
        if (m_process) {
            m_process->terminate();
            m_process->waitForFinished();
            m_process.reset();
        }
    }
    /// It saves nothing.
    void kill()
    {
        if (m_process) {
            m_process->kill();
            m_process->waitForFinished();
            m_process.reset();
        }
    }
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

    QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    quint16 port() const { return m_port; }
    QString url(const QString &name, const QString &user = {}) const { return url(name, m_port, user); }
    static QString url(const QString &name, quint16 port, const QString &user = {})
    {
        return QStringLiteral("mqtt://") + (user.isEmpty() ? user : user + QLatin1Char('@'))
               + QStringLiteral("127.0.0.1:%1?name=%2").arg(port).arg(name);
    }
    QString output() const
    {
        QFile file(path("output"));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

private:
    QTemporaryDir m_folder;
    const QByteArray m_options;
    const QByteArray m_host;
    quint16 m_port = 0;
    std::unique_ptr<QProcess> m_process;
};

inline nanostores::MqttOptions impatient(const QString &url)
{
    nanostores::MqttOptions options;
    options.url = url;
    options.ping = std::chrono::milliseconds(100);
    options.connectTimeout = std::chrono::milliseconds(1000);
    options.answerTimeout = std::chrono::milliseconds(500);
    return options;
}

/// An engine on a broker, as another program has one.
inline nanostores::StorageEngine mqttEngine(const nanostores::MqttOptions &mqtt)
{
    static int count = 0;
    nanostores::EngineOptions options;
    options.patience = std::chrono::milliseconds(5000);
    options.longestRetry = std::chrono::milliseconds(50);
    return nanostores::StorageEngine::custom(
        nanostores::testing::withFaults(nanostores::mqttBackend(mqtt), {}, "mqtt client " + std::to_string(++count)),
        options);
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
