// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/testing/checkengine.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// What the two halves of checkEngine() have in common.
namespace nanostores::testing::detail {

using Raw = std::optional<std::string>;

inline std::string shown(const Raw &value)
{
    return value ? '"' + *value + '"' : std::string("nothing");
}

inline std::string shown(WriteResult result)
{
    switch (result) {
    case WriteResult::Written:
        return "Written";
    case WriteResult::Conflict:
        return "Conflict";
    case WriteResult::Newer:
        return "Newer";
    }
    return "?";
}

/// What is wrong, with the check that has found it.
class Report
{
public:
    void begin(std::string check) { m_check = std::move(check); }
    bool expect(bool condition, const std::string &message)
    {
        if (!condition && m_messages.size() < 50) {
            m_messages.push_back(m_check + ": " + message);
        }
        return condition;
    }
    const std::vector<std::string> &messages() const noexcept { return m_messages; }

private:
    std::string m_check;
    std::vector<std::string> m_messages;
};

/// A backend that is open.
class Open
{
public:
    Open(const MakeBackend &make, std::uint64_t writer)
        : backend(make())
    {
        BackendOptions options;
        options.writer = writer;
        options.wake = [] {};
        backend->open(options);
        state = backend->load();
    }
    Open(const Open &) = delete;
    Open &operator=(const Open &) = delete;
    ~Open() { backend->close(std::chrono::milliseconds(1000)); }

    /// As an engine does: a storage that turns out to be another one, such as a file that another instance has made
    /// since, is read, and from then on its versions are expected.
    WriteOutcome apply(StorageWrite write)
    {
        Applied applied = backend->apply(std::span(&write, 1), Durability::Process);
        if (applied.epoch != state.epoch) {
            state = backend->load();
        }
        return std::move(applied.outcomes.at(0));
    }
    WriteOutcome set(const std::string &key, Raw value, std::uint32_t schema = 0,
                     std::optional<std::uint64_t> expect = {})
    {
        return apply({key, std::move(value), schema, expect});
    }
    std::optional<StorageEntry> find(const std::string &key)
    {
        for (StorageEntry &entry : backend->load().entries) {
            if (entry.key == key && entry.value) {
                return std::move(entry);
            }
        }
        return std::nullopt;
    }

    std::unique_ptr<EngineBackend> backend;
    StorageState state;
};

/// What EngineBackend says, of the backend by itself.
void checkContract(Report &report, const std::function<MakeBackend()> &newStorage, const CheckOptions &options);
/// That engines on it lose nothing.
void checkEngines(Report &report, const std::function<MakeBackend()> &newStorage, const CheckOptions &options);

} // namespace nanostores::testing::detail
