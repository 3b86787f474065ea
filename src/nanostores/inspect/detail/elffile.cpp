// SPDX-License-Identifier: MIT
#include <nanostores/inspect/detail/elffile.h>

#if defined(__ELF__) && __has_include(<link.h>) && __has_include(<elf.h>)
#define NANOSTORES_ELF
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include <algorithm>
#include <bit>
#include <cstring>

namespace nanostores::detail {

#ifdef NANOSTORES_ELF

namespace {

/// More than any file has.
constexpr std::uint64_t MostSections = 1u << 20;
constexpr std::uint64_t MostSegments = 1u << 12;

template<typename T>
T valueAt(const Bytes &bytes, std::size_t offset)
{
    T value{};
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
}

/// The text that begins there, as far as it goes.
std::string_view textAt(const Bytes &bytes, std::uint64_t offset)
{
    if (offset >= bytes.size()) {
        return {};
    }
    const char *const begin = reinterpret_cast<const char *>(bytes.data()) + offset;
    return {begin, strnlen(begin, bytes.size() - static_cast<std::size_t>(offset))};
}

} // namespace

bool hasElfFiles() noexcept
{
    return true;
}

ElfFile::ElfFile(const std::string &path)
    : m_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
{
    struct stat state
    {
    };
    if (m_file >= 0 && ::fstat(m_file, &state) == 0 && S_ISREG(state.st_mode) && state.st_size > 0) {
        m_size = static_cast<std::uint64_t>(state.st_size);
        readHeaders();
    }
}

ElfFile::~ElfFile()
{
    if (m_file >= 0) {
        ::close(m_file);
    }
}

/// Empty, if not all of it is there.
Bytes ElfFile::bytesAt(std::uint64_t offset, std::uint64_t size) const
{
    if (offset > m_size || size > m_size - offset) {
        return {};
    }
    Bytes bytes(static_cast<std::size_t>(size));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const auto got = ::pread(m_file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (got <= 0) {
            return {};
        }
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

void ElfFile::readHeaders()
{
    using Header = ElfW(Ehdr);
    using SectionHeader = ElfW(Shdr);
    using ProgramHeader = ElfW(Phdr);
    const Bytes head = bytesAt(0, sizeof(Header));
    if (head.size() != sizeof(Header)) {
        return;
    }
    const auto header = valueAt<Header>(head, 0);
    constexpr unsigned char fileClass = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    constexpr unsigned char order = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != fileClass
        || header.e_ident[EI_DATA] != order || header.e_shentsize != sizeof(SectionHeader)) {
        return;
    }
    if (header.e_phentsize == sizeof(ProgramHeader) && header.e_phnum <= MostSegments) {
        const Bytes all = bytesAt(header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(ProgramHeader));
        for (std::size_t at = 0; at + sizeof(ProgramHeader) <= all.size(); at += sizeof(ProgramHeader)) {
            const auto segment = valueAt<ProgramHeader>(all, at);
            m_segments.push_back({segment.p_type, segment.p_vaddr, segment.p_memsz});
        }
    }
    // Where there are many, their number and that of the section with the names stand in the first one.
    std::uint64_t count = header.e_shnum;
    std::uint64_t names = header.e_shstrndx;
    const Bytes first = bytesAt(header.e_shoff, sizeof(SectionHeader));
    if (header.e_shoff == 0 || first.size() != sizeof(SectionHeader)) {
        return;
    }
    if (count == 0) {
        count = valueAt<SectionHeader>(first, 0).sh_size;
    }
    if (names == SHN_XINDEX) {
        names = valueAt<SectionHeader>(first, 0).sh_link;
    }
    if (count > MostSections) {
        return;
    }
    const Bytes all = bytesAt(header.e_shoff, count * sizeof(SectionHeader));
    std::vector<SectionHeader> headers;
    for (std::size_t at = 0; at + sizeof(SectionHeader) <= all.size(); at += sizeof(SectionHeader)) {
        headers.push_back(valueAt<SectionHeader>(all, at));
    }
    if (names >= headers.size()) {
        return;
    }
    const SectionHeader &nameHeader = headers[static_cast<std::size_t>(names)];
    const Bytes text = bytesAt(nameHeader.sh_offset, nameHeader.sh_size);
    for (const SectionHeader &section : headers) {
        m_sections.push_back({std::string(textAt(text, section.sh_name)), section.sh_type, section.sh_flags,
                              section.sh_offset, section.sh_size, section.sh_link});
    }
}

const ElfFile::Section *ElfFile::find(std::string_view name) const
{
    const auto found = std::find_if(m_sections.begin(), m_sections.end(), [name](const Section &section) {
        return section.name == name && section.type != SHT_NOBITS;
    });
    return found == m_sections.end() ? nullptr : &*found;
}

Bytes ElfFile::section(std::string_view name) const
{
    const Section *const found = find(name);
    return found && (found->flags & SHF_COMPRESSED) == 0 ? bytesAt(found->offset, found->size) : Bytes();
}

Bytes ElfFile::buildId() const
{
    using Note = ElfW(Nhdr);
    const Bytes notes = section(".note.gnu.build-id");
    if (notes.size() < sizeof(Note)) {
        return {};
    }
    const auto note = valueAt<Note>(notes, 0);
    constexpr std::size_t owner = 4; // "GNU"
    if (note.n_namesz != owner || note.n_descsz > notes.size() - sizeof(Note)
        || owner > notes.size() - sizeof(Note) - note.n_descsz) {
        return {};
    }
    const auto begin = notes.begin() + static_cast<std::ptrdiff_t>(sizeof(Note) + owner);
    return {begin, begin + static_cast<std::ptrdiff_t>(note.n_descsz)};
}

void ElfFile::forEachSymbol(const std::function<void(const Symbol &)> &visit) const
{
    using Entry = ElfW(Sym);
    const Section *table = find(".symtab");
    table = table ? table : find(".dynsym");
    if (!table || table->link >= m_sections.size()) {
        return;
    }
    const Bytes entries = bytesAt(table->offset, table->size);
    const Section &textSection = m_sections[table->link];
    const Bytes text = bytesAt(textSection.offset, textSection.size);
    for (std::size_t at = 0; at + sizeof(Entry) <= entries.size(); at += sizeof(Entry)) {
        const auto entry = valueAt<Entry>(entries, at);
        if (entry.st_shndx == SHN_UNDEF) {
            continue;
        }
        Symbol symbol;
        switch (entry.st_info & 0xfu) {
        case STT_OBJECT:
            symbol.kind = Symbol::Variable;
            break;
        case STT_TLS:
            symbol.kind = Symbol::ThreadVariable;
            break;
        case STT_FUNC:
        case STT_GNU_IFUNC:
            symbol.kind = Symbol::Function;
            break;
        default:
            continue;
        }
        symbol.address = entry.st_value;
        symbol.size = entry.st_size;
        symbol.isWritable = entry.st_shndx < m_sections.size() && (m_sections[entry.st_shndx].flags & SHF_WRITE) != 0;
        symbol.name = textAt(text, entry.st_name);
        visit(symbol);
    }
}

#else

bool hasElfFiles() noexcept
{
    return false;
}

ElfFile::ElfFile(const std::string &) {}
ElfFile::~ElfFile() = default;

Bytes ElfFile::section(std::string_view) const
{
    return {};
}

Bytes ElfFile::buildId() const
{
    return {};
}

const ElfFile::Section *ElfFile::find(std::string_view) const
{
    return nullptr;
}

void ElfFile::forEachSymbol(const std::function<void(const Symbol &)> &) const {}

#endif

} // namespace nanostores::detail
