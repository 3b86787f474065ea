// SPDX-License-Identifier: MIT
#include <nanostores/inspect/detail/linetable.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

/// The table of lines is a program for a small machine, whose registers are an address, a file and a line. Running it
/// gives the rows of the table in the order of their addresses, sequence by sequence.
namespace nanostores::detail {

namespace {

/// Reads within bounds: what is not there is 0, and the end is reached then.
class Cursor
{
public:
    Cursor(const unsigned char *begin, std::size_t size) noexcept
        : m_at(begin)
        , m_end(begin + size)
    {
    }
    bool atEnd() const noexcept { return m_at >= m_end; }
    std::size_t left() const noexcept { return static_cast<std::size_t>(m_end - m_at); }

    template<typename T>
    T fixed()
    {
        T value{};
        if (left() < sizeof(T)) {
            m_at = m_end;
            return value;
        }
        std::memcpy(&value, m_at, sizeof(T));
        m_at += sizeof(T);
        return value;
    }
    std::uint64_t offset(bool is64) { return is64 ? fixed<std::uint64_t>() : fixed<std::uint32_t>(); }
    std::uint64_t leb()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; m_at < m_end; shift += 7) {
            const unsigned char byte = *m_at++;
            if (shift < 64) {
                value |= std::uint64_t{byte & 0x7fu} << shift;
            }
            if ((byte & 0x80u) == 0) {
                break;
            }
        }
        return value;
    }
    std::int64_t signedLeb()
    {
        std::uint64_t value = 0;
        unsigned shift = 0;
        unsigned char byte = 0x80;
        while ((byte & 0x80u) != 0 && m_at < m_end) {
            byte = *m_at++;
            if (shift < 64) {
                value |= std::uint64_t{byte & 0x7fu} << shift;
            }
            shift += 7;
        }
        if (shift < 64 && (byte & 0x40u) != 0) {
            value |= ~std::uint64_t{0} << shift;
        }
        return static_cast<std::int64_t>(value);
    }
    std::string_view text()
    {
        const auto *const begin = reinterpret_cast<const char *>(m_at);
        const std::size_t size = strnlen(begin, left());
        m_at += std::min(size + 1, left());
        return {begin, size};
    }
    Cursor part(std::uint64_t size)
    {
        const std::size_t taken = size < left() ? static_cast<std::size_t>(size) : left();
        m_at += taken;
        return {m_at - taken, taken};
    }
    void skip(std::uint64_t size) { part(size); }

private:
    const unsigned char *m_at;
    const unsigned char *m_end;
};

struct FileEntry
{
    std::string_view name;
    std::uint64_t folder = 0;
};

struct Row
{
    std::uint64_t address = 0;
    std::uint64_t file = 1;
    std::uint64_t line = 1;
};

class Unit
{
public:
    Unit(const LineSections &sections, Cursor bytes, bool is64)
        : m_sections(sections)
        , m_bytes(bytes)
        , m_is64(is64)
    {
    }

    void run(std::vector<LineRequest> &requests)
    {
        if (readHeader()) {
            execute(requests);
        }
    }

private:
    bool readHeader();
    bool readTables(Cursor &header);
    void readOldTables(Cursor &header);
    bool readEntries(Cursor &header, std::vector<FileEntry> &entries);
    bool readForm(Cursor &header, std::uint64_t form, FileEntry &entry, std::uint64_t content);
    std::string pathOf(std::uint64_t file) const;
    bool isForeignFile(std::uint64_t file);
    void execute(std::vector<LineRequest> &requests);
    void emit(const Row &row, std::vector<LineRequest> &requests);
    void endSequence() noexcept
    {
        m_hasPrevious = false;
        m_hasOwn = false;
        m_isDropped = false;
    }

    const LineSections &m_sections;
    Cursor m_bytes; ///< From the version on; after the header, the program.
    bool m_is64;
    std::uint16_t m_version = 0;
    std::uint8_t m_step = 1; ///< Bytes of the shortest instruction.
    std::int8_t m_lineBase = 0;
    std::uint8_t m_lineRange = 1;
    std::uint8_t m_firstSpecial = 1;
    std::array<std::uint8_t, 256> m_operands{};
    std::vector<FileEntry> m_folders;
    std::vector<FileEntry> m_files;
    std::vector<signed char> m_foreign; ///< By file: -1 not known.
    Row m_previous;
    Row m_own; ///< The last one of the user's in this sequence.
    bool m_hasPrevious = false;
    bool m_hasOwn = false;
    bool m_isDropped = false; ///< The linker has left its code out.
};

