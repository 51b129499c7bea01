/*
 * `kontract try`: one request goes through the code that was generated for it,
 * in a program of its own, whose handlers show what they were given.
 */
#ifndef RT_TRY_H
#define RT_TRY_H

#include "runtime/call.h"

/* The program: reads the request from standard input and prints what came of
 * it as JSON.  Returns the exit status: 0 where a handler was reached, 1 where
 * the request was refused, 3 for trouble. */
int rt_try_main(const struct rt_api *api);

/* For handlers: begins what is shown, an open object; ends it, and with it the
 * call. */
struct rt_writer *rt_try_begin(struct rt_call *);
_Noreturn void rt_try_end(struct rt_call *, struct rt_writer *);

#endif /* RT_TRY_H */
