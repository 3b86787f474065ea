// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/rest/restoptions.h>

#include <QByteArray>
#include <QCache>

namespace nanostores::detail {

/// Answers that a server may confirm by a 304, up to so many bytes; those that were not used for longest go first.
class AnswerCache
{
public:
    struct Answer
    {
        RestResponse response;
        QByteArray etag;
        QByteArray modified;
    };

    explicit AnswerCache(qint64 maxBytes);

    const Answer *find(const QByteArray &key) const { return m_answers.object(key); }
    /// Keeps it, if it has an ETag or a date, and the server does not forbid it.
    void keep(const QByteArray &key, const RestResponse &response);
    void clear()
    {
        m_answers.clear();
        ++m_clears;
    }
    /// How often it was cleared: what was asked for before is not kept afterwards.
    quint64 clears() const noexcept { return m_clears; }

private:
    QCache<QByteArray, Answer> m_answers;
    quint64 m_clears = 0;
};

} // namespace nanostores::detail
