// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/keychain/export.h>
#include <nanostores/persistent/backend.h>

#include <QtCore/QString>

#include <chrono>
#include <cstddef>
#include <memory>

namespace nanostores {

/// Under what names keychainBackend() keeps its entries.
struct KeychainOptions
{
    /// Under what name the keychain shows it; by the reversed domain of the application: "com.example.shop".
    QString service;
    /// How long one call waits for the keychain, which may ask the person for a password.
    std::chrono::milliseconds patience{30000};
    std::size_t largest = std::size_t{64} * 1024; ///< bytes, of all values together
};

/// Keeps secrets in the keychain of the system: the Secret Service or KWallet on Linux, the Keychain on macOS, the
/// Credential Manager on Windows. They are encrypted there (BackendTraits::isEncrypted), and nowhere else.
///
/// - All values of a service are one entry of the keychain, in the format of jsonBackend(): each write is whole.
/// - What other processes write is seen with the next read or write, but the keychain does not say when.
/// - Without a keychain, or when the person refuses, functions throw EngineErrorKind::Unavailable or Denied. Values are
///   never written in clear text instead.
/// - An entry that cannot be read is copied to another one, "state.broken", before it is written anew.
///
/// Needs QtKeychain: https://github.com/frankosterfeld/qtkeychain.
[[nodiscard]] NANOSTORES_KEYCHAIN_EXPORT std::unique_ptr<EngineBackend> keychainBackend(KeychainOptions options);
[[nodiscard]] NANOSTORES_KEYCHAIN_EXPORT std::unique_ptr<EngineBackend> keychainBackend(const QString &service);

} // namespace nanostores
