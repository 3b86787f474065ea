// Test functions are interpreted.
// qmllint disable compiler
// The clock and the folder are set by tst_qmli18n.cpp.
// qmllint disable unqualified
import QtQml
import QtQuick
import QtTest
import NanoStores
import NanoStores.I18n

TestCase {
    id: test
    name: "Messages"

    // Before what it is read by is complete, and before what it reads.
    Text {
        id: early
        text: post.t.title + " " + post.t.comments(2)
    }
    Atom {
        id: number
        value: 1
    }
    Messages {
        id: post
        i18n: language
        component: "post"
        texts: ({
                title: "Post details",
                published: "Was published at {at}",
                comments: { one: "{count} comment", other: "{count} comments", 0: "No comments" },
                state: { draft: "A draft", other: "Gone" },
                constructor: "A name of JavaScript"
            })
    }
    I18n {
        id: language
        files: dataDir + "/%1.json"
    }
    Text {
        id: line
        text: post.t.title + ": " + post.t.comments(number.value)
    }
    Text {
        id: price
        text: language.format.number(1234.5) + " " + language.format.relativeTime(-1, "day")
    }

    function init() {
        language.locale = "en"
        number.value = 1
    }

    function test_base() {
        compare(early.text, "Post details 2 comments")
        compare(line.text, "Post details: 1 comment")
        compare(post.t.published({ at: "10:30" }), "Was published at 10:30")
        compare(post.t.comments(0), "No comments")
        compare(post.t.state("draft"), "A draft")
        compare(post.t.state("other things"), "Gone")
        compare(post.t.constructor, "A name of JavaScript")
    }

    function test_localeSwitchesBindings() {
        language.locale = "ru"
        compare(line.text, "Запись: 1 комментарий")
        number.value = 5
        compare(line.text, "Запись: 5 комментариев")
        compare(early.text, "Запись 2 комментария")
        compare(post.t.published({ at: "10:30" }), "Опубликовано 10:30")
        compare(post.t.constructor, "A name of JavaScript") // not translated
        language.locale = "en"
        compare(line.text, "Post details: 5 comments")
    }

    function test_changeIsSignalledOnce() {
        spy.clear()
        language.locale = "ru"
        compare(spy.count, 1)
        language.locale = "ru-RU"
        compare(line.text, "Запись: 1 комментарий")
    }

    function test_formatFollows() {
        compare(price.text, "1,234.5 yesterday")
        language.locale = "de"
        compare(price.text, "1.234,5 gestern")
        compare(language.format.list(["A", "B", "C"], "or"), "A, B oder C")
        compare(language.format.range(3, 5), "3–5")
        ignoreWarning(new RegExp("format: \"fortnight\" is none of second, minute"))
        compare(language.format.relativeTime(1, "fortnight"), "")
    }

    function test_missingFileIsAnError() {
        verify(language.error === "")
        language.locale = "fr"
        verify(language.error.includes("no translation"))
        compare(line.text, "Post details: 1 comment")
        language.retry()
        verify(language.error !== "")
        language.locale = "en"
        compare(language.error, "")
        verify(!language.loading)
    }

    function test_direction() {
        compare(language.direction, Qt.LeftToRight)
        language.locale = "ar"
        compare(language.direction, Qt.RightToLeft)
    }

    function test_missingParameterIsReported() {
        ignoreWarning(new RegExp("post.published: the parameter \"at\" is missing: pass it"))
        compare(post.t.published({ on: 1 }), "Was published at ")
    }

    function test_isFixedWhenComplete() {
        ignoreWarning(new RegExp("Messages are fixed when they are complete"))
        post.component = "page"
        compare(post.component, "post")
        ignoreWarning(new RegExp("base is fixed when the I18n is complete"))
        language.base = "de"
        compare(language.base, "en")
    }

    function test_wrongTextsAreReported() {
        ignoreWarning(new RegExp("size is no text"))
        ignoreWarning(new RegExp("count has no form \"other\": add one"))
        const made = createTemporaryObject(wrong, test)
        compare(made.t.title, "Title")
        compare(made.t.size, undefined)
        compare(made.t.count, undefined)
    }

    function test_withoutI18nIsReported() {
        ignoreWarning(new RegExp("Messages without an I18n stay in their own language"))
        compare(createTemporaryObject(alone, test).t.title, "Title")
    }

    SignalSpy {
        id: spy
        target: post
        signalName: "tChanged"
    }
    Component {
        id: wrong
        Messages {
            i18n: language
            component: "wrong"
            texts: ({ title: "Title", size: 5, count: { one: "A" } })
        }
    }
    Component {
        id: alone
        Messages {
            component: "alone"
            texts: ({ title: "Title" })
        }
    }
}
