// SPDX-License-Identifier: MIT

// Compares docs/messages.md with what the sources print, both ways.
//
//   messages <page.md> <dir>...
//
// A row of the page has parts of messages in its first column, between ` and `. Each has to be a part of a literal of
// the sources below the folders, and each literal that is handed to a warning, an exception or a static_assert has to
// have one. Rows below a heading that ends with "something" are no messages of this library, nor are those that name
// another program behind the message.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// What stands in these files is a detail that another message quotes, or is printed by a tool of its own.
const std::set<std::string_view> Details{
    "inspector/detail/jsonsource.cpp", // of a value that an inspector's client sends
    "inspector/detail/wiresession.cpp", // answers to such clients
    "inspector/tool/commands.cpp", // of nanostores-inspect
    "inspector/tool/main.cpp",
    "inspector/tool/output.cpp",
    "inspector/tool/recording.cpp",
    "inspector/tool/sessions.cpp",
    "inspector/tool/testing.cpp",
    "persistent/detail/jsondocument.cpp", // "it is no JSON, or is just being written: ..."
    "persistent/detail/jsontext.cpp",
    "persistent/testing/checkcontract.cpp",
    "persistent/testing/faults.cpp",
    "recorder/detail/jsonvalue.cpp", // "the session ... cannot be read: ..."
    "recorder/sessionreading.cpp",
    "redis/detail/resp.cpp", // "the server does not speak the protocol of Redis"
};

struct Token
{
    std::string text; ///< Of a literal, what it says.
    int line = 0;
    bool isLiteral = false;
};

