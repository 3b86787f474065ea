// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <nanostores/core/computed.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/rest/restoptions.h>

#include <QObject>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// How far the bodies of a request have come:
///
///     RestProgress { id: transfer }
///     Mutation { id: upload; run: (call, photo) => api.post("photos", photo, { progress: transfer }) }
///     ProgressBar { visible: upload.loading; value: transfer.upload }
///
/// One may be given to several requests, one after the other; it then shows the last one that has moved.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeRestProgress : public nanostores::StoreObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(RestProgress)
    /// From 0 to 1; 0 while the number of bytes is not known.
    NANOSTORES_READONLY(double, upload, m_upload)
    NANOSTORES_READONLY(double, download, m_download)
    NANOSTORES_READONLY(qint64, uploadedBytes, m_uploadedBytes)
    /// -1: not known.
    NANOSTORES_READONLY(qint64, uploadSize, m_uploadSize)
    NANOSTORES_READONLY(qint64, downloadedBytes, m_downloadedBytes)
    /// -1: not known, as of an answer that is compressed, or comes in chunks.
    NANOSTORES_READONLY(qint64, downloadSize, m_downloadSize)

public:
    explicit DeclarativeRestProgress(QObject *parent = nullptr);
    ~DeclarativeRestProgress() override;

    /// For the library.
    const RestProgress &progress() const noexcept { return m_progress; }

private:
    const RestProgress m_progress;
    const Computed<double> m_upload;
    const Computed<double> m_download;
    const Computed<qint64> m_uploadedBytes;
    const Computed<qint64> m_uploadSize;
    const Computed<qint64> m_downloadedBytes;
    const Computed<qint64> m_downloadSize;
};

} // namespace nanostores
