// SPDX-License-Identifier: MIT
#include <nanostores/query/queryerror.h>

namespace nanostores {

QueryDisabled::~QueryDisabled() = default;
MutationBusy::~MutationBusy() = default;

QString QueryError::message() const
{
    if (!m_exception) {
        return {};
    }
    try {
        std::rethrow_exception(m_exception);
    } catch (const std::exception &error) {
        return QString::fromUtf8(error.what());
    } catch (...) {
        return QStringLiteral("an error that is no std::exception");
    }
}

} // namespace nanostores
