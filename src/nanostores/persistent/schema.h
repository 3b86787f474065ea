// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/export.h>

#include <QJsonObject>
#include <QJsonValue>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// One step of a migration: see from().
struct MigrationStep
{
    std::uint32_t number = 0; ///< The schema of the values that it takes; it makes those of the next one.
    std::function<std::string(const std::string &)> convert;
};

/// The number of the form in which a store's values are written, and how those of former numbers become the present
/// ones. 0: the form never changes. See schema().
class NANOSTORES_PERSISTENT_EXPORT Schema
{
public:
    Schema() = default;
    Schema(std::uint32_t number, std::vector<MigrationStep> steps);

    std::uint32_t number() const noexcept { return m_number; }
    /// The value in the present form. None: a step has failed, as it is reported to the error handler.
    std::optional<std::string> migrated(std::string_view raw, std::uint32_t number) const;

private:
    std::uint32_t m_number = 0;
    std::vector<MigrationStep> m_steps;
};

namespace detail {

/// Throw where the text is no JSON, or no object.
NANOSTORES_PERSISTENT_EXPORT QJsonValue jsonToMigrate(const std::string &raw);
NANOSTORES_PERSISTENT_EXPORT QJsonObject objectToMigrate(const std::string &raw);
NANOSTORES_PERSISTENT_EXPORT std::string migratedJson(const QJsonValue &json);

/// Of an object something else, or its text.
template<typename F>
inline constexpr bool makesOfObject = std::is_invocable_r_v<std::string, F &, const QJsonObject &>
                                      || std::is_invocable_r_v<QJsonValue, F &, const QJsonObject &>;

} // namespace detail

/// from<1>(f): the step from schema 1 to schema 2. f changes a QJsonObject in place, or takes a QJsonObject, a
/// QJsonValue or the raw std::string, and returns the new one.
template<std::uint32_t number, typename F>
[[nodiscard]] MigrationStep from(F f)
{
    if constexpr (std::is_invocable_r_v<QJsonValue, F &, const QJsonValue &>) { // before QJsonObject, which is one
        return {number,
                [f](const std::string &raw) mutable { return detail::migratedJson(f(detail::jsonToMigrate(raw))); }};
    } else if constexpr (std::is_invocable_r_v<std::string, F &, const QJsonValue &>) {
        return {number, [f](const std::string &raw) mutable { return std::string(f(detail::jsonToMigrate(raw))); }};
    } else if constexpr (std::is_invocable_r_v<QJsonObject, F &, const QJsonObject &>) {
        return {number, [f](const std::string &raw) mutable {
                    return detail::migratedJson(QJsonObject(f(detail::objectToMigrate(raw))));
                }};
    } else if constexpr (detail::makesOfObject<F> && !std::is_invocable_v<F &, const std::string &>) {
        return {number, [f](const std::string &raw) mutable -> std::string {
                    if constexpr (std::is_invocable_r_v<std::string, F &, const QJsonObject &>) {
                        return f(detail::objectToMigrate(raw));
                    } else {
                        return detail::migratedJson(QJsonValue(f(detail::objectToMigrate(raw))));
                    }
                }};
    } else if constexpr (std::is_invocable_v<F &, QJsonObject &> && !std::is_invocable_v<F &, const std::string &>) {
        return {number, [f](const std::string &raw) mutable {
                    QJsonObject object = detail::objectToMigrate(raw);
                    f(object);
                    return detail::migratedJson(object);
                }};
    } else {
        static_assert(std::is_invocable_r_v<std::string, F &, const std::string &>,
                      "a step of a migration changes a QJsonObject &, or makes a new QJsonObject, QJsonValue or "
                      "std::string of the old one");
        return {number, [f](const std::string &raw) mutable { return std::string(f(raw)); }};
    }
}

/// schema(3, from<1>(renameColour), from<2>(splitName)): values are written in form 3; those of form 1 and 2 are
/// converted step by step when they are read, and stay as they are until the store is set. Numbers that changed
/// nothing but added members need no step. A program does not overwrite values of a newer form than its own.
template<typename... Steps>
[[nodiscard]] Schema schema(std::uint32_t number, Steps... steps)
{
    return Schema(number, std::vector<MigrationStep>{std::move(steps)...});
}

} // namespace nanostores
