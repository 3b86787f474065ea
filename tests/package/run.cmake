# cmake -DCASE=<case> -DPROJECT_SOURCE=<dir> -DPROJECT_BUILD=<dir> -DWORK=<dir> -P run.cmake
#
# Plays a user of this library: installs it, builds a project against it, runs the result.
#   core            the installed build, Core alone, Qt lookup disabled
#   qml             the installed build, Qt + Widgets + Qml
#   persistent      the installed build, Persistent
#   script          the installed build, Script
#   readme          the installed build, and the program that README.md shows, as it stands there
#   readme_subdirectory, readme_fetch  the same by add_subdirectory and FetchContent, as the page says
#   warnings        the installed build, all of C++, with strict warnings
#   warnings_subdirectory  the same by add_subdirectory: our sources with the warnings of the parent, too
#   core_static     a static build made without Qt, Core alone
#   qml_static      a static build of all layers; Script, too, and Persistent, whose SQLite the package finds
#   subdirectory    by add_subdirectory, in a project that builds its sources as one; and what says whether its
#                   libraries are shared
# All paths, and the compiler, are handed in: nothing is looked for outside.
cmake_minimum_required(VERSION 3.24)
set(common -G Ninja "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" -DCMAKE_BUILD_TYPE=Debug
    -DCMAKE_CXX_FLAGS_DEBUG=-g0 "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}")

function(run)
    list(JOIN ARGV " " line)
    message(STATUS "${line}")
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "${output}\nfailed (${result}): ${line}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()

