#pragma once

/// Forward declarations of the public core types.
namespace nanostores {

template<typename T>
class Atom;
template<typename T>
class Computed;
template<typename K, typename V>
class Dictionary;
template<typename K, typename V>
class Map;
template<typename S>
class Record;
template<typename S>
class MemberKey;
class Batch;
class ManualScheduler;
class Scheduler;
class Subscription;

} // namespace nanostores
