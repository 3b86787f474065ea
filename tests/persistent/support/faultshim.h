// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Stands between a test program and the system's calls on files: records them, or lets one fail. The program links the
/// library before all others, so that SQLite's calls come here, too. Only calls on files below watch()'s folder count.
namespace [[gnu::visibility("default")]] shim {

enum class Fault : std::uint8_t {
    None,
    Kill, ///< The process is killed before the call.
    Stop, ///< The process is stopped before the call; SIGCONT lets it go on.
    Io, ///< EIO, of reads as well.
    Full, ///< ENOSPC, of calls that may need room.
    Interrupted, ///< EINTR, of calls that may be interrupted.
    Short, ///< Half of it is written; the rest would be ENOSPC.
};

/// Which calls count: all if empty.
void watch(const std::string &folder);
/// The n-th call from now on that the fault can happen to, 1 being the next; with all those behind it if it lasts.
void arm(Fault fault, long n, bool lasts = false);
/// Disarms, and says how many calls there were that it could have happened to.
long disarm();

/// One change of the disk.
struct Change
{
    enum Kind : std::uint8_t { Create, Write, Truncate, Sync, SyncFolder, Rename, Link, Remove, Mark };
    Kind kind = Mark;
    int file = 0; ///< Which one, whatever its names: Create, Write, Truncate, Sync.
    std::string path; ///< Of the name: Create, Rename, Link, Remove.
    std::string target; ///< Rename, Link: the new name.
    std::int64_t at = 0; ///< Write: the place. Truncate: the size. Mark: the number.
    std::string data;
};

/// From now on, forgetting what was recorded before.
void record();
std::vector<Change> recorded();
/// A note between the changes.
void mark(std::int64_t number);

/// What statfs() says of each folder from now on; 0: what the system says.
void setFileSystem(std::uint32_t magic);
/// How far the clock is off from now on, in seconds. Not the steady one.
void moveClock(std::int64_t seconds);

} // namespace shim
