// Requests with each byte at each place where two readers could differ about
// what a request is.  One more follows, behind which both close.
'use strict';

const last = 'GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const post = 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
const chunks = '3\r\nabc\r\n0\r\n\r\n';

// A "@" is where the byte goes.
const places = [
	'@GET /echo HTTP/1.1\r\nHost: x\r\n\r\n',
	'GET@ /echo HTTP/1.1\r\nHost: x\r\n\r\n',
	'GET @/echo HTTP/1.1\r\nHost: x\r\n\r\n',
	'GET /echo?@ HTTP/1.1\r\nHost: x\r\n\r\n',
	'GET /echo @HTTP/1.1\r\nHost: x\r\n\r\n',
	'GET /echo HTTP/1.1@\r\nHost: x\r\n\r\n',
	'GET /echo HTTP/1.1\r@\nHost: x\r\n\r\n',
	'GET /echo HTTP/1.1\r\n@Host: x\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost@: x\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost:@x\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x@\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r@\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r\n@\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r\n\r@\n',
	'GET /echo HTTP/1@1\r\nHost: x\r\n\r\n',
	'GET /echo HTTP/1.@\r\nHost: x\r\n\r\n',
	'GET /echo HTTP/@.1\r\nHost: x\r\n\r\n',
	'GET http:@/x/echo HTTP/1.1\r\nHost: x\r\n\r\n',
	'GET http://@x/echo HTTP/1.1\r\nHost: x\r\n\r\n',
	'GET http://x@/echo HTTP/1.1\r\nHost: x\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r\nConnection@: close\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r\nConnection:@close\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close@\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r\nA: b@c\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r\nA: b@Content-Length: 3\r\n\r\n',
	'GET /echo HTTP/1.1\r\nHost: x\r\nA: b@Host: y\r\n\r\n',
	`${post}Content-Length@: 3\r\n\r\nabc`,
	`${post}Content-Length:@3\r\n\r\nabc`,
	`${post}Content-Length: @3\r\n\r\nabc`,
	`${post}Content-Length: 3@\r\n\r\nabc`,
	`${post}Content-Length: 3 @\r\n\r\nabc`,
	`${post}Content@Length: 3\r\n\r\nabc`,
	`${post}@Content-Length: 3\r\n\r\nabc`,
	`${post}A: b\r\n@Content-Length: 3\r\n\r\nabc`,
	`${post}A: b\r@\nContent-Length: 3\r\n\r\nabc`,
	`${post}Transfer-Encoding@: chunked\r\n\r\n${chunks}`,
	`${post}Transfer-Encoding:@chunked\r\n\r\n${chunks}`,
	`${post}Transfer-Encoding: @chunked\r\n\r\n${chunks}`,
	`${post}Transfer-Encoding: chunked@\r\n\r\n${chunks}`,
	`${post}Transfer-Encoding: chunked @\r\n\r\n${chunks}`,
	`${post}Transfer-Encoding: chunked@chunked\r\n\r\n${chunks}`,
	`${post}Transfer-Encoding: x@chunked\r\n\r\n${chunks}`,
	`${post}Transfer@Encoding: chunked\r\n\r\n${chunks}`,
	`${post}@Transfer-Encoding: chunked\r\n\r\n${chunks}`,
	`${post}A: b@Transfer-Encoding: chunked\r\n\r\n${chunks}`,
	`${post}${chunked}\r\n@3\r\nabc\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3@\r\nabc\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3 @\r\nabc\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3;@\r\nabc\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3;a@b\r\nabc\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3;a="@"\r\nabc\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3;a="b"@\r\nabc\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3\r@\nabc\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3\r\nabc@\r\n0\r\n\r\n`,
	`${post}${chunked}\r\n3\r\nabc\r@\n0\r\n\r\n`,
	`${post}${chunked}\r\n3\r\nabc\r\n@0\r\n\r\n`,
	`${post}${chunked}\r\n3\r\nabc\r\n0@\r\n\r\n`,
	`${post}${chunked}\r\n3\r\nabc\r\n0\r\n@\r\n`,
	`${post}${chunked}\r\n3\r\nabc\r\n0\r\n\r@\n`,
	`${post}${chunked}\r\n3\r\nabc\r\n0\r\nA@: b\r\n\r\n`,
	`${post}${chunked}\r\n3\r\nabc\r\n0\r\nA: b@\r\n\r\n`,
];

const bytes = ['', '\r\n', ...Array.from({length: 256}, (_, i) =>
    String.fromCharCode(i))];

const variants = places.flatMap((place) => bytes.map((byte) => ({
	name: `${JSON.stringify(byte)} for @ in ${JSON.stringify(place)}`,
	send: [place.replace('@', () => byte) + last],
	place,
	byte,
})));

module.exports = {variants};
