// qmllint disable compiler
import NanoStores.Test
import "shop.mjs" as Shop

StoreTestCase {
    name: "JavaScript"

    function test_1_module_knowsTheGuard() {
        const found = Shop.record();
        compare(found.values, [4]);
        compare(found.diff.length, 1);
        verify(found.diff[0].includes("1 -> 2"), found.diff[0]);
    }
    function test_2_stores_haveTheValuesOfBefore() {
        compare(Shop.$count.get(), 1);
        compare(Shop.$twice.get(), 2);
    }
}
