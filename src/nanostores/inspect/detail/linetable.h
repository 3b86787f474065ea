// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspect/detail/elffile.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nanostores::detail {

/// An instruction whose line is looked for.
struct LineRequest
{
    std::uint64_t address = 0; ///< As in the file.
    std::uint64_t function = 0; ///< Where its function begins.
    std::string file; ///< The answer; empty, if there is none.
    int line = 0;
};

/// Whether the file is one of this library, of Qt or of the standard library.
bool isForeignFile(std::string_view path);

/// The lines of code, from the sections .debug_line, .debug_line_str and .debug_str of DWARF 2 to 5.
struct LineSections
{
    Bytes lines;
    Bytes lineTexts;
    Bytes texts;
};

/// Finds the lines. Where the compiler has put a function of this library or of the standard library into that of the
/// user, the answer is the last line of the user's before it.
void findLines(const LineSections &sections, std::vector<LineRequest> &requests);

} // namespace nanostores::detail
