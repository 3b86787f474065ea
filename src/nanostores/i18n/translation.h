// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/task.h>
#include <nanostores/i18n/export.h>
#include <nanostores/qt/convert.h>

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <exception>
#include <functional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace nanostores {

/// What translations are asked for.
struct TranslationRequest
{
    QString locale;
    QStringList components; ///< What is shown now. An answer may have more.
    QString base; ///< The locale of the texts in the program.
};

/// A JSON file of translations: `{"post": {"title": "...", "comments": {"one": "...", "other": "..."}}}`.
struct TranslationFile
{
    QByteArray json = {};
    QString name = {}; ///< For messages.
};

/// The largest file that is read, in bytes; a larger one is a TranslationError.
inline constexpr qsizetype MaxTranslationSize = 4 * 1024 * 1024;
/// The longest text of a translation, in characters; a longer one is refused.
inline constexpr qsizetype MaxTranslationText = 64 * 1024;

/// A file of translations that is missing, or is none.
class NANOSTORES_I18N_EXPORT TranslationError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~TranslationError() override;
};

/// Something that is wrong with a translation.
struct TranslationProblem
{
    enum class Kind {
        Refused, ///< It is wrong, and the text of the program stands in for it.
        Missing, ///< It is not there, and the text of the program stands in for it.
        Flawed, ///< It is shown.
    };

    QString locale;
    QString file;
    int line = 0; ///< 0 if there is none.
    QString component;
    QString key; ///< Empty if it is about the component.
    QString reason;
    Kind kind = Kind::Refused;

    /// "shop/ru.json:12: cart.count: ..."
    NANOSTORES_I18N_EXPORT QString message() const;

    friend bool operator==(const TranslationProblem &, const TranslationProblem &) = default;
};

/// Where translations come from: a function of a TranslationRequest that returns JSON (a QByteArray), a
/// TranslationFile, a list of these, or a Task of one of them. What it throws, or the Task ends with, is
/// the error of the load.
class TranslationLoader
{
public:
    using Files = QList<TranslationFile>;
    using Function = std::function<Task<Files>(const TranslationRequest &)>;

    TranslationLoader() = default;
    template<typename F>
    requires(std::is_invocable_v<F &, const TranslationRequest &>
             && !std::is_same_v<std::remove_cvref_t<F>, TranslationLoader>)
    TranslationLoader(F function, bool isImmediate = false) // NOLINT(google-explicit-constructor): a function is meant
        : m_function([function = std::move(function)](const TranslationRequest &request) mutable {
            return filesOf(function(request));
        })
        , m_isImmediate(isImmediate)
    {
    }

    explicit operator bool() const noexcept { return m_function != nullptr; }
    Task<Files> operator()(const TranslationRequest &request) const { return m_function(request); }
    /// Whether it is called as soon as something is needed; else once for all that is needed in a turn of the event
    /// loop.
    bool isImmediate() const noexcept { return m_isImmediate; }

private:
    static Files list(QByteArray json) { return {{std::move(json), {}}}; }
    static Files list(TranslationFile file) { return {std::move(file)}; }
    static Files list(Files files) { return files; }

    template<typename R>
    static Task<Files> filesOf(R result)
    {
        const TaskSource<Files> source;
        if constexpr (detail::isTask<R>) {
            result.then([source](const auto &value) { source.resolve(list(value)); },
                        [source](const std::exception_ptr &error) { source.reject(error); });
        } else {
            source.resolve(list(std::move(result)));
        }
        return source.task();
    }

    Function m_function;
    bool m_isImmediate = false;
};

/// Files, or resources: `jsonFiles(":/translations/%1.json")`, where %1 is the locale, and %2, if it is there, the
/// component. For a locale without a file that of its parent is read: for fr-CA that of fr.
[[nodiscard]] NANOSTORES_I18N_EXPORT TranslationLoader jsonFiles(const QString &pattern);

/// What a load has failed with; or none.
struct I18nError
{
    QString locale = {};
    QStringList components = {}; ///< That are shown in the language before.
    std::exception_ptr exception = {};

    explicit operator bool() const noexcept { return exception != nullptr; }
    /// For people: what() of a std::exception. Empty without an error.
    NANOSTORES_I18N_EXPORT QString message() const;

    friend bool operator==(const I18nError &, const I18nError &) = default;
};

/// Views show the message.
template<>
struct Convert<QString, I18nError>
{
    static QString convert(const I18nError &error) { return error.message(); }
};

} // namespace nanostores
