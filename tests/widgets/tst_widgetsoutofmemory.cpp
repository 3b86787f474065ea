// SPDX-License-Identifier: MIT

// Each allocation of each step fails once, but for those that Qt makes itself, which it does not get over; and each
// copy, move and comparison of a type of the user's. After that bound widgets follow the store, and the store follows
// them.
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include "support/failing.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSlider>
#include <QSpinBox>
#include <QTest>

#include <functional>
#include <memory>
#include <string>
#include <vector>

SUPPORT_FAILING_NEW
Q_DECLARE_METATYPE(support::Fussy)

using namespace nanostores;
using support::Failing;
using support::Fussy;
using support::text;

namespace {

QString shownText(int n)
{
    return QString::fromStdString(text(n));
}

struct World
{
    World()
    {
        for (int n = 0; n < 5; ++n) {
            combo.addItem(shownText(n), QVariant::fromValue(Fussy(n)));
        }
        slider.setRange(0, 1000);
        spin.setRange(0, 1000);
        bind(title, &line);
        useStore(title, &label, [this](const std::string &now) {
            const Failing::Pause pause;
            label.setText(QString::fromStdString(now));
        });
        bind(number, &slider);
        bind(number, &spin, {.commit = Commit::WhenFinished});
        bind(chosen, &combo);
        bind(sizes, "a", &keySpin);
        useStore(number, &window, [this](int n) { seen = n; });
        QCoreApplication::processEvents();
    }
    QStringList afterWriting(int n)
    {
        QStringList wrong;
        const auto expect = [&wrong](bool right, const char *what) {
            if (!right) {
                wrong << QLatin1String(what);
            }
        };
        slider.setRange(0, 1000);
        if (combo.count() < 5) {
            combo.addItem(shownText(4), QVariant::fromValue(Fussy(4)));
        }
        QCoreApplication::processEvents();
        title.set(text(n));
        number.set(n);
        chosen.set(Fussy(n % 5));
        sizes.setKey("a", n % 50);
        QCoreApplication::processEvents();
        expect(line.text() == shownText(n), "line");
        expect(label.text() == shownText(n), "label");
        expect(slider.value() == n, "slider");
        expect(spin.value() == n, "spin box");
        expect(combo.currentIndex() == n % 5, "combo box");
        expect(keySpin.value() == n % 50, "key");
        expect(seen == n, "useStore");

        line.setText(shownText(n + 1));
        slider.setValue(n + 1);
        combo.setCurrentIndex((n + 1) % 5);
        keySpin.setValue((n + 1) % 50);
        QCoreApplication::processEvents();
        expect(title.get() == text(n + 1), "text of the line");
        expect(number.get() == n + 1 && spin.value() == n + 1, "number of the slider");
        expect(chosen.get() == Fussy((n + 1) % 5), "choice");
        expect(*sizes.get().find("a") == (n + 1) % 50, "key of the box");
        return wrong;
    }

    Atom<std::string> title{text(0)};
    Atom<int> number{0};
    Atom<Fussy> chosen{Fussy(0)};
    Map<std::string, int> sizes{{{"a", 0}}};
    QWidget window;
    QLineEdit line;
    QLabel label;
    QSlider slider;
    QSpinBox spin;
    QSpinBox keySpin;
    QComboBox combo;
    int seen = -1;
};

struct Act
{
    const char *name;
    std::function<void(World &)> run;
};

std::vector<Act> acts()
{
    return {
        {"set of a text", [](World &w) { w.title.set(text(7)); }},
        {"set of a number", [](World &w) { w.number.set(7); }},
        {"set of a choice", [](World &w) { w.chosen.set(Fussy(3)); }},
        {"setKey", [](World &w) { w.sizes.setKey("a", 7); }},
        {"removeKey", [](World &w) { w.sizes.removeKey("a"); }},
        {"edit of a line", [](World &w) { w.line.setText(shownText(7)); }},
        {"edit of a slider", [](World &w) { w.slider.setValue(7); }},
        {"edit of a spin box",
         [](World &w) {
             w.spin.setValue(7);
             Q_EMIT w.spin.editingFinished();
         }},
        {"edit of a combo box", [](World &w) { w.combo.setCurrentIndex(3); }},
        {"edit of a key", [](World &w) { w.keySpin.setValue(7); }},
        {"range of a slider",
         [](World &w) {
             w.number.set(700);
             w.slider.setMaximum(500);
             QCoreApplication::processEvents();
         }},
        {"items of a combo box",
         [](World &w) {
             w.chosen.set(Fussy(4));
             w.combo.removeItem(4);
             QCoreApplication::processEvents();
         }},
        {"bind",
         [](World &w) {
             QLineEdit line;
             QSpinBox spin;
             bind(w.title, &line);
             bind(w.number, &spin);
             bind(w.sizes, "a", &spin);
             useStore(w.title, &line, [](const std::string &) {});
         }},
        {"show and hide",
         [](World &w) {
             QLineEdit line;
             bind(w.title, &line, {.observe = Observe::WhileVisible});
             line.show();
             line.hide();
         }},
        {"batch",
         [](World &w) {
             batch([&] {
                 w.title.set(text(7));
                 w.number.set(7);
                 w.sizes.setKey("a", 7);
             });
         }},
    };
}

} // namespace

class tst_WidgetsOutOfMemory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Failing::isExempt = support::isInQt; }
    void init()
    {
        setErrorHandler([](const std::exception_ptr &) {});
    }
    void cleanup() { setErrorHandler({}); }
    void allocation_fails_data() { rows(); }
    void allocation_fails() { runAll(Failing::Allocation); }
    void operation_fails_data() { rows(); }
    void operation_fails() { runAll(Failing::Operation); }

private:
    void rows();
    void runAll(Failing::What what);
};

void tst_WidgetsOutOfMemory::rows()
{
    QTest::addColumn<int>("act");
    int i = 0;
    for (const auto &act : acts()) {
        QTest::addRow("%s", act.name) << i++;
    }
}

void tst_WidgetsOutOfMemory::runAll(Failing::What what)
{
    QFETCH(int, act);
    const auto chosen = acts()[std::size_t(act)];
    bool failed = true;
    for (long n = 1; failed && !QTest::currentTestFailed(); ++n) {
        World world;
        {
            Failing failing(what, n);
            try {
                chosen.run(world);
            } catch (...) { // what leaves it is of no interest here
            }
            failed = failing.hasFailed();
        }
        QStringList wrong = world.afterWriting(100);
        wrong += world.afterWriting(203);
        QVERIFY2(wrong.isEmpty(),
                 qPrintable(QStringLiteral("number %1: %2").arg(n).arg(wrong.join(QStringLiteral(", ")))));
    }
}

QTEST_MAIN(tst_WidgetsOutOfMemory)
#include "tst_widgetsoutofmemory.moc"
