// SPDX-License-Identifier: MIT

// Makes a program of the C++ that a page shows, so that what the documentation says compiles, and does what it says.
//
//   extract <page.md> <out.cpp>     one source of all the page's blocks marked cpp
//   extract --links <page.md>...    complains about links that lead nowhere
//   extract --parts <dir> <page.md>...  checks that blocks which show files of the tree, below <dir>, are in them
//   extract --walk <page.md>...     complains about files beside and below a page that it has no link to; of pictures
//                                   and other data a link to their folder is enough
//   extract --files <page.md> <dir> writes the blocks that begin with a file's name: `// main.cpp: ...`,
//                                   `# CMakeLists.txt`
//
// A block becomes the body of a function, unless it includes something or declares main() or a QObject: then it stands
// at namespace scope, and later blocks see it. An HTML comment before the block says otherwise:
//
//   <!-- compile: body -->  <!-- compile: file -->  <!-- compile: no, because ... -->
//   <!-- compile: whole examples/00-first/cart.h -->  the block is this file, but for the line of its licence
//   <!-- compile: part examples/00-first/cart.h -->  its lines are in this file, which its own folder compiles; a line
//                            of dots in a comment leaves lines out
//   <!-- compile: lines -->  its lines stand in the page's named blocks, which --files checks
//
// A block may include a named block of the same page, `#include "cart.h"`.
//
// A comment `<!-- compile: hidden` holds code up to `-->` that readers do not see, at namespace scope. Where a body has
// comments `// -> text`, it also runs, and what it prints has to be these texts, line by line.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

struct Block
{
    enum Kind { Body, File };
    Kind kind = Body;
    std::size_t line = 0; ///< Of its first line, from 1.
    std::vector<std::string> code;
    std::vector<std::string> expected; ///< What it prints.
};

std::vector<std::string> readLines(const std::filesystem::path &path)
{
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

bool startsWith(std::string_view text, std::string_view start)
{
    return text.substr(0, start.size()) == start;
}

std::string_view trimmed(std::string_view text)
{
    const auto from = text.find_first_not_of(" \t");
    return from == text.npos ? std::string_view() : text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

bool standsAlone(const std::vector<std::string> &code)
{
    return std::any_of(code.begin(), code.end(), [](const std::string &line) {
        return startsWith(line, "#include") || startsWith(line, "int main(")
               || line.find("Q_OBJECT") != std::string::npos || line.find("Q_GADGET") != std::string::npos;
    });
}

std::vector<Block> blocksOf(const std::vector<std::string> &lines)
{
    constexpr std::string_view Directive = "<!-- compile: ";
    std::vector<Block> blocks;
    std::string order;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view line = trimmed(lines[i]);
        if (startsWith(line, Directive)) {
            order = line.substr(Directive.size());
            if (order == "hidden") {
                Block block{Block::File, i + 2, {}, {}};
                while (++i < lines.size() && lines[i] != "-->") {
                    block.code.push_back(lines[i]);
                }
                blocks.push_back(block);
                order.clear();
            }
        } else if (line == "```cpp") {
            Block block{Block::Body, i + 2, {}, {}};
            const std::size_t indent = lines[i].find('`');
            while (++i < lines.size() && trimmed(lines[i]) != "```") {
                block.code.push_back(lines[i].size() > indent ? lines[i].substr(indent) : std::string());
            }
            if (startsWith(order, "file") || (!startsWith(order, "body") && standsAlone(block.code))) {
                block.kind = Block::File;
            }
            if (!startsWith(order, "no") && !startsWith(order, "lines") && !startsWith(order, "part")) {
                blocks.push_back(block);
            }
            order.clear();
        } else if (startsWith(line, "```")) {
            while (++i < lines.size() && trimmed(lines[i]) != "```") {}
            order.clear();
        } else if (!line.empty()) {
            order.clear();
        }
    }
    for (Block &block : blocks) {
        for (const std::string &line : block.code) {
            constexpr std::string_view Prints = "// -> ";
            if (const auto at = line.find(Prints); block.kind == Block::Body && at != line.npos) {
                block.expected.emplace_back(line.substr(at + Prints.size()));
            }
        }
    }
    return blocks;
}

std::string literal(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        result += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    }
    return result + '"';
}

