# SPDX-License-Identifier: MIT
"""Builds the tree that it stands in: conan create packaging/conan --build=missing"""
import os

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy


class NanoStoresConan(ConanFile):
    name = "nanostores-qt"
    version = "0.1.0"
    description = "Tiny, native state stores for Qt"
    license = "MIT"
    package_type = "library"
    settings = "os", "compiler", "build_type", "arch"
    # The Qt of the system is taken, if it has one, unless with_qt asks for that of Conan; without any there is the core.
    options = {"shared": [True, False], "with_qt": [True, False], "persistent": [True, False]}
    default_options = {"shared": True, "with_qt": False, "persistent": False}

    def export_sources(self):
        top = os.path.join(self.recipe_folder, "..", "..")
        for name in ("CMakeLists.txt", "README.md", "CHANGELOG.md", "LICENSE"):
            copy(self, name, top, self.export_sources_folder)
        for folder in ("cmake", "docs", "qml", "src", "tools"):
            copy(self, "*", os.path.join(top, folder), os.path.join(self.export_sources_folder, folder))

    def requirements(self):
        if self.options.with_qt:
            self.requires("qt/[>=6.4 <7]", transitive_headers=True, options={"qtdeclarative": True})
        if self.options.persistent:
            self.requires("sqlite3/[>=3.37]")

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["NANOSTORES_BUILD_TESTS"] = False
        toolchain.cache_variables["NANOSTORES_BUILD_EXAMPLES"] = False
        toolchain.cache_variables["NANOSTORES_BUILD_PERSISTENT"] = bool(self.options.persistent)
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()

    def package_info(self):
        # The package's own CMake files are used, which know the components.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake", "NanoStores")]
