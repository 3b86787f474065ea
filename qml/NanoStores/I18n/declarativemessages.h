// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/I18n/declarativei18n.h>
#include <NanoStores/I18n/export.h>
#include <nanostores/core/computed.h>
#include <nanostores/i18n/detail/messagetable.h>
#include <nanostores/qt/storeobject.h>

#include <QJSValue>
#include <QPointer>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <vector>

class QJSEngine;

namespace nanostores {

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

/// The texts of a component of QML in the user's language:
///
///     Messages {
///         id: post
///         i18n: i18n
///         component: "post"
///         texts: ({
///             title: "Post details",
///             published: "Was published at {at}",
///             comments: { one: "{count} comment", other: "{count} comments", 0: "No comments" },
///             state: { draft: "A draft", other: "Gone" },
///             place: { ordinal: { one: "{count}st", two: "{count}nd", few: "{count}rd", other: "{count}th" } },
///             terms: { rich: "Read the <a>terms</a> of {shop}" }
///         })
///     }
///     Text { text: post.t.title + post.t.comments(3) + post.t.published({ at: "10:30" }) + post.t.state("draft") }
///
/// `texts` are those of the base language. All is fixed when the object is complete.
class NANOSTORES_QMLI18N_EXPORT DeclarativeMessages : public nanostores::StoreObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Messages)
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(nanostores::DeclarativeI18n *i18n READ i18n WRITE setI18n NOTIFY optionsChanged FINAL)
    /// Its name in translations.
    Q_PROPERTY(QString component READ component WRITE setComponent NOTIFY optionsChanged FINAL)
    Q_PROPERTY(QJSValue texts READ texts WRITE setTexts NOTIFY optionsChanged FINAL)
    /// The texts in the language of the moment: texts, and functions where they have parameters or forms.
    Q_PROPERTY(QJSValue t READ t NOTIFY tChanged FINAL)

public:
    explicit DeclarativeMessages(QObject *parent = nullptr);
    ~DeclarativeMessages() override;

    DeclarativeI18n *i18n() const { return m_i18n; }
    void setI18n(DeclarativeI18n *newI18n);
    QString component() const { return m_component; }
    void setComponent(const QString &newComponent);
    QJSValue texts() const { return m_texts; }
    void setTexts(const QJSValue &newTexts);
    QJSValue t() const;

    /// What the functions of t call.
    Q_INVOKABLE QString say(int number, const QJSValue &first, const QJSValue &second) const;

    void classBegin() override {}
    void componentComplete() override;

Q_SIGNALS:
    void optionsChanged();
    void tChanged();

private:
    struct State;
    struct Shown;

    bool mayChange() const;
    void signalOptions();
    void prepare() const;
    void begin();
    QJSValue makeTexts(QJSEngine *engine, const detail::MessageTable &table) const;
    detail::ObserverLink listenToT();

    QPointer<DeclarativeI18n> m_i18n;
    QString m_component;
    QJSValue m_texts;
    bool m_isComplete = false;
    mutable bool m_isPreparing = false;
    std::shared_ptr<State> m_state;
    Computed<detail::TableRef> m_table; ///< Null until it is prepared.
    detail::ObserverLink m_tTie;
    mutable std::vector<Shown> m_shown; ///< Of the languages that t has been in, the present one last.
};

} // namespace nanostores
