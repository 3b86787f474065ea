# Writes the one source of several tests: what they include first, as no header may be in a namespace, then each in a
# namespace of its own.
#
#   cmake -DSOURCES=<file>;... -DOUTPUT=<file> -P TestsTogether.cmake
set(includes "")
set(tests "")
foreach(source IN LISTS SOURCES)
    file(STRINGS "${source}" lines REGEX "^#include +(<|\"[^\"]*\\.h\")")
    list(APPEND includes ${lines})
    get_filename_component(name "${source}" NAME_WE)
    string(APPEND tests "
namespace in_${name} {
#include \"${source}\"
}
extern \"C\" Q_DECL_EXPORT int run_${name}(int argc, char **argv)
{
    return in_${name}::main(argc, argv);
}
")
endforeach()
list(REMOVE_DUPLICATES includes)
list(JOIN includes "\n" includes)
set(moc "#include <QtCore/qmetatype.h>\n#include <memory>\n") # what the output of moc includes, from 6.5 on the others
foreach(header IN ITEMS qtmochelpers qxptype_traits)
    string(APPEND moc "#if __has_include(<QtCore/${header}.h>)\n#include <QtCore/${header}.h>\n#endif\n")
endforeach()
file(WRITE "${OUTPUT}" "${includes}\n${moc}${tests}")
