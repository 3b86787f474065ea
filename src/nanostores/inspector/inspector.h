// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspect/trace.h>
#include <nanostores/inspector/export.h>
#include <nanostores/logger/redaction.h>

#include <QFlags>
#include <QString>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace nanostores {

/// What a client of an inspector may do.
enum class InspectorCapability {
    Read = 1, ///< Names, values, what stores do, and why.
    Edit = 2, ///< Set stores, as set() does: hooks are asked. And replay sessions.
    Travel = 4, ///< Have windows show the past: see TimeTravel.
};
Q_DECLARE_FLAGS(InspectorCapabilities, InspectorCapability)
Q_DECLARE_OPERATORS_FOR_FLAGS(InspectorCapabilities)

/// How a program lets itself be inspected.
struct InspectorOptions
{
    InspectorCapabilities capabilities = InspectorCapability::Read; ///< The most that a client gets, if it asks for it.
    QString name{}; ///< Of the program; empty: QCoreApplication::applicationName().
    /// What is shown as `***`, and cannot be set. NANOSTORES_INSPECT_REDACT in the environment adds patterns, with
    /// commas between them.
    std::vector<Redaction> redact{};
    std::vector<std::string> except{}; ///< Stores that are not in the stream of events, by name; `*` and `?`.
    /// Listen at a port of 127.0.0.1 as well. The port and a random token of 128 bits are in a file that only the user
    /// may read: tokenFile().
    bool tcp = false;
    quint16 port = 0; ///< 0: a free one.
    /// What why() remembers, from the start of the inspector on. Values are left out if anything is redacted.
    Trace::Options trace{};
    /// With Travel: so many turns are kept, with the values that they have changed, from the start of the inspector on.
    std::size_t travelSteps = 200;
    std::chrono::milliseconds helloWithin{2000}; ///< A client that has not introduced itself by then is cut off.
};

namespace detail {
class InspectorHost;
}

/// Lets other programs of the same user look at the stores of this thread, as long as it lives: `nanostores-inspect`,
/// the application in examples/inspector, and InspectorClient. See docs/inspector.md.
///
/// It listens at a local socket that only this user may open, `$XDG_RUNTIME_DIR/nanostores/<name>-<pid>`, and answers
/// from the event loop of the thread. Nothing that a client sends is evaluated. Stores are followed as long as it
/// lives, which costs each write some microseconds; without an inspector nothing costs anything.
///
/// Made and destroyed on the thread of the stores, after QCoreApplication. It never listens in a program with more
/// rights than its user has, such as a set-uid one.
class NANOSTORES_INSPECTOR_EXPORT Inspector
{
public:
    explicit Inspector(InspectorOptions options = {});
    Inspector(const Inspector &) = delete;
    Inspector &operator=(const Inspector &) = delete;
    ~Inspector();

    /// One if NANOSTORES_INSPECT asks for it, otherwise null. The variable has words with commas between them: `1` or
    /// `read`, `edit`, `travel`, `tcp`; the options say what the program allows of it. A word that is not known is
    /// warned of.
    [[nodiscard]] static std::unique_ptr<Inspector> fromEnvironment(InspectorOptions options = {});

    [[nodiscard]] bool isListening() const;
    /// Why it does not listen. Empty, if it does.
    [[nodiscard]] QString errorString() const;
    /// The path of the local socket.
    [[nodiscard]] QString socket() const;
    [[nodiscard]] quint16 port() const;
    [[nodiscard]] QString tokenFile() const;
    [[nodiscard]] int clients() const;

private:
    std::unique_ptr<detail::InspectorHost> m_host;
};

} // namespace nanostores
