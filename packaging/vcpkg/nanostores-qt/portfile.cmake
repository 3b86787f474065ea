# An overlay port: it builds the tree that it stands in.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)

# A layer whose Qt modules are missing is left out by itself; one that is not asked for by these.
vcpkg_check_features(OUT_FEATURE_OPTIONS options
    FEATURES
        qt NANOSTORES_BUILD_QT
        qml NANOSTORES_BUILD_QML
        qml NANOSTORES_BUILD_SCRIPT
        persistent NANOSTORES_BUILD_PERSISTENT
    INVERTED_FEATURES
        qt CMAKE_DISABLE_FIND_PACKAGE_Qt6)

vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        ${options}
        -DNANOSTORES_BUILD_TESTS=OFF
        -DNANOSTORES_BUILD_EXAMPLES=OFF
    MAYBE_UNUSED_VARIABLES CMAKE_DISABLE_FIND_PACKAGE_Qt6)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME NanoStores CONFIG_PATH lib/cmake/NanoStores)
vcpkg_copy_pdbs()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
