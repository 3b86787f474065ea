// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/entrytable.h>

#include <nanostores/persistent/detail/jsontext.h>
#include <nanostores/persistent/engineerror.h>

#include <QRandomGenerator>

#include <algorithm>
#include <utility>
#include <vector>

namespace nanostores::detail {

std::uint64_t randomNumber()
{
    return QRandomGenerator::system()->generate64() | 1;
}

void requireFitting(std::span<const StorageWrite> writes, const BackendTraits &traits, const std::string &place)
{
    for (const StorageWrite &write : writes) {
        if (write.key.size() > traits.largestKey) {
            throw EngineError(EngineErrorKind::TooLarge,
                              "a key of " + std::to_string(write.key.size()) + " bytes, which begins with \""
                                  + write.key.substr(0, 40) + "\", is too long: " + std::to_string(traits.largestKey)
                                  + " bytes fit",
                              place);
        }
        if (write.value && write.value->size() > traits.largestValue) {
            throw EngineError(EngineErrorKind::TooLarge,
                              "the value of \"" + write.key + "\" has " + std::to_string(write.value->size())
                                  + " bytes; " + std::to_string(traits.largestValue)
                                  + " fit. Store large data in a file of its own",
                              place);
        }
        if (!isUtf8(write.key)) {
            throw EngineError(EngineErrorKind::Misuse, "a key is not UTF-8: \"" + write.key + '"', place);
        }
    }
}

const StorageEntry *EntryTable::find(std::string_view key) const
{
    const auto place = entries.find(key);
    return place == entries.end() ? nullptr : &place->second;
}

void EntryTable::put(std::string_view key, std::optional<std::string> value, std::uint32_t schema, std::uint64_t writer)
{
    StorageEntry &entry = entries[std::string(key)];
    entry.key = key;
    entry.value = std::move(value);
    entry.version = ++position;
    entry.schema = schema;
    entry.writer = writer;
}

Applied EntryTable::apply(std::span<const StorageWrite> writes, std::uint64_t writer, std::uint64_t known)
{
    const bool isOther = known != 0 && known != epoch;
    Applied applied;
    applied.epoch = epoch;
    applied.outcomes.reserve(writes.size());
    for (const StorageWrite &write : writes) {
        WriteOutcome outcome;
        const StorageEntry *entry = find(write.key);
        const bool isThere = entry && entry->value;
        const std::uint64_t version = entry ? entry->version : 0;
        if (isThere && entry->schema > write.schema) {
            outcome.result = WriteResult::Newer;
            outcome.current = *entry;
        } else if (write.expect && (isOther || *write.expect != version) && (isThere || *write.expect != 0)) {
            outcome.result = WriteResult::Conflict;
            if (isThere) {
                outcome.current = *entry;
            }
        } else if (isThere || write.value) {
            put(write.key, write.value, write.schema, writer);
            outcome.version = position;
        } else {
            outcome.version = version;
        }
        applied.outcomes.push_back(std::move(outcome));
    }
    return applied;
}

StorageState EntryTable::state(std::string_view prefix) const
{
    StorageState state;
    for (auto place = entries.lower_bound(prefix);
         place != entries.end() && std::string_view(place->first).substr(0, prefix.size()) == prefix; ++place) {
        if (place->second.value) {
            state.entries.push_back(place->second);
        }
    }
    state.position = position;
    state.epoch = epoch;
    return state;
}

StorageFeed EntryTable::feed(Position since, std::uint64_t ofEpoch, std::string_view prefix) const
{
    StorageFeed feed;
    feed.position = position;
    feed.epoch = epoch;
    feed.tooOld = ofEpoch != epoch || since < floor || since > position;
    if (!feed.tooOld && since != position) {
        for (auto place = entries.lower_bound(prefix);
             place != entries.end() && std::string_view(place->first).substr(0, prefix.size()) == prefix; ++place) {
            if (place->second.version > since) {
                feed.changes.push_back(place->second);
            }
        }
        std::sort(feed.changes.begin(), feed.changes.end(),
                  [](const StorageEntry &a, const StorageEntry &b) { return a.version < b.version; });
    }
    return feed;
}

void EntryTable::forgetDeletions(std::size_t most)
{
    std::vector<Position> versions;
    for (const auto &[key, entry] : entries) {
        if (!entry.value) {
            versions.push_back(entry.version);
        }
    }
    if (versions.size() <= most) {
        return;
    }
    std::sort(versions.begin(), versions.end());
    floor = std::max(floor, versions[versions.size() - most / 2 - 1]);
    std::erase_if(entries, [this](const auto &entry) { return !entry.second.value && entry.second.version <= floor; });
}

} // namespace nanostores::detail
