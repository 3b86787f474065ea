// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace nanostores::detail {

class Replica;

/// Writes what waits when the program ends: when the application is about to quit, when it ends, and after main; and
/// when a thread ends.
class ExitGuard
{
public:
    /// Of the thread that the replica belongs to.
    static void add(const std::shared_ptr<Replica> &replica);

    /// What waits in the engines of this thread.
    static void flushAll();

private:
    static void watchApplication();
    static void end();
};

} // namespace nanostores::detail
