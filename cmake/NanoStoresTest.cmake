# How a test is declared.

# nanostores_add_test(<tst_name> [SOURCES <file>...] [LINK <target>...] [PLAIN] [QML_DIR <folder>])
#
# Declares a Qt Test program, by default <tst_name>.cpp; PLAIN: a program without Qt, whose exit code is the verdict.
# With QML_DIR it runs the Qt Quick Tests of that folder (its sources hold a QUICK_TEST_MAIN). Tests run without a
# display, and are labelled after their folder.
function(nanostores_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "PLAIN" "QML_DIR" "SOURCES;LINK")
    if(NOT arg_PLAIN AND NOT TARGET Qt6::Test)
        message(STATUS "NanoStores: ${name} is skipped, Qt Test is missing")
        return()
    endif()
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()

    add_executable(${name} ${arg_SOURCES})
    nanostores_set_defaults(${name})
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_link_libraries(${name} PRIVATE ${arg_LINK})
    if(NOT arg_PLAIN)
        set_target_properties(${name} PROPERTIES AUTOMOC ON)
        target_link_libraries(${name} PRIVATE Qt6::Test)
    endif()
    if(arg_QML_DIR)
        get_filename_component(qmlDir "${arg_QML_DIR}" ABSOLUTE)
        target_link_libraries(${name} PRIVATE Qt6::QuickTest)
        target_compile_definitions(${name} PRIVATE QUICK_TEST_SOURCE_DIR="${qmlDir}")
    endif()

    add_test(NAME ${name} COMMAND ${name})
    get_filename_component(label "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    set_tests_properties(${name} PROPERTIES
        LABELS ${label}
        TIMEOUT 300
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_QUICK_BACKEND=software;QML_IMPORT_PATH=${PROJECT_BINARY_DIR}/qml;QML2_IMPORT_PATH=${PROJECT_BINARY_DIR}/qml")
endfunction()
