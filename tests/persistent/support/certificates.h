// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

namespace support {

/// Certificates for tests of TLS, made by openssl: ca.pem has signed server.pem and expired.pem, for localhost and
/// 127.0.0.1; other.pem has signed nothing.
class Certificates
{
public:
    void make() { m_areMade = makeAll(); }
    /// False: there is no openssl, or it has failed.
    bool areMade() const { return m_areMade; }
    QString file(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }

private:
    bool makeAll() const
    {
        QFile names(file("names"));
        if (openssl().isEmpty() || !names.open(QIODevice::WriteOnly)
            || names.write("subjectAltName=DNS:localhost,IP:127.0.0.1") < 0) {
            return false;
        }
        names.close();
        const auto authority = [&](const QString &name) {
            return run({QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                        QStringLiteral("rsa:2048"), QStringLiteral("-nodes"), QStringLiteral("-keyout"),
                        name + QStringLiteral(".key"), QStringLiteral("-out"), name + QStringLiteral(".pem"),
                        QStringLiteral("-subj"), QStringLiteral("/CN=") + name, QStringLiteral("-days"),
                        QStringLiteral("30")});
        };
        const auto sign = [&](const QString &out, const QString &days) {
            return run({QStringLiteral("x509"), QStringLiteral("-req"), QStringLiteral("-in"),
                        QStringLiteral("server.csr"), QStringLiteral("-CA"), QStringLiteral("ca.pem"),
                        QStringLiteral("-CAkey"), QStringLiteral("ca.key"), QStringLiteral("-CAcreateserial"),
                        QStringLiteral("-days"), days, QStringLiteral("-extfile"), QStringLiteral("names"),
                        QStringLiteral("-out"), out});
        };
        return authority(QStringLiteral("ca")) && authority(QStringLiteral("other"))
               && run({QStringLiteral("req"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
                       QStringLiteral("-nodes"), QStringLiteral("-keyout"), QStringLiteral("server.key"),
                       QStringLiteral("-out"), QStringLiteral("server.csr"), QStringLiteral("-subj"),
                       QStringLiteral("/CN=localhost")})
               && sign(QStringLiteral("server.pem"), QStringLiteral("30"))
               && sign(QStringLiteral("expired.pem"), QStringLiteral("-1"));
    }
    static QString openssl() { return QStandardPaths::findExecutable(QStringLiteral("openssl")); }
    bool run(const QStringList &arguments) const
    {
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(openssl(), arguments);
        const bool isGood = process.waitForFinished(60000) && process.exitCode() == 0;
        if (!isGood) {
            qWarning().noquote() << arguments << process.readAll();
        }
        return isGood;
    }

    QTemporaryDir m_folder;
    bool m_areMade = false;
};

} // namespace support
