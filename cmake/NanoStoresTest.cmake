# How a test is declared.

# nanostores_precompile_tests(<header>... LINK <target>...)
#
# The tests declared after it in this folder share these headers, compiled once. LINK says what the headers need; a test
# that is built with other flags compiles them anew.
function(nanostores_precompile_tests)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "LINK")
    if(NOT NANOSTORES_PRECOMPILE OR NOT TARGET Qt6::Test)
        return()
    endif()
    get_filename_component(label "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    set(target nanostores_precompiled_${label})
    file(CONFIGURE OUTPUT ${target}.cpp CONTENT "")
    add_library(${target} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp")
    nanostores_set_defaults(${target})
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${target} PRIVATE ${arg_LINK} Qt6::Test)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_precompile_headers(${target} PRIVATE ${arg_UNPARSED_ARGUMENTS})
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

# nanostores_add_test(<tst_name> [SOURCES <file>...] [LINK <target>...] [PLAIN] [AUTOMOC] [QML_DIR <folder>])
#
# Declares a Qt Test program, by default <tst_name>.cpp; PLAIN: a program without Qt, whose exit code is the verdict.
# AUTOMOC: it becomes a QML module.
# With QML_DIR it runs the Qt Quick Tests of that folder (its sources hold a QUICK_TEST_MAIN). Tests run without a
# display, and are labelled after their folder; the target nanostores_tests_<folder> builds them all.
function(nanostores_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "PLAIN;AUTOMOC" "QML_DIR" "SOURCES;LINK")
    if(NOT arg_PLAIN AND NOT TARGET Qt6::Test)
        message(STATUS "NanoStores: ${name} is skipped, Qt Test is missing")
        return()
    endif()
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()

    add_executable(${name} ${arg_SOURCES})
    nanostores_set_defaults(${name})
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF) # most have one source, whose types are its own
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${name} PRIVATE ${arg_LINK})
    if(NOT arg_PLAIN)
        target_link_libraries(${name} PRIVATE Qt6::Test)
        get_filename_component(label "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
        if(TARGET nanostores_precompiled_${label})
            target_precompile_headers(${name} REUSE_FROM nanostores_precompiled_${label})
            set_target_properties(${name} PROPERTIES PCH_WARN_INVALID OFF)
        endif()
        if(arg_AUTOMOC OR "${arg_SOURCES}" MATCHES "\\.h(;|$)")
            set_target_properties(${name} PROPERTIES AUTOMOC ON)
        else()
            nanostores_run_moc(${name} ${arg_SOURCES})
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
        add_test(NAME ${target} COMMAND ${CMAKE_COMMAND} --build "${CMAKE_BINARY_DIR}" --target ${target} --config $<CONFIG>)
        set_tests_properties(${target} PROPERTIES LABELS compilefail TIMEOUT 300 RESOURCE_LOCK nanostores_build_tree)
    endforeach()
    target_compile_definitions(${name}_fails PRIVATE MUST_NOT_COMPILE)
    set_tests_properties(${name}_fails PROPERTIES PASS_REGULAR_EXPRESSION "${arg_MESSAGE}")
endfunction()
