// SPDX-License-Identifier: MIT
#include <nanostores/inspector/inspector.h>

#include <nanostores/inspector/detail/inspectorhost.h>

#include <QtCore/QtGlobal>

#include <utility>

namespace nanostores {

Inspector::Inspector(InspectorOptions options)
    : m_host(std::make_unique<detail::InspectorHost>(std::move(options)))
{
}

Inspector::~Inspector()
{
    detail::InspectorHost::finish(std::move(m_host));
}

std::unique_ptr<Inspector> Inspector::fromEnvironment(InspectorOptions options)
{
    const QByteArray asked = qgetenv("NANOSTORES_INSPECT").trimmed();
    if (asked.isEmpty() || asked == "0") {
        return nullptr;
    }
    InspectorCapabilities capabilities = InspectorCapability::Read;
    bool tcp = false;
    const QList<QByteArray> words = asked.split(',');
    for (const QByteArray &padded : words) {
        const QByteArray word = padded.trimmed();
        if (word == "edit") {
            capabilities |= InspectorCapability::Edit;
        } else if (word == "travel") {
            capabilities |= InspectorCapability::Travel;
        } else if (word == "tcp") {
            tcp = true;
        } else if (word != "1" && word != "read" && !word.isEmpty()) {
            qWarning("NANOSTORES_INSPECT has the word \"%s\", which is none of read, edit, travel and tcp",
                     word.constData());
        }
    }
    options.capabilities &= capabilities;
    options.tcp = options.tcp && tcp;
    return std::make_unique<Inspector>(std::move(options));
}

bool Inspector::isListening() const
{
    return m_host->isListening();
}

QString Inspector::errorString() const
{
    return m_host->errorString();
}

QString Inspector::socket() const
{
    return m_host->socket();
}

quint16 Inspector::port() const
{
    return m_host->port();
}

QString Inspector::tokenFile() const
{
    return m_host->tokenFile();
}

int Inspector::clients() const
{
    return m_host->clients();
}

} // namespace nanostores
