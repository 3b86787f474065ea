// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/task.h>
#include <nanostores/query/fetchcontext.h>

#include <QtCore/QList>
#include <QtCore/QString>

#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace support {

/// What fetchers ask, and what a test answers by hand, in any order. Copies are the same server.
template<typename R>
class ServerOf
{
public:
    nanostores::Task<R> ask(const QString &request) const
    {
        m_data->requests.append(request);
        m_data->sources.emplace_back();
        return m_data->sources.back().task();
    }
    /// As ask(), and fails when the fetch is aborted.
    nanostores::Task<R> ask(const nanostores::FetchContext &context, const QString &request) const
    {
        auto task = ask(request);
        context.onAbort([data = m_data, place = m_data->sources.size() - 1] {
            data->aborted.append(data->requests.at(static_cast<qsizetype>(place)));
            data->abortedPlaces.push_back(static_cast<int>(place));
            data->sources[place].reject(std::make_exception_ptr(std::runtime_error("aborted")));
        });
        return task;
    }
    void answer(std::size_t request, R value) const
    {
        const auto source = m_data->sources.at(request); // an answer may set off another request
        source.resolve(std::move(value));
    }
    void refuse(std::size_t request, const char *message = "no") const
    {
        const auto source = m_data->sources.at(request);
        source.reject(std::make_exception_ptr(std::runtime_error(message)));
    }

    /// What was not answered is given up.
    void stop() const { const auto sources = std::exchange(m_data->sources, {}); }

    const QList<QString> &requests() const { return m_data->requests; }
    qsizetype count() const { return m_data->requests.size(); }
    const QList<QString> &aborted() const { return m_data->aborted; }
    const std::vector<int> &abortedPlaces() const { return m_data->abortedPlaces; }

private:
    struct Data
    {
        QList<QString> requests;
        QList<QString> aborted;
        std::vector<int> abortedPlaces;
        std::vector<nanostores::TaskSource<R>> sources;
    };
    std::shared_ptr<Data> m_data = std::make_shared<Data>();
};
using Server = ServerOf<int>;

/// A value in a word: its data, an error as !, and what it is: L loading, S stale, P of the former key.
inline QString shown(const nanostores::Fetched<int> &fetched)
{
    QString text = fetched.data ? QString::number(*fetched.data) : QStringLiteral("-");
    if (fetched.error) {
        text += u'!' + fetched.error.message();
    }
    text += fetched.loading ? QStringLiteral("L") : QString();
    text += fetched.stale ? QStringLiteral("S") : QString();
    return text + (fetched.previous ? QStringLiteral("P") : QString());
}

/// What an observer of a query has seen since the last take().
class Seen
{
public:
    void operator()(const nanostores::Fetched<int> &fetched) const { m_values->append(shown(fetched)); }
    QString take() const { return std::exchange(*m_values, {}).join(u' '); }

private:
    std::shared_ptr<QStringList> m_values = std::make_shared<QStringList>();
};

} // namespace support
