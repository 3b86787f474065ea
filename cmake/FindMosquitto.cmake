# Finds libmosquitto 2.0 or later by its files, as it has no config of its own everywhere; gives the target
# Mosquitto::Mosquitto.

find_path(Mosquitto_INCLUDE_DIR mosquitto.h)
find_library(Mosquitto_LIBRARY mosquitto)
if(Mosquitto_INCLUDE_DIR)
    set(Mosquitto_VERSION "")
    foreach(part IN ITEMS MAJOR MINOR REVISION)
        # From 2.1 on the numbers stand in a header of their own.
        foreach(header IN ITEMS mosquitto.h mosquitto/libmosquitto.h)
            if(EXISTS "${Mosquitto_INCLUDE_DIR}/${header}")
                file(STRINGS "${Mosquitto_INCLUDE_DIR}/${header}" line LIMIT_COUNT 1
                    REGEX "define +LIBMOSQUITTO_${part} +[0-9]+")
                if(line MATCHES "([0-9]+)")
                    list(APPEND Mosquitto_VERSION ${CMAKE_MATCH_1})
                    break()
                endif()
            endif()
        endforeach()
    endforeach()
    list(JOIN Mosquitto_VERSION "." Mosquitto_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Mosquitto REQUIRED_VARS Mosquitto_LIBRARY Mosquitto_INCLUDE_DIR
    VERSION_VAR Mosquitto_VERSION)

if(Mosquitto_FOUND AND NOT TARGET Mosquitto::Mosquitto)
    add_library(Mosquitto::Mosquitto INTERFACE IMPORTED)
    target_include_directories(Mosquitto::Mosquitto INTERFACE "${Mosquitto_INCLUDE_DIR}")
    target_link_libraries(Mosquitto::Mosquitto INTERFACE "${Mosquitto_LIBRARY}")
endif()
mark_as_advanced(Mosquitto_INCLUDE_DIR Mosquitto_LIBRARY)
