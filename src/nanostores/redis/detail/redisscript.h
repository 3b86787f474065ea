// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace nanostores::detail {

/// What the server runs for a transaction, as one step.
///
/// KEYS: values (hash: key -> "version schema writer\nvalue"), log (stream, ids "version-0"), meta (hash: epoch, seq,
///       format, rewound), gone (sorted set: deleted keys by version), done (hash: id -> results of transactions).
/// ARGV: 1 a new epoch, 2 the epoch and 3 the position that the client knows, 4 writer, 5 length of the log, 6 largest
///       value in the log, 7 seconds that results are kept, 8 id or "", 9 how many ids are confirmed; these; and for
///       each write: key, expected version or "", schema, "v" and the value or "d".
/// Answer: epoch, position, rewound or "", and for each write "w" and its version, or "c" (conflict) or "n" (newer
///       schema) and the row that is there.
///
/// Versions are expected of the epoch that the client knows: under another one none of them matches.
///
/// The log comes first: a user without the right to write it changes nothing, nor the number of the newest version. In
/// Lua numbers are doubles, so versions are written without exponents, and stay below 2^53.
inline constexpr std::string_view RedisScript = R"lua(
local values, log, meta, gone, done = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local call = redis.call
local function text(number) return string.format('%.0f', number) end

local state = call('HMGET', meta, 'epoch', 'seq', 'format', 'rewound')
if state[3] and state[3] ~= '1' then
    return redis.error_reply('NEWER the values are in format ' .. state[3] .. '; update the program')
end
local epoch, seq, rewound = state[1], tonumber(state[2] or '0'), state[4] or ''
if not epoch or (epoch == ARGV[2] and seq < tonumber(ARGV[3])) then
    rewound = epoch and (epoch .. ' ' .. text(seq)) or ''
    epoch = ARGV[1]
    call('DEL', log)
    call('HSET', meta, 'epoch', epoch, 'format', '1', 'rewound', rewound)
end
local isOther = epoch ~= ARGV[2]

local id = ARGV[8]
local receipt = id ~= '' and call('HGET', done, id)
local results = {}
if receipt then
    for result in string.gmatch(receipt, '%S+') do results[#results + 1] = result end
end
local first = 10 + tonumber(ARGV[9])
local answer = {}
local deletes = false
for i = first, #ARGV, 4 do
    local key, expect, schema, value = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
    local n = #answer + 1
    local row = call('HGET', values, key)
    local result = results[n]
    if not result then
        local version, rowSchema
        if row then
            version, rowSchema = string.match(row, '^(%d+) (%d+) ')
        elseif value == 'd' or (expect ~= '' and expect ~= '0') then
            local score = call('ZSCORE', gone, key)
            version = score and text(tonumber(score)) or '0'
        end
        if row and tonumber(rowSchema) > tonumber(schema) then
            result = 'n'
        elseif expect ~= '' and (isOther or expect ~= version) and (row or expect ~= '0') then
            result = 'c'
        elseif not row and value == 'd' then
            result = version
        else
            result = text(call('HINCRBY', meta, 'seq', 1))
            seq = tonumber(result)
            local entry = {'XADD', log, 'MAXLEN', '~', ARGV[5], result .. '-0', 'k', key, 's', schema, 'w', ARGV[4],
                           'e', epoch}
            if value == 'd' then
                entry[#entry + 1] = 'd'
                entry[#entry + 1] = '1'
            elseif #value - 1 <= tonumber(ARGV[6]) then
                entry[#entry + 1] = 'v'
                entry[#entry + 1] = string.sub(value, 2)
            end
            local logged = redis.pcall(unpack(entry))
            if type(logged) == 'table' and logged.err then
                call('HINCRBY', meta, 'seq', -1)
                return logged
            end
            if value == 'd' then
                call('HDEL', values, key)
                call('ZADD', gone, result, key)
                deletes = true
            else
                call('HSET', values, key, result .. ' ' .. schema .. ' ' .. ARGV[4] .. '\n' .. string.sub(value, 2))
                call('ZREM', gone, key)
            end
        end
        results[n] = result
    end
    if result == 'c' or result == 'n' then
        answer[n] = result .. (row or '')
    else
        answer[n] = 'w' .. result
    end
end
if deletes then
    call('ZREMRANGEBYRANK', gone, 0, -10001)
end
if id ~= '' and not receipt then
    call('HSET', done, id, table.concat(results, ' '))
end
for i = 10, first - 1 do
    call('HDEL', done, ARGV[i])
end
call('EXPIRE', done, ARGV[7])
return {epoch, text(seq), rewound, answer}
)lua";

} // namespace nanostores::detail
