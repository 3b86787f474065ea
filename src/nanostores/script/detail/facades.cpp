#include <nanostores/script/detail/facades.h>

#include <QLibraryInfo>
#include <QString>
#include <QUrl>
#include <QVersionNumber>

#ifdef NANOSTORES_SCRIPT_FACADES

#include <QtQml/qqmlprivate.h>

// Made by qmlcachegen of js/facade_*.mjs. The engine asks hooks like this one for what is compiled ahead of time, with the URL
// that it is about to read: one beside the module that imports.

namespace QmlCacheGeneratedCode {
namespace _nanostores_script_facade_nanostores_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_nanostores_mjs
namespace _nanostores_script_facade_nano_kit_mjs {
extern const unsigned char qmlData[];
extern const QQmlPrivate::AOTCompiledFunction aotBuiltFunctions[];
} // namespace _nanostores_script_facade_nano_kit_mjs
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
    static const QQmlPrivate::CachedQmlUnit nanoUnit = unitOf(nano::qmlData, nano::aotBuiltFunctions);
    static const QQmlPrivate::CachedQmlUnit kitUnit = unitOf(kit::qmlData, kit::aotBuiltFunctions);

    const QString path = url.path();
    if (path.endsWith(QLatin1String("/nanostores"))) {
        return &nanoUnit;
    }
    if (path.endsWith(QLatin1String("/nano_kit")) || path.endsWith(QLatin1String("/@nano_kit/store"))) {
        return &kitUnit;
    }
    return nullptr;
}

} // namespace

bool provideFacades()
{
    static const bool once = [] {
        if (QLibraryInfo::version() != QVersionNumber(QT_VERSION_MAJOR, QT_VERSION_MINOR, QT_VERSION_PATCH)) {
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