/// The name of the file that the block's first line gives, or nothing.
std::string fileName(const std::vector<std::string> &code)
{
    std::istringstream words(code.empty() ? std::string() : code.front());
    std::string comment;
    std::string name;
    words >> comment >> name;
    if (!name.empty() && name.back() == ':') {
        name.pop_back();
    }
    const auto dot = name.find('.');
    const bool named = (comment == "//" || comment == "#") && dot != name.npos && dot > 0 && dot + 1 < name.size()
                       && std::all_of(name.begin(), name.end(),
                                      [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_'; });
    return named ? name : std::string();
}

/// `#include "cart.h"` of a page that has a block of this name: the block stands in the same source.
bool includesNamed(const std::string &line, const std::set<std::string> &names)
{
    constexpr std::string_view Include = "#include \"";
    return startsWith(line, Include) && names.contains(line.substr(Include.size(), line.rfind('"') - Include.size()));
}

int writeSource(const std::filesystem::path &page, const std::filesystem::path &target)
{
    const std::vector<Block> blocks = blocksOf(readLines(page));
    const std::string file = literal(page.generic_string());
    std::ostringstream out;
    out << "// Made from " << page.filename().string() << ".\n#include \"snippet.h\"\n";

    std::set<std::string> names;
    for (const Block &block : blocks) {
        names.insert(fileName(block.code));
    }
    bool hasMoc = false;
    for (const Block &block : blocks) {
        for (std::size_t i = 0; i < block.code.size(); ++i) {
            const std::string &line = block.code[i];
            hasMoc = hasMoc || line.find("Q_OBJECT") != std::string::npos || line.find("Q_GADGET") != std::string::npos;
            if (startsWith(line, "#include") && !includesNamed(line, names)) {
                out << "#line " << block.line + i << ' ' << file << '\n' << line << '\n';
            }
        }
    }
    out << "using namespace nanostores;\nusing namespace std::chrono_literals;\n#define main snippetMain\n";
    std::ostringstream runs;
    for (const Block &block : blocks) {
        const std::string name = "block" + std::to_string(block.line);
        if (block.kind == Block::Body) {
            out << "static void " << name << "()\n{\n";
            if (block.expected.empty()) {
                runs << "    static_cast<void>(&" << name << ");\n";
            } else {
                runs << "    ok = snippet::run(" << file << ", " << block.line << ", " << name << ", {";
                for (const std::string &text : block.expected) {
                    runs << literal(text) << ", ";
                }
                runs << "}) && ok;\n";
            }
        }
        out << "#line " << block.line << ' ' << file << '\n';
        for (const std::string &line : block.code) {
            out << (startsWith(line, "#include") || line == "#pragma once" ? "//" : "") << line << '\n';
        }
        out << (block.kind == Block::Body ? "}\n" : "");
    }
    out << "#undef main\nint main()\n{\n    bool ok = true;\n" << runs.str() << "    return ok ? 0 : 1;\n}\n";
    if (hasMoc) {
        out << "#include \"" << target.stem().string() << ".moc\"\n";
    }
    std::ofstream(target, std::ios::binary) << out.str();
    return 0;
}

std::string withoutComment(const std::string &line)
{
    return std::string(trimmed(std::string_view(line).substr(0, line.find(" //"))));
}

/// Writes the named blocks, of whatever language, and checks that blocks marked as lines are lines of them.
int writeFiles(const std::filesystem::path &page, const std::filesystem::path &folder)
{
    const std::vector<std::string> lines = readLines(page);
    std::set<std::string> written;
    std::vector<std::pair<std::size_t, std::string>> excerpts;
    std::string order;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!startsWith(lines[i], "```")) {
            order = lines[i].empty() ? order : lines[i];
            continue;
        }
        const std::size_t first = i + 1;
        std::vector<std::string> code;
        while (++i < lines.size() && lines[i] != "```") {
            code.push_back(lines[i]);
        }
        if (startsWith(order, "<!-- compile: lines")) {
            for (std::size_t k = 0; k < code.size(); ++k) {
                excerpts.emplace_back(first + k + 1, withoutComment(code[k]));
            }
        } else if (const std::string name = fileName(code); !name.empty()) {
            std::ofstream out(folder / name, std::ios::binary);
            for (const std::string &line : code) {
                out << line << '\n';
                written.insert(withoutComment(line));
            }
        }
        order.clear();
    }
    int missing = 0;
    for (const auto &[number, line] : excerpts) {
        if (!written.contains(line)) {
            std::cerr << page.generic_string() << ':' << number << ": no file of this page has this line\n";
            ++missing;
        }
    }
    return written.empty() || missing > 0 ? 1 : 0;
}

bool leavesOut(const std::string &line)
{
    const std::string_view text = trimmed(line);
    return text == "// ..." || text == "# ...";
}

/// Whether the code is this file, or parts of it in their order.
bool isIn(const std::vector<std::string> &code, std::vector<std::string> file, bool whole)
{
    if (!file.empty() && file.front().find("SPDX-License-Identifier") != std::string::npos) {
        file.erase(file.begin());
        if (!file.empty() && file.front().empty()) {
            file.erase(file.begin());
        }
    }
    if (whole) {
        return code == file;
    }
    auto at = file.cbegin();
    for (auto from = code.cbegin(); from != code.cend();) {
        const auto to = std::find_if(from, code.cend(), leavesOut);
        at = std::search(at, file.cend(), from, to);
        if (at == file.cend()) {
            return false;
        }
        at += to - from;
        from = to == code.cend() ? to : to + 1;
    }
    return true;
}

