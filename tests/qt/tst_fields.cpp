// SPDX-License-Identifier: MIT
#include "profile.h"

#include "support/handlers.h"
#include "support/manualtime.h"

#include <QtCore/QMetaProperty>
#include <QtCore/QRegularExpression>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <functional>
#include <memory>

using namespace nanostores;

namespace stores {

struct Dated
{
    int year = 2024;
};
struct Note : Dated
{
    QString text;
    friend bool operator==(const Note &a, const Note &b) { return a.year == b.year && a.text == b.text; }
};
const auto note = map(Note{});

std::function<int()> further;
const auto circular = computed([] { return further(); });
const auto circularNote = computed([] { return Note{{further()}, {}}; });

} // namespace stores

class Notes : public StoreObject
{
    Q_OBJECT
    NANOSTORES_FIELD(int, year, stores::note, &stores::Note::year)
    NANOSTORES_FIELD(QString, text, stores::note, &stores::Note::text)
};

class Circle : public StoreObject
{
    Q_OBJECT
    NANOSTORES_READONLY(int, sum, stores::circular)
    NANOSTORES_READONLY_FIELD(int, year, stores::circularNote, &stores::Note::year)
    NANOSTORES_STORE(total, stores::circular)
};

class tst_Fields : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void struct_hasPropertiesAndMembers();
    void struct_isARowOfAModel();
    void record_hasAPropertyForEachField();
    void record_fieldsChangeOneByOne();
    void record_setAsAWholeTellsWhatDiffers();
    void record_batchTellsOnce();
    void record_notifyTellsAll();
    void record_writesOneKey();
    void record_rejectedWriteSignalsAChange();
    void record_isMountedByAnyField();
    void atom_fieldsChangeOneByOne();
    void atom_writesOneMember();
    void readOnly_ofAComputedStore();
    void readOnly_whatAFunctionMakes();
    void read_isTrackedByAComputedStore();
    void inheritedMember_isAField();
    void message_namesThePropertyOfAnUnnamedStore();
    void message_namesThePropertyOfAStoreHandedOut();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_Fields::init()
{
    m_time = std::make_unique<support::ManualTime>();
    stores::profile.set({QStringLiteral("Ada"), 36, QStringLiteral("light")});
    stores::draft.set({QStringLiteral("Ada"), 36, QStringLiteral("light")});
}

void tst_Fields::cleanup()
{
    m_time->advance(1000);
    QVERIFY(!isMounted(stores::profile));
    QVERIFY(!isMounted(stores::draft));
    m_time.reset();
}

void tst_Fields::struct_hasPropertiesAndMembers()
{
    const QMetaObject &meta = Profile::staticMetaObject;
    QCOMPARE(meta.propertyCount(), 3);
    QCOMPARE(meta.property(1).name(), "age");
    QCOMPARE(meta.property(1).metaType(), QMetaType::fromType<int>());
    Profile profile;
    QCOMPARE(profile.age, 0);
    QVERIFY(meta.property(1).writeOnGadget(&profile, 7));
    QCOMPARE(profile.age, 7);
    QVERIFY(profile == profile);
    QVERIFY(!(profile == Profile{}));
}

void tst_Fields::struct_isARowOfAModel()
{
    MapModel model(map<QString, Profile>());
    const auto roles = model.roleNames().values();
    QCOMPARE(QSet<QByteArray>(roles.begin(), roles.end()), (QSet<QByteArray>{"key", "value", "name", "age", "theme"}));
}

void tst_Fields::record_hasAPropertyForEachField()
{
    const QMetaObject &meta = User::staticMetaObject;
    QCOMPARE(meta.propertyCount() - meta.propertyOffset(), 3);
    for (int i = meta.propertyOffset(); i < meta.propertyCount(); ++i) {
        QVERIFY(meta.property(i).isFinal());
        QVERIFY(meta.property(i).isWritable());
        QVERIFY(meta.property(i).hasNotifySignal());
    }
    User user;
    QCOMPARE(user.name(), QStringLiteral("Ada"));
    QCOMPARE(user.property("age"), QVariant(36));
}

