// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/property.h"

#include <algorithm>
#include <optional>
#include <vector>

using namespace nanostores;
using support::genProgram;
using support::Step;

namespace {

using Dict = Dictionary<int, int>;
using Naive = std::vector<std::pair<int, int>>;

Naive::iterator at(Naive &naive, int key)
{
    return std::find_if(naive.begin(), naive.end(), [key](const auto &entry) { return entry.first == key; });
}

bool naiveInsert(Naive &naive, int key, int value)
{
    const auto it = at(naive, key);
    if (it != naive.end()) {
        it->second = value;
        return false;
    }
    naive.emplace_back(key, value);
    return true;
}

bool naiveRemove(Naive &naive, int key)
{
    const auto it = at(naive, key);
    if (it == naive.end()) {
        return false;
    }
    naive.erase(it);
    return true;
}

Naive entriesOf(const Dict &dictionary)
{
    Naive all;
    for (const auto &[key, value] : dictionary) {
        all.emplace_back(key, value);
    }
    return all;
}

void requireSame(const Dict &dictionary, const Naive &naive)
{
    RC_ASSERT(entriesOf(dictionary) == naive);
    RC_ASSERT(dictionary.size() == naive.size());
    for (int key = 0; key < 24; ++key) {
        const auto it = at(const_cast<Naive &>(naive), key);
        const int *found = dictionary.find(key);
        RC_ASSERT((found != nullptr) == (it != naive.end()));
        RC_ASSERT((!found || *found == it->second));
    }
}

} // namespace

/// Random edits against a plain list of pairs.
class tst_RandomDictionary : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void dictionary_agreesWithAList();
    void map_tellsWhatChanged();
};

void tst_RandomDictionary::dictionary_agreesWithAList()
{
    const bool holds = rc::check("a dictionary and its copies agree with lists of pairs", [] {
        const auto program = *genProgram(12);
        // Several of them, copied to and fro, so that entries are shared in every way.
        std::vector<Dict> dictionaries(3);
        std::vector<Naive> naives(3);
        for (const Step &step : program) {
            const std::size_t which = static_cast<std::size_t>(step.c) % 3;
            Dict &dictionary = dictionaries[which];
            Naive &naive = naives[which];
            switch (step.what) {
            case 0:
            case 1:
            case 2:
            case 3:
                RC_ASSERT(dictionary.insert(step.a, step.b) == naiveInsert(naive, step.a, step.b));
                break;
            case 4:
            case 5:
            case 6:
                RC_ASSERT(dictionary.remove(step.a) == naiveRemove(naive, step.a));
                break;
            case 7: {
                const std::size_t other = static_cast<std::size_t>(step.a) % 3;
                dictionary = dictionaries[other];
                naive = Naive(naives[other]);
                RC_ASSERT(dictionary.isSharedWith(dictionaries[other]));
                break;
            }
            case 8:
                if (int *value = dictionary.edit(step.a)) {
                    *value = step.b;
                    at(naive, step.a)->second = step.b;
                } else {
                    RC_ASSERT(at(naive, step.a) == naive.end());
                }
                break;
            case 9: {
                const std::size_t other = static_cast<std::size_t>(step.a) % 3;
                dictionary.swap(dictionaries[other]);
                std::swap(naive, naives[other]);
                break;
            }
            case 10: {
                const std::size_t other = static_cast<std::size_t>(step.a) % 3;
                const bool same = naive.size() == naives[other].size()
                                  && std::is_permutation(naive.begin(), naive.end(), naives[other].begin());
                RC_ASSERT((dictionary == dictionaries[other]) == same);
                break;
            }
            default: // many at once, so that it grows and shrinks
                for (int key = step.a; key < step.a + 40; ++key) {
                    if (step.b % 2) {
                        RC_ASSERT(dictionary.insert(key, step.b) == naiveInsert(naive, key, step.b));
                    } else {
                        RC_ASSERT(dictionary.remove(key) == naiveRemove(naive, key));
                    }
                }
            }
            requireSame(dictionary, naive);
        }
        for (std::size_t i = 0; i < 3; ++i) {
            requireSame(dictionaries[i], naives[i]);
        }
    });
    QVERIFY(holds);
}

