// SPDX-License-Identifier: MIT

// Values of every type through the properties of a StoreObject and back, and which types go through each other at all.

#include "support/faces.h"
#include "support/property.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtTest/QTest>

#include <map>

using namespace nanostores;
using support::count;
using support::Face;
using support::goesThere;
using support::random;
using support::takesOnlyWhatFits;

template<typename T>
const Atom<T> &held()
{
    static const Atom<T> store = atom(T());
    return store;
}

using Texts = std::vector<std::vector<std::string>>;
using ByDay = std::map<QDate, std::string>;

class Values : public StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(bool, truth, held<bool>())
    NANOSTORES_PROPERTY(int, whole, held<int>())
    NANOSTORES_PROPERTY(qint64, large, held<qint64>())
    NANOSTORES_PROPERTY(float, single, held<float>())
    NANOSTORES_PROPERTY(double, real, held<double>())
    NANOSTORES_PROPERTY(QString, text, held<QString>())
    NANOSTORES_PROPERTY(QString, bytes, held<std::string>())
    NANOSTORES_PROPERTY(QDate, day, held<QDate>())
    NANOSTORES_PROPERTY(QTime, hour, held<QTime>())
    NANOSTORES_PROPERTY(QDateTime, moment, held<QDateTime>())
    NANOSTORES_PROPERTY(QList<int>, numbers, held<QList<int>>())
    NANOSTORES_PROPERTY(QVariant, anyTruth, held<bool>())
    NANOSTORES_PROPERTY(QVariant, anyTiny, held<quint8>())
    NANOSTORES_PROPERTY(QVariant, anyLarge, held<quint64>())
    NANOSTORES_PROPERTY(QVariant, anySingle, held<float>())
    NANOSTORES_PROPERTY(QVariant, anyReal, held<double>())
    NANOSTORES_PROPERTY(QVariant, anyBytes, held<std::string>())
    NANOSTORES_PROPERTY(QVariant, anyDay, held<QDate>())
    NANOSTORES_PROPERTY(QVariant, anyMoment, held<QDateTime>())
    NANOSTORES_PROPERTY(QVariant, anyMaybe, held<std::optional<double>>())
    NANOSTORES_PROPERTY(QVariant, anyTexts, held<Texts>())
    NANOSTORES_PROPERTY(QVariant, anyByDay, held<ByDay>())
};

namespace {

const char *property = nullptr; ///< Which one of Values is asked.

template<typename T>
struct Properties
{
    Values object;

    std::vector<Face<T>> all()
    {
        return {{property, [](const T &value) { held<T>().set(value); }, [] { return held<T>().get(); },
                 [this] { return object.property(property); },
                 [this](const QVariant &value) { object.setProperty(property, value); }}};
    }
};

template<typename T>
void typed(const char *name)
{
    property = name;
    goesThere<T, Properties>();
}
/// Of type QVariant, to which Qt does nothing.
template<typename T>
void untyped(const char *name)
{
    typed<T>(name);
    takesOnlyWhatFits<T, Properties>();
}

} // namespace

class tst_RandomProperties : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qInstallMessageHandler(count); }
    void cleanupTestCase() { qInstallMessageHandler(nullptr); }

    void ofTheirTypes()
    {
        typed<bool>("truth");
        typed<int>("whole");
        typed<qint64>("large");
        typed<float>("single");
        typed<double>("real");
        typed<QString>("text");
        typed<std::string>("bytes");
        typed<QDate>("day");
        typed<QTime>("hour");
        typed<QDateTime>("moment");
        typed<QList<int>>("numbers");
    }
    void ofAnyType()
    {
        untyped<bool>("anyTruth");
        untyped<quint8>("anyTiny");
        untyped<quint64>("anyLarge");
        untyped<float>("anySingle");
        untyped<double>("anyReal");
        untyped<std::string>("anyBytes");
        untyped<QDate>("anyDay");
        untyped<QDateTime>("anyMoment");
        typed<std::optional<double>>("anyMaybe");
        typed<Texts>("anyTexts");
        typed<ByDay>("anyByDay");
    }
    void types_thatMayFit();
};

/// bind() asks for types before there are values: it must refuse none of which a value would be taken.
void tst_RandomProperties::types_thatMayFit()
{
    const auto type = [](auto value) { return QMetaType::fromType<decltype(value)>(); };
    support::holds([type] {
        const QMetaType to = support::oneOf<QMetaType>({type(true),
                                                        type(5),
                                                        type(quint8(5)),
                                                        type(qint64(5)),
                                                        type(5.0),
                                                        type(5.0F),
                                                        type(QString()),
                                                        type(QByteArray()),
                                                        type(QDate()),
                                                        type(QTime()),
                                                        type(QDateTime()),
                                                        type(QUrl()),
                                                        type(QUuid()),
                                                        type(QVariantList()),
                                                        type(QVariantMap()),
                                                        type(QStringList()),
                                                        type(QList<int>()),
                                                        type(QMap<int, QString>()),
                                                        type(QJsonValue()),
                                                        type(QJsonArray()),
                                                        type(QJsonObject()),
                                                        type(support::Tone::Low),
                                                        type(QPoint()),
                                                        type(QPointF()),
                                                        type(std::optional<int>())});
        const QVariant value = random<QVariant>();
        if (value.isValid() && value.typeId() != QMetaType::Nullptr && detail::fit(value, to)) {
            RC_LOG() << value.typeName() << " to " << to.name() << "\n";
            RC_ASSERT(detail::mayFit(value.metaType(), to));
        }
    });
    QVERIFY(!detail::mayFit(type(QByteArray()), type(5))); // Qt would
    QVERIFY(!detail::mayFit(type(QStringList()), type(QString())));
    QVERIFY(!detail::mayFit(type(QDate()), type(QTime())));
    QVERIFY(!detail::mayFit(type(QString()), type(QStringList())));
}

SUPPORT_PROPERTY_MAIN(tst_RandomProperties)
#include "tst_randomproperties.moc"
