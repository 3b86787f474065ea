# How a test is declared.

# nanostores_precompile_tests(<header>... LINK <target>...)
# nanostores_precompile_tests(FROM <folder>)
#
# The tests declared after it in this folder share these headers, compiled once, or those of another folder of tests: to
# compile them takes as long as they save in nine tests. LINK says what the headers need; a test that is built with
# other flags compiles them anew.
function(nanostores_precompile_tests)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "FROM" "LINK")
    if(NOT NANOSTORES_PRECOMPILE OR NOT TARGET Qt6::Test)
        return()
    endif()
    if(NOT arg_FROM)
        get_filename_component(arg_FROM "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
        set(target nanostores_precompiled_${arg_FROM})
        file(CONFIGURE OUTPUT ${target}.cpp CONTENT "// for what is precompiled\n")
        add_library(${target} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp")
        nanostores_set_defaults(${target})
        target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
        target_link_libraries(${target} PRIVATE ${arg_LINK} Qt6::Test)
        set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
        target_precompile_headers(${target} PRIVATE ${arg_UNPARSED_ARGUMENTS})
    endif()
    set(NANOSTORES_PRECOMPILED_TESTS nanostores_precompiled_${arg_FROM} PARENT_SCOPE)
endfunction()

# nanostores_run_moc(<target> <source>...)
#
# Most tests include what moc makes of their source: for these moc is one short step, where AUTOMOC looks at each source
# and compiles a file more.
function(nanostores_run_moc name)
    set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}_moc")
    foreach(source IN LISTS ARGN)
        file(STRINGS "${source}" included REGEX "^#include \"[a-z0-9_]+\\.moc\"")
        if(included MATCHES "\"(.*)\"")
            set(made "${directory}/${CMAKE_MATCH_1}")
            qt_generate_moc("${source}" "${made}" TARGET ${name})
            target_sources(${name} PRIVATE "${made}")
        endif()
    endforeach()
    target_include_directories(${name} PRIVATE "${directory}")
endfunction()

# nanostores_add_test(<tst_name> [SOURCES <file>...] [LINK <target>...] [PLAIN] [ALONE] [AUTOMOC] [QML_DIR <folder>])
#
# Declares a Qt Test program, by default <tst_name>.cpp; PLAIN: a program without Qt, whose exit code is the verdict.
# AUTOMOC: it becomes a QML module.
# With QML_DIR it runs the Qt Quick Tests of that folder (its sources hold a QUICK_TEST_MAIN). Tests run without a
# display, and are labelled after their folder; the target nanostores_tests_<folder> builds them all.
# In unity builds tests of a folder that link the same are compiled together, eight at a time, each in a namespace of
# its own. ALONE: not this one, as it says something of the global namespace, changes macros, or asks what all objects
# are. One that is given other flags is compiled alone as well.
function(nanostores_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "PLAIN;ALONE;AUTOMOC" "QML_DIR" "SOURCES;LINK")
    if(NOT arg_PLAIN AND NOT TARGET Qt6::Test)
        message(STATUS "NanoStores: ${name} is skipped, Qt Test is missing")
        return()
    endif()
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    set(headers ${arg_SOURCES})
    list(FILTER headers INCLUDE REGEX "\\.h$")
    foreach(header IN LISTS headers)
        file(STRINGS "${header}" mocked REGEX "^ *Q_(OBJECT|GADGET|NAMESPACE)" LIMIT_COUNT 1)
        if(mocked)
            set(arg_AUTOMOC TRUE)
        endif()
    endforeach()

    add_executable(${name})
    nanostores_set_defaults(${name})
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF) # most have one source, whose types are its own
    set(source ${arg_SOURCES})
    list(FILTER source INCLUDE REGEX "\\.cpp$")
    list(LENGTH source sources)
    if(CMAKE_UNITY_BUILD AND BUILD_SHARED_LIBS AND NOT arg_PLAIN AND NOT arg_ALONE AND NOT arg_AUTOMOC
       AND NOT arg_QML_DIR AND sources EQUAL 1)
        nanostores_flags_of_test(${name} flags)
        set_target_properties(${name} PROPERTIES
            NANOSTORES_TEST_SOURCE "${source}"
            NANOSTORES_TEST_LINK "${arg_LINK}"
            NANOSTORES_TEST_FLAGS "${flags}")
        get_property(tests DIRECTORY PROPERTY NANOSTORES_TESTS_TOGETHER)
        if(NOT tests)
            cmake_language(DEFER CALL nanostores_build_tests_together)
        endif()
        set_property(DIRECTORY APPEND PROPERTY NANOSTORES_TESTS_TOGETHER ${name})
    else()
        target_sources(${name} PRIVATE ${arg_SOURCES})
        if(arg_PLAIN)
            target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
            target_link_libraries(${name} PRIVATE ${arg_LINK})
        else()
            nanostores_compile_test(${name} LINK ${arg_LINK})
            if(arg_AUTOMOC)
                set_target_properties(${name} PROPERTIES AUTOMOC ON)
            else()
                nanostores_run_moc(${name} ${arg_SOURCES})
            endif()
        endif()
    endif()
    if(arg_QML_DIR)
        get_filename_component(qmlDir "${arg_QML_DIR}" ABSOLUTE)
        target_link_libraries(${name} PRIVATE Qt6::QuickTest)
        target_compile_definitions(${name} PRIVATE QUICK_TEST_SOURCE_DIR="${qmlDir}")
    endif()

    add_test(NAME ${name} COMMAND ${name})
    get_filename_component(label "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    if(NOT TARGET nanostores_tests_${label})
        add_custom_target(nanostores_tests_${label})
    endif()
    add_dependencies(nanostores_tests_${label} ${name})
    set_tests_properties(${name} PROPERTIES
        LABELS ${label}
        TIMEOUT 300
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_QUICK_BACKEND=software;QML_IMPORT_PATH=${PROJECT_BINARY_DIR}/qml;QML2_IMPORT_PATH=${PROJECT_BINARY_DIR}/qml")
endfunction()

# All that may be set for a test after its declaration and says how it is compiled.
function(nanostores_flags_of_test test variable)
    set(flags "")
    foreach(property IN ITEMS COMPILE_DEFINITIONS COMPILE_OPTIONS INCLUDE_DIRECTORIES LINK_LIBRARIES AUTOMOC
            DISABLE_PRECOMPILE_HEADERS)
        get_target_property(value ${test} ${property})
        string(APPEND flags "${property}=${value} ")
    endforeach()
    set(${variable} "${flags}" PARENT_SCOPE)
endfunction()

# What each target that is compiled from tests needs.
function(nanostores_compile_test target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK")
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${target} PRIVATE ${arg_LINK} Qt6::Test)
    if(NANOSTORES_PRECOMPILED_TESTS)
        target_precompile_headers(${target} REUSE_FROM ${NANOSTORES_PRECOMPILED_TESTS})
        set_target_properties(${target} PROPERTIES PCH_WARN_INVALID OFF)
    endif()
endfunction()

# Called at the end of a folder: the tests that were put off by nanostores_add_test().
function(nanostores_build_tests_together)
    get_filename_component(label "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    get_property(tests DIRECTORY PROPERTY NANOSTORES_TESTS_TOGETHER)
    set(keys "")
    foreach(test IN LISTS tests)
        get_target_property(link ${test} NANOSTORES_TEST_LINK)
        get_target_property(before ${test} NANOSTORES_TEST_FLAGS)
        nanostores_flags_of_test(${test} after)
        list(JOIN link " " key)
        if(NOT before STREQUAL after)
            set(key "${test}")
        endif()
        if(NOT key IN_LIST keys)
            list(APPEND keys "${key}")
        endif()
        list(FIND keys "${key}" number)
        list(APPEND group${number} ${test})
    endforeach()

    set(count 0)
    set(number 0)
    foreach(key IN LISTS keys)
        set(rest ${group${number}})
        math(EXPR number "${number} + 1")
        while(rest)
            list(SUBLIST rest 0 8 together)
            list(REMOVE_ITEM rest ${together})
            list(GET together 0 first)
            get_target_property(link ${first} NANOSTORES_TEST_LINK)
            list(LENGTH together size)
            if(size EQUAL 1)
                get_target_property(source ${first} NANOSTORES_TEST_SOURCE)
                target_sources(${first} PRIVATE ${source})
                nanostores_compile_test(${first} LINK ${link})
                nanostores_run_moc(${first} ${source})
                continue()
            endif()
            math(EXPR count "${count} + 1")
            set(library nanostores_tests_${label}_${count})
            set(sources "")
            foreach(test IN LISTS together)
                get_target_property(source ${test} NANOSTORES_TEST_SOURCE)
                get_filename_component(source "${source}" ABSOLUTE)
                list(APPEND sources "${source}")
                set(main "${CMAKE_CURRENT_BINARY_DIR}/${test}_main.cpp")
                file(CONFIGURE OUTPUT "${main}" CONTENT "extern \"C\" int run_${test}(int, char **);

int main(int argc, char **argv)
{
    return run_${test}(argc, argv);
}
")
                target_sources(${test} PRIVATE "${main}")
                target_link_libraries(${test} PRIVATE ${library})
            endforeach()
            set(all "${CMAKE_CURRENT_BINARY_DIR}/${library}.cpp")
            add_custom_command(OUTPUT "${all}"
                COMMAND "${CMAKE_COMMAND}" "-DSOURCES=${sources}" "-DOUTPUT=${all}" -P "${PROJECT_SOURCE_DIR}/cmake/TestsTogether.cmake"
                DEPENDS ${sources} "${PROJECT_SOURCE_DIR}/cmake/TestsTogether.cmake"
                COMMENT "" VERBATIM)
            set(type SHARED)
            foreach(used IN LISTS link) # whose code may depend on its position
                if(used MATCHES "RapidCheck|_faces")
                    set(type STATIC)
                elseif(TARGET ${used})
                    get_target_property(itsType ${used} TYPE)
                    if(itsType STREQUAL "STATIC_LIBRARY")
                        set(type STATIC)
                    endif()
                endif()
            endforeach()
            add_library(${library} ${type} "${all}")
            nanostores_set_defaults(${library})
            set_target_properties(${library} PROPERTIES UNITY_BUILD OFF)
            target_include_directories(${library} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
            nanostores_compile_test(${library} LINK ${link})
            nanostores_run_moc(${library} ${sources})
        endwhile()
    endforeach()
endfunction()

# nanostores_use_one_seed(<tst_name>)
#
# A test of random cases that runs the same ones each day; by night NANOSTORES_RANDOM_CASES asks for others.
function(nanostores_use_one_seed name)
    if(TARGET ${name})
        set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "NANOSTORES_RANDOM_SEED=1")
    endif()
endfunction()

# nanostores_add_test_in_zones(<tst_name> [<zone>...])
#
# Runs a test that is declared already in other time zones as well, as <tst_name>/<zone>; by default one west and one
# east of Greenwich, and one whose clocks were put forward at midnight. A test of random cases runs 200, the same each
# time.
function(nanostores_add_test_in_zones name)
    set(zones ${ARGN})
    if(NOT zones)
        set(zones UTC America/New_York Asia/Tokyo America/Havana)
    endif()
    if(NOT TARGET ${name})
        return()
    endif()
    foreach(zone IN LISTS zones)
        add_test(NAME ${name}/${zone} COMMAND ${name})
        get_filename_component(label "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
        set_tests_properties(${name}/${zone} PROPERTIES
            LABELS ${label}
            TIMEOUT 300
            ENVIRONMENT "TZ=${zone};RC_PARAMS=max_success=200 seed=1;QT_QPA_PLATFORM=offscreen;QT_QUICK_BACKEND=software;QML_IMPORT_PATH=${PROJECT_BINARY_DIR}/qml;QML2_IMPORT_PATH=${PROJECT_BINARY_DIR}/qml")
    endforeach()
endfunction()

# nanostores_add_compile_fail_test(<name> SOURCE <file> MESSAGE <regex> [LINK <target>...])
#
# Declares a source that must not compile; what the compiler says must match MESSAGE. Without the macro MUST_NOT_COMPILE
# the same source must compile, so that it fails for the reason it is meant to.
function(nanostores_add_compile_fail_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE;MESSAGE" "LINK")
    foreach(variant IN ITEMS fails compiles)
        set(target ${name}_${variant})
        add_library(${target} OBJECT EXCLUDE_FROM_ALL ${arg_SOURCE})
        nanostores_set_defaults(${target})
        target_link_libraries(${target} PRIVATE ${arg_LINK})
        set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER "") # errors are not cached
        if(variant STREQUAL "fails")
            target_compile_definitions(${target} PRIVATE MUST_NOT_COMPILE)
        endif()
        if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang") # beside each other, and without making code
            set(folders "$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>")
            set(macros "$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>")
            add_test(NAME ${target}
                COMMAND ${CMAKE_CXX_COMPILER} ${CMAKE_CXX20_STANDARD_COMPILE_OPTION} -fPIC -fsyntax-only
                    "$<$<BOOL:${folders}>:-I$<JOIN:${folders},;-I>>" "$<$<BOOL:${macros}>:-D$<JOIN:${macros},;-D>>"
                    "${CMAKE_CURRENT_SOURCE_DIR}/${arg_SOURCE}"
                COMMAND_EXPAND_LISTS)
        else()
            add_test(NAME ${target}
                COMMAND ${CMAKE_COMMAND} --build "${CMAKE_BINARY_DIR}" --target ${target} --config $<CONFIG>)
            set_tests_properties(${target} PROPERTIES RESOURCE_LOCK nanostores_build_tree)
        endif()
        set_tests_properties(${target} PROPERTIES LABELS compilefail TIMEOUT 300)
    endforeach()
    set_tests_properties(${name}_fails PROPERTIES PASS_REGULAR_EXPRESSION "${arg_MESSAGE}")
endfunction()
