// SPDX-License-Identifier: MIT
#include <nanostores/router/detail/path.h>

#include <nanostores/qt/detail/values.h>

#include <QByteArray>
#include <QUrl>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace nanostores::detail {

namespace {

int hexDigit(char16_t c)
{
    if (c >= u'0' && c <= u'9') {
        return c - u'0';
    }
    const char16_t lower = static_cast<char16_t>(c | 0x20);
    return lower >= u'a' && lower <= u'f' ? lower - u'a' + 10 : -1;
}

/// Whether the text is what it says: neither escapes nor characters that UTF-8 has not.
bool isPlain(QStringView text, bool plusIsSpace)
{
    for (const QChar c : text) {
        if (c == u'%' || c.isSurrogate() || (plusIsSpace && c == u'+')) {
            return false;
        }
    }
    return true;
}

std::optional<QString> textOfBytes(const QByteArray &bytes)
{
    QString text = QString::fromUtf8(bytes);
    // What is no UTF-8 became U+FFFD, which does not give the bytes back.
    return text.toUtf8() == bytes ? std::optional(std::move(text)) : std::nullopt;
}

bool isControl(char16_t c)
{
    return c < 0x20 || c == 0x7f;
}

QString quoted(QStringView text)
{
    constexpr qsizetype most = 60;
    QString shown;
    for (const QChar c : text.left(most)) {
        shown += isControl(c.unicode()) || c.isSurrogate() ? QChar(u'\uFFFD') : c;
    }
    return QLatin1Char('"') + shown + (text.size() > most ? QStringLiteral("...\"") : QStringLiteral("\""));
}

QString faultOfEscapes(QStringView text)
{
    return utf8Of(text.toString()) ? QStringLiteral(
               " is malformed: % is followed by two hexadecimal digits, and what they encode is UTF-8; a plain "
               "% is written %25")
                                   : QStringLiteral(" has half a character, which UTF-8 has not");
}

/// The characters that stand for themselves in a part of a path, as encodedSegment() has it.
constexpr auto Unencoded = [] {
    std::array<bool, 128> is{};
    for (const char c :
         std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@")) {
        is[static_cast<std::size_t>(c)] = true;
    }
    return is;
}();

bool isUnencoded(QChar c)
{
    return c.unicode() < 128 && Unencoded[c.unicode()];
}

bool isDots(QStringView text)
{
    return text == u"." || text == u"..";
}

/// A part of a path that was decoded, if it is one that needs no second look: of ASCII, and without control characters,
/// encoded slashes, backslashes and dots that lead elsewhere. All else is left to the functions that check it.
struct SimpleSegment
{
    QString text;
    bool isAsItWas = true; ///< Put together again it is what it was.
};

std::optional<SimpleSegment> simpleSegment(QStringView part)
{
    SimpleSegment segment;
    const auto other = std::find_if(part.begin(), part.end(), [](QChar c) { return !isUnencoded(c); });
    if (other == part.end()) {
        segment.text = part.toString();
        return isDots(part) ? std::nullopt : std::optional(std::move(segment));
    }
    segment.text.resize(part.size());
    QChar *end = std::copy(part.begin(), other, segment.text.data());
    for (qsizetype i = other - part.begin(); i < part.size(); ++i) {
        char16_t c = part.at(i).unicode();
        if (c == u'%') {
            const int high = i + 2 < part.size() ? hexDigit(part.at(i + 1).unicode()) : -1;
            const int low = i + 2 < part.size() ? hexDigit(part.at(i + 2).unicode()) : -1;
            if (high < 0 || high > 7 || low < 0) {
                return std::nullopt;
            }
            c = static_cast<char16_t>(high * 16 + low);
            const bool isInCapitals = part.at(i + 2).unicode() < u'a';
            segment.isAsItWas = segment.isAsItWas && isInCapitals && !isUnencoded(QChar(c));
            i += 2;
        } else {
            segment.isAsItWas = segment.isAsItWas && isUnencoded(QChar(c));
        }
        if (c >= 128 || isControl(c) || c == u'/' || c == u'\\') {
            return std::nullopt;
        }
        *end++ = QChar(c);
    }
    segment.text.truncate(end - segment.text.constData());
    return isDots(segment.text) ? std::nullopt : std::optional(std::move(segment));
}

std::optional<QString> checkedSegment(QStringView path, QStringView part, QString *reason)
{
    auto segment = decoded(part);
    if (!segment) {
        *reason = quoted(path) + faultOfEscapes(part);
        return std::nullopt;
    }
    if (QString fault = faultOfSegment(*segment); !fault.isEmpty()) {
        *reason = quoted(path) + QLatin1Char(' ') + fault;
        return std::nullopt;
    }
    return segment;
}

/// `text` is what the path is the beginning of.
bool takeSegments(const QString &text, QStringView path, ParsedPath &parsed, QString *reason)
{
    if (path.size() > 1 && path.endsWith(u'/') && !path.endsWith(u"//")) {
        path.chop(1);
    }
    if (path.size() == 1) {
        parsed.path = QStringLiteral("/");
        return true;
    }
    parsed.segments.reserve(std::count(path.begin(), path.end(), u'/'));
    bool isAsItWas = true; // the path up to here, put together again
    for (qsizetype start = 1; start <= path.size();) {
        const qsizetype slash = path.indexOf(u'/', start);
        const qsizetype end = slash < 0 ? path.size() : slash;
        const QStringView part = path.mid(start, end - start);
        auto simple = simpleSegment(part);
        const bool partIsAsItWas = simple && simple->isAsItWas;
        auto segment = simple ? std::optional(std::move(simple->text)) : checkedSegment(path, part, reason);
        if (!segment) {
            return false;
        }
        if (isAsItWas && !partIsAsItWas) {
            parsed.path.reserve(path.size());
            parsed.path.append(path.left(start - 1));
            isAsItWas = false;
        }
        if (!isAsItWas) {
            parsed.path += QLatin1Char('/');
            partIsAsItWas ? parsed.path.append(part) : parsed.path.append(encodedSegment(*segment));
        }
        parsed.hasEmptySegment = parsed.hasEmptySegment || segment->isEmpty();
        parsed.segments.append(*std::move(segment));
        start = end + 1;
    }
    if (isAsItWas) {
        parsed.path = path.size() == text.size() ? text : path.toString();
    }
    return true;
}

bool takeSearch(QStringView query, ParsedPath &parsed, QString *reason)
{
    if (query.isEmpty()) {
        return true;
    }
    for (const QStringView item : query.split(u'&', Qt::SkipEmptyParts)) {
        const qsizetype sign = item.indexOf(u'=');
        const auto name = decoded(sign < 0 ? item : item.left(sign), true);
        const auto value = sign < 0 ? std::optional(QString()) : decoded(item.mid(sign + 1), true);
        if (!name || !value) {
            *reason = quoted(item) + QStringLiteral(" after the ?") + faultOfEscapes(item);
            return false;
        }
        if (name->contains(QChar(u'\0')) || value->contains(QChar(u'\0'))) {
            *reason = quoted(item) + QStringLiteral(" after the ? has a NUL character, which no text of a path has");
            return false;
        }
        if (!name->isEmpty() || !value->isEmpty()) {
            parsed.search.append({*name, *value});
        }
    }
    parsed.query = encodedSearch(parsed.search);
    return true;
}

bool takeHash(QStringView text, ParsedPath &parsed, QString *reason)
{
    if (text.isEmpty()) {
        return true;
    }
    const auto hash = decoded(text);
    if (!hash || hash->contains(QChar(u'\0'))) {
        *reason = quoted(text) + QStringLiteral(" after the #")
                  + (hash ? QStringLiteral(" has a NUL character, which no text of a path has") : faultOfEscapes(text));
        return false;
    }
    parsed.hash = *hash;
    return true;
}

} // namespace

