// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/lines.h>
#include <nanostores/logger/detail/valuereader.h>
#include <nanostores/logger/sinks.h>

#include <QLoggingCategory>
#include <QString>

#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

/// Lines in Qt's logging, and texts of Qt as they are.
namespace nanostores {

namespace {

struct Category
{
    explicit Category(const std::string &name)
        : text(name)
        , category(text.c_str())
    {
    }
    const std::string text; ///< The category refers to it.
    QLoggingCategory category;
};

/// Never destroyed, as categories of Qt are.
QLoggingCategory &categoryOf(const std::string &name)
{
    static std::mutex mutex;
    static auto *const all = new std::map<std::string, Category>;
    const std::lock_guard lock(mutex);
    return all->try_emplace(name, name).first->second.category;
}

/// The messages of a tree follow one another, whichever loggers write them.
detail::PatientMutex &messages()
{
    static auto *const mutex = new detail::PatientMutex;
    return *mutex;
}

class CategorySink final : public LogSink
{
public:
    explicit CategorySink(const std::string &name)
        : m_category(categoryOf(name))
    {
    }

    bool isOn() const noexcept override { return m_category.isDebugEnabled() || m_category.isWarningEnabled(); }
    void write(const LogTree &tree) override
    {
        const detail::PatientLock lock(messages());
        for (const LogEvent &event : tree.events) {
            if (!detail::hasLine(event)) {
                continue;
            }
            const bool isFailure = detail::isFailure(event);
            if (!(isFailure ? m_category.isWarningEnabled() : m_category.isDebugEnabled())) {
                continue;
            }
            const std::string line = detail::fullLine(tree, event);
            const Frame by = event.by.empty() ? Frame() : event.by.front();
            const QMessageLogger logger(by.file.empty() ? nullptr : by.file.c_str(), by.line,
                                        by.function.empty() ? nullptr : by.function.c_str(), m_category.categoryName());
            isFailure ? logger.warning("%s", line.c_str()) : logger.debug("%s", line.c_str());
        }
    }

private:
    QLoggingCategory &m_category;
};

/// UTF-8 in which halves of surrogate pairs that stand alone are written as characters: QString::toUtf8() makes them
/// all the same.
std::string bytesOf(const QString &text)
{
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(text.size()));
    for (qsizetype i = 0; i < text.size(); ++i) {
        char32_t code = text[i].unicode();
        if (text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            code = QChar::surrogateToUcs4(text[i], text[i + 1]);
            ++i;
        }
        const auto put = [&bytes](char32_t byte) { bytes += static_cast<char>(static_cast<unsigned char>(byte)); };
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xc0 | (code >> 6u));
            put(0x80 | (code & 0x3fu));
        } else if (code < 0x10000) {
            put(0xe0 | (code >> 12u));
            put(0x80 | ((code >> 6u) & 0x3fu));
            put(0x80 | (code & 0x3fu));
        } else {
            put(0xf0 | (code >> 18u));
            put(0x80 | ((code >> 12u) & 0x3fu));
            put(0x80 | ((code >> 6u) & 0x3fu));
            put(0x80 | (code & 0x3fu));
        }
    }
    return bytes;
}

/// When the library is loaded: before any logger reads a value.
[[maybe_unused]] const bool isKnown =
    (detail::readTextsBy(typeid(QString),
                         [](const void *value) { return bytesOf(*static_cast<const QString *>(value)); }),
     true);

} // namespace

LogSinkPtr categorySink(const std::string &category)
{
    if (category.empty() || category.find_first_of(" \t\r\n=*") != std::string::npos) {
        throw std::invalid_argument("categorySink(): \"" + category
                                    + "\" is no name of a category. It follows \"nanostores.\", as in \"cart\"");
    }
    return std::make_shared<CategorySink>("nanostores." + category);
}

} // namespace nanostores
