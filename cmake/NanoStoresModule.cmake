# How a layer of this project is declared, built and installed.

include(GenerateExportHeader)

option(NANOSTORES_PRECOMPILE "Precompile the headers that the sources of a layer, and the tests of a folder, share" OFF)

# nanostores_layer_option(<LAYER> <help> NEEDS <Qt target>... [LAYER <layer below>...])
#
# Declares NANOSTORES_BUILD_<LAYER>: on when all that it needs is there. A layer below that is switched off switches it
# off as well, and a message says so.
function(nanostores_layer_option layer help)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "NEEDS;LAYER")
    set(missing "")
    foreach(need IN LISTS arg_NEEDS)
        if(NOT TARGET ${need})
            list(APPEND missing ${need})
        endif()
    endforeach()
    set(switchedOff "")
    foreach(below IN LISTS arg_LAYER)
        if(NOT NANOSTORES_BUILD_${below})
            list(APPEND switchedOff NANOSTORES_BUILD_${below}=ON)
        endif()
    endforeach()

    if(missing OR switchedOff)
        list(JOIN missing ", " missingNames)
        set(all ${missing} ${switchedOff})
        list(JOIN all ", " names)
        if(missing AND NANOSTORES_BUILD_${layer} AND NOT switchedOff)
            message(FATAL_ERROR "NANOSTORES_BUILD_${layer} is ON, but it needs ${missingNames}.\n"
                "Install Qt 6.4 or later (sh tests/install-deps.sh), or pass -DNANOSTORES_BUILD_${layer}=OFF.")
        elseif(NANOSTORES_BUILD_${layer} OR NOT DEFINED NANOSTORES_BUILD_${layer})
            message(STATUS "NanoStores: without ${help} (missing: ${names})")
        endif()
        # Not cached: the layer comes up by itself once all is there.
        set(NANOSTORES_BUILD_${layer} OFF PARENT_SCOPE)
        return()
    endif()
    option(NANOSTORES_BUILD_${layer} "Build ${help}" ON)
endfunction()

# nanostores_precompile(<target> <folder> LINK <target>...)
#
# Precompiles headers for the sources of a layer: its own umbrella header, of the layers that most others stand on; the
# others share what is precompiled for the one of these that they link, as to do it for each takes longer than it saves.
function(nanostores_precompile target folder)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "LINK")
    if(NOT NANOSTORES_PRECOMPILE)
        return()
    endif()
    if(folder MATCHES "^(core|qt|qml)$")
        set(shared nanostores_precompiled_for_${folder})
        file(CONFIGURE OUTPUT ${shared}.cpp CONTENT "// for what is precompiled\n")
        add_library(${shared} OBJECT EXCLUDE_FROM_ALL "${CMAKE_CURRENT_BINARY_DIR}/${shared}.cpp")
        nanostores_set_defaults(${shared})
        target_link_libraries(${shared} PRIVATE ${target})
        set_target_properties(${shared} PROPERTIES POSITION_INDEPENDENT_CODE ON)
        target_precompile_headers(${shared} PRIVATE <nanostores/${folder}.h>)
        target_precompile_headers(${target} PRIVATE <nanostores/${folder}.h>)
        set_property(TARGET ${target} PROPERTY NANOSTORES_PRECOMPILED ${folder})
        return()
    endif()
    set(found "")
    foreach(linked IN LISTS arg_LINK)
        set(its "")
        if(TARGET ${linked})
            get_target_property(its ${linked} NANOSTORES_PRECOMPILED)
        endif()
        if(its)
            list(APPEND found ${its})
        endif()
    endforeach()
    foreach(layer IN ITEMS qml qt core)
        if(layer IN_LIST found)
            set_target_properties(${target} PROPERTIES NANOSTORES_PRECOMPILED ${layer} PCH_WARN_INVALID OFF)
            target_precompile_headers(${target} REUSE_FROM nanostores_precompiled_for_${layer})
            return()
        endif()
    endforeach()
