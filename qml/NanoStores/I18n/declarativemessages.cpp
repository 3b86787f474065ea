// SPDX-License-Identifier: MIT
#include <NanoStores/I18n/declarativemessages.h>
#include <NanoStores/I18n/dynamiccomponent.h>

#include <NanoStores/detail/jshelper.h>
#include <NanoStores/detail/jstasks.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/i18n/detail/i18ncore.h>
#include <nanostores/i18n/message.h>

#include <QJSEngine>
#include <QQmlEngine>
#include <QQmlInfo>
#include <QStringList>
#include <QUrl>
#include <QVariant>

#include <algorithm>
#include <exception>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace nanostores {

namespace {

/// A function makes rich text of the rich text in the tag; another value is the address of a link.
detail::TagFunction tagFunction(QJSEngine *engine, const QJSValue &value)
{
    if (value.isUndefined()) {
        return [](const QString &inner) { return inner; };
    }
    if (value.isCallable()) {
        return
            [engine, value](const QString &inner) { return detail::calledOrThrown(engine, value, {inner}).toString(); };
    }
    return detail::tagFunction(QUrl(value.toString()));
}

QStringList textsOf(std::span<const std::string_view> names)
{
    QStringList texts;
    for (const std::string_view name : names) {
        texts.append(detail::utf8Text(name));
    }
    return texts;
}

} // namespace

/// What the store of the table refers to.
struct DeclarativeMessages::State
{
    /// What a message is called with, as JavaScript finds it.
    struct Names
    {
        QStringList params;
        QStringList tags;
    };

    std::optional<detail::DynamicComponent> component;
    std::vector<Names> names; ///< Of its messages.
    detail::TableRef base; ///< Shown until the I18n is complete.
    std::shared_ptr<detail::I18nEntry> entry;
    Atom<int> version{0}; ///< Of the members above.
    bool isMounted = false;

    void changed()
    {
        version.update([](int number) { return number + 1; });
    }
};

/// What t is in a language.
struct DeclarativeMessages::Shown
{
    detail::TableRef table;
    QJSValue texts;
};

DeclarativeMessages::DeclarativeMessages(QObject *parent)
    : StoreObject(parent)
    , m_state(std::make_shared<State>())
    , m_table(computed<detail::TableRef>([state = m_state](const detail::TableRef *before) {
        static_cast<void>(state->version());
        return state->entry ? state->entry->table(before ? *before : detail::TableRef()) : state->base;
    }))
    , m_tTie(detail::ObservedAccess::describe<&DeclarativeMessages::listenToT, &DeclarativeMessages::tChanged>(
          this, &m_tTie, staticMetaObject, SIGNAL(tChanged())))
{
    onMount(m_table, [state = m_state] {
        state->isMounted = true;
        if (state->entry) {
            state->entry->mount();
        }
        return [state] {
            state->isMounted = false;
            if (state->entry) {
                state->entry->unmount();
            }
        };
    });
}

DeclarativeMessages::~DeclarativeMessages() = default;

detail::ObserverLink DeclarativeMessages::listenToT()
{
    return detail::ObserverLink::to(m_table, [this] { notifyObservers<&DeclarativeMessages::tChanged>(this, m_tTie); });
}

bool DeclarativeMessages::mayChange() const
{
    if (m_isComplete) {
        qmlWarning(this) << "Messages are fixed when they are complete: set their properties where they are declared";
    }
    return !m_isComplete;
}

void DeclarativeMessages::setI18n(DeclarativeI18n *newI18n)
{
    if (newI18n != m_i18n && mayChange()) {
        m_i18n = newI18n;
        signalOptions();
    }
}

void DeclarativeMessages::setComponent(const QString &newComponent)
{
    if (newComponent != m_component && mayChange()) {
        m_component = newComponent;
        signalOptions();
    }
}

void DeclarativeMessages::setTexts(const QJSValue &newTexts)
{
    if (!newTexts.strictlyEquals(m_texts) && mayChange()) {
        m_texts = newTexts;
        signalOptions();
    }
}

/// A binding that has these properties evaluated is not to run again for it.
void DeclarativeMessages::signalOptions()
{
    if (!m_isPreparing) {
        Q_EMIT optionsChanged();
    }
}

/// Bindings may read the texts before the object is complete: then the properties that they are made of are read as
/// QML reads them, which evaluates their bindings first.
void DeclarativeMessages::prepare() const
{
    QJSEngine *const engine = qjsEngine(this);
    if (m_state->component || !engine) {
        return;
    }
    const QJSValue self = engine->toScriptValue(const_cast<QObject *>(static_cast<const QObject *>(this)));
    m_isPreparing = true;
    const QString name = self.property(QStringLiteral("component")).toString();
    const QVariantMap texts = self.property(QStringLiteral("texts")).toVariant().toMap();
    const auto *const i18n = qobject_cast<DeclarativeI18n *>(self.property(QStringLiteral("i18n")).toQObject());
    m_isPreparing = false;
    if (name.isEmpty() || texts.isEmpty()) {
        if (m_isComplete) {
            qmlWarning(this) << "Messages need a component and texts: write component: \"name\" and texts: ({ key: "
                                "\"text\" })";
        }
        return;
    }
    QStringList problems;
    m_state->component.emplace(name, texts, problems);
    for (const QString &problem : std::as_const(problems)) {
        qmlWarning(this) << problem;
    }
    for (const detail::MessageSpec &message : m_state->component->spec().messages) {
        m_state->names.push_back({textsOf(message.params), textsOf(message.tags)});
    }
    m_state->base = std::make_shared<const detail::MessageTable>(m_state->component->spec(),
                                                                 i18n ? i18n->base() : QStringLiteral("en"));
}

