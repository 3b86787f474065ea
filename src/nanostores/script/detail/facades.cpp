// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/facades.h>

#include <nanostores/script/detail/qtversion.h>

#include <QString>
#include <QUrl>

#ifdef NANOSTORES_SCRIPT_FACADES

#include <QtQml/qqmlprivate.h>

// Made by qmlcachegen of js/facade_*.mjs. The engine asks hooks like this one for what is compiled ahead of time, with
// the URL that it is about to read: one beside the module that imports.
//
// This file alone uses QQmlPrivate, which is in a public header, since the code that qmlcachegen makes for every
// program uses it, and promises nothing to others. What is documented does not reach here: registerModule() and
// importModule() are what fails in these versions, an interceptor of URLs redirects the type loader but not the engine
// that links the modules, which reads the URL as it was, and the cache that qt_add_qml_module() makes is for URLs of
// resources. So it is compiled where detail/qtversion.h may need it, and used there alone.

namespace QmlCacheGeneratedCode {
namespace _nanostores_script_facade_nanostores_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_nanostores_mjs
namespace _nanostores_script_facade_nano_kit_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_nano_kit_mjs
namespace _nanostores_script_facade_history_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_history_mjs
namespace _nanostores_script_facade_logger_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_logger_mjs
namespace _nanostores_script_facade_test_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_test_mjs
namespace _nanostores_script_facade_persistent_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_persistent_mjs
namespace _nanostores_script_facade_router_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_router_mjs
} // namespace QmlCacheGeneratedCode

namespace nanostores::detail {

namespace {

QQmlPrivate::CachedQmlUnit unitOf(const unsigned char *data, const QQmlPrivate::AOTCompiledFunction *functions)
{
    return {reinterpret_cast<const QV4::CompiledData::Unit *>(data), functions, nullptr};
}

const QQmlPrivate::CachedQmlUnit *facadeFor(const QUrl &url)
{
    namespace nano = QmlCacheGeneratedCode::_nanostores_script_facade_nanostores_mjs;
    namespace kit = QmlCacheGeneratedCode::_nanostores_script_facade_nano_kit_mjs;
    namespace history = QmlCacheGeneratedCode::_nanostores_script_facade_history_mjs;
    namespace log = QmlCacheGeneratedCode::_nanostores_script_facade_logger_mjs;
    namespace test = QmlCacheGeneratedCode::_nanostores_script_facade_test_mjs;
    namespace persistent = QmlCacheGeneratedCode::_nanostores_script_facade_persistent_mjs;
    namespace router = QmlCacheGeneratedCode::_nanostores_script_facade_router_mjs;
    static const QQmlPrivate::CachedQmlUnit nanoUnit = unitOf(nano::qmlData, nano::aotBuiltFunctions);
    static const QQmlPrivate::CachedQmlUnit kitUnit = unitOf(kit::qmlData, kit::aotBuiltFunctions);
    static const QQmlPrivate::CachedQmlUnit historyUnit = unitOf(history::qmlData, history::aotBuiltFunctions);
    static const QQmlPrivate::CachedQmlUnit logUnit = unitOf(log::qmlData, log::aotBuiltFunctions);
    static const QQmlPrivate::CachedQmlUnit testUnit = unitOf(test::qmlData, test::aotBuiltFunctions);
    static const QQmlPrivate::CachedQmlUnit persistentUnit = unitOf(persistent::qmlData, persistent::aotBuiltFunctions);
    static const QQmlPrivate::CachedQmlUnit routerUnit = unitOf(router::qmlData, router::aotBuiltFunctions);

    const QString path = url.path();
    if (path.endsWith(QLatin1String("/nanostores"))) {
        return &nanoUnit;
    }
    if (path.endsWith(QLatin1String("/@nanostores/logger"))) {
        return &logUnit;
    }
    if (path.endsWith(QLatin1String("/@nanostores/router"))) {
        return &routerUnit;
    }
    if (path.endsWith(QLatin1String("/nano_kit")) || path.endsWith(QLatin1String("/@nano_kit/store"))) {
        return &kitUnit;
    }
    if (path.endsWith(QLatin1String("/nanostores/history"))) {
        return &historyUnit;
    }
    if (path.endsWith(QLatin1String("/nanostores/test"))) { // of NanoStores::ScriptTestKit, which has what it loads
        return &testUnit;
    }
    if (path.endsWith(QLatin1String("/@nanostores/persistent"))) { // of NanoStores::ScriptPersistent
        return &persistentUnit;
    }
    return nullptr;
}

} // namespace

bool provideFacades()
{
    static const bool once = [] {
        if (!runsAsBuilt()) {
            return false; // it would not load them
        }
        QQmlPrivate::RegisterQmlUnitCacheHook hook{0, facadeFor};
        QQmlPrivate::qmlregister(QQmlPrivate::QmlUnitCacheHookRegistration, &hook);
        return true;
    }();
    return once;
}

} // namespace nanostores::detail

#else

bool nanostores::detail::provideFacades()
{
    return false;
}

#endif