QString ParsedPath::url() const
{
    QString all = path;
    if (!query.isEmpty()) {
        all += QLatin1Char('?') + query;
    }
    if (!hash.isEmpty()) {
        all += QLatin1Char('#') + encodedHash(hash);
    }
    return all;
}

std::optional<ParsedPath> parsePath(const QString &text, qsizetype maxLength, QString *reason)
{
    if (text.size() > maxLength) {
        *reason = QStringLiteral("the path has %1 characters, and %2 are taken: RouterOptions::maxLength")
                      .arg(text.size())
                      .arg(maxLength);
        return std::nullopt;
    }
    if (!text.startsWith(u'/')) {
        *reason = quoted(text) + QStringLiteral(" is no path: it begins with /; whole URLs are for openUrl()");
        return std::nullopt;
    }
    QStringView path(text);
    QStringView query;
    QStringView hash;
    if (const qsizetype at = path.indexOf(u'#'); at >= 0) {
        hash = path.mid(at + 1);
        path = path.left(at);
    }
    if (const qsizetype at = path.indexOf(u'?'); at >= 0) {
        query = path.mid(at + 1);
        path = path.left(at);
    }
    ParsedPath parsed;
    if (!takeSegments(text, path, parsed, reason) || !takeSearch(query, parsed, reason)
        || !takeHash(hash, parsed, reason)) {
        return std::nullopt;
    }
    return parsed;
}

