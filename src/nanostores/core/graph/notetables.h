// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/notes.h>

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

/// The containers of notes that no public header needs.
namespace nanostores::detail {

template<typename T>
using NoteQueue = std::deque<T, NoteAllocator<T>>;
template<typename T>
using NoteList = std::list<T, NoteAllocator<T>>;
template<typename K, typename V>
using NoteMap = std::map<K, V, std::less<K>, NoteAllocator<std::pair<const K, V>>>;
template<typename K, typename V>
using NoteTable = std::unordered_map<K, V, std::hash<K>, std::equal_to<K>, NoteAllocator<std::pair<const K, V>>>;
template<typename K>
using NoteSet = std::unordered_set<K, std::hash<K>, std::equal_to<K>, NoteAllocator<K>>;

} // namespace nanostores::detail
