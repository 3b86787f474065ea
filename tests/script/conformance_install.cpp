// SPDX-License-Identifier: MIT
#include <nanostores/script/install.h>

extern "C" void conformance_install(QJSEngine *engine)
{
    nanostores::installModules(engine);
}