void tst_Fields::record_fieldsChangeOneByOne()
{
    User user;
    QSignalSpy name(&user, &User::nameChanged);
    QSignalSpy age(&user, &User::ageChanged);
    QSignalSpy theme(&user, &User::themeChanged);
    stores::profile.setKey(&Profile::theme, QStringLiteral("dark"));
    QCOMPARE(theme.count(), 1);
    QCOMPARE(name.count() + age.count(), 0);
    QCOMPARE(user.theme(), QStringLiteral("dark"));
}

void tst_Fields::record_setAsAWholeTellsWhatDiffers()
{
    User user;
    QSignalSpy name(&user, &User::nameChanged);
    QSignalSpy age(&user, &User::ageChanged);
    stores::profile.set({QStringLiteral("Ada"), 37, QStringLiteral("light")});
    QCOMPARE(age.count(), 1);
    QCOMPARE(name.count(), 0);
}

void tst_Fields::record_batchTellsOnce()
{
    User user;
    QSignalSpy name(&user, &User::nameChanged);
    QSignalSpy age(&user, &User::ageChanged);
    QSignalSpy theme(&user, &User::themeChanged);
    batch([] {
        stores::profile.setKey(&Profile::age, 37);
        stores::profile.setKey(&Profile::theme, QStringLiteral("dark"));
        stores::profile.setKey(&Profile::age, 38);
    });
    QCOMPARE(age.count(), 1);
    QCOMPARE(theme.count(), 1);
    QCOMPARE(name.count(), 0);
}

void tst_Fields::record_notifyTellsAll()
{
    User user;
    QSignalSpy name(&user, &User::nameChanged);
    QSignalSpy age(&user, &User::ageChanged);
    stores::profile.notify();
    QCOMPARE(name.count() + age.count(), 2);
}

void tst_Fields::record_writesOneKey()
{
    int keyed = 0;
    const Subscription listener =
        stores::profile.listen([&keyed](const Profile &, const Profile &, const MemberKey<Profile> *key) {
            keyed += key && *key == &Profile::age;
        });
    User user;
    user.setProperty("age", 40);
    QCOMPARE(stores::profile.get().age, 40);
    QCOMPARE(keyed, 1);
}

void tst_Fields::record_rejectedWriteSignalsAChange()
{
    const Unbind unbind = onSet(stores::profile, [](auto &event) { event.abort(); });
    User user;
    QSignalSpy age(&user, &User::ageChanged);
    user.set_age(40);
    QCOMPARE(user.age(), 36);
    QCOMPARE(age.count(), 1);
    unbind();
}

void tst_Fields::record_isMountedByAnyField()
{
    User user;
    {
        QSignalSpy age(&user, &User::ageChanged);
        QVERIFY(isMounted(stores::profile));
    }
    m_time->advance(1000);
    QVERIFY(!isMounted(stores::profile));
}

void tst_Fields::atom_fieldsChangeOneByOne()
{
    Draft draft;
    QSignalSpy title(&draft, &Draft::titleChanged);
    QSignalSpy age(&draft, &Draft::ageChanged);
    stores::draft.set({QStringLiteral("Ada"), 37, QStringLiteral("dark")});
    QCOMPARE(age.count(), 1);
    QCOMPARE(title.count(), 0);
    stores::draft.notify();
    QCOMPARE(title.count(), 1);
}

void tst_Fields::atom_writesOneMember()
{
    Draft draft;
    draft.set_age(41);
    QCOMPARE(stores::draft.get().age, 41);
    QCOMPARE(stores::draft.get().name, QStringLiteral("Ada"));
    QCOMPARE(draft.age(), qlonglong(41));
}

