// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/readonly.h>
#include <nanostores/i18n/detail/i18ncore.h>
#include <nanostores/i18n/export.h>
#include <nanostores/i18n/locale.h>

#include <QByteArray>
#include <QJsonObject>

#include <memory>
#include <utility>

namespace nanostores {

/// The translations of a program, which its messages() come from: loaded, component by component, when they are shown,
/// and kept.
///
/// A handle, cheap to copy. It belongs to the thread that made it.
class NANOSTORES_I18N_EXPORT I18n
{
public:
    /// The locale is in a store of a text, or of an optional of one; while it is empty, the base counts.
    template<AnyStore S>
    explicit I18n(const S &locale, I18nOptions options = {})
        : m_core(std::make_shared<detail::I18nCore>(localeFrom(locale), std::move(options)))
    {
    }

    // Stores; each call makes one of loading() and error(): keep it.
    const Computed<QString> &locale() const noexcept { return m_core->locale(); }
    const QString &base() const noexcept { return m_core->base(); }
    /// Whether translations into the locale are waited for. Meanwhile texts stay in the language before.
    [[nodiscard]] Computed<bool> loading() const
    {
        return computed([core = m_core] { return core->isLoading(); });
    }
    /// What a load for the locale has failed with. Texts stay in the language before.
    [[nodiscard]] Computed<I18nError> error() const
    {
        return computed([core = m_core] { return core->error(); });
    }
    /// Asks again for what has failed. A component that is shown anew, or a locale that is chosen anew, is asked for
    /// without it.
    void retry() const { m_core->retry(); }
    /// What is wrong with the translations that have come, at most the first 1000.
    [[nodiscard]] Readonly<detail::SignalNode<QList<TranslationProblem>>> problems() const
    {
        return readonly(m_core->problems());
    }
    /// The texts of the program, of all components that there are, as a translation has them.
    [[nodiscard]] QJsonObject baseMessages() const { return m_core->baseMessages(); }

    /// What is wrong with a file of translations into a locale, for the components that there are: what is missing,
    /// what the program has not, and what would be refused. For tests. Throws TranslationError if it is of no use at
    /// all.
    [[nodiscard]] QList<TranslationProblem> check(const TranslationFile &file, const QString &locale) const
    {
        return m_core->check(file, locale);
    }

    const std::shared_ptr<detail::I18nCore> &core() const noexcept { return m_core; }

    friend bool operator==(const I18n &, const I18n &) noexcept = default;

private:
    std::shared_ptr<detail::I18nCore> m_core;
};

} // namespace nanostores
