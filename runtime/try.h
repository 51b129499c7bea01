/*
 * `kontract try`: one request goes through the code that was generated for it,
 * in a program of its own, whose handlers show what they were given.
 */
#ifndef RT_TRY_H
#define RT_TRY_H

#include "runtime/call.h"
#include "runtime/put.h"
#include "runtime/read.h"

/* The program: reads the request from standard input and prints what came of
 * it as JSON.  Returns the exit status: 0 where a handler was reached, 1 where
 * the request was refused, 3 for trouble. */
int rt_try_main(const struct rt_api *api);

/* For handlers: begins what is shown, an open object; ends it, and with it the
 * call. */
struct rt_writer *rt_try_begin(struct rt_call *);
_Noreturn void rt_try_end(struct rt_call *, struct rt_writer *);

/* A file that came, without its bytes; generated code of this program only
 * writes them, so that it is compiled with this header before all others. */
void rt_write_file(struct rt_writer *, struct rt_file);
void rt_write_files(struct rt_writer *, struct rt_files);
#define rt_put_file(w, key, v) (rt_write_key(w, key), rt_write_file(w, v))
#define rt_put_files(w, key, v) (rt_write_key(w, key), rt_write_files(w, v))

#endif /* RT_TRY_H */
