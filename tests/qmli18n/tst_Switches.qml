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

    Component {
        id: scene
        QtObject {
            id: root
            required property var answer // the result of load()
            property bool hasExtra: false
            property I18n language: I18n {
                load: (locale, components) => root.answer(locale, components)
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
        const made = createTemporaryObject(scene, test, { answer: (locale, components) => textsOf(locale, components) })
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

    /// Against what is shown by the languages that are there. The answer for the third component brings the others
    /// anew; that for Italian is an error.
    function test_random() {
        let seed = 17
        const random = below => {
            seed = (seed * 48271) % 2147483647
            return seed % below
        }
        for (let round = 0; round < 30; ++round) {
            let version = 0
            const known = { en: { mark: "", extra: true } }
            const answer = (locale, components) => {
                if (locale === "it")
                    throw new Error("there is no Italian")
                const isExtra = components.includes("extra")
                known[locale] = { mark: locale + ++version, extra: isExtra || (known[locale] && known[locale].extra) }
                return textsOf(known[locale].mark, isExtra ? ["post", "cart", "extra"] : components)
            }
            const made = createTemporaryObject(scene, test, { answer })
            let line = "post,7 post,7 post,cart"
            let extraLine = ""
            for (let step = 0; step < 40; ++step) {
                const choice = random(8)
                if (choice < 4)
                    made.language.locale = ["en", "fr", "ru", "it"][choice]
                else if (choice === 4 && random(4) === 0)
                    made.hasExtra = true
                else
                    clock.advance(0)
                const locale = made.language.locale || "en"
                const now = known[locale]
                if (now)
                    line = locale === "en" ? "post,7 post,7 post,cart" : [now.mark, "7 " + now.mark, "7 " + now.mark, "cart" + now.mark].join()
                compare(made.line, line, "round " + round + ", step " + step)
                if (made.hasExtra && now && now.extra)
                    extraLine = "extra" + now.mark
                else if (made.hasExtra && extraLine === "")
                    extraLine = "extra"
                compare(made.extraLine, extraLine, "round " + round + ", step " + step)
            }
            made.destroy()
        }
    }
}
