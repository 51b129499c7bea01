/*
 * A server that answers as no good one does, for tests of the client: a
 * process of its own on the loopback interface, which ends with the test.
 */
#ifndef RECEIVER_H
#define RECEIVER_H

/*
 * Starts it and returns its port.  What it does depends on the path:
 *
 *	/echo		200, text/plain: the request as it came
 *	/status/N	status N without a body
 *	/json/...	200, application/json: what stands behind /json/
 *	/fail/STATUS/N	STATUS to the first N of these requests, of one receiver,
 *			and 429 with Retry-After: 1; later 200, and how many it were
 *	/gone		the end at once, and counts as one of these requests
 *	/kept		200 and the connection stays: how many requests it had
 *	/redirect	302 to /echo
 *	/hop/N		302 to /hop/N-1; the request as it came where N is 0
 *	/STATUS/to/URL	STATUS, 3xx, to URL
 *	/gzip		1 MB of the letter x, by gzip
 *	/interim	100 and 103, then 200 "done"
 *	/interims	103 ten thousand times
 *	/huge		200 and 10 MB
 *	/head		200 and 1 MB of header lines
 *	/lines		200 and 1000 short header lines
 *	/slow		nothing for a minute
 *	/drip		200, then a byte every 50 ms
 *	/cut		200, Content-Length 100, 10 bytes, and the end
 *	/close		the end at once
 *	/garbage	what is no HTTP
 */
int receiver_start(void);

#endif /* RECEIVER_H */
