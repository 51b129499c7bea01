/*
 * libcurl's transfers on the event loop: its multi interface, which keeps
 * connections for later transfers and resolves names on threads of its own.
 * The runtime's own, not for handlers.
 */
#ifndef RT_HTTP_MULTI_H
#define RT_HTTP_MULTI_H

#include <curl/curl.h>

#include "runtime/str.h"

/* Idle connections that a worker keeps, and as many threads at most resolve
 * names as there are transfers. */
enum { RT_CONNECTIONS_KEPT = 64 };

/*
 * Starts a transfer.  At its end rt_transfer_end() is told, with the handle's
 * CURLOPT_PRIVATE, from the loop.  False where libcurl has no memory.
 */
bool rt_multi_add(CURL *) RT_WARN_UNUSED;

/* Gives a transfer up, or takes one that has ended out. */
void rt_multi_remove(CURL *);

/* For CURLOPT_OPENSOCKETFUNCTION: a new socket, or CURL_SOCKET_BAD. */
curl_socket_t rt_multi_socket(const struct curl_sockaddr *);

/* CURLOPT_CLOSESOCKETFUNCTION, whose argument is not used. */
int rt_multi_close_socket(void *, curl_socket_t);

/* At the end of a worker, after the last transfer. */
void rt_multi_close(void);

#endif /* RT_HTTP_MULTI_H */
