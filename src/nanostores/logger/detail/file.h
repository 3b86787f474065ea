// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/export.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace nanostores::detail {

/// A file that is written from its beginning to its end. Of one thread at a time.
class NANOSTORES_LOGGER_EXPORT LogFile
{
public:
    /// Throws std::runtime_error if it cannot be opened. by: the function that messages name.
    LogFile(const std::string &path, const char *mode, const char *by);

    /// All of it, to the system. Throws std::runtime_error, once, if it cannot be written, as when a disk is full; what
    /// comes after that is left out.
    void write(std::string_view text);

private:
    struct Close
    {
        void operator()(std::FILE *file) const noexcept { std::fclose(file); }
    };

    std::string m_path;
    const char *m_by;
    std::unique_ptr<std::FILE, Close> m_file;
    bool m_hasFailed = false;
};

} // namespace nanostores::detail
