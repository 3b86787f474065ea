// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace nanostores::detail {

/// What the system says about a path.
struct PathStatus
{
    bool exists = false;
    bool isFile = false;
    std::uint64_t size = 0;
    std::int64_t modified = 0; ///< ns
    unsigned mode = 0600; ///< Permissions.

    friend bool operator==(const PathStatus &, const PathStatus &) = default;

    static PathStatus of(const std::string &path);
};

/// Makes a folder and those above it that are missing, for their owner only, and durably.
void makeFolder(const std::string &path, const std::string &place);
/// Makes an empty file for its owner only. False: it is there already. Throws EngineError.
bool makeFile(const std::string &path, const std::string &place);
/// What has been made, renamed or deleted in the folder stays so when the power fails.
void syncNames(const std::string &folder) noexcept;
bool canWrite(const std::string &path) noexcept;
/// The name of the network file system that the folder is on; empty if it is a local one.
std::string networkFileSystem(const std::string &folder);
std::string parentFolder(const std::string &path);
std::int64_t processId() noexcept;

} // namespace nanostores::detail
