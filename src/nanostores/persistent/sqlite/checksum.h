// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nanostores::detail {

using ChecksumTables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr ChecksumTables makeChecksumTables()
{
    ChecksumTables made{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
        made[0][i] = crc;
    }
    for (std::size_t i = 0; i < 256; ++i) {
        for (std::size_t k = 1; k < 8; ++k) {
            made[k][i] = made[k - 1][i] >> 8U ^ made[0][made[k - 1][i] & 0xFFU];
        }
    }
    return made;
}

inline constexpr ChecksumTables checksumTables = makeChecksumTables();

/// CRC-32 as in ZIP and Ethernet, eight bytes a step.
class Checksum
{
public:
    void add(const void *data, std::size_t size) noexcept
    {
        const auto *bytes = static_cast<const unsigned char *>(data);
        const auto &tables = checksumTables;
        std::uint32_t crc = m_crc;
        for (; size >= 8; size -= 8, bytes += 8) {
            crc ^= bytes[0] | bytes[1] << 8U | bytes[2] << 16U | static_cast<std::uint32_t>(bytes[3]) << 24U;
            crc = tables[7][crc & 0xFFU] ^ tables[6][crc >> 8U & 0xFFU] ^ tables[5][crc >> 16U & 0xFFU]
                  ^ tables[4][crc >> 24U] ^ tables[3][bytes[4]] ^ tables[2][bytes[5]] ^ tables[1][bytes[6]]
                  ^ tables[0][bytes[7]];
        }
        for (; size > 0; --size, ++bytes) {
            crc = crc >> 8U ^ tables[0][(crc ^ *bytes) & 0xFFU];
        }
        m_crc = crc;
    }
    void add(std::string_view text) noexcept { add(text.data(), text.size()); }
    /// A number, as eight bytes in the same order on every machine.
    void add(std::uint64_t number) noexcept
    {
        std::array<unsigned char, 8> bytes{};
        for (auto &byte : bytes) {
            byte = static_cast<unsigned char>(number & 0xFFU);
            number >>= 8U;
        }
        add(bytes.data(), bytes.size());
    }
    std::uint32_t value() const noexcept { return ~m_crc; }

private:
    std::uint32_t m_crc = 0xFFFFFFFFU;
};

/// Of all that a row has.
inline std::uint32_t rowChecksum(std::string_view key, const std::optional<std::string_view> &value,
                                 std::uint64_t version, std::uint32_t schema, std::uint64_t writer) noexcept
{
    Checksum sum;
    sum.add(std::uint64_t{key.size()});
    sum.add(std::uint64_t{value ? 1U : 0U});
    sum.add(version);
    sum.add(std::uint64_t{schema});
    sum.add(writer);
    sum.add(key);
    if (value) {
        sum.add(*value);
    }
    return sum.value();
}

inline std::uint32_t rowChecksum(const StorageEntry &entry) noexcept
{
    std::optional<std::string_view> value;
    if (entry.value) {
        value = *entry.value;
    }
    return rowChecksum(entry.key, value, entry.version, entry.schema, entry.writer);
}

} // namespace nanostores::detail