endfunction()

# What all our own targets share, and targets that link them do not inherit.
function(nanostores_set_defaults target)
    target_compile_features(${target} PRIVATE cxx_std_20)
    target_compile_definitions(${target} PRIVATE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII)
    set_target_properties(${target} PROPERTIES
        CXX_EXTENSIONS OFF
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON)
endfunction()

# nanostores_export_header(<target> <NAME> <folder> <variable>)
#
# Generates the header <folder>/export.h, whose NANOSTORES_<NAME>_EXPORT marks what the library exports; all else in it
# is hidden.
function(nanostores_export_header target name folder outputHeader)
    set(header "${PROJECT_BINARY_DIR}/include/${folder}/export.h")
    set_target_properties(${target} PROPERTIES DEFINE_SYMBOL NANOSTORES_${name}_BUILD)
    generate_export_header(${target} EXPORT_FILE_NAME "${header}"
        EXPORT_MACRO_NAME NANOSTORES_${name}_EXPORT
        STATIC_DEFINE NANOSTORES_${name}_STATIC)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
        target_compile_definitions(${target} PUBLIC NANOSTORES_${name}_STATIC)
    endif()
    set(${outputHeader} "${header}" PARENT_SCOPE)
endfunction()

# nanostores_add_module(<Name> HEADERS <file>... [SOURCES <file>...] LINK <target>... [PRIVATE_LINK <target>...])
#
# Declares one layer: the library NanoStores::<Name> of the folder it is called from, src/nanostores/<name>, with its
# umbrella header <nanostores/<name>.h>. HEADERS are installed, and each must compile on its own; without SOURCES the
# layer is headers only. LINK is all it may depend on; the package config finds the same for projects that ask for
# the component <Name>.
function(nanostores_add_module name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES;LINK;PRIVATE_LINK")
    string(TOLOWER "${name}" folder)
    string(TOUPPER "${name}" upper)
    set(target nanostores_${folder})
    set(headers ${arg_HEADERS})
    list(TRANSFORM headers PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
    list(APPEND headers "${PROJECT_SOURCE_DIR}/src/nanostores/${folder}.h")

    if(arg_SOURCES)
        set(scope PUBLIC)
        add_library(${target} ${arg_SOURCES} ${headers})
        nanostores_export_header(${target} ${upper} nanostores/${folder} exportHeader)
        list(APPEND headers "${exportHeader}")
        nanostores_set_defaults(${target})
        target_compile_options(${target} PRIVATE ${NANOSTORES_LIBRARY_WARNINGS})
        nanostores_precompile(${target} ${folder} LINK ${arg_LINK})
        target_link_libraries(${target} PRIVATE ${arg_PRIVATE_LINK})
        set_target_properties(${target} PROPERTIES
            OUTPUT_NAME NanoStores${name}
            VERSION ${PROJECT_VERSION}
            SOVERSION ${PROJECT_VERSION_MAJOR}
            POSITION_INDEPENDENT_CODE ON)
        if(arg_LINK MATCHES "Qt6::|NanoStores::Qt")
            set_target_properties(${target} PROPERTIES AUTOMOC ON)
            nanostores_export_metatypes(${target})
        endif()
    else()
        set(scope INTERFACE)
        add_library(${target} INTERFACE)
    endif()
    add_library(NanoStores::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    target_compile_features(${target} ${scope} cxx_std_20)
    target_link_libraries(${target} ${scope} ${arg_LINK})
    target_sources(${target} ${scope} FILE_SET HEADERS
        BASE_DIRS "${PROJECT_SOURCE_DIR}/src" "${PROJECT_BINARY_DIR}/include"
        FILES ${headers})

    set(private "")
    if(arg_SOURCES AND NOT BUILD_SHARED_LIBS)
        set(private ${arg_PRIVATE_LINK}) # who links a static library links what is in it, too
    endif()
    nanostores_install_module(${name} TARGETS ${target} LINK ${arg_LINK} PRIVATE_LINK ${private})
endfunction()

# Projects that derive QML types from the target's classes, or register them, find those: in this build, and installed.
function(nanostores_export_metatypes target)
    qt_extract_metatypes(${target} OUTPUT_FILES files)
    if(NANOSTORES_INSTALL)
        set(destination "${CMAKE_INSTALL_LIBDIR}/metatypes")
        install(FILES ${files} DESTINATION "${destination}")
        foreach(file IN LISTS files)
            get_filename_component(file "${file}" NAME)
            set(isConsumer "$<BOOL:$<TARGET_PROPERTY:QT_CONSUMES_METATYPES>>")
            target_sources(${target} INTERFACE
                "$<INSTALL_INTERFACE:$<${isConsumer}:$<INSTALL_PREFIX>/${destination}/${file}>>")
        endforeach()
    endif()
endfunction()

# nanostores_add_qml_module(<Name> URI <uri> [SCRIPT <target> <header> <function>] [HEADERS <file>...]
#     [SOURCES <file>...] [QML_FILES <file>...] [DEPENDENCIES <uri>...] LINK <target>...)
#
# Declares the QML module <uri> and its library NanoStores::<Name>. HEADERS are installed with the umbrella header
# <nanostores/<name>.h>, included as <uri/header.h> with / for the dots of the URI, and each must compile on its own.
# SCRIPT: where there is the target, importing the module makes JavaScript modules known to the engine: by the function
# of nanostores::detail that the header declares. A program that links the library need not deploy the module; it is in
# its resources, under qrc:/qt/qml.
function(nanostores_add_qml_module name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "URI" "SCRIPT;HEADERS;SOURCES;QML_FILES;DEPENDENCIES;LINK")
    string(TOLOWER "${name}" folder)
    string(TOUPPER "${name}" upper)
    set(target nanostores_${folder})
    set(plugin "")
    set(scriptTarget "")
    if(arg_SCRIPT)
        list(GET arg_SCRIPT 0 scriptTarget)
        list(GET arg_SCRIPT 1 scriptHeader)
        list(GET arg_SCRIPT 2 scriptInstall)
    endif()
    if(TARGET "${scriptTarget}")
        list(APPEND arg_LINK ${scriptTarget})
        string(REPLACE "." "_" class "${arg_URI}")
        configure_file("${PROJECT_SOURCE_DIR}/cmake/QmlPlugin.cpp.in" plugin.cpp @ONLY)
        if(BUILD_SHARED_LIBS) # of a static library, the program takes the plugin itself
            configure_file("${PROJECT_SOURCE_DIR}/cmake/QmlModule.h.in" module.h @ONLY)
            configure_file("${PROJECT_SOURCE_DIR}/cmake/QmlModule.cpp.in" module.cpp @ONLY)
            list(APPEND arg_SOURCES "${CMAKE_CURRENT_BINARY_DIR}/module.cpp" "${CMAKE_CURRENT_BINARY_DIR}/module.h")
        endif()
        set(plugin NO_GENERATE_PLUGIN_SOURCE NO_PLUGIN_OPTIONAL CLASS_NAME ${class}Plugin NO_GENERATE_QMLDIR)
    endif()
    set(libraryType STATIC)
    if(BUILD_SHARED_LIBS)
        set(libraryType SHARED)
    endif()

    set(CMAKE_AUTOMOC ON) # before the module: its types are registered from what moc finds
    add_library(${target} ${libraryType})
    nanostores_export_metatypes(${target}) # before the module, which would extract them without installing them
    qt_add_qml_module(${target}
        URI ${arg_URI}
        VERSION 1.0
        RESOURCE_PREFIX /qt/qml
        ${plugin}
        SOURCES ${arg_HEADERS} ${arg_SOURCES}
        QML_FILES ${arg_QML_FILES}
        DEPENDENCIES ${arg_DEPENDENCIES}
        IMPORT_PATH "${PROJECT_BINARY_DIR}/qml"
        OUTPUT_TARGETS resources)
    if(plugin)
        nanostores_write_qmldir(${target} ${arg_URI} ${class}Plugin NanoStores::${name}Plugin qmldirResources
            QML_FILES ${arg_QML_FILES} DEPENDENCIES ${arg_DEPENDENCIES})
        list(APPEND resources ${qmldirResources})
        target_sources(${target}plugin PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/plugin.cpp")
        nanostores_set_defaults(${target}plugin)
        target_link_libraries(${target}plugin PRIVATE ${arg_LINK})
        if(BUILD_SHARED_LIBS) # module.h is a static plugin of the shared library
            target_compile_definitions(${target} PRIVATE QT_STATICPLUGIN)
            set_property(TARGET ${target} APPEND PROPERTY AUTOMOC_MOC_OPTIONS "-Muri=${arg_URI}")
        endif()
    endif()
    add_library(NanoStores::${name} ALIAS ${target})
    add_library(NanoStores::${name}Plugin ALIAS ${target}plugin)
    nanostores_set_defaults(${target})
    target_link_libraries(${target} PUBLIC ${arg_LINK})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}") # the registration of types looks here
    if(NANOSTORES_LIBRARY_WARNINGS) # what Qt has generated is not meant; options of sources keep them out of unity builds
        target_compile_options(${target} PRIVATE ${NANOSTORES_LIBRARY_WARNINGS})
        get_target_property(generated ${target} SOURCES)
        list(FILTER generated INCLUDE REGEX "^${PROJECT_BINARY_DIR}/.*\\.cpp$")
        list(TRANSFORM NANOSTORES_LIBRARY_WARNINGS REPLACE "^-W" "-Wno-" OUTPUT_VARIABLE without)
        set_source_files_properties(${generated} PROPERTIES COMPILE_OPTIONS "${without}")
    endif()
    string(REPLACE "." "/" path "${arg_URI}")
    nanostores_export_header(${target} ${upper} ${path} exportHeader)
    set(umbrella "${PROJECT_SOURCE_DIR}/src/nanostores/${folder}.h")
    set(headers ${arg_HEADERS})
    list(TRANSFORM headers PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
    target_sources(${target} PUBLIC FILE_SET HEADERS
        BASE_DIRS "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/qml" "${PROJECT_BINARY_DIR}/include"
        FILES "${umbrella}" ${headers} "${exportHeader}")
    nanostores_precompile(${target} ${folder} LINK ${arg_LINK})
    set_target_properties(${target} PROPERTIES
        EXPORT_NAME ${name}
        OUTPUT_NAME NanoStores${name}
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR})
    set_target_properties(${target}plugin PROPERTIES EXPORT_NAME ${name}Plugin)
    if(libraryType STREQUAL "STATIC")
        target_link_libraries(${target} INTERFACE ${target}plugin) # nothing else would register the types
    endif()

    # What a project around this one says to qt_add_qml_module(IMPORT_PATH), as an installed package does.
    get_target_property(folder ${target} QT_QML_MODULE_OUTPUT_DIRECTORY)
    string(REGEX REPLACE "/${path}$" "" importPath "${folder}")
    set(NanoStores_QML_IMPORT_PATH "${importPath}" CACHE INTERNAL "Where the QML modules of Nano Stores are")

    string(REPLACE "." "_" symbol "${arg_URI}")
    set(import "NanoStores${name}Import.cpp")
    set(packageDir "${CMAKE_INSTALL_LIBDIR}/cmake/NanoStores")
    configure_file("${PROJECT_SOURCE_DIR}/cmake/QmlImport.cpp.in" ${import} @ONLY)
    target_sources(${target} INTERFACE
        $<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}/${import}>
        $<INSTALL_INTERFACE:${packageDir}/${import}>)

    nanostores_install_module(${name} TARGETS ${target} ${resources} LINK ${arg_LINK})
    if(NANOSTORES_INSTALL)
        set(destination "${NANOSTORES_INSTALL_QMLDIR}/${path}")
        file(RELATIVE_PATH up "/${destination}" "/${CMAKE_INSTALL_LIBDIR}")
        nanostores_set_install_rpath(${target}plugin "${up}")
        install(TARGETS ${target}plugin EXPORT NanoStores${name}Targets
            LIBRARY DESTINATION "${destination}"
            ARCHIVE DESTINATION "${destination}"
            RUNTIME DESTINATION "${destination}")
        install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${import}" DESTINATION "${packageDir}")
        install(FILES "${folder}/qmldir" "${folder}/${target}.qmltypes" DESTINATION "${destination}")
        foreach(file IN LISTS arg_QML_FILES)
            get_filename_component(sub "${file}" DIRECTORY)
            install(FILES "${file}" DESTINATION "${destination}/${sub}")
        endforeach()
    endif()
endfunction()

# nanostores_write_qmldir(<target> <uri> <plugin class> <plugin target> <variable for resource targets>
#     [QML_FILES <file>...] [DEPENDENCIES <uri>...])
#
# Writes the qmldir of a module with a plugin of its own: the file beside the plugin, and the resource for programs that
# link the library. A plugin that is in the program itself is made known to the first engine only, if Qt knows it by the
# module's URI, which it does unless the qmldir names several plugins. So the resource names two: see
# qml/NanoStores/staticplugin.h.
function(nanostores_write_qmldir target uri class plugin outputTargets)
    cmake_parse_arguments(PARSE_ARGV 5 arg "" "" "QML_FILES;DEPENDENCIES")
    string(REPLACE "." "/" path "${uri}")
    set(types "")
    foreach(file IN LISTS arg_QML_FILES)
        get_filename_component(type "${file}" NAME_WE)
        string(APPEND types "${type} 1.0 ${file}\n")
    endforeach()
    foreach(dependency IN LISTS arg_DEPENDENCIES) # whose types are the bases of the module's own
        string(APPEND types "depends ${dependency}\n")
    endforeach()
    set(start "module ${uri}\nlinktarget ${plugin}\nplugin ${target}plugin\n")
    set(end "classname ${class}\ntypeinfo ${target}.qmltypes\nprefer :/qt/qml/${path}/\n${types}")

    get_target_property(folder ${target} QT_QML_MODULE_OUTPUT_DIRECTORY)
    file(CONFIGURE OUTPUT "${folder}/qmldir" CONTENT "${start}${end}" @ONLY)
    set(resource "${CMAKE_CURRENT_BINARY_DIR}/${target}.qmldir")
    file(CONFIGURE OUTPUT "${resource}" CONTENT "${start}plugin ${target}twin\n${end}" @ONLY)
    set_source_files_properties("${resource}" PROPERTIES QT_RESOURCE_ALIAS qmldir)
    qt_add_resources(${target} ${target}_qmldir
        PREFIX "/qt/qml/${path}"
        FILES "${resource}"
        OUTPUT_TARGETS targets)
    set(${outputTargets} ${targets} PARENT_SCOPE)
endfunction()

# An installed library finds its neighbours, <up> from where it lies, unless the packager sets another path.
function(nanostores_set_install_rpath target up)
    if(NOT CMAKE_INSTALL_RPATH)
        set(origin "$ORIGIN")
        if(APPLE)
            set(origin "@loader_path")
        endif()
        set_target_properties(${target} PROPERTIES INSTALL_RPATH "${origin}/${up}")
    endif()
endfunction()

# Puts targets into the component <Name> of the package, and notes what the component depends on.
function(nanostores_install_module name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "TARGETS;LINK;PRIVATE_LINK")
    set_property(GLOBAL APPEND PROPERTY NANOSTORES_MODULES ${name})
    set_property(GLOBAL PROPERTY NANOSTORES_MODULE_${name}_LINK "${arg_LINK}")
    set_property(GLOBAL PROPERTY NANOSTORES_MODULE_${name}_PRIVATE_LINK "${arg_PRIVATE_LINK}")
    if(NANOSTORES_INSTALL)
        foreach(target IN LISTS arg_TARGETS)
            get_target_property(type ${target} TYPE)
            if(NOT type MATCHES "INTERFACE|OBJECT")
                nanostores_set_install_rpath(${target} "")
            endif()
            get_target_property(sets ${target} INTERFACE_HEADER_SETS)
            if(sets)
                install(TARGETS ${target} EXPORT NanoStores${name}Targets
                    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
            else()
                install(TARGETS ${target} EXPORT NanoStores${name}Targets
                    OBJECTS DESTINATION "${CMAKE_INSTALL_LIBDIR}/objects")
            endif()
        endforeach()
    endif()
endfunction()

# Installs the package config: one file of targets a component, and what each component needs.
function(nanostores_install_package)
    include(CMakePackageConfigHelpers)
    set(destination "${CMAKE_INSTALL_LIBDIR}/cmake/NanoStores")

    get_property(modules GLOBAL PROPERTY NANOSTORES_MODULES)
    set(NANOSTORES_COMPONENTS "")
    foreach(name IN LISTS modules)
        get_property(links GLOBAL PROPERTY NANOSTORES_MODULE_${name}_LINK)
        set(below ${links})
        list(FILTER below INCLUDE REGEX "^NanoStores::")
        list(TRANSFORM below REPLACE "^NanoStores::" "")
        set(qt ${links})
        list(FILTER qt INCLUDE REGEX "^Qt6::")
        list(TRANSFORM qt REPLACE "^Qt6::" "")
        # Other libraries' targets are named <namespace>::<package>.
        get_property(packages GLOBAL PROPERTY NANOSTORES_MODULE_${name}_PRIVATE_LINK)
        list(FILTER packages EXCLUDE REGEX "^(NanoStores|Qt6)::")
        list(TRANSFORM packages REPLACE "^.*::" "")
        string(APPEND NANOSTORES_COMPONENTS
            "set(_NanoStores_${name}_components ${below})\n"
            "set(_NanoStores_${name}_qt ${qt})\n"
            "set(_NanoStores_${name}_packages ${packages})\n")
        install(EXPORT NanoStores${name}Targets NAMESPACE NanoStores:: DESTINATION "${destination}")
    endforeach()
    string(REPLACE ";" " " NANOSTORES_COMPONENTS "${NANOSTORES_COMPONENTS}")

    configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/NanoStoresConfig.cmake.in"
        "${PROJECT_BINARY_DIR}/NanoStoresConfig.cmake" INSTALL_DESTINATION "${destination}"
        PATH_VARS NANOSTORES_INSTALL_QMLDIR)
    write_basic_package_version_file("${PROJECT_BINARY_DIR}/NanoStoresConfigVersion.cmake"
        COMPATIBILITY SameMinorVersion)
    install(FILES "${PROJECT_BINARY_DIR}/NanoStoresConfig.cmake" "${PROJECT_BINARY_DIR}/NanoStoresConfigVersion.cmake"
        DESTINATION "${destination}")
    if(TARGET nanostores_mqtt AND NOT BUILD_SHARED_LIBS)
        install(FILES "${PROJECT_SOURCE_DIR}/cmake/FindMosquitto.cmake" DESTINATION "${destination}")
    endif()
    # As they lie in the sources, so that their links to each other hold.
    set(documents README.md CHANGELOG.md LICENSE)
    list(TRANSFORM documents PREPEND "${PROJECT_SOURCE_DIR}/")
    install(FILES ${documents} DESTINATION "${CMAKE_INSTALL_DOCDIR}")
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${CMAKE_INSTALL_DOCDIR}" PATTERN build.sh EXCLUDE)
endfunction()
