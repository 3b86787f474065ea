// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/jsvalue.h>
#include <nanostores/persistent/valuecodec.h>

#include <QJSEngine>
#include <QPointer>

#include <optional>
#include <string>
#include <string_view>

namespace nanostores {

/// How values of QML are written: as JSON, by the engine's own JSON object, or text as it is. `undefined` has no entry.
/// The engine may go before the store does, if that has a name.
template<>
class ValueCodec<JsValue>
{
public:
    ValueCodec() = default;
    ValueCodec(QJSEngine *engine, bool isText)
        : m_engine(engine)
        , m_isText(isText)
    {
    }

    bool isText() const noexcept { return m_isText; }
    /// Throws std::invalid_argument where JSON would lose all of it: functions, QML objects, what holds itself.
    std::optional<std::string> encode(const JsValue &value) const;
    std::optional<JsValue> decode(std::string_view raw) const;

private:
    QPointer<QJSEngine> m_engine;
    bool m_isText = false;
};

} // namespace nanostores
