// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/task.h>
#include <nanostores/qt/json/json.h>
#include <nanostores/rest/export.h>
#include <nanostores/rest/resterror.h>
#include <nanostores/rest/restoptions.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace nanostores::detail {

class RestCore;

struct RestMessage
{
    QByteArray method;
    QString path;
    std::optional<RestBody> body;
    RestRequest request;
};

/// What a body is decoded to, without its type.
using RestValue = std::shared_ptr<const void>;
/// Runs in another thread, unless the answer is short. Throws RestError.
using RestDecoder = std::function<RestValue(const RestResponse &, int maxDepth)>;
using RestEnd = std::function<void(const RestValue &, const std::exception_ptr &)>;

/// Calls end on this thread, once.
NANOSTORES_REST_EXPORT void callRest(const std::shared_ptr<RestCore> &core, RestMessage message, RestDecoder decoder,
                                     RestEnd end);
/// Whether arrays and objects are nested more deeply.
NANOSTORES_REST_EXPORT bool isNestedDeeper(QByteArrayView json, int depth) noexcept;
[[noreturn]] NANOSTORES_REST_EXPORT void failDecoding(const RestResponse &response, const QString &reason);

template<typename R>
R decodeRest(const RestResponse &response, int maxDepth)
{
    if constexpr (std::is_same_v<R, RestResponse>) {
        return response;
    } else if constexpr (std::is_same_v<R, QByteArray>) {
        return response.body;
    } else {
        if constexpr (isOptional<R>) {
            if (response.body.isEmpty()) {
                return R();
            }
        }
        if (isNestedDeeper(response.body, maxDepth)) {
            failDecoding(response, QStringLiteral("the JSON is nested too deeply"));
        }
        const auto json = json::parseJson(
            std::string_view(response.body.constData(), static_cast<std::size_t>(response.body.size())));
        if (!json) {
            failDecoding(response, QStringLiteral("the answer is no JSON"));
        }
        auto value = json::fromJson<R>(*json);
        if (!value) {
            failDecoding(response, QStringLiteral("the answer is no ") + QString::fromStdString(typeName(typeid(R))));
        }
        return *std::move(value);
    }
}

/// Of a value as JSON, or of bytes as they are.
template<typename B>
RestBody restBody(const B &body)
{
    if constexpr (std::is_same_v<B, RestBody>) {
        return body;
    } else if constexpr (std::is_same_v<B, QByteArray>) {
        return {body, "application/octet-stream"};
    } else {
        return {QByteArray::fromStdString(json::jsonText(json::toJson<B>(body, 0))), "application/json"};
    }
}

template<typename R>
Task<R> restTask(const std::shared_ptr<RestCore> &core, RestMessage message)
{
    const TaskSource<R> source;
    if constexpr (std::is_void_v<R>) {
        callRest(
            core, std::move(message), [](const RestResponse &, int) { return RestValue(); },
            [source](const RestValue &, const std::exception_ptr &error) {
                if (error) {
                    source.reject(error);
                } else {
                    source.resolve();
                }
            });
    } else {
        callRest(
            core, std::move(message),
            [](const RestResponse &response, int maxDepth) -> RestValue {
                return std::make_shared<const R>(decodeRest<R>(response, maxDepth));
            },
            [source](const RestValue &value, const std::exception_ptr &error) {
                if (error) {
                    source.reject(error);
                } else {
                    source.resolve(*static_cast<const R *>(value.get()));
                }
            });
    }
    return source.task();
}

} // namespace nanostores::detail
