// SPDX-License-Identifier: MIT
#include <nanostores/persistent/testing/checkengine.h>

#include "checkreport.h"

namespace nanostores::testing {

std::vector<std::string> checkEngine(const std::function<MakeBackend()> &newStorage, const CheckOptions &options)
{
    detail::Report report;
    detail::checkContract(report, newStorage, options);
    if (report.messages().empty()) {
        detail::checkEngines(report, newStorage, options);
    }
    return report.messages();
}

} // namespace nanostores::testing
