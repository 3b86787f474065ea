// SPDX-License-Identifier: MIT
#include <nanostores/qt/convert.h>
#include <nanostores/qt/detail/describing.h>

#include <QUrl>
#include <QUuid>

// The usual types that are opaque to Qt, for gadgets written by hand, of which only the meta types are known.

namespace nanostores::detail {

namespace {

template<typename... Ts>
void knowOptionals()
{
    (known<std::optional<Ts>>(), ...);
}

} // namespace

void knowUsualTypes()
{
    using namespace std::chrono;
    describeUsualTypes(); // of a static library, only what is called is linked
    known<std::string>();
    known<std::u16string>();
    known<system_clock::time_point>();
    known<sys_time<milliseconds>>();
    known<sys_seconds>();
    knowOptionals<bool, int, uint, qint64, quint64, float, double, QString, std::string, QByteArray, QDate, QTime,
                  QDateTime, QUrl, QUuid>();
}

} // namespace nanostores::detail