bool Unit::readHeader()
{
    m_version = m_bytes.fixed<std::uint16_t>();
    if (m_version < 2 || m_version > 5) {
        return false;
    }
    if (m_version == 5) {
        m_bytes.skip(2); // sizes of addresses and of segment selectors
    }
    Cursor header = m_bytes.part(m_bytes.offset(m_is64));
    m_step = header.fixed<std::uint8_t>();
    if (m_version >= 4) {
        header.skip(1);
    }
    header.skip(1); // whether a row is the beginning of a statement
    m_lineBase = header.fixed<std::int8_t>();
    m_lineRange = header.fixed<std::uint8_t>();
    m_firstSpecial = header.fixed<std::uint8_t>();
    if (m_lineRange == 0 || m_firstSpecial == 0) {
        return false;
    }
    for (std::size_t i = 1; i < m_firstSpecial; ++i) {
        m_operands[i] = header.fixed<std::uint8_t>();
    }
    return readTables(header);
}

bool Unit::readTables(Cursor &header)
{
    if (m_version < 5) {
        readOldTables(header);
        return true;
    }
    return readEntries(header, m_folders) && readEntries(header, m_files);
}

void Unit::readOldTables(Cursor &header)
{
    m_folders.push_back({}); // that of the compilation, which another section names
    for (std::string_view name = header.text(); !name.empty(); name = header.text()) {
        m_folders.push_back({name, 0});
    }
    m_files.push_back({}); // they count from 1
    for (std::string_view name = header.text(); !name.empty(); name = header.text()) {
        const std::uint64_t folder = header.leb();
        header.leb(); // time
        header.leb(); // size
        m_files.push_back({name, folder});
    }
}

bool Unit::readEntries(Cursor &header, std::vector<FileEntry> &entries)
{
    std::vector<std::pair<std::uint64_t, std::uint64_t>> formats(header.fixed<std::uint8_t>());
    for (auto &[content, form] : formats) {
        content = header.leb();
        form = header.leb();
    }
    const std::uint64_t count = header.leb();
    if (formats.empty()) {
        return count == 0;
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        FileEntry entry;
        for (const auto &[content, form] : formats) {
            if (header.atEnd() || !readForm(header, form, entry, content)) {
                return false;
            }
        }
        entries.push_back(entry);
    }
    return true;
}

bool Unit::readForm(Cursor &header, std::uint64_t form, FileEntry &entry, std::uint64_t content)
{
    constexpr std::uint64_t contentPath = 1;
    constexpr std::uint64_t contentFolder = 2;
    std::string_view text;
    std::uint64_t number = 0;
    const auto textIn = [&](const Bytes &section) {
        const std::uint64_t at = header.offset(m_is64);
        if (at < section.size()) {
            Cursor rest(section.data() + at, section.size() - static_cast<std::size_t>(at));
            text = rest.text();
        }
    };
    switch (form) {
    case 0x08: // string
        text = header.text();
        break;
    case 0x0e: // strp
        textIn(m_sections.texts);
        break;
    case 0x1f: // line_strp
        textIn(m_sections.lineTexts);
        break;
    case 0x0b: // data1
        number = header.fixed<std::uint8_t>();
        break;
    case 0x05: // data2
        number = header.fixed<std::uint16_t>();
        break;
    case 0x06: // data4
        number = header.fixed<std::uint32_t>();
        break;
    case 0x07: // data8
        number = header.fixed<std::uint64_t>();
        break;
    case 0x0f: // udata
        number = header.leb();
        break;
    case 0x1e: // data16
        header.skip(16);
        break;
    case 0x09: // block
        header.skip(header.leb());
        break;
    default:
        return false;
    }
    if (content == contentPath) {
        entry.name = text;
    } else if (content == contentFolder) {
        entry.folder = number;
    }
    return true;
}

std::string Unit::pathOf(std::uint64_t file) const
{
    if (file >= m_files.size()) {
        return {};
    }
    const FileEntry &entry = m_files[static_cast<std::size_t>(file)];
    const std::string name(entry.name);
    if (name.starts_with('/') || entry.folder >= m_folders.size()) {
        return name;
    }
    const std::string_view folder = m_folders[static_cast<std::size_t>(entry.folder)].name;
    return folder.empty() ? name : std::string(folder) + '/' + name;
}

