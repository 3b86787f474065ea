#pragma once

/// \file
/// Registers the adapters of NanoStores::Qt with QML; no logic of its own.

#include <QtQml/qqml.h>
