// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reading the files of programs and libraries. Nothing in a file is relied on: each size and each offset is compared
/// with the size of the file, and what does not fit is left out. A file is read, and not mapped into memory: it may be
/// cut short meanwhile.
namespace nanostores::detail {

using Bytes = std::vector<unsigned char>;

/// Whether this system has files of the kind.
bool hasElfFiles() noexcept;

class ElfFile
{
public:
    /// Of the program's own kind: its class, its order of bytes.
    explicit ElfFile(const std::string &path);
    ElfFile(const ElfFile &) = delete;
    ElfFile &operator=(const ElfFile &) = delete;
    ~ElfFile();

    bool isValid() const noexcept { return !m_sections.empty(); }

    struct Symbol
    {
        enum Kind { Other, Variable, ThreadVariable, Function };

        Kind kind = Other;
        std::uint64_t address = 0; ///< As in the file; of a ThreadVariable from the beginning of the thread's block.
        std::uint64_t size = 0;
        bool isWritable = false; ///< Its section is.
        std::string_view name; ///< Valid within the call.
    };
    /// Those of .symtab; of a file without it those of .dynsym.
    void forEachSymbol(const std::function<void(const Symbol &)> &visit) const;
    bool hasSymbolTable() const { return find(".symtab") != nullptr; }

    /// Empty, if there is none, or if it is compressed.
    Bytes section(std::string_view name) const;
    /// Identifies the file; may be empty.
    Bytes buildId() const;

    struct Segment
    {
        std::uint32_t type = 0;
        std::uint64_t address = 0;
        std::uint64_t size = 0;

        friend bool operator==(const Segment &, const Segment &) = default;
    };
    const std::vector<Segment> &segments() const noexcept { return m_segments; }

private:
    struct Section
    {
        std::string name;
        std::uint32_t type = 0;
        std::uint64_t flags = 0;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint32_t link = 0;
    };
    void readHeaders();
    Bytes bytesAt(std::uint64_t offset, std::uint64_t size) const;
    const Section *find(std::string_view name) const;

    int m_file = -1;
    std::uint64_t m_size = 0;
    std::vector<Section> m_sections;
    std::vector<Segment> m_segments;
};

} // namespace nanostores::detail
