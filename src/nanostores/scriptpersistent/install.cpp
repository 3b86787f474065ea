// SPDX-License-Identifier: MIT
#include <nanostores/scriptpersistent/install.h>

#include <nanostores/script/detail/scriptbridge.h>
#include <nanostores/script/install.h>
#include <nanostores/scriptpersistent/detail/scriptstorage.h>

#include <QJSEngine>
#include <QJSValue>
#include <QString>

#include <utility>

static void initPersistentResources()
{
    Q_INIT_RESOURCE(nanostores_scriptpersistent);
}

namespace nanostores {

namespace {

void install(QJSEngine *engine, std::optional<StorageEngine> storage, bool whileLoading)
{
    if (detail::ScriptStorage::isIn(engine)) {
        return;
    }
    initPersistentResources();
    if (whileLoading) {
        detail::installModulesWhileLoading(engine);
    } else {
        installModules(engine);
    }
    // Where persistent.mjs finds it.
    engine
        ->evaluate(QStringLiteral("(function (storage) { Object.defineProperty(this, Symbol.for('nanostores.storage'), "
                                  "{ value: storage, configurable: true }) })"))
        .call({engine->newQObject(new detail::ScriptStorage(engine, std::move(storage)))});
    detail::addModule(engine, QStringLiteral("@nanostores/persistent"), QStringLiteral("module_persistent.mjs"),
                      whileLoading);
}

} // namespace

void installPersistentModule(QJSEngine *engine, std::optional<StorageEngine> storage)
{
    install(engine, std::move(storage), false);
}

void detail::installPersistentModuleWhileLoading(QJSEngine *engine)
{
    install(engine, std::nullopt, true);
}

} // namespace nanostores
