// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativemutating.h>

#include <NanoStores/Query/detail/jskeys.h>
#include <NanoStores/Query/detail/jstasks.h>
#include <NanoStores/declarativestore.h>

#include <QMetaMethod>
#include <QQmlEngine>
#include <QQmlInfo>

#include <exception>
#include <stdexcept>
#include <utility>

namespace nanostores {

MutationCall::MutationCall(MutationContext context, QJSEngine *engine, bool keepsCopy)
    : m_context(std::move(context))
    , m_engine(engine)
    , m_keepsCopy(keepsCopy)
{
}

/// Errors go where the function has called.
template<typename F>
void MutationCall::guarded(const char *what, F f)
{
    if (!m_engine) {
        return;
    }
    try {
        f();
    } catch (const detail::JsError &error) {
        m_engine->throwError(error.value());
    } catch (const std::exception &error) {
        m_engine->throwError(QString::fromLatin1(what) + QStringLiteral("(): ") + QString::fromUtf8(error.what()));
    }
}

template<typename F>
void MutationCall::at(const char *what, const QJSValue &key, F f)
{
    guarded(what, [&] {
        const detail::JsKey named = detail::keyOf(key, m_engine);
        if (named.key.isEmpty()) {
            throw std::invalid_argument(named.problem.isEmpty() ? "a part of the key is missing"
                                                                : named.problem.toStdString());
        }
        f(named.key);
    });
}

void MutationCall::update(const QJSValue &key, const QJSValue &change)
{
    const auto apply = [f = change, engine = m_engine, keepsCopy = m_keepsCopy](JsValue &data) {
        if (!engine || !f.isCallable()) {
            return; // of an engine that is gone
        }
        const QJSValue next = detail::calledOrThrown(engine, f, {data.in(engine)});
        if (next.isUndefined()) {
            throw std::logic_error("the function of update() returned nothing: return the new data, as `user => "
                                   "Object.assign({}, user, { name })` does");
        }
        data = JsValue(detail::withoutWrapper(next, engine), engine, keepsCopy);
    };
    at("update", key, [&](const CacheKey<JsValue> &named) {
        if (!change.isCallable()) {
            throw std::invalid_argument("takes a function of the data, not " + detail::described(change).toStdString());
        }
        if (key.isString()) {
            m_context.update(detail::shardOf(key.toString()), apply);
        } else {
            m_context.update(named, apply);
        }
    });
}

void MutationCall::set(const QJSValue &key, const QJSValue &data)
{
    at("set", key, [&](const CacheKey<JsValue> &named) {
        m_context.set(named, JsValue(detail::withoutWrapper(data, m_engine), m_engine, m_keepsCopy));
    });
}

QJSValue MutationCall::data(const QJSValue &key)
{
    QJSValue found;
    at("data", key, [&](const CacheKey<JsValue> &named) {
        const auto data = m_context.data(named);
        found = data ? data->in(m_engine) : QJSValue();
    });
    return found;
}

void MutationCall::invalidate(const QJSValue &keys)
{
    guarded("invalidate", [&] {
        QString problem;
        const auto selector = detail::selectorOf(keys, m_engine, &problem);
        if (!selector) {
            throw std::invalid_argument(problem.toStdString());
        }
        m_context.invalidate(*selector);
    });
}

void MutationCall::revalidate(const QJSValue &keys)
{
    guarded("revalidate", [&] {
        QString problem;
        const auto selector = detail::selectorOf(keys, m_engine, &problem);
        if (!selector) {
            throw std::invalid_argument(problem.toStdString());
        }
        m_context.revalidate(*selector);
    });
}

DeclarativeMutating::DeclarativeMutating(QObject *parent)
    : StoreObject(parent)
    , m_current(std::optional<Outcome>())
    , m_mutated(computed([current = m_current] {
        const auto &state = current();
        return state ? (*state)() : Mutated<JsValue>();
    }))
    , m_data(computed(m_mutated, [](const auto &mutated) { return mutated.data.value_or(JsValue()); }))
    , m_error(computed(m_mutated, [](const auto &mutated) { return mutated.error; }))
    , m_errorText(computed(m_mutated, [](const auto &mutated) { return detail::errorText(mutated.error); }))
    , m_loading(computed(m_mutated, [](const auto &mutated) { return mutated.loading; }))
    , m_dataTie(detail::ObservedAccess::describe<&DeclarativeMutating::listenToData, &DeclarativeMutating::dataChanged>(
          this, &m_dataTie, staticMetaObject, SIGNAL(dataChanged())))
    , m_errorTie(
          detail::ObservedAccess::describe<&DeclarativeMutating::listenToError, &DeclarativeMutating::errorChanged>(
              this, &m_errorTie, staticMetaObject, SIGNAL(errorChanged())))
{
}

DeclarativeMutating::~DeclarativeMutating() = default;

detail::ObserverLink DeclarativeMutating::listenToData()
{
    return detail::ObserverLink::to(m_data, [this] { notifyData(); });
}

detail::ObserverLink DeclarativeMutating::listenToError()
{
    return detail::ObserverLink::to(m_error, [this] { notifyError(); });
}

QJSValue DeclarativeMutating::data() const
{
    return detail::readStore<JsValue>(m_data).in(qmlEngine(this));
}

QJSValue DeclarativeMutating::error() const
{
    return detail::errorIn(qmlEngine(this), detail::readStore<QueryError>(m_error));
}

void DeclarativeMutating::classBegin() {}

void DeclarativeMutating::componentComplete()
{
    m_isComplete = true;
    m_caller = std::make_unique<detail::JsCaller>(this);
    static const QMetaMethod signal = QMetaMethod::fromSignal(&DeclarativeMutating::failed);
    m_hasHandler = isSignalConnected(signal);
    m_mutated.setName(detail::nameInQml(this));
    rebuild();
}

void DeclarativeMutating::connectNotify(const QMetaMethod &signal)
{
    StoreObject::connectNotify(signal);
    static const QMetaMethod failure = QMetaMethod::fromSignal(&DeclarativeMutating::failed);
    if (signal == failure && m_isComplete && !m_hasHandler) {
        m_hasHandler = true;
        rebuild();
    }
}

MutationOptions DeclarativeMutating::options()
{
    MutationOptions options;
    if (m_hasHandler) {
        options.onError = [self = QPointer(this)](const QueryFailure &failure) {
            if (self) {
                Q_EMIT self->failed(detail::errorIn(qmlEngine(self), failure.error));
            }
        };
    }
    return options;
}

void DeclarativeMutating::setOutcome(const Outcome &outcome)
{
    const auto current = m_current; // those who are notified may delete this
    current.set(outcome);
}

void DeclarativeMutating::warn(const QString &problem) const
{
    qmlWarning(this) << problem;
}

QJSValue DeclarativeMutating::mutate(const QJSValue &first, const QJSValue &second, const QJSValue &third,
                                     const QJSValue &fourth, const QJSValue &fifth, const QJSValue &sixth)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!m_current.peek() || !engine) {
        warn(
            QStringLiteral("mutate() is for a mutation that is complete: call it in Component.onCompleted, or later."));
        return {};
    }
    QJSValueList arguments{first, second, third, fourth, fifth, sixth};
    while (!arguments.isEmpty() && arguments.last().isUndefined()) {
        arguments.removeLast();
    }
    const QPointer<DeclarativeMutating> self(this);
    const auto task = start(arguments);
    task.then(
        [self](const JsValue &data) {
            if (self) {
                Q_EMIT self->succeeded(data.in(qmlEngine(self)));
            }
        },
        [](const std::exception_ptr &) {});
    return detail::promiseOf(task, engine);
}

} // namespace nanostores
