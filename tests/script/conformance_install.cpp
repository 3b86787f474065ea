// SPDX-License-Identifier: MIT
#include <nanostores/script/install.h>

#ifdef WITH_I18N
#include <nanostores/scripti18n/install.h>
#endif

#ifdef WITH_TESTKIT
#include <nanostores/scripttestkit/install.h>
#endif

#ifdef WITH_PERSISTENT
#include <nanostores/scriptpersistent/install.h>
#endif

extern "C" void conformance_install(QJSEngine *engine)
{
    nanostores::installModules(engine);
#ifdef WITH_I18N
    nanostores::installI18nModule(engine);
#endif
#ifdef WITH_TESTKIT
    nanostores::installTestModule(engine);
#endif
#ifdef WITH_PERSISTENT
    nanostores::installPersistentModule(engine, nanostores::StorageEngine::memory());
#endif
}