# Configures a project, which must pass without a word of CMake's. Qt 6.11 of Debian complains about its own plugins in
# any project that has QML; that is left out.
function(configure)
    list(JOIN ARGV " " line)
    message(STATUS "${line}")
    execute_process(COMMAND ${CMAKE_COMMAND} --no-warn-unused-cli ${ARGV}
        RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
    string(REGEX REPLACE "[ \n]+" " " said "${output}")
    string(REGEX REPLACE "CMake Warning at [^ ]*Qt6QmlMacros.cmake:[0-9]+ \\(message\\): The qml plugin '[a-z0-9]+' is a dependency \
of '[A-Za-z0-9_-]+', but the link target it defines \\(Qt6::[a-z0-9]+\\) does not exist" "" said "${said}")
    if(NOT result EQUAL 0 OR said MATCHES "CMake [A-Za-z]*( )?Warning")
        message(FATAL_ERROR "${output}\nfailed (${result}): ${line}")
    endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
set(stage "${WORK}/stage")
set(noQt -DCMAKE_DISABLE_FIND_PACKAGE_Qt6=TRUE)

if(CASE MATCHES "^(core|qml|persistent|script|readme|warnings)$")
    run(${CMAKE_COMMAND} --install "${PROJECT_BUILD}" --prefix "${stage}")
elseif(CASE MATCHES "static")
    set(options -DBUILD_SHARED_LIBS=OFF -DNANOSTORES_BUILD_TESTS=OFF -DNANOSTORES_BUILD_EXAMPLES=OFF
        -DNANOSTORES_PRECOMPILE=ON -DCMAKE_UNITY_BUILD=ON)
    if(CASE STREQUAL "core_static")
        list(APPEND options ${noQt})
    endif()
    configure(-S "${PROJECT_SOURCE}" -B "${WORK}/library" ${common} ${options})
    run(${CMAKE_COMMAND} --build "${WORK}/library")
    run(${CMAKE_COMMAND} --install "${WORK}/library" --prefix "${stage}")
endif()

string(REGEX REPLACE "_.*" "" project "${CASE}")
set(options "-DNanoStores_ROOT=${stage}")
if(CASE MATCHES "^core")
    list(APPEND options ${noQt})
elseif(CASE STREQUAL "subdirectory")
    set(options "-DNANOSTORES_SOURCE_DIR=${PROJECT_SOURCE}" ${noQt} -DCMAKE_UNITY_BUILD=ON)
elseif(CASE STREQUAL "warnings_subdirectory")
    set(options "-DNANOSTORES_SOURCE_DIR=${PROJECT_SOURCE}")
endif()
function(build_and_run project build)
    configure(-S "${PROJECT_SOURCE}/tests/package/${project}" -B "${build}" ${common} ${options})
    run(${CMAKE_COMMAND} --build "${build}")
    run("${build}/app")
endfunction()
if(CASE MATCHES "^readme")
    # The files of the page in an empty folder; what checks the window is compiled in, and ends the program.
    set(source "${WORK}/source")
    file(MAKE_DIRECTORY "${source}")
    run("${EXTRACT}" --files "${PROJECT_SOURCE}/README.md" "${source}")
    file(READ "${PROJECT_SOURCE}/README.md" page)
    file(READ "${source}/CMakeLists.txt" lists)
    if(CASE STREQUAL "readme_subdirectory")
        string(REGEX MATCH "add_subdirectory\\(nanostores\\)[^\n]*\n" lines "${page}")
        file(CREATE_LINK "${PROJECT_SOURCE}" "${source}/nanostores" SYMBOLIC)
    elseif(CASE STREQUAL "readme_fetch")
        string(REGEX MATCH "include\\(FetchContent\\)[^`]*" lines "${page}")
        set(options "-DFETCHCONTENT_SOURCE_DIR_NANOSTORES=${PROJECT_SOURCE}") # what would be cloned
    endif()
    if(CASE MATCHES "_")
        set(options ${options} -DNANOSTORES_PRECOMPILE=ON -DCMAKE_UNITY_BUILD=ON)
        string(REGEX REPLACE "find_package\\(NanoStores[^\n]*\n" "${lines}" changed "${lists}")
        if(lines STREQUAL "" OR changed STREQUAL lists)
            message(FATAL_ERROR "README.md does not say how to get the library this way")
        endif()
        file(WRITE "${source}/CMakeLists.txt" "${changed}")
    endif()
    file(APPEND "${source}/CMakeLists.txt" "
find_package(Qt6 REQUIRED COMPONENTS Quick Test)
target_sources(first PRIVATE \"${PROJECT_SOURCE}/tests/package/readme/check.cpp\")
target_link_libraries(first PRIVATE Qt6::Quick Qt6::Test)
")
    set(ENV{QT_QPA_PLATFORM} offscreen)
    set(ENV{QT_QUICK_BACKEND} software)
    configure(-S "${source}" -B "${WORK}/build" ${common} ${options})
    foreach(target IN ITEMS first first_qmllint)
        run(${CMAKE_COMMAND} --build "${WORK}/build" --target ${target})
        if(output MATCHES "[Ww]arning:|Error:")
            message(FATAL_ERROR "${target} is built with warnings: ${output}")
        endif()
    endforeach()
    run("${WORK}/build/first")
    return()
endif()
build_and_run(${project} "${WORK}/build")
if(CASE STREQUAL "subdirectory")
    set(subdirectory -S "${PROJECT_SOURCE}/tests/package/subdirectory" ${common} ${options})
    configure(${subdirectory} -B "${WORK}/static" -DBUILD_SHARED_LIBS=OFF -DEXPECTED=STATIC_LIBRARY)
    configure(${subdirectory} -B "${WORK}/mixed" -DBUILD_SHARED_LIBS=OFF -DNANOSTORES_SHARED=ON -DEXPECTED=SHARED_LIBRARY)
    configure(${subdirectory} -B "${WORK}/own" -DNANOSTORES_SHARED=OFF -DEXPECTED=STATIC_LIBRARY)
endif()
if(CASE STREQUAL "core")
    foreach(document IN ITEMS README.md CHANGELOG.md LICENSE docs/index.md docs/images/cart-islands.png)
        file(GLOB_RECURSE found "${stage}/share/doc/*/${document}")
        if(NOT found)
            message(FATAL_ERROR "${document} is not installed")
        endif()
    endforeach()
endif()
if(CASE MATCHES "^qml")
    run(${CMAKE_COMMAND} --build "${WORK}/build" --target app_qmllint) # knows the types of the package
endif()
if(CASE STREQUAL "qml_static")
    foreach(more IN ITEMS script persistent)
        if(EXISTS "${WORK}/library/src/nanostores/${more}")
            build_and_run(${more} "${WORK}/build_${more}")
        endif()
    endforeach()
endif()
if(CASE STREQUAL "qml")
    file(GLOB_RECURSE qmldir "${stage}/qmldir")
    list(FILTER qmldir INCLUDE REGEX "/NanoStores/qmldir$") # not those of the modules below it
    get_filename_component(importPath "${qmldir}/../.." ABSOLUTE)
    file(GLOB_RECURSE versioned "${stage}/libNanoStoresQml.so.*.*.*" "${stage}/libNanoStoresQml.*.*.dylib")
    if(UNIX AND NOT versioned)
        message(FATAL_ERROR "libNanoStoresQml has no version")
    endif()
    run("${WORK}/build/viewer" "${importPath}")
endif()
