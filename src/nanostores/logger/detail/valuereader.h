// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/describe.h>
#include <nanostores/logger/export.h>
#include <nanostores/logger/logvalue.h>
#include <nanostores/logger/redaction.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

namespace nanostores {

/// How much of a value a log keeps. What is left out is counted, and differences in it are still seen.
struct LogLimits
{
    std::size_t textBytes = 4096; ///< Of one text.
    std::size_t parts = 10000; ///< Of one value: members, items, keys.
    std::size_t lineBytes = 200; ///< Of one value in a line of text.
};

namespace detail {

NANOSTORES_LOGGER_EXPORT std::uint64_t digestOf(std::string_view bytes, LogValue::Kind kind) noexcept;

/// Texts that were hidden lately, so that they are found where a program repeats them: in errors, keys, arguments.
class NANOSTORES_LOGGER_EXPORT Secrets
{
public:
    Secrets();

    bool empty() const noexcept { return m_texts.empty(); }
    void add(std::string_view text);
    /// A digest that does not say of which value it is, as others have another key: the same for the same one.
    std::uint64_t keyed(std::uint64_t digest) const noexcept;
    /// Puts `***` in their place; in one place for those that overlap. Of a text that was cut, its end may be the
    /// beginning of one.
    void scrub(std::string &text, bool isCut = false) const;
    bool scrub(LogValue &value) const;

private:
    std::size_t beginningAtEnd(const std::string &text) const noexcept;

    static constexpr std::size_t MaxTexts = 256;
    static constexpr std::size_t MinPart = 4; ///< A shorter one is no part of a word by more than chance.

    std::uint64_t m_key[2]; ///< Random.
    std::vector<std::string> m_texts;
    std::size_t m_oldest = 0;
};

/// Reads one value.
class NANOSTORES_LOGGER_EXPORT ValueReader final : public Describer
{
public:
    /// storeName: for rules of redaction; hidden: nothing of the value is kept.
    ValueReader(const LogLimits &limits, const RedactionRules &rules, std::string_view storeName, bool hidden,
                Secrets &secrets);

    LogValue take() { return std::move(m_result); }

    bool whole(const std::type_info &type, const void *value) override;
    void unknown(const std::type_info &type) override;
    void none() override;
    void beginList() override { begin(LogValue::Kind::List); }
    void endList() override { end(); }
    void beginMap() override { begin(LogValue::Kind::Map); }
    void endMap() override { end(); }
    void beginStruct() override { begin(LogValue::Kind::Struct); }
    void member(const char *name) override;
    void endStruct() override { end(); }

private:
    struct Level
    {
        LogValue value;
        bool isHidden = false; ///< Itself or by what holds it.
        bool isFull = false; ///< The parts of the value are more than the limit.
        std::size_t parts = 0;
        std::string name; ///< Struct: of the member that follows.
    };

    void begin(LogValue::Kind kind);
    void end();
    void place(LogValue value, const std::string *whole = nullptr);
    bool hidesNext();
    void noteSecret(const LogValue &value, const std::string *whole);

    const LogLimits m_limits;
    const RedactionRules &m_rules;
    const std::string_view m_storeName;
    const bool m_hidden;
    Secrets &m_secrets;
    std::vector<Level> m_levels;
    std::vector<std::string> m_path; ///< Of the part that follows; with rules only.
    std::size_t m_parts = 0;
    LogValue m_result;
};

/// Has texts of a type read by the function: its bytes as UTF-8, where halves of surrogates may stand alone.
NANOSTORES_LOGGER_EXPORT void readTextsBy(const std::type_info &type, std::string (*read)(const void *value));

} // namespace detail
} // namespace nanostores
