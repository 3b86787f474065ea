// SPDX-License-Identifier: MIT

// Values of every type as JSON and back: the same, or refused with a message; and what is read as another type says the
// same, or is none.

#include "support/faces.h"
#include "support/property.h"

#include <nanostores/qt.h>

#include <QtTest/QTest>

#include <map>
#include <stdexcept>

using namespace nanostores;
using support::means;
using support::random;
using support::same;

namespace {

enum class Refusals { Never, Some };

template<typename T>
std::optional<std::string> encoded(const T &value)
{
    try {
        return JsonCodec<T>().encode(value);
    } catch (const std::invalid_argument &error) {
        RC_ASSERT(std::string(error.what()).size() > 20);
        return std::nullopt;
    }
}

template<typename T>
void comesBack(Refusals refusals = Refusals::Never)
{
    support::holds([refusals] {
        const T value = random<T>();
        const auto text = encoded(value);
        RC_ASSERT((text || refusals == Refusals::Some));
        if (text) {
            RC_LOG() << QMetaType::fromType<T>().name() << ": " << *text << "\n";
            const std::optional<T> back = JsonCodec<T>().decode(*text);
            RC_ASSERT(back);
            RC_ASSERT((*text == "null" || same(*back, value))); // null and an invalid QVariant are one in JSON
            RC_ASSERT((*text != "null" || !convertTo<QVariant>(*back).isValid() || same(*back, value)));
        }
    });
}

/// Read as a number of another type, which may be too narrow.
template<typename From, typename... To>
void readsAsOthers()
{
    support::holds([] {
        const From value = random<From>();
        const std::string text = JsonCodec<From>().encode(value);
        const auto check = [&]<typename T>(std::type_identity<T>) {
            const std::optional<T> other = JsonCodec<T>().decode(text);
            RC_LOG() << text << " as " << QMetaType::fromType<T>().name() << "\n";
            // From 2^53 on the shortest digits of a double are another integer than it is.
            const bool isSame = !other || static_cast<double>(value) == static_cast<double>(*other)
                                || means(convertTo<QVariant>(value), convertTo<QVariant>(*other));
            RC_ASSERT(isSame);
        };
        (check(std::type_identity<To>()), ...);
    });
}

} // namespace

class tst_RandomJson : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void scalars()
    {
        comesBack<bool>();
        comesBack<quint8>();
        comesBack<int>();
        comesBack<qint64>();
        comesBack<quint64>();
        comesBack<float>();
        comesBack<double>();
        comesBack<support::Tone>();
        comesBack<support::Sides>();
    }
    void texts()
    {
        comesBack<QString>(Refusals::Some); // halves of surrogate pairs
        comesBack<std::u16string>(Refusals::Some);
        comesBack<std::string>();
        comesBack<QByteArray>();
        comesBack<QUrl>();
        comesBack<QUuid>();
    }
    void datesAndTimes()
    {
        comesBack<QDate>();
        comesBack<QTime>();
        comesBack<QDateTime>();
    }
    void containers()
    {
        comesBack<std::optional<double>>();
        comesBack<std::optional<QString>>(Refusals::Some);
        comesBack<QList<std::optional<int>>>();
        comesBack<std::vector<std::vector<double>>>();
        comesBack<std::set<int>>();
        comesBack<QMap<QString, QDate>>(Refusals::Some);
        comesBack<std::map<support::Tone, quint64>>();
        comesBack<Dictionary<double, int>>();
        comesBack<Dictionary<QString, bool>>(Refusals::Some);
    }
    void anything()
    {
        comesBack<QVariant>(Refusals::Some);
        comesBack<QJsonValue>(Refusals::Some);
    }
    void otherTypes()
    {
        readsAsOthers<double, quint8, int, qint64, quint64, float, bool>();
        readsAsOthers<qint64, quint8, int, quint64, float, double>();
        readsAsOthers<quint64, qint8, uint, qint64, float, double>();
    }
};

SUPPORT_PROPERTY_MAIN(tst_RandomJson)
#include "tst_randomjson.moc"
