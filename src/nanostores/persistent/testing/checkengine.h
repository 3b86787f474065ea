// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/export.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// For the tests of backends, in any framework.
namespace nanostores::testing {

/// Faults of a backend, and what it was asked. A handle; thread-safe: the test sets it, the I/O thread meets it.
class NANOSTORES_PERSISTENT_EXPORT Faults
{
public:
    Faults();

    /// The calls of open(), load(), apply() and changesSince() from the n-th on, 1 being the next one, throw that: so
    /// many of them. afterwards: the call is made first, so that it throws though all was done.
    void fail(EngineErrorKind kind, int n = 1, int count = 1, bool afterwards = false) const;
    void failAlways(EngineErrorKind kind) const;
    void failNoMore() const;
    /// Each call takes so much longer.
    void delay(std::chrono::milliseconds time) const;
    /// Calls stop before they do anything, until they go on.
    void stall() const;
    void goOn() const;
    /// What others change is not announced, until it is again; then once.
    void dropWakes(bool drops) const;
    /// The feed comes in several pieces, each a call late.
    void lateFeeds(bool late) const;

    int calls() const; ///< Of all kinds.
    int applies() const;
    int syncs() const;
    int closes() const;
    /// What the engine has done that the contract forbids, such as calls on two threads.
    std::vector<std::string> mistakes() const;

    struct Data;
    const std::shared_ptr<Data> &data() const noexcept { return m_data; }

private:
    std::shared_ptr<Data> m_data;
};

/// The backend with faults. place: another one than the backend's, so that engines of one process do not share it.
NANOSTORES_PERSISTENT_EXPORT std::unique_ptr<EngineBackend> withFaults(std::unique_ptr<EngineBackend> backend,
                                                                       const Faults &faults, std::string place = {});

/// Makes one more backend on a storage, as another process would.
using MakeBackend = std::function<std::unique_ptr<EngineBackend>()>;

/// What checkEngine() tries, and what the backend promises.
struct CheckOptions
{
    std::uint64_t seed = 1; ///< Of the random sequences.
    int rounds = 20; ///< How many of them.
    int steps = 60; ///< In each.
    std::chrono::milliseconds patience{20000}; ///< After which something that does not come counts as missing.
    /// It keeps what is written when all its backends are closed.
    bool keepsValues = true;
    /// It keeps versions, writers and its epoch with the values. False: each backend gives its own while it is open, as
    /// that of QSettings does, so what two of them say is not compared.
    bool keepsVersions = true;
};

/// Checks that a backend does what EngineBackend says, and that engines on it lose nothing: by itself, with two at a
/// time, with faults injected, and in random sequences against a plain model. newStorage() makes a new, empty storage,
/// and returns what makes backends on it.
///
/// Returns what is wrong, in plain text; nothing: all is right. Needs no event loop. Takes some seconds.
NANOSTORES_PERSISTENT_EXPORT std::vector<std::string> checkEngine(const std::function<MakeBackend()> &newStorage,
                                                                  const CheckOptions &options = {});

} // namespace nanostores::testing
