// SPDX-License-Identifier: MIT
#include <nanostores/script/store.h>

#include <nanostores/script/detail/scriptbridge.h>
#include <nanostores/script/install.h>
#include <nanostores/script/scripterror.h>

namespace nanostores::detail {

Q_LOGGING_CATEGORY(scriptLog, "nanostores.script")

namespace {

ScriptBridge *bridgeOf(QJSEngine *engine)
{
    installModules(engine);
    ScriptBridge *bridge = ScriptBridge::of(engine);
    if (!bridge->hasFacade()) {
        bridge->setFacade(loadModule(engine, QStringLiteral("bridge.mjs")));
    }
    return bridge;
}

} // namespace

QJSValue wrapStore(QJSEngine *engine, Ref<Node> node, std::unique_ptr<NativeStore> native, const char *maker)
{
    ScriptBridge *bridge = bridgeOf(engine);
    const bool writable = native->isWritable();
    Handle *handle = bridge->wrap(std::move(node), std::move(native));
    return bridge->facade(QLatin1String(maker)).call({bridge->wrapperOf(handle), QJSValue(writable)});
}

Ref<Node> nodeOf(QJSEngine *engine, const QJSValue &store)
{
    ScriptBridge *bridge = bridgeOf(engine);
    const QJSValue number = bridge->facade(QLatin1String("numberOfStore")).call({store});
    if (!number.isNumber() || number.toInt() < 0) {
        qCWarning(scriptLog).noquote() << "fromScript():" << store.toString()
                                       << "is no store of the modules nanostores and nano_kit";
        return {};
    }
    return Ref<Node>::share(bridge->nodeAt(number.toInt()));
}

QJSValue valueOfStore(QJSEngine *engine, const QJSValue &store)
{
    ScriptBridge *bridge = ScriptBridge::of(engine);
    return bridge && bridge->hasFacade() ? bridge->facade(QLatin1String("valueOfStore")).call({store}) : QJSValue();
}

void warnUnfit(const QJSValue &value, QMetaType type)
{
    const auto variant = variantOfScript(value);
    qCWarning(scriptLog).noquote() << "fromScript() shows an empty value instead:"
                                   << (variant ? refusal(*variant, type)
                                               : value.toString() + QStringLiteral(" is nothing that C++ knows"));
}

} // namespace nanostores::detail
