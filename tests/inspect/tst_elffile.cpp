// SPDX-License-Identifier: MIT

// Files that are damaged, cut short, or no programs at all.

#include <nanostores/inspect/detail/elffile.h>
#include <nanostores/inspect/detail/linetable.h>

#include <QByteArray>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <random>
#include <string>
#include <vector>

using namespace nanostores::detail;

namespace {

QByteArray readAll(const char *path)
{
    QFile file(QString::fromLocal8Bit(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Looks at all that there is in the file; returns how many symbols it has.
std::size_t readFile(const std::string &path)
{
    const ElfFile file(path);
    std::size_t count = 0;
    std::vector<LineRequest> requests;
    file.forEachSymbol([&](const ElfFile::Symbol &symbol) {
        count += symbol.name.empty() ? 0 : 1;
        if (symbol.kind == ElfFile::Symbol::Function && requests.size() < 50) {
            requests.push_back({symbol.address + symbol.size / 2, symbol.address, {}, 0});
        }
    });
    (void)file.buildId();
    findLines({file.section(".debug_line"), file.section(".debug_line_str"), file.section(".debug_str")}, requests);
    return count;
}

} // namespace

class tst_ElfFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void file_asItIs();
    void file_thatIsNone_data();
    void file_thatIsNone();
    void file_cutShort();
    void file_damaged();
    void lines_damaged();

private:
    std::string write(const QByteArray &bytes)
    {
        QFile file(m_folder.filePath(QStringLiteral("file")));
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(bytes) != bytes.size()) {
            qFatal("no place for a file");
        }
        return file.fileName().toStdString();
    }

    QTemporaryDir m_folder;
    QByteArray m_library = readAll(INSPECT_PLUGIN);
};

void tst_ElfFile::initTestCase()
{
    if (!hasElfFiles()) {
        QSKIP("programs of this system are no ELF files");
    }
    QVERIFY(!m_library.isEmpty());
}

void tst_ElfFile::file_asItIs()
{
    const ElfFile file(INSPECT_PLUGIN);
    QVERIFY(file.isValid());
    QVERIFY(file.hasSymbolTable());
    bool hasLevel = false;
    std::vector<LineRequest> requests;
    file.forEachSymbol([&](const ElfFile::Symbol &symbol) {
        hasLevel = hasLevel
                   || (symbol.name == "_ZN6pluginL5levelE" && symbol.kind == ElfFile::Symbol::Variable
                       && symbol.size == sizeof(void *) && symbol.isWritable);
        if (symbol.name == "_ZN6plugin5writeEi") {
            requests.push_back({symbol.address + 8, symbol.address, {}, 0});
        }
    });
    QVERIFY(hasLevel);
    QCOMPARE(requests.size(), 1u);
    findLines({file.section(".debug_line"), file.section(".debug_line_str"), file.section(".debug_str")}, requests);
    if (!file.section(".debug_line").empty()) {
        QVERIFY(QByteArray::fromStdString(requests[0].file).endsWith("plugin.cpp"));
        QVERIFY(requests[0].line > 10);
    }
}

void tst_ElfFile::file_thatIsNone_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("not a program");
    QTest::newRow("magic") << QByteArray("\177ELF");
    QTest::newRow("zeros") << QByteArray(4096, '\0');
    QTest::newRow("ones") << QByteArray(4096, '\xff');
    QTest::newRow("header") << m_library.left(64);
    QTest::newRow("other class") << QByteArray(m_library.left(4) + '\x7' + m_library.mid(5));
}

void tst_ElfFile::file_thatIsNone()
{
    QFETCH(const QByteArray, bytes);
    QCOMPARE(readFile(write(bytes)), 0u);
    QCOMPARE(readFile("/nonexistent/file"), 0u);
    QCOMPARE(readFile("/"), 0u);
}

void tst_ElfFile::file_cutShort()
{
    std::mt19937 random(1);
    for (int i = 0; i < 50; ++i) {
        (void)readFile(write(m_library.left(qsizetype(random() % std::size_t(m_library.size())))));
    }
}

/// Mostly in the headers of the file and of its sections, where numbers are sizes and places.
void tst_ElfFile::file_damaged()
{
    std::mt19937 random(1);
    const auto size = std::size_t(m_library.size());
    for (int i = 0; i < 300; ++i) {
        QByteArray bytes = m_library;
        for (int k = 0; k < 20; ++k) {
            std::size_t at = random() % size;
            switch (random() % 3) {
            case 0:
                at = random() % 64;
                break;
            case 1:
                at = size - 1 - random() % 3000; // the headers of the sections are at the end
                break;
            default:
                break;
            }
            bytes[qsizetype(at)] = random() % 2 ? char(random()) : char(random() % 2 ? 0xff : 0);
        }
        (void)readFile(write(bytes));
    }
}

void tst_ElfFile::lines_damaged()
{
    const ElfFile file(INSPECT_PLUGIN);
    const LineSections whole{file.section(".debug_line"), file.section(".debug_line_str"), file.section(".debug_str")};
    if (whole.lines.empty()) {
        QSKIP("built without debug information: there are no lines to be damaged");
    }
    std::mt19937 random(1);
    for (int i = 0; i < 1000; ++i) {
        LineSections sections = whole;
        for (int k = 0; k < 10; ++k) {
            sections.lines[random() % (random() % 2 ? 200 : sections.lines.size())] =
                static_cast<unsigned char>(random() % 3 == 0 ? 0xff : random());
        }
        sections.lineTexts.resize(random() % (sections.lineTexts.size() + 1));
        std::vector<LineRequest> requests;
        for (int k = 0; k < 20; ++k) {
            requests.push_back({random() % 0x4000, random() % 0x4000, {}, 0});
        }
        findLines(sections, requests);
    }
}

QTEST_GUILESS_MAIN(tst_ElfFile)
#include "tst_elffile.moc"