std::string contentOf(const std::filesystem::path &path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool isWord(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Literals side by side are one. Comments are left out.
std::vector<Token> tokensOf(const std::string &text)
{
    std::vector<Token> tokens;
    int line = 1;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        const auto starts = [&](std::string_view with) { return text.compare(i, with.size(), with) == 0; };
        const auto to = [&](std::size_t end) {
            end = std::min(end, text.size());
            line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(i),
                                                text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
            i = end;
        };
        if (starts("//")) {
            to(text.find('\n', i));
        } else if (starts("/*")) {
            to(text.find("*/", i) + 2);
        } else if (starts("R\"")) {
            const auto open = text.find('(', i);
            const std::string close = ")" + text.substr(i + 2, open - i - 2) + "\"";
            to(text.find(close, open) + close.size());
        } else if (c == '"' || c == '\'') {
            Token token{{}, line, c == '"'};
            for (++i; i < text.size() && text[i] != c; ++i) {
                if (text[i] == '\\') {
                    ++i;
                }
                token.text += text[i];
            }
            ++i;
            if (token.isLiteral && !tokens.empty() && tokens.back().isLiteral) {
                tokens.back().text += token.text;
            } else {
                tokens.push_back(token);
            }
        } else if (isWord(c)) {
            Token token{{}, line, false};
            const bool isNumber = std::isdigit(static_cast<unsigned char>(c)) != 0; // 4'096 is one
            for (; i < text.size() && (isWord(text[i]) || (isNumber && text[i] == '\'')); ++i) {
                token.text += text[i];
            }
            tokens.push_back(token);
        } else {
            if (std::isspace(static_cast<unsigned char>(c)) == 0) {
                tokens.push_back({{c}, line, false});
            }
            to(i + 1);
        }
    }
    return tokens;
}

bool saysSomething(const std::vector<Token> &tokens, std::size_t i)
{
    static const std::set<std::string_view> words{
        "qCWarning",          "qCCritical",   "qCInfo",     "qWarning", "qFatal",  "qmlWarning",
        "static_assert",      "reportMisuse", "throwError", "refuse",   "refused", "warn",
        "make_exception_ptr", "throw",        "reject",     "fail"};
    const Token &token = tokens[i];
    return !token.isLiteral
           && (words.count(token.text) != 0
               || (token.text.ends_with("Error") && i + 1 < tokens.size() && tokens[i + 1].text == "("));
}

/// A literal that is a sentence, or a part of one.
bool isSentence(const std::string &text)
{
    return std::count(text.begin(), text.end(), ' ') > 2;
}

/// Up to the end of the statement, or of the arguments.
std::vector<std::string> literalsFrom(const std::vector<Token> &tokens, std::size_t i)
{
    std::vector<std::string> literals;
    for (int depth = 0; ++i < tokens.size();) {
        const Token &token = tokens[i];
        if (token.isLiteral) {
            literals.push_back(token.text);
        } else if (token.text == "{" && depth == 0 && (tokens[i - 1].text == ")" || tokens[i - 1].text == "const")) {
            break; // the function itself
        } else if (token.text == "(" || token.text == "{" || token.text == "[") {
            ++depth;
        } else if (token.text == ")" || token.text == "}" || token.text == "]") {
            if (--depth < 0) {
                break;
            }
        } else if (token.text == ";" && depth == 0) {
            break;
        }
    }
    return literals;
}

/// The first column of the page's tables, and the line of each.
std::map<std::string, int> partsOf(const std::string &page)
{
    std::map<std::string, int> parts;
    bool counts = true;
    int number = 0;
    for (std::size_t from = 0; from < page.size();) {
        const auto end = std::min(page.find('\n', from), page.size());
        const std::string line = page.substr(from, end - from);
        from = end + 1;
        ++number;
        if (line.starts_with('#')) {
            counts = !line.ends_with("something");
        } else if (counts && line.starts_with("| `")) {
            const std::string cell = line.substr(0, line.find(" | ", 2));
            if (cell.ends_with(')')) {
                continue; // of another program
            }
            for (std::size_t at = cell.find('`'); at != cell.npos; at = cell.find('`', at)) {
                const auto close = cell.find('`', at + 1);
                parts.emplace(cell.substr(at + 1, close - at - 1), number);
                at = close + 1;
            }
        }
    }
    return parts;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3) {
        std::cerr << "usage: messages <page.md> <dir>...\n";
        return 2;
    }
    const auto parts = partsOf(contentOf(argv[1]));
    std::set<std::string> unseen;
    for (const auto &[part, line] : parts) {
        unseen.insert(part);
    }
    int missing = 0;
    for (int i = 2; i < argc; ++i) {
        for (const auto &entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            const std::string path = entry.path().generic_string();
            if (!path.ends_with(".h") && !path.ends_with(".cpp")) {
                continue;
            }
            const auto tokens = tokensOf(contentOf(entry.path()));
            for (const Token &token : tokens) {
                if (token.isLiteral) {
                    std::erase_if(unseen, [&](const std::string &part) { return token.text.find(part) != part.npos; });
                }
            }
            if (std::any_of(Details.begin(), Details.end(),
                            [&](std::string_view end) { return path.ends_with(end); })) {
                continue;
            }
            for (std::size_t at = 0; at < tokens.size(); ++at) {
                if (!saysSomething(tokens, at)) {
                    continue;
                }
                const auto literals = literalsFrom(tokens, at);
                const auto isKnown = [&](const std::string &text) {
                    return std::any_of(parts.begin(), parts.end(),
                                       [&](const auto &part) { return text.find(part.first) != text.npos; });
                };
                if (std::any_of(literals.begin(), literals.end(), isSentence)
                    && std::none_of(literals.begin(), literals.end(), isKnown)) {
                    const auto text = std::find_if(literals.begin(), literals.end(), isSentence);
                    std::cerr << path << ':' << tokens[at].line << ": the page has no row for \"" << *text << "\"\n";
                    ++missing;
                }
            }
        }
    }
    for (const std::string &part : unseen) {
        std::cerr << argv[1] << ':' << parts.at(part) << ": no source says \"" << part << "\"\n";
    }
    return missing == 0 && unseen.empty() ? 0 : 1;
}