/// Complains about blocks that are said to be files of the tree, or parts of them, and are not.
int checkParts(const std::filesystem::path &top, const std::filesystem::path &page)
{
    const std::vector<std::string> lines = readLines(page);
    int wrong = 0;
    std::string order;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!startsWith(lines[i], "```")) {
            order = lines[i].empty() ? order : lines[i];
            continue;
        }
        const std::size_t number = i + 1;
        std::vector<std::string> code;
        while (++i < lines.size() && lines[i] != "```") {
            code.push_back(lines[i]);
        }
        std::istringstream words(order);
        std::string open, compile, kind, file;
        words >> open >> compile >> kind >> file;
        if (compile == "compile:" && (kind == "whole" || kind == "part")
            && !isIn(code, readLines(top / file), kind == "whole")) {
            std::cerr << page.generic_string() << ':' << number << ": this is not " << (kind == "whole" ? "" : "in ")
                      << file << '\n';
            ++wrong;
        }
        order.clear();
    }
    return wrong;
}

/// As the sites that show Markdown make it of a heading.
std::string anchorOf(std::string_view heading)
{
    std::string anchor;
    for (const char c : trimmed(heading)) {
        if (c == ' ' || c == '-') {
            anchor += '-';
        } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) > 127) {
            anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return anchor;
}

std::set<std::string> anchorsOf(const std::filesystem::path &page)
{
    std::set<std::string> anchors;
    for (const std::string &line : readLines(page)) {
        if (startsWith(line, "#")) {
            anchors.insert(anchorOf(std::string_view(line).substr(std::min(line.find_first_not_of('#'), line.size()))));
        }
    }
    return anchors;
}

std::string withoutCode(const std::string &line)
{
    std::string result;
    bool code = false;
    for (const char c : line) {
        code = c == '`' ? !code : code;
        result += code ? '`' : c;
    }
    return result;
}

/// Calls f(line number, link) for each link that is no address of the web.
template<typename F>
void forEachLink(const std::filesystem::path &page, F f)
{
    bool code = false;
    std::size_t number = 0;
    for (const std::string &written : readLines(page)) {
        const std::string line = withoutCode(written);
        ++number;
        if (startsWith(written, "```") || startsWith(written, "<!-- compile: hidden") || written == "-->") {
            code = !code;
        }
        for (std::size_t at = 0; !code && (at = line.find("](", at)) != line.npos;) {
            at += 2;
            const std::string link = line.substr(at, line.find(')', at) - at);
            if (!startsWith(link, "http")) {
                f(number, link);
            }
        }
    }
}

int checkLinks(const std::filesystem::path &page)
{
    int broken = 0;
    forEachLink(page, [&](std::size_t number, const std::string &link) {
        const std::string path = link.substr(0, link.find('#'));
        const std::string anchor = path.size() < link.size() ? link.substr(path.size() + 1) : std::string();
        const auto target = path.empty() ? page : page.parent_path() / path;
        if (!std::filesystem::exists(target) || (!anchor.empty() && !anchorsOf(target).contains(anchor))) {
            std::cerr << page.generic_string() << ':' << number << ": " << link << " leads nowhere\n";
            ++broken;
        }
    });
    return broken;
}

/// Complains about files of the page's folder that it does not lead to.
int checkWalk(const std::filesystem::path &page)
{
    std::set<std::filesystem::path> linked;
    forEachLink(page, [&](std::size_t, const std::string &link) {
        linked.insert((page.parent_path() / link.substr(0, link.find('#'))).lexically_normal());
    });
    int missing = 0;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(page.parent_path())) {
        const std::filesystem::path file = entry.path().lexically_normal();
        const bool isData = file.extension() == ".svg" || file.extension() == ".json" || file.extension() == ".png";
        if (entry.is_regular_file() && file != page.lexically_normal() && !linked.contains(file)
            && !(isData && linked.contains(file.parent_path()))) {
            std::cerr << page.generic_string() << ": has no link to "
                      << file.lexically_relative(page.parent_path()).generic_string() << '\n';
            ++missing;
        }
    }
    return missing;
}

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> args(argv + 1, argv + argc);
    if (args.size() > 1 && args[0] == "--links") {
        int broken = 0;
        for (std::size_t i = 1; i < args.size(); ++i) {
            broken += checkLinks(args[i]);
        }
        return broken == 0 ? 0 : 1;
    }
    if (args.size() > 1 && args[0] == "--walk") {
        int missing = 0;
        for (std::size_t i = 1; i < args.size(); ++i) {
            missing += checkWalk(args[i]);
        }
        return missing == 0 ? 0 : 1;
    }
    if (args.size() > 2 && args[0] == "--parts") {
        int wrong = 0;
        for (std::size_t i = 2; i < args.size(); ++i) {
            wrong += checkParts(args[1], args[i]);
        }
        return wrong == 0 ? 0 : 1;
    }
    if (args.size() == 3 && args[0] == "--files") {
        return writeFiles(args[1], args[2]);
    }
    return args.size() == 2 ? writeSource(args[0], args[1]) : 2;
}
