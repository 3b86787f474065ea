// SPDX-License-Identifier: MIT

// Every property of every type of the QML modules: an object may be deleted in the signal that says that one has
// changed. The types are those that the modules' own descriptions name.

#include <nanostores/core.h>
#include <nanostores/qml.h>

#include <support/manualtime.h>

#include <QDirIterator>
#include <QFile>
#include <QLoggingCategory>
#include <QMetaProperty>
#include <QPointer>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QRegularExpression>
#include <QUrl>
#include <QtTest/QTest>

#include <memory>
#include <vector>

using namespace nanostores;

namespace {

/// Deletes its target.
class Ender : public QObject
{
    Q_OBJECT

public:
    QPointer<QObject> target;

public Q_SLOTS:
    void end() { delete target; }
};

struct Type
{
    QString module;
    QString name;
};

/// The types that a program can make, of all modules below the folder.
QList<Type> typesIn(const QString &folder)
{
    static const QRegularExpression component(QStringLiteral("^    Component \\{$(.*?)^    \\}$"),
                                              QRegularExpression::MultilineOption
                                                  | QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression exported(QStringLiteral("\"(NanoStores(?:\\.\\w+)*)/([A-Z]\\w*) "));
    QList<Type> types;
    QDirIterator files(folder, {QStringLiteral("*.qmltypes")}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly)) {
            continue;
        }
        for (auto it = component.globalMatch(QString::fromUtf8(file.readAll())); it.hasNext();) {
            const QString text = it.next().captured(1);
            const QRegularExpressionMatch name = exported.match(text);
            if (name.hasMatch() && !text.contains(QLatin1String("isCreatable: false"))) {
                types.append({name.captured(1), name.captured(2)});
            }
        }
    }
    return types;
}

bool isOurs(const QMetaObject *meta)
{
    return QLatin1String(meta->className()).startsWith(QLatin1String("nanostores::"));
}

} // namespace

class tst_PropertySignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup() { forgetNamedStores(); }
    void modules_areSeen();
    void object_mayBeDeletedInTheSignalOfAProperty_data();
    void object_mayBeDeletedInTheSignalOfAProperty();

private:
    std::unique_ptr<QObject> make(const Type &type);
    QVariantList valuesFor(const QMetaProperty &property, const QObject &object);

    QList<Type> m_types;
    support::ManualTime m_time;
    std::unique_ptr<QQmlEngine> m_engine;
    std::vector<std::unique_ptr<QObject>> m_others; ///< One of each type, for properties that hold objects.
};

void tst_PropertySignals::initTestCase()
{
    QLoggingCategory::setFilterRules(QStringLiteral("*.warning=false")); // half of an object is set, and says so
    m_types = typesIn(QStringLiteral(QML_MODULES));
    m_engine = std::make_unique<QQmlEngine>();
    for (const Type &type : m_types) {
        if (auto other = make(type)) {
            QQmlEngine::setObjectOwnership(other.get(), QQmlEngine::CppOwnership);
            m_others.push_back(std::move(other));
        }
    }
}

void tst_PropertySignals::modules_areSeen()
{
    QVERIFY2(m_types.size() >= 15, QByteArray::number(m_types.size()));
    QCOMPARE(m_others.size(), std::size_t(m_types.size()));
}

std::unique_ptr<QObject> tst_PropertySignals::make(const Type &type)
{
    static const QRegularExpression required(QStringLiteral("Required property (\\w+)"));
    QVariantMap needed;
    for (;;) {
        QQmlComponent component(m_engine.get());
        component.setData(QStringLiteral("import %1\n%2 {}").arg(type.module, type.name).toUtf8(),
                          QUrl(QStringLiteral("one.qml")));
        std::unique_ptr<QObject> object(component.createWithInitialProperties(needed));
        const QString name = required.match(component.errorString()).captured(1);
        if (object || name.isEmpty() || needed.contains(name)) {
            return object;
        }
        needed.insert(name, QStringLiteral("a"));
    }
}

/// Values that the property may take, other than the one that it has.
QVariantList tst_PropertySignals::valuesFor(const QMetaProperty &property, const QObject &object)
{
    const QVariant now = property.read(&object);
    const QMetaType type = property.metaType();
    if (type.flags() & QMetaType::PointerToQObject) {
        QVariantList objects;
        for (const std::unique_ptr<QObject> &other : m_others) {
            if (type.metaObject() && other->metaObject()->inherits(type.metaObject())) {
                objects.append(QVariant::fromValue(other.get()));
            }
        }
        return objects;
    }
    if (type == QMetaType::fromType<QJSValue>()) {
        return {QVariant::fromValue(m_engine->evaluate(QStringLiteral("(() => true)"))),
                QVariant::fromValue(m_engine->evaluate(QStringLiteral("({ a: 1 })"))),
                QVariant::fromValue(QJSValue(7))};
    }
    if (type == QMetaType::fromType<QVariant>()) {
        return {7, QStringLiteral("text"), QVariantMap{{QStringLiteral("a"), 1}}, QVariantList{1, 2}};
    }
    switch (type.id()) {
    case QMetaType::Bool:
        return {!now.toBool()};
    case QMetaType::Double:
    case QMetaType::Float:
        return {now.toDouble() + 1};
    case QMetaType::QUrl:
        return {QUrl(QStringLiteral("http://127.0.0.1:1/"))};
    case QMetaType::QVariantMap:
        return {QVariantMap{{QStringLiteral("a"), 1}}};
    case QMetaType::QVariantList:
        return {QVariantList{1, 2}};
    case QMetaType::QStringList:
        return {QStringList{QStringLiteral("a")}};
    case QMetaType::QString:
        return {QString(now.toString() + u'x')};
    default:
        return {now.toInt() + 1};
    }
}

void tst_PropertySignals::object_mayBeDeletedInTheSignalOfAProperty_data()
{
    QTest::addColumn<int>("index");
    for (qsizetype i = 0; i < m_types.size(); ++i) {
        QTest::addRow("%s/%s", qPrintable(m_types[i].module), qPrintable(m_types[i].name)) << int(i);
    }
}

void tst_PropertySignals::object_mayBeDeletedInTheSignalOfAProperty()
{
    QFETCH(int, index);
    const Type type = m_types[index];
    const std::unique_ptr<QObject> pattern = make(type);
    QVERIFY(pattern);
    const QMetaObject *const meta = pattern->metaObject();
    int first = meta->propertyCount();
    for (const QMetaObject *level = meta; level && isOurs(level); level = level->superClass()) {
        first = level->propertyOffset();
    }
    for (int i = first; i < meta->propertyCount(); ++i) {
        const QMetaProperty property = meta->property(i);
        if (!property.isWritable() || !property.hasNotifySignal()) {
            continue;
        }
        for (const QVariant &value : valuesFor(property, *pattern)) {
            Ender ender;
            ender.target = make(type).release();
            QVERIFY(ender.target);
            const QMetaMethod end = Ender::staticMetaObject.method(Ender::staticMetaObject.indexOfSlot("end()"));
            QVERIFY(QObject::connect(ender.target, property.notifySignal(), &ender, end));
            QVERIFY2(property.write(ender.target, value) || !ender.target || value.isNull(), property.name());
            delete ender.target;
            m_time.advance(2000);
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
        }
    }
}

QTEST_MAIN(tst_PropertySignals)

#include "tst_propertysignals.moc"
