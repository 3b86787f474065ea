// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/declarativefetched.h>
#include <NanoStores/Query/export.h>
#include <NanoStores/Query/rowsmodel.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/query/infinite.h>

#include <QJSValue>
#include <QString>
#include <QVariant>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace nanostores {

/// A list that is fetched page by page, and shown as one model, which fetches the next page when a view has come to its
/// end:
///
///     InfiniteQuery {
///         id: feed
///         key: ["feed", root.topic]
///         fetcher: (topic, cursor, fetch) => root.load("/feed/" + topic + "?from=" + (cursor ?? 0), fetch)
///         next: page => page.next                 // undefined or null after the last page
///         rows: page => page.posts
///     }
///     ListView {
///         model: feed.model
///         delegate: Label { required property string title; text: title }
///     }
///
/// The fetcher gets the parts of the key after the name, the cursor of the page, which is undefined for the first one,
/// and a QueryFetch. All else is as of a Query; data is the list of the pages. In the cache such a key is one of pages:
/// a Query of the same name has an error.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeInfinite : public nanostores::DeclarativeFetched
{
    Q_OBJECT
    QML_NAMED_ELEMENT(InfiniteQuery)
    /// The cursor of the page after one: a function of the page and of the list of all pages, or a text, the name of
    /// what the page has it in. Without it there is one page.
    Q_PROPERTY(QJSValue next READ next WRITE setNext NOTIFY nextChanged FINAL)
    /// The rows of a page: a function of it that returns a list, or a text, the name of what the page has them in.
    /// Without it, the page is a list.
    Q_PROPERTY(QJSValue rows READ rows WRITE setRows NOTIFY rowsChanged FINAL)
    /// What distinguishes rows: the name of a field of each.
    Q_PROPERTY(QString rowKey READ rowKey WRITE setRowKey NOTIFY rowKeyChanged FINAL)
    /// The rows of all pages, with a role for each of their fields. The role `value` is a copy of what the page has.
    Q_PROPERTY(nanostores::RowsModel *model READ model CONSTANT FINAL)
    /// There is a page after those that are there.
    NANOSTORES_READONLY(bool, hasNext, m_hasNext)
    /// It is being fetched, or is after the fetch that is running.
    NANOSTORES_READONLY(bool, loadingNext, m_loadingNext)
    /// The message of the error that its last fetch has ended with. The pages that are there stay.
    NANOSTORES_READONLY(QString, nextErrorString, m_nextErrorText)

public:
    explicit DeclarativeInfinite(QObject *parent = nullptr);
    ~DeclarativeInfinite() override;

    QJSValue next() const { return m_next; }
    void setNext(const QJSValue &newNext);
    QJSValue rows() const { return m_rows; }
    void setRows(const QJSValue &newRows);
    QString rowKey() const { return m_rowKey; }
    void setRowKey(const QString &newRowKey);
    RowsModel *model() const { return m_model; }

    /// Fetches one more page, also while the query is not enabled or observed. A promise of all pages. Calls that come
    /// while it is fetched are of the same fetch.
    Q_INVOKABLE QJSValue fetchMore();
    /// A promise of the pages: of the fetch that is running, or of one that begins now; of what there is, if it is
    /// fresh.
    Q_INVOKABLE QJSValue fetch();

Q_SIGNALS:
    void nextChanged();
    void rowsChanged();
    void rowKeyChanged();

protected:
    Computed<Fetched<JsValue>> make(const QueryClient &client, Computed<AnyCacheKey> key,
                                    QueryOptions options) override;
    void revalidateNow() override { m_query->revalidate(); }
    void invalidateNow() override { m_query->invalidate(); }

private:
    using Pages = QList<JsValue>;
    using Native = Infinite<JsValue, JsValue>;
    class Source;

    std::optional<JsValue> cursorAfter(const Pages &pages);
    Task<JsValue> fetchPage(const FetchContext &context, const std::optional<JsValue> &cursor);
    QJSValue part(const QJSValue &what, const QJSValueList &arguments, const char *name);
    QJSValue listOf(const Pages &pages) const;
    QList<QVariant> rowsOf(const Pages &pages);
    QJSValue promise(const Task<Pages> &task);
    void remake();

    QJSValue m_next;
    QJSValue m_rows;
    QString m_rowKey = QStringLiteral("id");
    std::shared_ptr<detail::InfiniteState<JsValue, JsValue>> m_state;
    std::optional<Native> m_query;
    Atom<std::optional<Native>> m_native;
    Atom<int> m_rowsVersion{0}; ///< How rows are taken has changed.
    Atom<std::optional<Computed<NextPage>>> m_nextOfNow;
    Computed<NextPage> m_nextPage;
    Computed<bool> m_hasNext;
    Computed<bool> m_loadingNext;
    Computed<QString> m_nextErrorText;
    RowsModel *m_model;
};

} // namespace nanostores
