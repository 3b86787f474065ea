// Test functions are interpreted.
// qmllint disable compiler
// The clock is set by tst_qmli18n.cpp.
// qmllint disable unqualified
import QtQml
import QtTest
import NanoStores.I18n

/// What bindings show while languages are chosen, loaded and loaded again.
TestCase {
    id: test
    name: "Switches"

    property var answer // the result of load()

    Component {
        id: scene
        QtObject {
            id: root
            property bool hasExtra: false
            property I18n language: I18n {
                load: (locale, components) => test.answer(locale, components)
            }
            property Messages post: Messages {
                i18n: root.language
                component: "post"
                texts: ({ title: "post", comments: { one: "{count} one", other: "{count} post" } })
            }
            property Messages cart: Messages {
                i18n: root.language
                component: "cart"
                texts: ({ title: "cart" })
            }
            property Messages extra: Messages {
                i18n: root.language
                component: "extra"
                texts: ({ title: "extra" })
            }
            property var say: post.t.comments // a function that is kept follows, too
            property string line: String([post.t.title, post.t.comments(7), say.call(null, 7), cart.t.title])
            property string extraLine: hasExtra ? extra.t.title : ""
        }
    }

    function textsOf(mark, components) {
        const texts = {}
        for (const name of components)
            texts[name] = name === "post" ? { title: mark, comments: { one: "one", few: "few", many: "{count} " + mark, other: "{count} " + mark } }
                                          : { title: name + mark }
        return texts
    }

    function test_textsOfALanguageAreMadeOnce() {
        answer = (locale, components) => textsOf(locale, components)
        const made = createTemporaryObject(scene, test)
        const english = made.post.t
        made.language.locale = "fr"
        clock.advance(0)
        compare(made.line, "fr,7 fr,7 fr,cartfr")
        const french = made.post.t
        verify(french !== english)
        verify(french.comments !== english.comments)
        made.language.locale = "en"
        compare(made.line, "post,7 post,7 post,cart")
        verify(made.post.t === english)
        made.language.locale = "fr"
        compare(made.line, "fr,7 fr,7 fr,cartfr")
        verify(made.post.t === french)
    }
}
