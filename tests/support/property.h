// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtTest/QTest>

#include <rapidcheck.h>

#include <utility>

/// The main function of a test of random cases: 2 000 of each property, or as many as NANOSTORES_RANDOM_CASES says.
/// NANOSTORES_RANDOM_SEED, without a number of cases, makes them the same each time. A failure prints a string to
/// repeat it with: RC_PARAMS="reproduce=..." (which replaces the number of cases).
#define SUPPORT_PROPERTY_MAIN(Test) SUPPORT_PROPERTY_MAIN_OF(Test, "2000", )

/// The same with another number of cases, and what the test needs before: `QApplication app(argc, argv)`.
#define SUPPORT_PROPERTY_MAIN_OF(Test, usual, application) \
    int main(int argc, char *argv[]) \
    { \
        if (!qEnvironmentVariableIsSet("RC_PARAMS")) { \
            const QByteArray cases = qgetenv("NANOSTORES_RANDOM_CASES"); \
            const QByteArray seed = cases.isEmpty() ? qgetenv("NANOSTORES_RANDOM_SEED") : QByteArray(); \
            qputenv("RC_PARAMS", "max_success=" + (cases.isEmpty() ? QByteArray(usual) : cases) \
                                     + (seed.isEmpty() ? QByteArray() : " seed=" + seed)); \
        } \
        qputenv("QTEST_FUNCTION_TIMEOUT", "36000000"); \
        application; \
        Test test; \
        return QTest::qExec(&test, argc, argv); \
    }

namespace support {

/// A property as a check of Qt Test: rc::check() alone prints that it does not hold, and the test passes.
template<typename F>
void holds(F property)
{
    QVERIFY2(rc::check(std::move(property)), "the property does not hold, see above");
}

/// A step of a random program; what its numbers mean is up to the test. Shrinks to fewer steps of smaller numbers.
struct Step
{
    int what = 0;
    int a = 0;
    int b = 0;
    int c = 0;

    friend std::ostream &operator<<(std::ostream &stream, const Step &step)
    {
        return stream << '{' << step.what << ',' << step.a << ',' << step.b << ',' << step.c << '}';
    }
};

/// Programs of that many kinds of steps; the first kinds are what a failing program shrinks to.
inline rc::Gen<std::vector<Step>> genProgram(int kinds)
{
    const auto number = rc::gen::inRange(0, 24);
    return rc::gen::container<std::vector<Step>>(
        rc::gen::build<Step>(rc::gen::set(&Step::what, rc::gen::inRange(0, kinds)), rc::gen::set(&Step::a, number),
                             rc::gen::set(&Step::b, number), rc::gen::set(&Step::c, number)));
}

} // namespace support
