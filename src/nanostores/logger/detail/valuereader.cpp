// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/valuereader.h>

#include <nanostores/core/graph/naming.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <mutex>
#include <random>
#include <type_traits>
#include <typeindex>
#include <unordered_map>
#include <utility>

namespace nanostores::detail {

namespace {

std::uint64_t mixed(std::uint64_t digest, std::uint64_t with) noexcept
{
    digest ^= with + 0x9e3779b97f4a7c15u + (digest << 6u) + (digest >> 2u);
    digest *= 0xff51afd7ed558ccdu;
    return digest ^ (digest >> 33u);
}

std::uint64_t digestOfNumber(std::uint64_t number, LogValue::Kind kind) noexcept
{
    return mixed(mixed(0x243f6a8885a308d3u, static_cast<std::uint64_t>(kind)), number);
}

template<typename T>
LogValue numberOf(const void *value)
{
    const T number = *static_cast<const T *>(value);
    LogValue made;
    if constexpr (std::is_same_v<T, bool>) {
        made.kind = LogValue::Kind::Bool;
        made.boolean = number;
        made.digest = digestOfNumber(number ? 1 : 0, made.kind);
    } else if constexpr (std::is_floating_point_v<T>) {
        made.kind = LogValue::Kind::Float;
        if constexpr (std::is_same_v<T, float>) { // 0.1f is 0.1, and not the double next to it
            char digits[32];
            const auto end = std::to_chars(digits, digits + sizeof(digits), number);
            made.number = number;
            if (std::isfinite(number)) {
                std::from_chars(digits, end.ptr, made.number);
            }
        } else {
            made.number = static_cast<double>(number);
        }
        if constexpr (std::is_same_v<T, long double>) {
            if (!std::isnan(number) && static_cast<long double>(made.number) != number) {
                char digits[64];
                const auto end = std::to_chars(digits, digits + sizeof(digits), number);
                made.text.assign(digits, end.ptr);
            }
        }
        std::uint64_t bits = 0;
        std::memcpy(&bits, &made.number, sizeof(bits));
        made.digest = mixed(digestOfNumber(std::isnan(made.number) ? 1 : bits, made.kind),
                            made.text.empty() ? 0 : digestOf(made.text, LogValue::Kind::Float));
    } else if constexpr (std::is_signed_v<T>) {
        made.kind = LogValue::Kind::Integer;
        made.integer = number;
        made.digest = digestOfNumber(static_cast<std::uint64_t>(made.integer), made.kind);
    } else {
        made.kind = LogValue::Kind::Unsigned;
        made.natural = number;
        made.digest = digestOfNumber(made.natural, LogValue::Kind::Integer);
    }
    return made;
}

using ReadNumber = LogValue (*)(const void *value);
using ReadText = std::string (*)(const void *value);

/// What needs no taking apart. Never destroyed: stores may outlive everything that is.
struct Leaves
{
    template<typename... T>
    void addNumbers()
    {
        (numbers.emplace(typeid(T), &numberOf<T>), ...);
    }
    Leaves()
    {
        addNumbers<bool, char, signed char, unsigned char, short, unsigned short, int, unsigned, long, unsigned long,
                   long long, unsigned long long, float, double, long double>();
    }

    std::unordered_map<std::type_index, ReadNumber> numbers;
    std::mutex mutex;
    std::unordered_map<std::type_index, ReadText> texts;
};

Leaves &leaves()
{
    static auto *const instance = new Leaves;
    return *instance;
}

ReadText textReaderOf(const std::type_info &type)
{
    Leaves &all = leaves();
    const std::lock_guard lock(all.mutex);
    const auto found = all.texts.find(type);
    return found == all.texts.end() ? nullptr : found->second;
}

} // namespace

void readTextsBy(const std::type_info &type, std::string (*read)(const void *value))
{
    Leaves &all = leaves();
    const std::lock_guard lock(all.mutex);
    all.texts.insert_or_assign(type, read);
}

std::uint64_t digestOf(std::string_view bytes, LogValue::Kind kind) noexcept
{
    std::uint64_t digest = mixed(0x13198a2e03707344u, static_cast<std::uint64_t>(kind));
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, sizeof(word));
        digest = mixed(digest, word);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, bytes.data() + i, bytes.size() - i);
    return mixed(mixed(digest, rest), bytes.size());
}

// Secrets

Secrets::Secrets()
{
    std::random_device random;
    for (std::uint64_t &half : m_key) {
        half = (std::uint64_t(random()) << 32u) | random();
    }
}

