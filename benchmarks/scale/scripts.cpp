// SPDX-License-Identifier: MIT
#include "../script/engine.h"
#include "scaled.h"

#include <nanostores/core/scheduler.h>

#include <QCoreApplication>
#include <QEvent>

#include <chrono>

/// The JavaScript modules; see cases.mjs.

using namespace nanostores;
using namespace std::chrono_literals;

void addScriptCases()
{
    for (const char *name : {"stores", "fan", "batches", "debounced", "intervals"}) {
        addScaled(std::string("js ") + name, [name = QString::fromLatin1(name)](std::size_t n) {
            static auto *const loop = new ManualScheduler;
            setScheduler(loop);
            const auto engine = std::make_shared<Engine>(Engine::Stores::Native);
            return [=] {
                engine->call(name, {QJSValue(static_cast<uint>(n))});
                loop->advance(2s);
                QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            };
        });
    }
}
