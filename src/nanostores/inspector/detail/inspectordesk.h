// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graphpart.h>
#include <nanostores/inspector/detail/meter.h>
#include <nanostores/inspector/detail/replaydesk.h>
#include <nanostores/inspector/detail/sessiontap.h>
#include <nanostores/inspector/detail/traveldesk.h>
#include <nanostores/inspector/detail/wiresession.h>
#include <nanostores/inspector/export.h>
#include <nanostores/logger/detail/valuereader.h>
#include <nanostores/logger/logger.h>
#include <nanostores/logger/redaction.h>

#include <QJsonObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// Answers questions about the stores of its thread, and hands on what they do, for all clients of an inspector.
class NANOSTORES_INSPECTOR_EXPORT InspectorDesk final : public WireDesk
{
public:
    explicit InspectorDesk(InspectorOptions options);
    ~InspectorDesk() override;

    QJsonObject greeting() const override;
    Answer answer(const QString &what, const QJsonObject &request, const WireSession &asker) override;
    void watched() override;

    /// A client that has come; and one that goes.
    void add(WireSession &session);
    void remove(WireSession &session);
    /// Called, in the midst of what stores do, when a session has something to send.
    void setWake(std::function<void()> wake) { m_wake = std::move(wake); }

private:
    class Feed;

    struct Client
    {
        WireSession *session = nullptr;
        std::unique_ptr<SessionTap> tap; ///< Null: it does not record.
        ReplayDesk replay;
    };
    struct Found
    {
        Node *node = nullptr;
        Answer problem;
    };

    Client *clientOf(const WireSession &session) noexcept;
    Found find(const QJsonObject &request);
    Answer list(const QJsonObject &request);
    Answer get(const QJsonObject &request);
    Answer set(const QJsonObject &request);
    Answer why(const QJsonObject &request);
    bool mayDo(const QString &what, const WireSession &asker, Answer &refusal) const;
    Answer graph(const QJsonObject &request);
    /// The value with one part of a map in another's place, or the reason why not.
    Answer withKey(const Node &node, const QJsonObject &request, QJsonValue &value);

    bool isHidden(const Node &node);
    bool maySet(const Node &node);
    LogValue valueOf(const Node &node, const LogLimits &limits);
    std::string textOf(const Node &node, std::size_t most);
    QJsonObject rowOf(const Node &node);
    void hand(const LogTree &tree);

    const InspectorOptions m_options;
    const RedactionRules m_rules;
    Secrets m_secrets;
    StoreMeter m_meter;
    std::optional<Trace> m_trace;
    std::vector<std::unique_ptr<Client>> m_clients;
    std::function<void()> m_wake;
    LogSinkPtr m_lines; ///< Makes JSON of events, into m_line.
    std::string m_line;
    Logger m_logger; ///< While a client watches.
    QString m_started;
    std::optional<TravelDesk> m_travel; ///< Where the program allows it.
};

} // namespace nanostores::detail
