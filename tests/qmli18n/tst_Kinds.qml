// Test functions are interpreted.
// qmllint disable compiler
// What is C++'s is set by tst_qmli18n.cpp.
// qmllint disable unqualified
import QtQml
import QtTest
import NanoStores.I18n

/// Ordinals and rich text, in the language of an I18n of C++.
TestCase {
    id: test
    name: "Kinds"

    readonly property string second: race.t.place(2, { all: 30 }) // observes the texts, so that they are loaded

    Messages {
        id: race
        i18n: cppLanguage
        component: "race"
        texts: ({
                place: { ordinal: { one: "{count}st of {all}", two: "{count}nd of {all}", few: "{count}rd of {all}", other: "{count}th of {all}" } },
                terms: { rich: "Read <b>the</b> <a>terms</a> of {shop}" },
                mark: { rich: "<m>{what}</m>" },
                rich: { rich: "Rich", other: "Poor" }
            })
    }
    Messages {
        id: wrong
        i18n: cppLanguage
        component: "wrong"
        texts: ({
                title: "Good",
                place: { ordinal: { first: "1st", other: "{count}th" } },
                open: { rich: "<b>bold" }
            })
    }
    SignalSpy {
        id: changes
        target: cppLanguage
        signalName: "localeChanged"
    }

    function init() {
        clock.choose("en")
        clock.advance(0)
    }

    function test_ordinals() {
        const places = []
        for (const n of [1, 2, 3, 4, 11, 22])
            places.push(race.t.place(n, { all: 30 }))
        compare(places, ["1st of 30", "2nd of 30", "3rd of 30", "4th of 30", "11th of 30", "22nd of 30"])
    }

    function test_rich() {
        compare(race.t.terms({ a: "https://x.example/?a=1&b=\"", shop: "A<B" }),
                "Read <b>the</b> <a href=\"https://x.example/?a=1&amp;b=%22\">terms</a> of A&lt;B")
        compare(race.t.mark({ m: inner => "<i>" + inner + "</i>", what: "x" }), "<i>x</i>")
        compare(race.t.rich("rich"), "Rich")
    }

    function test_tagThatThrows_throws() {
        for (const thrown of [new TypeError("bad tag"), "bad tag", 7, { no: "tag" }]) {
            let caught
            try {
                race.t.mark({ m: () => { throw thrown }, what: "x" })
            } catch (error) {
                caught = error
            }
            verify(caught === thrown)
        }
    }

    function test_missingTag_isWarnedOf() {
        ignoreWarning(/race.mark: the tag "m" is missing: pass it/)
        compare(race.t.mark({ what: "x" }), "x")
    }

    function test_wrongTexts_areLeftOut() {
        compare(Object.keys(wrong.t), ["title"])
    }

    function test_language_isThatOfCpp() {
        changes.clear()
        compare(cppLanguage.locale, "en")
        clock.choose("ru")
        clock.advance(0)
        compare([cppLanguage.locale, cppLanguage.format.locale, changes.count], ["ru", "ru", 1])
        compare(second, "2-е место из 30")
        compare(race.t.terms({ a: "x", shop: "S" }), "<a href=\"x\">Условия</a> S")
    }

    function test_locale_isSetInCpp() {
        ignoreWarning(/the locale is that of an I18n of C\+\+: set the store that it follows/)
        cppLanguage.locale = "fr"
        compare(cppLanguage.locale, "en")
    }
}
