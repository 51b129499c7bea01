/* Coroutines without the switches of our own, as on other processors. */
#define RT_CORO_UCONTEXT 1

#include "runtime/coro.c"
#include "tests/unit/test_coro.c"
