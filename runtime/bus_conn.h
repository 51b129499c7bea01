/*
 * The connection behind the bus: a worker's own, on which one command follows the
 * other, and which comes back when it is lost.  Only bus.c uses it.
 */
#ifndef RT_BUS_CONN_H
#define RT_BUS_CONN_H

#include <stdbool.h>
#include <stddef.h>

enum { RT_BUS_COMMAND_MAX = 256 };

/* What the connection calls; none of them is called by another. */
struct rt_bus_events {
	/* Writes the next command to send; false: there is none. */
	bool (*command)(char sql[RT_BUS_COMMAND_MAX]);
	/* PostgreSQL has done it, or refused it. */
	void (*done)(bool ok);
	/* It is gone, or could not be opened; the server has forgotten what it
	 * was told. */
	void (*lost)(void);
	void (*message)(const char *topic, const char *payload);
};

/* Connects in the background, at once and whenever it is down. */
void rt_bus_conn_open(const char *url, const struct rt_bus_events *);
void rt_bus_conn_close(void);

bool rt_bus_conn_is_open(void);

/* Whether the last attempt to connect has failed. */
bool rt_bus_conn_is_down(void);

/* There is a command to send. */
void rt_bus_conn_kick(void);

/* LISTEN or UNLISTEN, and a topic's name in quotes. */
void rt_bus_command(char sql[RT_BUS_COMMAND_MAX], const char *word,
    const char *name);

#endif /* RT_BUS_CONN_H */
