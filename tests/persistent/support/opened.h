// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent.h>

#include <QtTest/QTest>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace support {

using Values = std::map<std::string, std::string>;

/// A backend that is open, as an engine uses it.
class Opened
{
public:
    explicit Opened(std::unique_ptr<nanostores::EngineBackend> backend, std::uint64_t writer = 1,
                    const std::string &prefix = {})
        : m_backend(std::move(backend))
    {
        nanostores::BackendOptions options;
        options.writer = writer;
        options.prefix = prefix;
        options.wake = [this] { ++wakes; };
        m_backend->open(options);
    }
    Opened(const Opened &) = delete;
    Opened &operator=(const Opened &) = delete;
    ~Opened() { m_backend->close(std::chrono::milliseconds(1000)); }

    nanostores::EngineBackend *operator->() const { return m_backend.get(); }

    nanostores::Applied apply(const std::vector<nanostores::StorageWrite> &writes,
                              nanostores::Durability durability = nanostores::Durability::Process) const
    {
        return m_backend->apply(writes, durability);
    }
    nanostores::WriteOutcome set(const std::string &key, std::optional<std::string> value, std::uint32_t schema = 0,
                                 std::optional<std::uint64_t> expect = {}) const
    {
        return apply({{key, std::move(value), schema, expect}}).outcomes.front();
    }
    nanostores::StorageState load() const { return m_backend->load(); }
    Values values() const
    {
        Values values;
        for (const auto &entry : load().entries) {
            if (entry.value) {
                values[entry.key] = *entry.value;
            }
        }
        return values;
    }
    std::optional<nanostores::StorageEntry> entry(const std::string &key) const
    {
        for (auto &entry : load().entries) {
            if (entry.key == key) {
                return entry;
            }
        }
        return {};
    }

    int wakes = 0;

private:
    std::unique_ptr<nanostores::EngineBackend> m_backend;
};

/// What a function throws; none if it does not.
template<typename F>
std::optional<nanostores::EngineErrorKind> failure(F f)
{
    try {
        f();
    } catch (const nanostores::EngineError &error) {
        if (std::string(error.what()).empty()) {
            qFatal("an error without a message");
        }
        return error.kind();
    }
    return {};
}

inline std::vector<std::string> keysOf(const std::vector<nanostores::StorageEntry> &entries)
{
    std::vector<std::string> keys;
    for (const auto &entry : entries) {
        keys.push_back((entry.value ? "" : "-") + entry.key);
    }
    return keys;
}

} // namespace support
