// Test functions are interpreted.
// qmllint disable compiler
// The clock and what C++ loads from are set by tst_qmli18n.cpp.
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores.I18n

TestCase {
    id: test
    name: "Loading"

    property var calls: [] // of load()
    property var answer // its result

    Component {
        id: scene
        QtObject {
            id: root
            property I18n language: I18n {
                load: (locale, components) => {
                    test.calls.push([locale, components])
                    return test.answer(locale, components)
                }
            }
            property Messages post: Messages {
                i18n: root.language
                component: "post"
                texts: ({ title: "Post", comments: { one: "{count} comment", other: "{count} comments" } })
            }
            property Messages cart: Messages {
                i18n: root.language
                component: "cart"
                texts: ({ title: "Cart" })
            }
            property string line: post.t.title + ", " + post.t.comments(2) + ", " + cart.t.title
        }
    }
    Component {
        id: ofCpp
        QtObject {
            id: root
            property I18n language: I18n {
                load: cppLoader.loader
            }
            property Messages post: Messages {
                i18n: root.language
                component: "post"
                texts: ({ title: "Post" })
            }
            property string line: post.t.title
        }
    }
    Component {
        id: beside
        QtObject {
            id: root
            property I18n language: I18n {
                files: Qt.resolvedUrl("data/%1.json")
                locale: "ru"
            }
            property Messages post: Messages {
                i18n: root.language
                component: "post"
                texts: ({ title: "Post" })
            }
            property string line: post.t.title
        }
    }
    Component {
        id: ofArabic
        I18n {
            base: "ar-EG"
        }
    }
    Component {
        id: wrongLoad
        I18n {
            load: 5
        }
    }
    Component {
        id: both
        I18n {
            files: dataDir + "/%1.json"
            load: () => ({})
        }
    }

    readonly property var french: ({
            post: { title: "Article", comments: { one: "{count} avis", many: "{count} avis", other: "{count} avis" } },
            cart: { title: "Panier" }
        })

    function init() {
        calls = []
        answer = () => french
    }
    function make(component) {
        return createTemporaryObject(component || scene, test)
    }
    /// A promise, with what ends it.
    function deferred() {
        const made = {}
        made.promise = new Promise((resolve, reject) => {
                made.resolve = resolve
                made.reject = reject
            })
        return made
    }

    function test_base() {
        const made = make()
        clock.advance(0)
        compare(made.line, "Post, 2 comments, Cart")
        compare(calls, [])
        verify(!made.language.loading)
    }

    function test_isCalledOnceForAllThatIsShown() {
        const made = make()
        made.language.locale = "fr"
        compare(made.line, "Post, 2 comments, Cart")
        verify(made.language.loading)
        clock.advance(0)
        compare(calls, [["fr", ["post", "cart"]]])
        compare(made.line, "Article, 2 avis, Panier")
        verify(!made.language.loading)
        made.language.locale = "en"
        compare(made.line, "Post, 2 comments, Cart")
        made.language.locale = "fr"
        clock.advance(0)
        compare(made.line, "Article, 2 avis, Panier")
        compare(calls.length, 1)
    }

    function test_answers_data() {
        return [
            { tag: "object", answer: () => french },
            { tag: "array of objects", answer: () => [{ post: french.post }, { cart: french.cart }] },
            { tag: "text", answer: () => JSON.stringify(french) },
            { tag: "texts", answer: () => [JSON.stringify({ post: french.post }), { cart: french.cart }] },
            { tag: "promise of an object", answer: () => Promise.resolve(french) },
            { tag: "promise of a text", answer: () => Promise.resolve(JSON.stringify(french)) },
            { tag: "bytes", answer: () => cppLoader.bytes(JSON.stringify(french)) },
            { tag: "map of C++", answer: () => cppLoader.map(french) }
        ]
    }
    function test_answers(data) {
        answer = data.answer
        const made = make()
        made.language.locale = "fr"
        clock.advance(0)
        tryCompare(made, "line", "Article, 2 avis, Panier")
        compare(made.language.error, "")
        verify(!made.language.loading)
    }

    function test_errors_data() {
        return [
            { tag: "thrown", answer: () => { throw new Error("offline") }, error: /^offline$/ },
            { tag: "rejected", answer: () => Promise.reject(new Error("offline")), error: /^offline$/ },
            { tag: "rejected with a text", answer: () => Promise.reject("offline"), error: /offline/ },
            { tag: "nothing", answer: () => undefined, error: /load\(\) must give an object .* not undefined/ },
            { tag: "null", answer: () => null, error: /load\(\) must give an object .* not null/ },
            { tag: "a number", answer: () => Promise.resolve(5), error: /load\(\) must give an object .* not the number 5/ },
            { tag: "an array with a number", answer: () => [{}, 5], error: /load\(\) must give an object/ },
            { tag: "no JSON", answer: () => "{", error: /fr:1: it is no JSON/ },
            { tag: "a cycle", answer: () => { const o = {}; o.post = o; return o }, error: /./ }
        ]
    }
    function test_errors(data) {
        answer = data.answer
        const made = make()
        made.language.locale = "fr"
        clock.advance(0)
        tryVerify(() => made.language.error !== "")
        verify(data.error.test(made.language.error), made.language.error)
        verify(!made.language.loading)
        compare(made.line, "Post, 2 comments, Cart")
        compare(calls.length, 1)

        answer = () => french
        made.language.retry()
        clock.advance(0)
        tryCompare(made, "line", "Article, 2 avis, Panier")
        compare(made.language.error, "")
        compare(calls.length, 2)
    }

    function test_loadingUntilThePromiseEnds() {
        const slow = deferred()
        answer = () => slow.promise
        const made = make()
        made.language.locale = "fr"
        clock.advance(0)
        verify(made.language.loading)
        compare(made.line, "Post, 2 comments, Cart")
        slow.resolve(french)
        tryCompare(made.language, "loading", false)
        compare(made.line, "Article, 2 avis, Panier")
    }

    function test_answerForTheLocaleBeforeIsKept() {
        const slow = deferred()
        answer = locale => locale === "fr" ? slow.promise : ({ post: { title: "Artikel" } })
        const made = make()
        made.language.locale = "fr"
        clock.advance(0)
        made.language.locale = "de"
        clock.advance(0)
        compare(made.line, "Artikel, 2 comments, Cart")
        slow.resolve(french)
        wait(0)
        compare(made.line, "Artikel, 2 comments, Cart")
        made.language.locale = "fr"
        tryCompare(made, "line", "Article, 2 avis, Panier")
        compare(calls.length, 2)
    }

    function test_objectMayGoWhileLoading() {
        const slow = deferred()
        answer = () => slow.promise
        const made = make()
        made.language.locale = "fr"
        clock.advance(0)
        compare(calls.length, 1)
        made.destroy()
        wait(0)
        slow.resolve(french)
        wait(0)
    }

    function test_filesMayBeBesideTheDocument() {
        const made = make(beside)
        compare(made.language.error, "")
        compare(made.line, "Запись")
    }

    function test_withoutALocaleAllIsOfTheBase() {
        const made = make(ofArabic)
        compare(made.locale, "")
        compare([made.format.locale, made.format.number(5), made.direction], ["ar-EG", "٥", Qt.RightToLeft])
        made.locale = "en"
        compare([made.format.locale, made.format.number(5), made.direction], ["en", "5", Qt.LeftToRight])
        made.locale = ""
        compare([made.format.locale, made.direction], ["ar-EG", Qt.RightToLeft])
    }

    function test_loaderOfCpp() {
        const made = make(ofCpp)
        made.language.locale = "de"
        compare(made.line, "Post")
        verify(made.language.loading)
        cppLoader.answer("{\"post\": {\"title\": \"Artikel\"}}")
        compare(made.line, "Artikel")
        verify(!made.language.loading)
        made.language.locale = "it"
        cppLoader.fail("the server is gone")
        compare(made.language.error, "the server is gone")
        compare(made.line, "Artikel")
        made.language.retry()
        cppLoader.answer("{\"post\": {\"title\": \"Articolo\"}}")
        compare(made.line, "Articolo")
    }

    function test_wrongLoadIsReported() {
        ignoreWarning(/load must be a function .* and not the number 5/)
        make(wrongLoad)
        ignoreWarning(/load is set, so files are not read: take one of them away/)
        const made = make(both)
        ignoreWarning(/load is fixed when the I18n is complete/)
        made.load = () => french
    }
}