/// SipHash-2-4 of the eight bytes: the key cannot be found from digests of values that are known.
std::uint64_t Secrets::keyed(std::uint64_t digest) const noexcept
{
    std::uint64_t a = m_key[0] ^ 0x736f6d6570736575u;
    std::uint64_t b = m_key[1] ^ 0x646f72616e646f6du;
    std::uint64_t c = m_key[0] ^ 0x6c7967656e657261u;
    std::uint64_t d = m_key[1] ^ 0x7465646279746573u;
    const auto mix = [&](int rounds) {
        for (int i = 0; i < rounds; ++i) {
            a += b;
            c += d;
            b = std::rotl(b, 13) ^ a;
            d = std::rotl(d, 16) ^ c;
            a = std::rotl(a, 32);
            c += b;
            a += d;
            b = std::rotl(b, 17) ^ c;
            d = std::rotl(d, 21) ^ a;
            c = std::rotl(c, 32);
        }
    };
    for (const std::uint64_t block : {digest, std::uint64_t(8) << 56u}) {
        d ^= block;
        mix(2);
        a ^= block;
    }
    c ^= 0xffu;
    mix(4);
    return a ^ b ^ c ^ d;
}

void Secrets::add(std::string_view text)
{
    if (text.empty() || std::find(m_texts.begin(), m_texts.end(), text) != m_texts.end()) {
        return;
    }
    if (m_texts.size() < MaxTexts) {
        m_texts.emplace_back(text);
    } else {
        m_texts[m_oldest] = text;
        m_oldest = (m_oldest + 1) % MaxTexts;
    }
}

void Secrets::scrub(std::string &text, bool isCut) const
{
    if (std::find(m_texts.begin(), m_texts.end(), text) != m_texts.end()) {
        text = "***";
        return;
    }
    std::vector<std::pair<std::size_t, std::size_t>> found; // where they begin and end
    for (const std::string &secret : m_texts) {
        if (secret.size() < MinPart) {
            continue;
        }
        for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + 1)) {
            found.emplace_back(at, at + secret.size());
        }
    }
    if (const std::size_t rest = isCut ? beginningAtEnd(text) : 0) {
        found.emplace_back(text.size() - rest, text.size());
    }
    if (found.empty()) {
        return;
    }
    std::sort(found.begin(), found.end());
    std::string made;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < found.size();) {
        const std::size_t begin = found[i].first;
        std::size_t end = found[i].second;
        while (++i < found.size() && found[i].first < end) {
            end = std::max(end, found[i].second);
        }
        made.append(text, taken, begin - taken);
        made += "***";
        taken = end;
    }
    made.append(text, taken);
    text = std::move(made);
}

/// How many bytes at the end of a text are the beginning of a hidden one, in the midst of which it was cut.
std::size_t Secrets::beginningAtEnd(const std::string &text) const noexcept
{
    std::size_t longest = 0;
    for (const std::string &secret : m_texts) {
        for (std::size_t size = std::min(secret.size(), text.size()); size > longest; --size) {
            if ((secret.size() >= MinPart || size == text.size())
                && std::string_view(text).substr(text.size() - size) == std::string_view(secret).substr(0, size)) {
                longest = size;
            }
        }
    }
    return longest;
}

bool Secrets::scrub(LogValue &value) const
{
    bool isHidden = false;
    if (value.kind == LogValue::Kind::Text) {
        const std::size_t before = value.text.size();
        const bool isCut = value.isCut();
        std::string text = value.text;
        scrub(text, isCut);
        if (text != value.text) {
            isHidden = true;
            value.text = std::move(text);
            value.size = value.text.size() + (isCut ? value.size - before : 0);
        }
    } else if (value.kind == LogValue::Kind::Integer || value.kind == LogValue::Kind::Unsigned) {
        const std::string digits =
            value.kind == LogValue::Kind::Integer ? std::to_string(value.integer) : std::to_string(value.natural);
        if (digits.size() >= MinPart && std::find(m_texts.begin(), m_texts.end(), digits) != m_texts.end()) {
            isHidden = true;
            const std::uint64_t digest = value.digest;
            value = LogValue(LogValue::Kind::Hidden);
            value.digest = digest;
        }
    }
    for (LogValue &item : value.items) {
        isHidden = scrub(item) || isHidden;
    }
    if (isHidden) {
        value.digest = keyed(value.digest); // it was made of what is hidden
    }
    return isHidden;
}

// Reading

ValueReader::ValueReader(const LogLimits &limits, const RedactionRules &rules, std::string_view storeName, bool hidden,
                         Secrets &secrets)
    : m_limits(limits)
    , m_rules(rules)
    , m_storeName(storeName)
    , m_hidden(hidden)
    , m_secrets(secrets)
{
}

/// Whether the part that comes next is hidden, by itself or by what holds it.
bool ValueReader::hidesNext()
{
    if (m_levels.empty()) {
        return m_hidden;
    }
    if (m_levels.back().isHidden) {
        return true;
    }
    return !m_path.empty() && m_rules.hidesPart(m_storeName, m_path);
}

