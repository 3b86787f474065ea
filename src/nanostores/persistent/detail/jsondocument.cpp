// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/jsondocument.h>

#include <nanostores/persistent/detail/jsontext.h>

#include <QByteArray>
#include <QCryptographicHash>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr std::uint64_t format = 1;
constexpr std::string_view note =
    "The values above may be edited. This part is kept by the program, which finds by it what has been edited.";

enum class Form : std::uint8_t {
    Value, ///< JSON that is no string: as it stands
    Text,
    JsonString,
    Base64,
};

QByteArray bytesOf(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

template<typename T>
std::optional<T> numberOf(std::string_view text, int base = 10)
{
    T number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string hex(std::uint64_t number)
{
    return QByteArray::number(static_cast<qulonglong>(number), 16).toStdString();
}

Form formOf(std::string_view raw)
{
    if (!isUtf8(raw)) {
        return Form::Base64;
    }
    if (!isCompactJson(raw)) {
        return Form::Text;
    }
    return raw.front() == '"' ? Form::JsonString : Form::Value;
}

const char *markOf(Form form)
{
    return form == Form::JsonString ? "json" : form == Form::Base64 ? "base64" : "";
}

/// As it stands in the file, but for the layout.
std::string written(std::string_view raw, Form form)
{
    if (form == Form::Value || form == Form::JsonString) {
        return std::string(raw);
    }
    std::string out;
    appendJsonString(out, form == Form::Text ? raw : bytesOf(raw).toBase64().toStdString());
    return out;
}

/// A line of "versions" or "deleted".
struct Line
{
    std::uint64_t version = 0; // 0: it could not be read
    std::string sum;
    std::uint64_t writer = 0;
    std::uint32_t schema = 0;
    std::string as;

    static Line read(std::string_view text)
    {
        Line line;
        bool isFirst = true;
        while (!text.empty()) {
            const auto word = text.substr(0, text.find(' '));
            text.remove_prefix(std::min(text.size(), word.size() + 1));
            const auto value = [&](std::string_view name) {
                return word.substr(0, name.size()) == name ? word.substr(name.size()) : std::string_view();
            };
            if (std::exchange(isFirst, false)) {
                line.version = numberOf<std::uint64_t>(word).value_or(0);
            } else if (const auto sum = value("sum="); !sum.empty()) {
                line.sum = sum;
            } else if (const auto writer = value("writer="); !writer.empty()) {
                line.writer = numberOf<std::uint64_t>(writer, 16).value_or(0);
            } else if (const auto schema = value("schema="); !schema.empty()) {
                line.schema = numberOf<std::uint32_t>(schema).value_or(0);
            } else if (const auto as = value("as="); !as.empty()) {
                line.as = as;
            }
        }
        return line;
    }

    /// Of a value as it stands in the file, and all that the line says of it.
    std::string sumFor(std::string_view key, std::string_view value) const
    {
        QCryptographicHash hash(QCryptographicHash::Md5);
        for (const std::string_view part : {key, value, std::string_view(as)}) {
            hash.addData(bytesOf(part));
            hash.addData(QByteArray(1, '\0'));
        }
        hash.addData(QByteArray::number(static_cast<qulonglong>(version)) + ' '
                     + QByteArray::number(static_cast<qulonglong>(writer)) + ' '
                     + QByteArray::number(static_cast<qulonglong>(schema)));
        return hash.result().left(4).toHex().toStdString();
    }

    std::string text() const
    {
        std::string text = std::to_string(version);
        if (!sum.empty()) {
            text += " sum=" + sum;
        }
        if (writer != 0) {
            text += " writer=" + hex(writer);
        }
        if (schema != 0) {
            text += " schema=" + std::to_string(schema);
        }
        if (!as.empty()) {
            text += " as=" + as;
        }
        return text;
    }
};

using Lines = std::map<std::string, Line, std::less<>>;
using Values = std::map<std::string, std::string, std::less<>>; ///< as they stand

template<typename F>
void readMembers(JsonReader &reader, F member)
{
    reader.require('{');
    if (reader.next('}')) {
        return;
    }
    do {
        const std::string name = reader.string();
        reader.require(':');
        member(name);
    } while (reader.next(','));
    reader.require('}');
}

std::string rawOf(const std::string &value, const Line *line)
{
    if (value.front() != '"' || (line && line->as == "json")) {
        return value;
    }
    std::string text = JsonReader(value).string();
    if (line && line->as == "base64") {
        const auto bytes = QByteArray::fromBase64Encoding(bytesOf(text), QByteArray::AbortOnBase64DecodingErrors);
        if (bytes) {
            return bytes.decoded.toStdString();
        }
    }
    return text;
}

class Reading
{
public:
    Reading(std::string_view text, JsonDocument &document, const EntryTable *known)
        : m_reader(text)
        , m_document(document)
        , m_known(known)
    {
    }

    void run()
    {
        try {
            readMembers(m_reader, [this](const std::string &name) { readMember(name); });
            if (!m_reader.isAtEnd()) {
                m_reader.fail("more text after the end");
            }
            if (!m_hasValues && !m_document.isNewer) {
                m_reader.fail("no member \"values\"");
            }
        } catch (const JsonTextError &) {
            if (!m_document.isNewer) {
                m_lines.clear(); // their part is not whole
                m_deleted.clear();
                finish();
                throw;
            }
        }
        finish();
    }

private:
    void readMember(const std::string &name)
    {
        if (name == "format") {
            const auto number = numberOf<std::uint64_t>(m_reader.value());
            if (!number || *number == 0) {
                m_reader.fail("\"format\" is no number");
            }
            m_document.isNewer = *number > format;
        } else if (name == "values" && (m_reader.peek() == '{' || !m_document.isNewer)) {
            m_hasValues = true;
            readMembers(m_reader, [this](const std::string &key) {
                std::string value = m_reader.value();
                if (!m_values.emplace(key, std::move(value)).second) {
                    m_reader.fail("the key \"" + key + "\" is there twice");
                }
            });
        } else if (name == "bookkeeping" && m_reader.peek() == '{') {
            readMembers(m_reader, [this](const std::string &part) { readPart(part); });
        } else {
            std::string value = m_reader.value();
            if (name != "bookkeeping") {
                m_document.others[name] = std::move(value);
            }
        }
    }

    void readPart(const std::string &part)
    {
        EntryTable &table = m_document.table;
        if ((part == "versions" || part == "deleted") && m_reader.peek() == '{') {
            Lines &lines = part == "versions" ? m_lines : m_deleted;
            readMembers(m_reader, [this, &lines](const std::string &key) {
                const std::string value = m_reader.value();
                lines[key] = value.front() == '"' ? Line::read(JsonReader(value).string()) : Line();
            });
            return;
        }
        const std::string value = m_reader.value();
        if (part == "epoch" && value.front() == '"') {
            table.epoch = numberOf<std::uint64_t>(JsonReader(value).string(), 16).value_or(0);
        } else if (part == "position") {
            table.position = numberOf<std::uint64_t>(value).value_or(0);
        } else if (part == "floor") {
            table.floor = numberOf<std::uint64_t>(value).value_or(0);
        }
    }

    /// What a line would say that was taken out of the file.
    Line formerly(const std::string &key) const
    {
        const std::uint64_t epoch = m_document.table.epoch;
        const StorageEntry *const entry =
            m_known && (epoch == 0 || epoch == m_known->epoch) ? m_known->find(key) : nullptr;
        return entry && entry->value ? Line{0, {}, 0, entry->schema, markOf(formOf(*entry->value))} : Line();
    }

    void finish()
    {
        EntryTable &table = m_document.table;
        const auto add = [&table](const std::string &key, std::optional<std::string> value, const Line &line) {
            table.entries[key] = {key, std::move(value), line.version, line.schema, line.writer};
            table.position = std::max(table.position, line.version);
        };
        for (const auto &[key, value] : m_values) {
            const auto line = m_lines.find(key);
            const Line *known = line == m_lines.end() || line->second.version == 0 ? nullptr : &line->second;
            if (!known || known->sum != known->sumFor(key, value)) {
                m_document.edited.insert(key);
            }
            const Line read = known ? *known : formerly(key);
            add(key, rawOf(value, &read), read);
        }
        for (const auto &[key, line] : m_lines) {
            if (!m_values.contains(key)) {
                m_document.removed.insert(key);
                table.position = std::max(table.position, line.version);
            }
        }
        for (const auto &[key, line] : m_deleted) {
            if (!m_values.contains(key) && !m_lines.contains(key) && line.version != 0) {
                add(key, std::nullopt, line);
            }
        }
    }

    JsonReader m_reader;
    JsonDocument &m_document;
    const EntryTable *m_known;
    Values m_values;
    Lines m_lines;
    Lines m_deleted;
    bool m_hasValues = false;
};

/// Objects of a file, member by member.
class Object
{
public:
    Object(std::string &out, std::size_t indent)
        : m_out(out)
        , m_indent(indent)
    {
        m_out.push_back('{');
    }

    std::string &member(std::string_view name)
    {
        m_out += m_isEmpty ? "\n" : ",\n";
        m_isEmpty = false;
        m_out.append(m_indent + 4, ' ');
        appendJsonString(m_out, name);
        m_out += ": ";
        return m_out;
    }

    void end()
    {
        if (!m_isEmpty) {
            m_out.push_back('\n');
            m_out.append(m_indent, ' ');
        }
        m_out.push_back('}');
    }

private:
    std::string &m_out;
    std::size_t m_indent;
    bool m_isEmpty = true;
};

} // namespace

void JsonDocument::read(std::string_view text, const EntryTable *known)
{
    constexpr std::string_view byteOrderMark = "\xef\xbb\xbf"; // of editors
    std::string blanked;
    if (text.substr(0, byteOrderMark.size()) == byteOrderMark) {
        blanked = "   ";
        blanked += text.substr(byteOrderMark.size());
        text = blanked;
    }
    if (!isUtf8(text)) {
        throw JsonTextError("it is not UTF-8", 0);
    }
    Reading(text, *this, known).run();
}

std::string JsonDocument::text() const
{
    std::string out;
    std::map<std::string_view, std::string> lines;
    Object file(out, 0);
    file.member("format") += std::to_string(format);
    for (const auto &[name, value] : others) {
        appendJsonIndented(file.member(name), value, 4);
    }

    file.member("values");
    Object values(out, 4);
    for (const auto &[key, entry] : table.entries) {
        if (!entry.value) {
            continue;
        }
        const Form form = formOf(*entry.value);
        const std::string value = written(*entry.value, form);
        appendJsonIndented(values.member(key), value, 8);
        Line line{entry.version, {}, entry.writer, entry.schema, markOf(form)};
        line.sum = line.sumFor(key, value);
        lines[key] = line.text();
    }
    values.end();

    file.member("bookkeeping");
    Object bookkeeping(out, 4);
    appendJsonString(bookkeeping.member("note"), note);
    appendJsonString(bookkeeping.member("epoch"), hex(table.epoch));
    bookkeeping.member("position") += std::to_string(table.position);
    bookkeeping.member("floor") += std::to_string(table.floor);
    bookkeeping.member("deleted");
    Object deleted(out, 8);
    for (const auto &[key, entry] : table.entries) {
        if (!entry.value) {
            appendJsonString(deleted.member(key), Line{entry.version, {}, entry.writer, entry.schema, {}}.text());
        }
    }
    deleted.end();
    bookkeeping.member("versions");
    Object versions(out, 8);
    for (const auto &[key, line] : lines) {
        appendJsonString(versions.member(key), line);
    }
    versions.end();
    bookkeeping.end();
    file.end();
    out.push_back('\n');
    return out;
}

} // namespace nanostores::detail
