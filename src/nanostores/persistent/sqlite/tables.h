// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace nanostores::detail {

/// The format of the files. One that is not understood is left as it is.
constexpr std::int64_t formatVersion = 1;
/// Says that a file of SQLite is one of ours: "NSkv".
constexpr std::int64_t applicationId = 0x4E536B76;
constexpr std::size_t pageSize = 4096;
/// How many changes the rows of deleted keys are kept for. Who has seen fewer reads everything anew.
constexpr std::uint64_t keptChanges = 1000;

/// `kv` is a row a key: without a value it has been deleted. `meta` is one row. Both have checksums, and the index of
/// versions is compared with the table when all is read, as SQLite notices damage to its own structures only.
constexpr const char *createTables = "create table kv(key text primary key not null, value blob,"
                                     " version integer not null, schema integer not null, writer integer not null,"
                                     " crc integer not null) without rowid;"
                                     "create index kv_version on kv(version);"
                                     "create table meta(id integer primary key check(id = 1), format integer not null,"
                                     " seq integer not null, epoch integer not null, floor integer not null,"
                                     " synced integer not null,"
                                     " crc integer not null);";

} // namespace nanostores::detail
