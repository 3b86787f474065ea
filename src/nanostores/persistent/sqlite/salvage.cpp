// SPDX-License-Identifier: MIT
#include "salvage.h"

#include "checksum.h"
#include "connection.h"
#include "tables.h"

#include <QtCore/QFile>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace nanostores::detail {

// The format of the files is that of https://sqlite.org/fileformat2.html. Both tables that matter are B-trees of
// records: the rows of kv, and its index of versions.

namespace {

using Byte = unsigned char;
using Bytes = std::span<const Byte>;
using PageNumber = std::uint32_t;

constexpr std::size_t largestPayload = std::size_t{64} * 1024 * 1024;

std::uint32_t bigEndian(Bytes bytes, std::size_t at, std::size_t size = 4)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i) {
        number = number << 8U | bytes[at + i];
    }
    return number;
}

/// Takes one of SQLite's numbers of one to nine bytes from the front; none if the bytes end before it.
std::optional<std::uint64_t> takeNumber(Bytes &bytes)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 9; ++i) {
        const Byte byte = bytes[i];
        if (i == 8) {
            number = number << 8U | byte;
        } else {
            number = number << 7U | (byte & 0x7FU);
        }
        if (i == 8 || byte < 0x80) {
            bytes = bytes.subspan(i + 1);
            return number;
        }
    }
    return {};
}

struct Column
{
    enum Kind : std::uint8_t { Null, Number, Blob, Text };
    Kind kind = Null;
    std::int64_t number = 0;
    std::string_view bytes;
};

