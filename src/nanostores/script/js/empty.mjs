// Never run: see install.cpp.