bool Unit::isForeignFile(std::uint64_t file)
{
    if (file >= m_files.size()) {
        return true;
    }
    m_foreign.resize(m_files.size(), -1);
    signed char &known = m_foreign[static_cast<std::size_t>(file)];
    if (known < 0) {
        known = detail::isForeignFile(pathOf(file)) ? 1 : 0;
    }
    return known != 0;
}

/// The code from the row before up to this one belongs to the row before.
void Unit::emit(const Row &row, std::vector<LineRequest> &requests)
{
    if (m_hasPrevious && !m_isDropped && row.address > m_previous.address) {
        auto request =
            std::lower_bound(requests.begin(), requests.end(), m_previous.address,
                             [](const LineRequest &one, std::uint64_t address) { return one.address < address; });
        for (; request != requests.end() && request->address < row.address; ++request) {
            const bool useOwn = m_hasOwn && m_own.address >= request->function && isForeignFile(m_previous.file);
            const Row &found = useOwn ? m_own : m_previous;
            request->file = pathOf(found.file);
            request->line = static_cast<int>(found.line);
        }
    }
    m_previous = row;
    m_hasPrevious = true;
    if (row.line != 0 && !isForeignFile(row.file)) {
        m_own = row;
        m_hasOwn = true;
    }
}

void Unit::execute(std::vector<LineRequest> &requests)
{
    Row row;
    const auto advance = [this, &row](std::uint64_t by) { row.address += by * m_step; };
    while (!m_bytes.atEnd()) {
        const auto code = m_bytes.fixed<std::uint8_t>();
        if (code >= m_firstSpecial) {
            const int special = code - m_firstSpecial;
            advance(static_cast<std::uint64_t>(special / m_lineRange));
            row.line += static_cast<std::uint64_t>(m_lineBase + special % m_lineRange);
            emit(row, requests);
            continue;
        }
        switch (code) {
        case 0: { // an extended one
            Cursor extended = m_bytes.part(m_bytes.leb());
            const auto kind = extended.fixed<std::uint8_t>();
            if (kind == 1) { // the end of a sequence
                emit(row, requests);
                endSequence();
                row = {};
            } else if (kind == 2) { // an address
                row.address = extended.left() >= 8 ? extended.fixed<std::uint64_t>() : extended.fixed<std::uint32_t>();
                m_isDropped = row.address == 0;
            }
            break;
        }
        case 1: // a row
            emit(row, requests);
            break;
        case 2:
            advance(m_bytes.leb());
            break;
        case 3:
            row.line += static_cast<std::uint64_t>(m_bytes.signedLeb());
            break;
        case 4:
            row.file = m_bytes.leb();
            break;
        case 8: // as the last special one, without a row
            advance(static_cast<std::uint64_t>((255 - m_firstSpecial) / m_lineRange));
            break;
        case 9:
            row.address += m_bytes.fixed<std::uint16_t>();
            break;
        default:
            for (std::uint8_t i = 0; i < m_operands[code]; ++i) {
                m_bytes.leb();
            }
        }
    }
}

} // namespace

bool isForeignFile(std::string_view path)
{
    constexpr std::string_view parts[] = {"nanostores/core/",
                                          "nanostores/kit/",
                                          "nanostores/qt/",
                                          "nanostores/script/",
                                          "nanostores/widgets/",
                                          "nanostores/inspect/",
                                          "nanostores/logger/",
                                          "nanostores/history/",
                                          "nanostores/testkit/",
                                          "/NanoStores/",
                                          "/include/c++/",
                                          "/qt6/Qt",
                                          "/bits/"};
    return std::any_of(std::begin(parts), std::end(parts),
                       [path](std::string_view part) { return path.find(part) != std::string_view::npos; });
}

void findLines(const LineSections &sections, std::vector<LineRequest> &requests)
{
    std::sort(requests.begin(), requests.end(),
              [](const LineRequest &a, const LineRequest &b) { return a.address < b.address; });
    Cursor all(sections.lines.data(), sections.lines.size());
    while (!all.atEnd()) {
        std::uint64_t size = all.fixed<std::uint32_t>();
        const bool is64 = size == 0xffffffffu;
        if (is64) {
            size = all.fixed<std::uint64_t>();
        }
        Unit(sections, all.part(size), is64).run(requests);
    }
}

} // namespace nanostores::detail
