// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativerestprogress.h>

#include <algorithm>

namespace nanostores {

namespace {

double partOf(RestBytes bytes)
{
    return bytes.total > 0 ? std::clamp(static_cast<double>(bytes.done) / static_cast<double>(bytes.total), 0.0, 1.0)
                           : 0.0;
}

qint64 doneOf(RestBytes bytes)
{
    return bytes.done;
}

qint64 sizeOf(RestBytes bytes)
{
    return bytes.total;
}

} // namespace

DeclarativeRestProgress::DeclarativeRestProgress(QObject *parent)
    : StoreObject(parent)
    , m_upload(computed(m_progress.upload(), partOf))
    , m_download(computed(m_progress.download(), partOf))
    , m_uploadedBytes(computed(m_progress.upload(), doneOf))
    , m_uploadSize(computed(m_progress.upload(), sizeOf))
    , m_downloadedBytes(computed(m_progress.download(), doneOf))
    , m_downloadSize(computed(m_progress.download(), sizeOf))
{
}

DeclarativeRestProgress::~DeclarativeRestProgress() = default;

} // namespace nanostores
