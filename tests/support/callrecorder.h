// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <memory>
#include <utility>

namespace support {

/// A listener that keeps the values it was called with. Copies share them, so one may be handed to listen().
template<typename T>
class CallRecorder
{
public:
    void operator()(const T &value) const { m_values->append(value); }

    const QList<T> &values() const { return *m_values; }
    qsizetype count() const { return m_values->size(); }
    /// The values since the last call of take().
    QList<T> take() const { return std::exchange(*m_values, {}); }

private:
    std::shared_ptr<QList<T>> m_values = std::make_shared<QList<T>>();
};

/// A listener that keeps pairs of old and new value.
template<typename T>
class ChangeRecorder
{
public:
    using Change = std::pair<T, T>;

    void operator()(const T &value, const T &oldValue) const { m_changes->append({oldValue, value}); }

    QList<Change> take() const { return std::exchange(*m_changes, {}); }

private:
    std::shared_ptr<QList<Change>> m_changes = std::make_shared<QList<Change>>();
};

/// A list of words, written by whatever runs, in the order in which it ran. Copies share it.
class Trace
{
public:
    void add(const QByteArray &word) const
    {
        if (!m_words->isEmpty()) {
            m_words->append(' ');
        }
        m_words->append(word);
    }
    template<typename T>
    void add(const QByteArray &word, const T &number) const
    {
        add(word + QByteArray::number(number));
    }
    /// A function without parameters that adds the word.
    auto adds(const QByteArray &word) const
    {
        return [trace = *this, word] { trace.add(word); };
    }
    /// The words since the last call of take(), with a space between.
    QByteArray take() const { return std::exchange(*m_words, {}); }

private:
    std::shared_ptr<QByteArray> m_words = std::make_shared<QByteArray>();
};

} // namespace support