/// The columns of a record; empty if it is none.
std::vector<Column> readRecord(Bytes record)
{
    static constexpr std::array<std::size_t, 10> sizes{0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    Bytes rest = record;
    const auto headerSize = takeNumber(rest);
    if (!headerSize || *headerSize > record.size() || *headerSize < record.size() - rest.size()) {
        return {};
    }
    Bytes header = record.subspan(record.size() - rest.size(), *headerSize - (record.size() - rest.size()));
    Bytes body = record.subspan(*headerSize);
    std::vector<Column> columns;
    while (!header.empty()) {
        const auto type = takeNumber(header);
        if (!type || *type == 10 || *type == 11) {
            return {};
        }
        const std::uint64_t size = *type < 10 ? sizes[*type] : (*type - 12) / 2;
        if (size > body.size()) {
            return {};
        }
        Column column;
        if (*type >= 12) {
            column.kind = *type % 2 == 0 ? Column::Blob : Column::Text;
            column.bytes = {reinterpret_cast<const char *>(body.data()), size};
        } else if (*type != 0) {
            column.kind = Column::Number;
            std::uint64_t number = *type == 9 ? 1 : 0;
            if (size > 0) {
                number = (body[0] & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
            }
            for (std::size_t i = 0; i < size; ++i) {
                number = number << 8U | body[i];
            }
            column.number = static_cast<std::int64_t>(number);
        }
        columns.push_back(column);
        body = body.subspan(size);
    }
    return columns;
}

/// The pages of a file, with what a write-ahead log has committed in their place.
class Pages
{
public:
    explicit Pages(const std::string &path)
        : m_file(QString::fromStdString(path))
        , m_log(QString::fromStdString(path + "-wal"))
    {
        if (!m_file.open(QIODevice::ReadOnly)) {
            throw EngineError(systemError(errno, "a damaged file cannot be read", path));
        }
        m_count = static_cast<PageNumber>(
            std::min<qint64>((m_file.size() + qint64{pageSize} - 1) / qint64{pageSize}, 0x7FFFFFFF));
        if (m_log.open(QIODevice::ReadOnly)) {
            readLog();
        }
    }

    PageNumber count() const { return m_count; }

    /// Filled up with zeros where the file ends.
    std::vector<Byte> read(PageNumber number)
    {
        std::vector<Byte> page(pageSize);
        const auto logged = m_logged.find(number);
        QFile &file = logged != m_logged.end() ? m_log : m_file;
        const qint64 at = logged != m_logged.end() ? logged->second : (qint64{number} - 1) * qint64{pageSize};
        if (file.seek(at)) {
            file.read(reinterpret_cast<char *>(page.data()), qint64{pageSize});
        }
        return page;
    }

private:
    void readLog()
    {
        std::vector<Byte> header(32);
        if (!take(header)) {
            return;
        }
        const auto magic = bigEndian(header, 0);
        if ((magic & ~1U) != 0x377F0682U || bigEndian(header, 8) != pageSize) {
            return;
        }
        m_isBigEndian = (magic & 1U) != 0;
        addToSum(Bytes(header).first(24));
        if (m_sum[0] != bigEndian(header, 24) || m_sum[1] != bigEndian(header, 28)) {
            return;
        }
        std::unordered_map<PageNumber, qint64> transaction;
        std::vector<Byte> frame(24 + pageSize);
        while (take(frame)) {
            addToSum(Bytes(frame).first(8));
            addToSum(Bytes(frame).subspan(24));
            if (!std::equal(frame.begin() + 8, frame.begin() + 16, header.begin() + 16)
                || m_sum[0] != bigEndian(frame, 16) || m_sum[1] != bigEndian(frame, 20)) {
                return;
            }
            transaction[bigEndian(frame, 0)] = m_log.pos() - qint64{pageSize};
            if (const auto pages = bigEndian(frame, 4); pages != 0) {
                for (const auto &[number, at] : transaction) {
                    m_logged[number] = at;
                }
                transaction.clear();
                m_count = pages;
            }
        }
    }

    bool take(std::vector<Byte> &bytes)
    {
        const auto size = static_cast<qint64>(bytes.size());
        return m_log.read(reinterpret_cast<char *>(bytes.data()), size) == size;
    }

    void addToSum(Bytes bytes)
    {
        const auto word = [&](std::size_t at) {
            const auto number = bigEndian(bytes, at);
            return m_isBigEndian
                       ? number
                       : number >> 24U | (number >> 8U & 0xFF00U) | (number << 8U & 0xFF0000U) | number << 24U;
        };
        for (std::size_t at = 0; at < bytes.size(); at += 8) {
            m_sum[0] += word(at) + m_sum[1];
            m_sum[1] += word(at + 4) + m_sum[0];
        }
    }

    QFile m_file;
    QFile m_log;
    PageNumber m_count = 0;
    std::unordered_map<PageNumber, qint64> m_logged;
    std::array<std::uint32_t, 2> m_sum{};
    bool m_isBigEndian = false;
};

/// Pages that SQLite keeps for later use: what is in them has been deleted.
std::unordered_set<PageNumber> freePages(Pages &pages)
{
    std::unordered_set<PageNumber> free;
    if (pages.count() == 0) {
        return free;
    }
    PageNumber trunk = bigEndian(pages.read(1), 32);
    while (trunk != 0 && trunk <= pages.count() && free.insert(trunk).second) {
        const auto page = pages.read(trunk);
        const std::size_t leaves = std::min<std::size_t>(bigEndian(page, 4), pageSize / 4 - 2);
        for (std::size_t i = 0; i < leaves; ++i) {
            free.insert(bigEndian(page, 8 + 4 * i));
        }
        trunk = bigEndian(page, 0);
    }
    return free;
}

class Salvage
{
public:
    explicit Salvage(const std::string &path)
        : m_pages(path)
    {
    }

    Salvaged run()
    {
        const auto free = freePages(m_pages);
        for (PageNumber number = 2; number <= m_pages.count(); ++number) {
            if (!free.contains(number)) {
                readPage(m_pages.read(number));
            }
        }
        Salvaged result;
        // An entry of the index may be what is damaged: no two rows have one version.
        std::unordered_set<std::uint64_t> versions;
        for (const auto &[key, entry] : m_rows) {
            versions.insert(entry.version);
        }
        for (const auto &[key, version] : m_indexed) {
            if (!m_rows.contains(key) && !versions.contains(version)) {
                result.lost.push_back(key);
            }
        }
        std::sort(result.lost.begin(), result.lost.end());
        for (auto &[key, entry] : m_rows) {
            result.entries.push_back(std::move(entry));
        }
        return result;
    }

private:
    void readPage(Bytes page)
    {
        const bool isLeaf = page[0] == 0x0A;
        if (!isLeaf && page[0] != 0x02) {
            return;
        }
        const std::size_t headerSize = isLeaf ? 8 : 12;
        const std::size_t cells = std::min<std::size_t>(bigEndian(page, 3, 2), (pageSize - headerSize) / 2);
        for (std::size_t i = 0; i < cells; ++i) {
            const std::size_t at = bigEndian(page, headerSize + 2 * i, 2) + (isLeaf ? 0U : 4U);
            if (at < pageSize) {
                readCell(page.subspan(at));
            }
        }
    }

    void readCell(Bytes cell)
    {
        const auto size = takeNumber(cell);
        if (!size || *size == 0 || *size > largestPayload) {
            return;
        }
        constexpr std::size_t most = (pageSize - 12) * 64 / 255 - 23;
        constexpr std::size_t least = (pageSize - 12) * 32 / 255 - 23;
        if (*size <= most) {
            if (*size <= cell.size()) {
                readRow(readRecord(cell.first(*size)));
            }
            return;
        }
        std::size_t local = least + (*size - least) % (pageSize - 4);
        if (local > most) {
            local = least;
        }
        if (local + 4 > cell.size()) {
            return;
        }
        std::vector<Byte> payload(cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(local));
        PageNumber next = bigEndian(cell, local);
        while (payload.size() < *size) { // ends: each page adds to it
            if (next == 0 || next > m_pages.count()) {
                return;
            }
            const auto page = m_pages.read(next);
            const std::size_t part = std::min(*size - payload.size(), pageSize - 4);
            payload.insert(payload.end(), page.begin() + 4, page.begin() + 4 + static_cast<std::ptrdiff_t>(part));
            next = bigEndian(page, 0);
        }
        readRow(readRecord(payload));
    }

    void readRow(const std::vector<Column> &columns)
    {
        if (columns.size() == 2 && columns[0].kind == Column::Number && columns[1].kind == Column::Text) {
            m_indexed[std::string(columns[1].bytes)] = static_cast<std::uint64_t>(columns[0].number);
            return;
        }
        if (columns.size() != 6 || columns[0].kind != Column::Text
            || !(columns[1].kind == Column::Blob || columns[1].kind == Column::Null)) {
            return;
        }
        StorageEntry entry;
        entry.key = columns[0].bytes;
        if (columns[1].kind == Column::Blob) {
            entry.value = columns[1].bytes;
        }
        entry.version = static_cast<std::uint64_t>(columns[2].number);
        entry.schema = static_cast<std::uint32_t>(columns[3].number);
        entry.writer = static_cast<std::uint64_t>(columns[4].number);
        if (columns[5].number != std::int64_t{rowChecksum(entry)}) {
            return;
        }
        auto &known = m_rows[entry.key];
        if (entry.version > known.version) {
            known = std::move(entry);
        }
    }

    Pages m_pages;
    std::map<std::string, StorageEntry> m_rows;
    std::unordered_map<std::string, std::uint64_t> m_indexed;
};

} // namespace

Salvaged salvage(const std::string &path)
{
    return Salvage(path).run();
}

} // namespace nanostores::detail
