// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/file.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace nanostores::detail {

LogFile::LogFile(const std::string &path, const char *mode, const char *by)
    : m_path(path)
    , m_by(by)
    , m_file(std::fopen(path.c_str(), mode))
{
    if (!m_file) {
        const int error = errno;
        throw std::runtime_error(std::string(by) + ": the file \"" + path
                                 + "\" cannot be opened for writing: " + std::generic_category().message(error)
                                 + ". Its folder has to be there, and writable");
    }
}

void LogFile::write(std::string_view text)
{
    if (m_hasFailed) {
        return;
    }
    if (std::fwrite(text.data(), 1, text.size(), m_file.get()) != text.size() || std::fflush(m_file.get()) != 0) {
        const int error = errno;
        m_hasFailed = true;
        throw std::runtime_error(std::string(m_by) + ": \"" + m_path + "\" cannot be written: "
                                 + std::generic_category().message(error) + ". Nothing more is written there");
    }
}

} // namespace nanostores::detail
