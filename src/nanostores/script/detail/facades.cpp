// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/facades.h>

#include <nanostores/script/detail/qtversion.h>

#include <QString>
#include <QUrl>

#ifdef NANOSTORES_SCRIPT_FACADES

#include <QtQml/qqmlprivate.h>

#include <algorithm>
#include <iterator>

// Made by qmlcachegen of js/facade_*.mjs. The engine asks hooks like this one for what is compiled ahead of time, with
// the URL that it is about to read: one beside the module that imports.
//
// This file alone uses QQmlPrivate, which is in a public header, since the code that qmlcachegen makes for every
// program uses it, and promises nothing to others. What is documented does not reach here: registerModule() and
// importModule() are what fails in these versions, an interceptor of URLs redirects the type loader but not the engine
// that links the modules, which reads the URL as it was, and the cache that qt_add_qml_module() makes is for URLs of
// resources. So it is compiled where detail/qtversion.h may need it, and used there alone.

#define NANOSTORES_FACADE(name) \
    namespace QmlCacheGeneratedCode::_nanostores_script_facade_##name##_mjs \
    { \
        extern const unsigned char qmlData[]; \
        extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[]; \
    } \
    static const QQmlPrivate::CachedQmlUnit *name##Facade() \
    { \
        namespace unit = QmlCacheGeneratedCode::_nanostores_script_facade_##name##_mjs; \
        static const QQmlPrivate::CachedQmlUnit made{reinterpret_cast<const QV4::CompiledData::Unit *>(unit::qmlData), \
                                                     unit::aotBuiltFunctions, nullptr}; \
        return &made; \
    }

NANOSTORES_FACADE(nanostores)
NANOSTORES_FACADE(nano_kit)
NANOSTORES_FACADE(history)
NANOSTORES_FACADE(i18n) // of NanoStores::ScriptI18n
NANOSTORES_FACADE(logger)
NANOSTORES_FACADE(test) // of NanoStores::ScriptTestKit, which has what it loads
NANOSTORES_FACADE(persistent) // of NanoStores::ScriptPersistent
NANOSTORES_FACADE(query)
NANOSTORES_FACADE(router)

namespace nanostores::detail {

namespace {

const QQmlPrivate::CachedQmlUnit *facadeFor(const QUrl &url)
{
    struct Facade
    {
        QLatin1String end; ///< Of the path.
        const QQmlPrivate::CachedQmlUnit *(*unit)();
    };
    static const Facade facades[] = {
        {QLatin1String("/nanostores"), nanostoresFacade},
        {QLatin1String("/nano_kit"), nano_kitFacade},
        {QLatin1String("/@nano_kit/store"), nano_kitFacade},
        {QLatin1String("/nanostores/history"), historyFacade},
        {QLatin1String("/nanostores/test"), testFacade},
        {QLatin1String("/@nanostores/i18n"), i18nFacade},
        {QLatin1String("/@nanostores/logger"), loggerFacade},
        {QLatin1String("/@nanostores/persistent"), persistentFacade},
        {QLatin1String("/@nanostores/query"), queryFacade},
        {QLatin1String("/@nanostores/router"), routerFacade},
    };
    const QString path = url.path();
    const auto found = std::find_if(std::begin(facades), std::end(facades),
                                    [&](const Facade &facade) { return path.endsWith(facade.end); });
    return found == std::end(facades) ? nullptr : found->unit();
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