void tst_RandomDictionary::map_tellsWhatChanged()
{
    const bool holds = rc::check("what a map tells its listeners leads from the old map to the new one", [] {
        const auto program = *genProgram(9);
        const auto store = map<int, int>();
        Dict truth;
        Dict heard; ///< What a listener knows that applies the changes it is told.
        Dict heardOld; ///< What one knows that takes whole maps.
        std::vector<std::pair<Dict, Dict>> snapshots;
        QByteArray wrong;
        bool inBatch = false;
        const auto note = [&](bool right, const char *what) {
            if (!right && wrong.isEmpty()) {
                wrong = what;
            }
        };
        const auto change = store.listen([&](const Dict &value, const MapChange<int, int> &what) {
            if (what.whole) {
                heard = value;
            }
            for (const auto &[key, old] : what.keys) {
                note(old == (heard.find(key) ? std::optional<int>(*heard.find(key)) : std::nullopt),
                     "old value of a key");
                if (const int *now = value.find(key)) {
                    heard.insert(key, *now);
                } else {
                    heard.remove(key);
                }
            }
            note(heard == value, "changes do not lead to the map");
        });
        Subscription whole;
        const auto listenWhole = [&] {
            heardOld = truth;
            whole = store.listen([&](const Dict &value, const Dict &old, const int *key) {
                note(old == heardOld, "old map");
                note(!key || !inBatch, "a key in a batch");
                if (key) {
                    Dict expected = old;
                    if (const int *now = value.find(*key)) {
                        expected.insert(*key, *now);
                    } else {
                        expected.remove(*key);
                    }
                    note(expected == value, "more than the key has changed");
                }
                heardOld = value;
            });
        };
        int sum = 0;
        const auto total = computed(store, [](const Dict &all) {
            int s = 0;
            for (const auto &entry : all) {
                s += entry.first * 100 + entry.second;
            }
            return s;
        });
        const auto ofTotal = total.subscribe([&](int value) { sum = value; });
        int keysHeard = 0;
        const auto keys = listenKeys(store, {1, 2}, [&] { ++keysHeard; });
        std::optional<Batch> batch;
        Dict atBatch;
        int keysAtBatch = 0;
        const auto endBatch = [&] {
            batch->end(); // errors are none of this property's business
            batch.reset();
            inBatch = false;
        };
        for (const Step &step : program) {
            const Dict before = truth;
            const int keysBefore = keysHeard;
            switch (step.what) {
            case 0:
            case 1:
            case 2:
                truth.insert(step.a % 6, step.b % 3);
                store.setKey(step.a % 6, step.b % 3);
                break;
            case 3:
                truth.remove(step.a % 6);
                store.removeKey(step.a % 6);
                break;
            case 4: {
                Dict next;
                for (int key = 0; key < step.a % 5; ++key) {
                    next.insert(key, step.b % 3);
                }
                truth = next;
                store.set(next);
                break;
            }
            case 5:
                if (inBatch) {
                    endBatch();
                    const bool touched =
                        truth.value(1, -1) != atBatch.value(1, -1) || truth.value(2, -1) != atBatch.value(2, -1);
                    RC_ASSERT(keysHeard - keysAtBatch == (touched ? 1 : 0));
                } else {
                    atBatch = truth;
                    keysAtBatch = keysHeard;
                    batch.emplace();
                    inBatch = true;
                }
                break;
            case 6:
                snapshots.emplace_back(store.get(), truth);
                break;
            case 7:
                if (!inBatch) {
                    whole ? whole.reset() : listenWhole();
                }
                break;
            default:
                RC_ASSERT(total.get() == computed(store, [](const Dict &all) {
                                             int s = 0;
                                             for (const auto &entry : all) {
                                                 s += entry.first * 100 + entry.second;
                                             }
                                             return s;
                                         }).peek());
            }
            RC_ASSERT(store.get() == truth);
            RC_ASSERT(wrong == "");
            if (!inBatch) {
                RC_ASSERT(heard == truth);
                RC_ASSERT((!whole || heardOld == truth));
                RC_ASSERT(sum == total.peek());
                if (step.what <= 4) {
                    const bool touched =
                        truth.value(1, -1) != before.value(1, -1) || truth.value(2, -1) != before.value(2, -1);
                    RC_ASSERT(keysHeard - keysBefore == (touched ? 1 : 0));
                }
            }
        }
        if (inBatch) {
            endBatch();
        }
        RC_ASSERT(heard == truth);
        for (const auto &[taken, then] : snapshots) {
            RC_ASSERT(taken == then);
        }
    });
    QVERIFY(holds);
}

SUPPORT_PROPERTY_MAIN(tst_RandomDictionary)
#include "tst_randomdictionary.moc"
