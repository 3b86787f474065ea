// SPDX-License-Identifier: MIT
#pragma once

#include "support/handlers.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// A storage of texts by name, which can be made to fail.
/// Copies are the same storage.
class Texts
{
public:
    std::optional<std::string> get(std::string_view name) const
    {
        if (*m_fails) {
            fail("broken");
        }
        const auto found = m_texts->find(std::string(name));
        return found == m_texts->end() ? std::nullopt : std::optional(found->second);
    }
    void set(std::string_view name, std::string value) const
    {
        if (*m_fails) {
            fail("full");
        }
        (*m_texts)[std::string(name)] = std::move(value);
    }
    void del(std::string_view name) const { m_texts->erase(std::string(name)); }
    std::vector<std::pair<std::string, std::string>> entries(std::string_view prefix) const
    {
        std::vector<std::pair<std::string, std::string>> result;
        for (const auto &[name, value] : *m_texts) {
            if (name.starts_with(prefix)) {
                result.emplace_back(name, value);
            }
        }
        return result;
    }
    void setFails(bool fails) const { *m_fails = fails; }
    QString all() const
    {
        QStringList result;
        for (const auto &[name, value] : *m_texts) {
            result.append(QString::fromStdString(name + '=' + value));
        }
        return result.join(u';');
    }

private:
    std::shared_ptr<std::map<std::string, std::string>> m_texts =
        std::make_shared<std::map<std::string, std::string>>();
    std::shared_ptr<bool> m_fails = std::make_shared<bool>(false);
};
} // namespace support
