// SPDX-License-Identifier: MIT
#include <nanostores/scripti18n/install.h>

#include <nanostores/script/detail/scriptbridge.h>
#include <nanostores/script/install.h>
#include <nanostores/scripti18n/detail/scriptintl.h>

#include <QJSEngine>
#include <QJSValue>
#include <QString>

static void initI18nResources()
{
    Q_INIT_RESOURCE(nanostores_scripti18n);
}

namespace nanostores {

namespace {

void install(QJSEngine *engine, bool whileLoading)
{
    if (detail::ScriptIntl::isIn(engine)) {
        return;
    }
    initI18nResources();
    if (whileLoading) {
        detail::installModulesWhileLoading(engine);
    } else {
        installModules(engine);
    }
    // Where i18n.mjs finds it.
    engine
        ->evaluate(QStringLiteral("(function (intl) { Object.defineProperty(this, Symbol.for('nanostores.intl'), "
                                  "{ value: intl, configurable: true }) })"))
        .call({engine->newQObject(new detail::ScriptIntl(engine))});
    detail::addModule(engine, QStringLiteral("@nanostores/i18n"), QStringLiteral("module_i18n.mjs"), whileLoading);
}

} // namespace

void installI18nModule(QJSEngine *engine)
{
    install(engine, false);
}

void detail::installI18nModuleWhileLoading(QJSEngine *engine)
{
    install(engine, true);
}

} // namespace nanostores