void tst_Fields::readOnly_ofAComputedStore()
{
    const QMetaObject &meta = Shown::staticMetaObject;
    QCOMPARE(meta.propertyCount() - meta.propertyOffset(), 5);
    for (int i = meta.propertyOffset(); i < meta.propertyCount(); ++i) {
        QVERIFY(meta.property(i).isFinal());
        QVERIFY(!meta.property(i).isWritable());
        QVERIFY(meta.property(i).hasNotifySignal());
    }
    Shown shown;
    QSignalSpy name(&shown, &Shown::nameChanged);
    QSignalSpy age(&shown, &Shown::ageChanged);
    QCOMPARE(shown.name(), QStringLiteral("Ada"));
    stores::profile.setKey(&Profile::name, QString());
    QCOMPARE(shown.name(), QStringLiteral("guest"));
    QCOMPARE(name.count(), 1);
    QCOMPARE(age.count(), 0);
}

void tst_Fields::readOnly_whatAFunctionMakes()
{
    Shown shown;
    QSignalSpy isAdult(&shown, &Shown::isAdultChanged);
    QSignalSpy length(&shown, &Shown::lengthChanged);
    QVERIFY(shown.isAdult());
    QCOMPARE(shown.length(), 3);
    stores::profile.setKey(&Profile::age, 20);
    QCOMPARE(isAdult.count(), 0); // still one
    stores::profile.setKey(&Profile::age, 7);
    QCOMPARE(isAdult.count(), 1);
    QVERIFY(!shown.isAdult());
    stores::profile.setKey(&Profile::name, QStringLiteral("Eve"));
    QCOMPARE(length.count(), 0);
    stores::profile.setKey(&Profile::name, QStringLiteral("Grace"));
    QCOMPARE(length.count(), 1);
}

void tst_Fields::read_isTrackedByAComputedStore()
{
    User user;
    StoreAdapter draft(stores::draft);
    const auto greeting = computed([&] { return user.name() + draft.value().value<Profile>().theme; });
    int heard = 0;
    const Subscription listener = greeting.listen([&heard] { ++heard; });
    QCOMPARE(greeting.get(), QStringLiteral("Adalight"));
    stores::profile.setKey(&Profile::name, QStringLiteral("Eve"));
    QCOMPARE(heard, 1);
    stores::draft.set({QStringLiteral("x"), 1, QStringLiteral("dark")});
    QCOMPARE(heard, 2);
    QCOMPARE(greeting.get(), QStringLiteral("Evedark"));
}

void tst_Fields::inheritedMember_isAField()
{
    Notes notes;
    QSignalSpy year(&notes, &Notes::yearChanged);
    QSignalSpy text(&notes, &Notes::textChanged);
    notes.set_year(2025);
    QCOMPARE(stores::note.get().year, 2025);
    stores::note.setKey(&stores::Note::year, 2026);
    QCOMPARE(notes.year(), 2026);
    QCOMPARE(year.count(), 2);
    QCOMPARE(text.count(), 0);
}

void tst_Fields::message_namesThePropertyOfAnUnnamedStore()
{
    support::ErrorLog errors;
    Circle circle;
    stores::further = [] { return stores::circular(); };
    const QSignalSpy sum(&circle, &Circle::sumChanged); // mounts it
    const QList<QString> messages = errors.take();
    QCOMPARE(messages.size(), 1);
    QVERIFY2(messages[0].contains(QStringLiteral("unnamed computed store of Circle::sum ")), qPrintable(messages[0]));

    stores::further = [] { return stores::circularNote().year; };
    const QSignalSpy year(&circle, &Circle::yearChanged);
    const QList<QString> others = errors.take();
    QCOMPARE(others.size(), 1);
    QVERIFY2(others[0].contains(QStringLiteral("unnamed computed store of Circle::year ")), qPrintable(others[0]));
    stores::further = [] { return 1; };
}

void tst_Fields::message_namesThePropertyOfAStoreHandedOut()
{
    Circle circle;
    auto *adapter = qobject_cast<StoreAdapter *>(circle.total());
    QVERIFY(adapter);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("Circle::total")));
    adapter->setValue(3);
}

QTEST_GUILESS_MAIN(tst_Fields)
#include "tst_fields.moc"
