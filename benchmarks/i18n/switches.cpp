// SPDX-License-Identifier: MIT
#include "harness.h"
#include "numberof.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>
#include <nanostores/qmli18n.h>

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QTranslator>

#include <memory>
#include <string>

using namespace nanostores;

/// 1000 bindings in QML, each with a text of its own, while the language changes back and forth. There are 20 Messages
/// with 50 texts each, as of windows and dialogs.

namespace {

constexpr int componentCount = 20;
constexpr int textCount = 50;

QByteArray russianTexts()
{
    QJsonObject all;
    for (int component = 0; component < componentCount; ++component) {
        QJsonObject texts;
        for (int i = 0; i < textCount; ++i) {
            texts.insert(QStringLiteral("t%1").arg(i), QStringLiteral("Текст %1").arg(component * textCount + i));
        }
        all.insert(QStringLiteral("c%1").arg(component), texts);
    }
    return QJsonDocument(all).toJson(QJsonDocument::Compact);
}

/// A list of objects whose texts are the bindings that the function gives for component and number.
template<typename Binding>
QByteArray documentOf(const QByteArray &head, Binding binding)
{
    QByteArray document = head + "    property list<QtObject> texts: [\n";
    for (int component = 0; component < componentCount; ++component) {
        for (int i = 0; i < textCount; ++i) {
            const bool isFirst = component == 0 && i == 0;
            document += QByteArray(isFirst ? "" : ",\n")
                        + "        QtObject { property string text: " + binding(component, i) + " }";
        }
    }
    return document + "\n    ]\n    property string last: texts[999].text\n}\n";
}

class Scene
{
public:
    QQmlEngine engine;

    void load(const QByteArray &document)
    {
        QQmlComponent component(&engine);
        component.setData(document, QUrl(QStringLiteral("qrc:/Bench.qml"))); // the context of its qsTr()
        m_root.reset(component.create());
        if (!m_root) {
            qFatal("%s", qPrintable(component.errorString()));
        }
    }
    std::string last() const { return numberOf(m_root->property("last").toString()); }

private:
    std::unique_ptr<QObject> m_root;
};

Program byMessages()
{
    struct Subject
    {
        Atom<QString> locale{QStringLiteral("en")};
        I18n i18n{locale, {.load = {[](const TranslationRequest &) { return russianTexts(); }, true}}};
        Scene scene;
    };
    auto subject = std::make_shared<Subject>();
    subject->scene.engine.rootContext()->setContextProperty(QStringLiteral("language"),
                                                            new DeclarativeI18n(subject->i18n, &subject->scene.engine));
    QByteArray head = "import QtQml\nimport NanoStores.I18n\nQtObject {\n    id: root\n";
    for (int component = 0; component < componentCount; ++component) {
        const QByteArray number = QByteArray::number(component);
        head += "    property Messages m" + number + ": Messages {\n        i18n: language\n        component: \"c"
                + number + "\"\n        texts: ({\n";
        for (int i = 0; i < textCount; ++i) {
            head += "            t" + QByteArray::number(i) + ": \"Text "
                    + QByteArray::number(component * textCount + i) + "\",\n";
        }
        head += "        })\n    }\n";
    }
    subject->scene.load(documentOf(head, [](int component, int i) {
        return "root.m" + QByteArray::number(component) + ".t.t" + QByteArray::number(i);
    }));
    return {[subject, isRussian = false](std::size_t times) mutable {
                for (; times > 0; --times) {
                    isRussian = !isRussian;
                    subject->locale.set(isRussian ? QStringLiteral("ru") : QStringLiteral("en"));
                }
            },
            [subject] { return subject->scene.last(); }};
}

Program byTranslator()
{
    struct Subject
    {
        QTranslator translator;
        Scene scene;
    };
    auto subject = std::make_shared<Subject>();
    if (!subject->translator.load(QStringLiteral(BENCH_QM))) {
        qFatal("there is no " BENCH_QM);
    }
    subject->scene.load(documentOf("import QtQml\nQtObject {\n", [](int component, int i) {
        return "qsTr(\"Text " + QByteArray::number(component * textCount + i) + "\")";
    }));
    return {[subject, isRussian = false](std::size_t times) mutable {
                for (; times > 0; --times) {
                    isRussian = !isRussian;
                    if (isRussian) {
                        QCoreApplication::installTranslator(&subject->translator);
                    } else {
                        QCoreApplication::removeTranslator(&subject->translator);
                    }
                    subject->scene.engine.retranslate();
                }
            },
            [subject] { return subject->scene.last(); }};
}

} // namespace

void addSwitches()
{
    addCase("switch/nanostores", 1, byMessages);
    addCase("switch/tr", 1, byTranslator);
}
