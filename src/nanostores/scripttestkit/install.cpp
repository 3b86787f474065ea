// SPDX-License-Identifier: MIT
#include <nanostores/scripttestkit/install.h>

#include <nanostores/script/detail/scriptbridge.h>
#include <nanostores/script/install.h>
#include <nanostores/scripttestkit/detail/scripttests.h>

#include <QJSEngine>
#include <QJSValue>
#include <QString>

static void initTestResources()
{
    Q_INIT_RESOURCE(nanostores_scripttestkit);
}

namespace nanostores {

namespace {

void install(QJSEngine *engine, bool whileLoading)
{
    if (detail::ScriptTests::isIn(engine)) {
        return;
    }
    initTestResources();
    if (whileLoading) {
        detail::installModulesWhileLoading(engine);
    } else {
        installModules(engine);
    }
    // Where test.mjs finds it.
    engine
        ->evaluate(QStringLiteral("(function (tests) { Object.defineProperty(this, Symbol.for('nanostores.tests'), "
                                  "{ value: tests, configurable: true }) })"))
        .call({engine->newQObject(new detail::ScriptTests(engine))});
    detail::addModule(engine, QStringLiteral("nanostores/test"), QStringLiteral("module_test.mjs"), whileLoading);
}

} // namespace

void installTestModule(QJSEngine *engine)
{
    install(engine, false);
}

void detail::installTestModuleWhileLoading(QJSEngine *engine)
{
    install(engine, true);
}

} // namespace nanostores
