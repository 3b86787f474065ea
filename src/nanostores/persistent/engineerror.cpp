// SPDX-License-Identifier: MIT
#include <nanostores/persistent/engineerror.h>

#include <nanostores/persistent/backend.h>

#include <utility>

namespace nanostores {

EngineError::EngineError(EngineErrorKind kind, const std::string &message, std::string path)
    : std::runtime_error(message)
    , m_kind(kind)
    , m_path(std::move(path))
{
}

EngineError::~EngineError() = default;

EngineBackend::~EngineBackend() = default;

void EngineBackend::keep(std::span<const KeptWrite>, std::span<const std::string>) {}

} // namespace nanostores