void ValueReader::noteSecret(const LogValue &value, const std::string *whole)
{
    if (value.kind == LogValue::Kind::Text) {
        m_secrets.add(whole ? *whole : value.text);
    } else if (value.kind == LogValue::Kind::Integer || value.kind == LogValue::Kind::Unsigned) {
        const std::string digits =
            value.kind == LogValue::Kind::Integer ? std::to_string(value.integer) : std::to_string(value.natural);
        if (digits.size() >= 4) {
            m_secrets.add(digits);
        }
    }
}

bool ValueReader::whole(const std::type_info &type, const void *value)
{
    const auto &numbers = leaves().numbers;
    if (const auto found = numbers.find(type); found != numbers.end()) {
        place(found->second(value));
        return true;
    }
    const ReadText read = type == typeid(std::string) ? nullptr : textReaderOf(type);
    std::string made;
    const std::string *text = nullptr;
    if (type == typeid(std::string)) {
        text = static_cast<const std::string *>(value);
    } else if (read) {
        made = read(value);
        text = &made;
    }
    if (!text) {
        return false;
    }
    LogValue leaf(LogValue::Kind::Text);
    leaf.size = text->size();
    leaf.digest = digestOf(*text, LogValue::Kind::Text);
    std::size_t kept = std::min(text->size(), m_limits.textBytes);
    while (kept > 0 && kept < text->size() && (static_cast<unsigned char>((*text)[kept]) & 0xc0u) == 0x80u) {
        --kept;
    }
    leaf.text = text->substr(0, kept);
    place(std::move(leaf), text);
    return true;
}

void ValueReader::unknown(const std::type_info &type)
{
    LogValue leaf(LogValue::Kind::Opaque);
    leaf.text = typeName(type);
    leaf.digest = digestOf(leaf.text, leaf.kind);
    place(std::move(leaf));
}

void ValueReader::none()
{
    LogValue leaf(LogValue::Kind::None);
    leaf.digest = digestOfNumber(0, leaf.kind);
    place(std::move(leaf));
}

void ValueReader::begin(LogValue::Kind kind)
{
    Level level;
    level.value.kind = kind;
    level.value.digest = digestOfNumber(0, kind);
    level.isHidden = hidesNext();
    m_levels.push_back(std::move(level));
    if (!m_rules.empty()) {
        m_path.emplace_back(kind == LogValue::Kind::List ? "0" : "");
    }
}

void ValueReader::end()
{
    Level level = std::move(m_levels.back());
    m_levels.pop_back();
    if (!m_rules.empty()) {
        m_path.pop_back();
    }
    level.value.size = level.parts;
    level.value.digest = mixed(level.value.digest, level.parts);
    place(std::move(level.value));
}

void ValueReader::member(const char *name)
{
    m_levels.back().name = name;
    if (!m_rules.empty()) {
        m_path.back() = name;
    }
}

/// A part that is there in whole goes to what holds it. whole: of a text, before it was cut.
void ValueReader::place(LogValue value, const std::string *whole)
{
    const bool isHidden = hidesNext();
    if (isHidden) {
        noteSecret(value, whole);
        LogValue hidden(LogValue::Kind::Hidden);
        hidden.digest = m_secrets.keyed(value.digest);
        value = std::move(hidden);
    }
    if (m_levels.empty()) {
        m_result = std::move(value);
        return;
    }
    Level &level = m_levels.back();
    LogValue &holder = level.value;
    const bool isKey = holder.kind == LogValue::Kind::Map && level.parts % 2 == 0;
    holder.digest = mixed(holder.digest, value.digest);
    if (holder.kind == LogValue::Kind::Struct) {
        holder.digest = mixed(holder.digest, digestOf(level.name, LogValue::Kind::Struct));
    }
    if (!m_rules.empty()) {
        if (isKey) {
            m_path.back() = value.kind != LogValue::Kind::Text ? value.toText() : whole ? *whole : value.text;
        } else if (holder.kind == LogValue::Kind::List) {
            m_path.back() = std::to_string(level.parts + 1);
        } else if (holder.kind == LogValue::Kind::Map) {
            m_path.back().clear(); // a key follows, which no rule names
        }
    }
    ++level.parts;
    if (level.isHidden) {
        return;
    }
    level.isFull = level.isFull || (m_parts >= m_limits.parts && (isKey || holder.kind != LogValue::Kind::Map));
    if (level.isFull) {
        return;
    }
    ++m_parts;
    if (holder.kind == LogValue::Kind::Struct) {
        holder.names.push_back(level.name);
    }
    holder.items.push_back(std::move(value));
}

} // namespace nanostores::detail
