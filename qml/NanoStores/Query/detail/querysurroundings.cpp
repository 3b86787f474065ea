// SPDX-License-Identifier: MIT
#include <NanoStores/Query/detail/querysurroundings.h>

#include <nanostores/core/batch.h>

#include <QLatin1String>
#include <QQmlEngine>

namespace nanostores::detail {

namespace {

constexpr auto ObjectName = "nanostores.querySurroundings";

} // namespace

QuerySurroundings::QuerySurroundings(QObject *parent)
    : QObject(parent)
    , m_surroundings([this](Surroundings::Event event) { take(event); })
{
    setObjectName(QLatin1String(ObjectName));
}

QuerySurroundings *QuerySurroundings::of(QQmlEngine *engine)
{
    auto *const present = engine->findChild<QuerySurroundings *>(QLatin1String(ObjectName), Qt::FindDirectChildrenOnly);
    return present ? present : new QuerySurroundings(engine);
}

const Atom<bool> &QuerySurroundings::isOnline()
{
    m_surroundings.followNetwork();
    return m_isOnline;
}

void QuerySurroundings::take(Surroundings::Event event)
{
    Batch batch;
    switch (event) {
    case Surroundings::Event::Hidden:
    case Surroundings::Event::Inactive:
    case Surroundings::Event::Active:
        m_isShown.set(event != Surroundings::Event::Hidden);
        m_isActive.set(event == Surroundings::Event::Active);
        break;
    case Surroundings::Event::Offline:
    case Surroundings::Event::Online:
        m_isOnline.set(event == Surroundings::Event::Online);
        break;
    }
    batch.end();
}

} // namespace nanostores::detail