void DeclarativeMessages::componentComplete()
{
    m_isComplete = true;
    prepare();
    if (!m_state->component) {
        return;
    }
    m_state->changed();
    if (!m_i18n) {
        qmlWarning(this) << "Messages without an I18n stay in their own language: give them one, i18n: anId";
    } else if (m_i18n->i18n()) {
        begin();
    } else {
        connect(m_i18n, &DeclarativeI18n::completed, this, &DeclarativeMessages::begin);
    }
}

void DeclarativeMessages::begin()
{
    m_state->entry = std::make_shared<detail::I18nEntry>(m_i18n->i18n()->core(), m_state->component->spec());
    if (m_state->isMounted) {
        m_state->entry->mount();
    }
    m_state->changed();
}

/// All bindings to texts read it when the language changes, so what has been made is looked for first.
QJSValue DeclarativeMessages::t() const
{
    QJSEngine *const engine = qjsEngine(this);
    if (!engine) {
        return {};
    }
    prepare();
    const detail::TableRef &current = m_table();
    const detail::TableRef &table = current ? current : m_state->base; // null: it has been read before
    if (!table) {
        return engine->newObject();
    }
    if (!m_shown.empty() && m_shown.back().table == table) {
        return m_shown.back().texts;
    }
    const auto before =
        std::find_if(m_shown.begin(), m_shown.end(), [&](const Shown &shown) { return shown.table == table; });
    if (before != m_shown.end()) {
        std::rotate(before, before + 1, m_shown.end());
    } else {
        std::erase_if(m_shown, [](const Shown &shown) { return shown.table.use_count() == 1; }); // it was replaced
        m_shown.push_back({table, makeTexts(engine, *table)});
    }
    return m_shown.back().texts;
}

QJSValue DeclarativeMessages::makeTexts(QJSEngine *engine, const detail::MessageTable &table) const
{
    const QJSValue bind = detail::helperOf(engine, "_nanostores_say", R"((function (owner, number) {
        return function (first, second) { return owner.say(number, first, second) }
    }))");
    const QJSValue self = engine->toScriptValue(const_cast<QObject *>(static_cast<const QObject *>(this)));
    QJSValue texts = engine->newObject();
    const auto &messages = m_state->component->spec().messages;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const QString key = detail::utf8Text(messages[i].name);
        if (messages[i].kind == detail::MessageKind::Text) {
            texts.setProperty(key, table.text(i));
        } else {
            texts.setProperty(key, bind.call({self, static_cast<int>(i)}));
        }
    }
    return texts;
}

QString DeclarativeMessages::say(int number, const QJSValue &first, const QJSValue &second) const
{
    const auto place = static_cast<std::size_t>(number);
    if (m_shown.empty() || number < 0 || place >= m_state->component->spec().messages.size()) {
        return {};
    }
    const detail::TableRef table = m_shown.back().table;
    const detail::MessageSpec &message = m_state->component->spec().messages[place];
    const bool isCalledWithValues =
        message.kind == detail::MessageKind::Params || message.kind == detail::MessageKind::Rich;
    const QJSValue &values = isCalledWithValues ? first : second;
    const auto valueOf = [&](const QString &name, const char *what) {
        const QJSValue value = values.property(name);
        if (value.isUndefined()) {
            qmlWarning(this) << m_component << '.' << detail::utf8Text(message.name) << ": the " << what << " \""
                             << name << "\" is missing: pass it, { " << name << ": value }";
        }
        return value;
    };
    std::vector<QString> texts;
    for (const QString &name : m_state->names[place].params) {
        const QJSValue value = valueOf(name, "parameter");
        texts.push_back(value.isUndefined() ? QString() : value.toString());
    }
    if (message.kind == detail::MessageKind::Rich) {
        QJSEngine *const engine = qjsEngine(this);
        std::vector<detail::TagFunction> tags;
        for (const QString &name : m_state->names[place].tags) {
            tags.push_back(tagFunction(engine, valueOf(name, "tag")));
        }
        try {
            return table->rich(place, texts, tags);
        } catch (const detail::JsError &error) {
            engine->throwError(error.value());
            return {};
        }
    }
    if (message.kind == detail::MessageKind::Ordinal) {
        return table->ordinal(place, first.toNumber(), texts);
    }
    if (message.kind == detail::MessageKind::Count) {
        return table->count(place, first.toNumber(), texts);
    }
    if (message.kind == detail::MessageKind::Match) {
        return table->match(place, first.toString(), texts);
    }
    return table->params(place, texts);
}

} // namespace nanostores
