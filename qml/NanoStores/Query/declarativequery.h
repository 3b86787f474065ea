// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/declarativefetched.h>
#include <NanoStores/Query/export.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/query/query.h>

#include <QJSValue>
#include <QtQml/qqmlregistration.h>

#include <optional>

namespace nanostores {

/// Something that is fetched while it is shown:
///
///     Query {
///         id: user
///         key: ["users", root.userId]
///         fetcher: (id, fetch) => root.load("/users/" + id, fetch)
///     }
///     Label { text: user.data?.name ?? (user.loading ? "..." : user.errorString) }
///
/// The fetcher gets the parts of the key after the name, and a QueryFetch. It returns a promise, or the data, or
/// throws. A part that is undefined or null is no key: nothing is fetched. Bindings on data, error, loading, stale and
/// previous observe the query. Queries of one client and key share what they fetch.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeQuery : public nanostores::DeclarativeFetched
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Query)

public:
    explicit DeclarativeQuery(QObject *parent = nullptr);
    ~DeclarativeQuery() override;

    /// Has the data be this, as if it were fetched; undefined forgets it. A function makes the new data of that which
    /// is there.
    Q_INVOKABLE void mutate(const QJSValue &data = QJSValue());
    /// A promise of the data: of the fetch that is running, or of one that begins now; of what there is, if it is
    /// fresh. Fetches also while it is not enabled or observed.
    Q_INVOKABLE QJSValue fetch();

protected:
    Computed<Fetched<JsValue>> make(const QueryClient &client, Computed<AnyCacheKey> key,
                                    QueryOptions options) override;
    void revalidateNow() override { m_query->revalidate(); }
    void invalidateNow() override { m_query->invalidate(); }

private:
    std::optional<Query<JsValue>> m_query;
};

} // namespace nanostores