std::optional<QString> decoded(QStringView text, bool plusIsSpace)
{
    if (isPlain(text, plusIsSpace)) {
        return text.toString();
    }
    const auto utf8 = utf8Of(text.toString());
    if (!utf8) {
        return std::nullopt;
    }
    QByteArray bytes;
    bytes.reserve(utf8->size());
    for (qsizetype i = 0; i < utf8->size(); ++i) {
        const char c = utf8->at(i);
        if (c == '%') {
            const int high = i + 2 < utf8->size() ? hexDigit(static_cast<uchar>(utf8->at(i + 1))) : -1;
            const int low = i + 2 < utf8->size() ? hexDigit(static_cast<uchar>(utf8->at(i + 2))) : -1;
            if (high < 0 || low < 0) {
                return std::nullopt;
            }
            bytes.append(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            bytes.append(plusIsSpace && c == '+' ? ' ' : c);
        }
    }
    return textOfBytes(bytes);
}

QString encodedSegment(const QString &segment)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(segment, "!$&'()*+,;=:@"));
}

QString encodedSearch(const SearchItems &items)
{
    QString query;
    for (const auto &[name, value] : items) {
        if (name.isEmpty() && value.isEmpty()) {
            continue; // says nothing
        }
        if (!query.isEmpty()) {
            query += QLatin1Char('&');
        }
        query += QString::fromLatin1(QUrl::toPercentEncoding(name, "!$'()*,;:@/?"));
        query += QLatin1Char('=') + QString::fromLatin1(QUrl::toPercentEncoding(value, "!$'()*,;:@/?"));
    }
    return query;
}

QString encodedHash(const QString &hash)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(hash, "!$&'()*+,;=:@/?"));
}

QString withSearch(QString path, const SearchItems &search, const QString &hash)
{
    if (const QString query = encodedSearch(search); !query.isEmpty()) {
        path += u'?' + query;
    }
    return hash.isEmpty() ? path : path + u'#' + encodedHash(hash);
}

QString faultOfSegment(const QString &segment)
{
    if (!utf8Of(segment)) {
        return QStringLiteral("has half a character, which UTF-8 has not");
    }
    qsizetype start = 0;
    for (qsizetype i = 0; i <= segment.size(); ++i) {
        const char16_t c = i < segment.size() ? segment.at(i).unicode() : u'/';
        if (isControl(c)) {
            return QStringLiteral("has a control character, which no part of a path has");
        }
        if (c == u'/' || c == u'\\') {
            const QStringView part = QStringView(segment).mid(start, i - start);
            if (part == u"." || part == u"..") {
                return QStringLiteral("has . or .. for a part, which leads to other places than it says");
            }
            start = i + 1;
        }
    }
    return {};
}

} // namespace nanostores::detail
