#include <nanostores/script/store.h>

#include <nanostores/script/detail/kernel.h>
#include <nanostores/script/install.h>
#include <nanostores/script/scripterror.h>

#include <QLoggingCategory>

namespace nanostores::detail {

namespace {

Q_LOGGING_CATEGORY(category, "nanostores.script")

Kernel *kernelOf(QJSEngine *engine)
{
    installModules(engine);
    Kernel *kernel = Kernel::of(engine);
    if (!kernel->hasFacade()) {
        kernel->setFacade(loadModule(engine, QStringLiteral("bridge.mjs")));
    }
    return kernel;
}

} // namespace

QJSValue wrapStore(QJSEngine *engine, Ref<Node> node, std::unique_ptr<NativeStore> native, const char *maker)
{
    Kernel *kernel = kernelOf(engine);
    const bool writable = native->isWritable();
    Handle *handle = kernel->wrap(std::move(node), std::move(native));
    return kernel->facade(QLatin1String(maker)).call({kernel->wrapperOf(handle), QJSValue(writable)});
}

Ref<Node> nodeOf(QJSEngine *engine, const QJSValue &store)
{
    Kernel *kernel = kernelOf(engine);
    const QJSValue number = kernel->facade(QLatin1String("numberOfStore")).call({store});
    if (!number.isNumber() || number.toInt() < 0) {
        qCWarning(category).noquote() << "fromScript():" << store.toString()
                                      << "is no store of the modules nanostores and nano_kit";
        return {};
    }
    return Ref<Node>::share(kernel->nodeAt(number.toInt()));
}

QJSValue valueOfStore(QJSEngine *engine, const QJSValue &store)
{
    Kernel *kernel = Kernel::of(engine);
    return kernel && kernel->hasFacade() ? kernel->facade(QLatin1String("valueOfStore")).call({store}) : QJSValue();
}

void warnUnfit(const QJSValue &value, QMetaType type)
{
    const auto variant = variantOfScript(value);
    qCWarning(category).noquote() << "fromScript() shows an empty value instead:"
                                  << (variant ? refusal(*variant, type)
                                              : value.toString() + QStringLiteral(" is nothing that C++ knows"));
}

} // namespace nanostores::detail
