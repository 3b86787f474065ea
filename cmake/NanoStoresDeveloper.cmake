# What the presets add for those who work on this project: warnings, sanitizers, ccache. Nothing of it reaches a parent
# project, which never loads this file.

find_program(NANOSTORES_CCACHE ccache)
if(NANOSTORES_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    # Without these two it does not cache what is compiled with precompiled headers, which is nearly all.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1
        "${NANOSTORES_CCACHE}")
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    add_compile_options(-Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual)
    set(NANOSTORES_LIBRARY_WARNINGS -Wshadow -Wconversion) # what is compiled into others' programs has to bear theirs
endif()

set(NANOSTORES_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
if(NANOSTORES_SANITIZE)
    # QList of Qt 6.4 compares two empty lists of plain values by memcmp() of null.
    add_compile_options(-fsanitize=${NANOSTORES_SANITIZE} -fno-sanitize=nonnull-attribute -fno-sanitize-recover=all
        -fno-omit-frame-pointer -Wno-maybe-uninitialized) # of which instrumented code makes g++ 12 see many
    add_link_options(-fsanitize=${NANOSTORES_SANITIZE})
endif()
