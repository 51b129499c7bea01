// What a client may send, and what comes of it.  Each row:
//
//	name
//	send	the parts, one segment each; a number waits for as many answers
//	get	the statuses of the answers, in their order
//	open	whether the connection can be used on (false: it is closed)
//	echo	what the server has understood, of each answer 200
//	half	the client closes its own side behind the last part
//	head	answers have no body: the method is HEAD
//	nginx	why nginx answers otherwise; see nginx.js
'use strict';

const host = 'Host: x\r\n';
const typed = 'Content-Type: text/plain\r\n';
const rows = [];

function row(name, send, get, more = {}) {
	const last = get[get.length - 1];

	rows.push({name, send: [send].flat(), get, open: last < 400, ...more});
}

// A request without a body.
function bare(line, fields = host) {
	return `${line} HTTP/1.1\r\n${fields}\r\n`;
}

function get(fields = '') {
	return bare('GET /echo', host + fields);
}

function post(fields, body = '') {
	return `POST /echo HTTP/1.1\r\n${host}${typed}${fields}\r\n${body}`;
}

function fill(n, make) {
	return Array.from({length: n}, (_, i) => make(i)).join('');
}

const next = 'GET /echo?next HTTP/1.1\r\nHost: x\r\n\r\n';
const length = (n) => `Content-Length: ${n}\r\n`;
const coded = (value) => `Transfer-Encoding: ${value}\r\n`;
const chunked = coded('chunked');
const still = {open: true};
const dechunked = '3\r\nabc\r\n0\r\n\r\n';

// --- The request line ---

row('GET', get(), [200], {echo: [{method: 'GET', path: '/echo'}]});
row('HTTP/1.0 without Host', 'GET /echo HTTP/1.0\r\n\r\n', [200],
    {open: false});
row('HTTP/1.0 with a field that is not Host',
    'GET /echo HTTP/1.0\r\nA: b\r\n\r\n', [200], {open: false});
row('HTTP/1.0 with Host', `GET /echo HTTP/1.0\r\n${host}\r\n`, [200],
    {open: false});
row('HTTP/1.0 with keep-alive',
    `GET /echo HTTP/1.0\r\n${host}Connection: keep-alive\r\n\r\n`, [200],
    {open: false});
row('HTTP/1.0 with a body',
    `PUT /echo HTTP/1.0\r\n${host}${typed}${length(1)}\r\na`, [200],
    {open: false, echo: [{method: 'PUT', body: 'a'}]});
row('HTTP/1.0 and what follows',
    `GET /echo HTTP/1.0\r\n\r\n${next}`, [200], {open: false});
row('HTTP/2.0', `GET /echo HTTP/2.0\r\n${host}\r\n`, [505]);
row('HTTP/1.2', `GET /echo HTTP/1.2\r\n${host}\r\n`, [505]);
row('HTTP/0.9', `GET /echo\r\n${host}\r\n`, [400]);
row('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [505]);
row('lower-case version', `GET /echo http/1.1\r\n${host}\r\n`, [400]);
row('a method in lower case', bare('get /echo'), [501], still);
row('a method that nobody knows', bare('SPLINE /echo'), [501], still);
row('TRACE', bare('TRACE /echo'), [405], still);
row('a method that is the contract\'s own', bare('BREW /echo'), [200],
    {echo: [{method: 'BREW'}]});
row('QUERY', `QUERY /echo HTTP/1.1\r\n${host}${typed}${length(1)}\r\na`, [200],
    {echo: [{method: 'QUERY', body: 'a'}]});
row('CONNECT', bare('CONNECT a:1') + next, [501]);
row('a method of 100 bytes', bare(`${'M'.repeat(100)} /echo`), [501]);
row('OPTIONS *', bare('OPTIONS *'), [404], still);
row('* with another method', bare('GET *'), [400]);
row('OPTIONS', bare('OPTIONS /echo'), [204], still);
row('HEAD', bare('HEAD /echo'), [200], {head: true});
row('a path that is none', bare('GET /nowhere'), [404], still);
row('absolute form', bare('GET http://x/echo?a=b'), [200],
    {echo: [{path: '/echo', query: 'a=b'}]});
row('absolute form of another host', bare('GET http://y/echo'), [200]);
row('absolute form with a user', bare('GET http://u@x/echo'), [400]);
row('absolute form of another scheme', bare('GET ftp://x/echo'), [400]);
row('authority form', bare('GET x:80'), [400]);
row('blanks in the request line', `GET   /echo   HTTP/1.1\r\n${host}\r\n`,
    [400]);
row('a blank behind the version', `GET /echo HTTP/1.1 \r\n${host}\r\n`, [400]);
row('an empty line before', `\r\n${get()}`, [200]);
row('two empty lines before', `\r\n\r\n${get()}`, [200]);
row('a hundred empty lines before', `${'\r\n'.repeat(100)}${get()}`, [400]);
row('bytes beyond ASCII in the target', bare('GET /echo\xff\xfe'), [400]);
row('control characters in the target', bare('GET /echo\x01\x7f'), [400]);
row('NUL in the target', bare('GET /echo\0zz'), [400]);
row('percent-codes in the path', bare('GET /echo/%2e%2e%2fa'), [404], still);
row('an encoded letter', bare('GET /ech%6f'), [200]);
row('dot segments', bare('GET /echo/../echo'), [404], still);
row('a fragment', bare('GET /echo#a'), [400]);
row('two question marks', bare('GET /echo?a=1?b=2'), [200],
    {echo: [{query: 'a=1?b=2'}]});

// --- Fields ---

row('HTTP/1.1 without Host', bare('GET /echo', 'A: b\r\n'), [400]);
row('an empty Host', bare('GET /echo', 'Host:\r\n'), [400]);
row('a Host with a blank', bare('GET /echo', 'Host: a b\r\n'), [400]);
row('a Host with a path', bare('GET /echo', 'Host: x/y\r\n'), [400]);
row('a Host with a user', bare('GET /echo', 'Host: u@x\r\n'), [400]);
row('a Host with a port', bare('GET /echo', 'Host: x:80\r\n'), [200]);
row('a Host that is an address', bare('GET /echo', 'Host: [::1]:80\r\n'),
    [200]);
row('a field before Host whose name begins so',
    bare('GET /echo', 'Hostile: evil\r\nHost: x\r\n'), [200]);
row('no Host but a name that begins so', bare('GET /echo', 'Hostage: x\r\n'),
    [400]);
row('two hosts', bare('GET /echo', 'Host: x\r\nHost: y\r\n'), [400]);
row('the same host twice', bare('GET /echo', 'Host: x\r\nHost: x\r\n'), [400]);
row('bare LF', 'GET /echo HTTP/1.1\nHost: x\nA: b\n\n', [400]);
row('bare LF of a field', get('A: b\nC: d\r\n'), [400]);
row('bare LF at the end', `GET /echo HTTP/1.1\r\n${host}\n`, [400]);
row('bare CR', get('A: b\rX-Inj: 1\r\n'), [400]);
row('TAB in a value', get('A: b\tc\r\n'), [200]);
row('UTF-8 in a value', get('A: caf\xc3\xa9\r\n'), [200]);
row('an empty value', get('A:\r\n'), [200]);
row('blanks behind a value', get('A: b  \r\n'), [200]);
row('a blank before the colon', get('A : b\r\n'), [400]);
row('a line without a colon', get('Abc\r\n'), [400]);
row('a name that is no token', get('A(b): c\r\n'), [400]);
row('no name', get(': b\r\n'), [400]);
row('a folded value', get('A: b\r\n c\r\n'), [400]);
row('a first line that is folded',
    'GET /echo HTTP/1.1\r\n Host: x\r\n\r\n', [400]);
row('NUL in a value', get('A: b\0c\r\nB: d\r\n'), [400]);
row('a control character in a value', get('A: b\x01\r\n'), [400]);
row('a name twice', get('A: 1\r\na: 2\r\n'), [200]);
row('24 fields', get(fill(23, (i) => `h${i}: ${i}\r\n`)), [200]);
row('100 fields', get(fill(99, (i) => `h${i}: ${i}\r\n`)), [200]);
row('101 fields', get(fill(100, (i) => `h${i}: ${i}\r\n`)), [431]);
row('the length behind 90 others',
    post(fill(90, (i) => `h${i}: ${i}\r\n`) + length(2), 'ab'), [200],
    {echo: [{body: 'ab'}]});
row('a head of 5,000 bytes', get(`A: ${'x'.repeat(5000)}\r\n`), [200]);
row('a head of 17,000 bytes', get(`A: ${'x'.repeat(17000)}\r\n`), [431]);
row('a head without an end', `GET /echo HTTP/1.1\r\nA: ${'x'.repeat(17000)}`,
    [431]);
row('a target of 2,000 bytes', bare(`GET /echo?${'x'.repeat(2000)}`), [200]);
row('a target of 9,000 bytes', bare(`GET /echo?${'x'.repeat(9000)}`), [414]);
row('a target without an end', `GET /${'x'.repeat(9000)}`, [414]);
row('a head in three segments',
    ['GET /ec', 'ho HTTP/1.1\r\nHo', 'st: x\r\n\r\n'], [200]);

// --- Bodies ---

for (const method of ['GET', 'DELETE', 'QUERY', 'BREW']) {
	const head = `${method} /echo HTTP/1.1\r\n${host}${typed}` +
	    `${length(next.length)}\r\n`;

	row(`a body of ${method}`, head + next, [200],
	    {echo: [{method, body: next}]});
	row(`a body of ${method}, later`, [head, next], [200],
	    {echo: [{method, body: next}]});
	row(`no body of ${method}`, bare(`${method} /echo`), [200],
	    {echo: [{method, body: ''}]});
}
row('a body that the operation does not take',
    `GET /bodiless HTTP/1.1\r\n${host}${length(next.length)}\r\n${next}`,
    [415], still);
row('a body that the operation does not take, later',
    [`GET /bodiless HTTP/1.1\r\n${host}${length(next.length)}\r\n`, next],
    [415], still);
row('POST', post(length(3), 'abc'), [200], {echo: [{body: 'abc'}]});
row('a body in three segments', [post(length(6), 'ab'), 'cd', 'ef'], [200],
    {echo: [{body: 'abcdef'}]});
row('POST without a body', post(''), [200], {echo: [{body: ''}]});
row('POST with an empty body', post(length(0)), [200], {echo: [{body: ''}]});
row('chunks', post(chunked, dechunked), [200], {echo: [{body: 'abc'}]});
row('chunks, a byte each segment', [post(chunked), ...dechunked], [200],
    {echo: [{body: 'abc'}]});
row('chunks with extensions',
    post(chunked, '3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n'), [200],
    {echo: [{body: 'abc'}]});
row('chunks with a trailer',
    post(chunked, '3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n') + next, [200, 200],
    {echo: [{body: 'abc'}, {query: 'next'}]});
row('a body that is too large', post(length(1 << 30)), [413]);
row('more bytes than the length says', post(length(3), `abcDEF${get()}`),
    [200, 501], {...still, echo: [{body: 'abc'}]});
row('POST and GET at once', post(length(3), 'abc') + next, [200, 200],
    {echo: [{body: 'abc'}, {query: 'next'}]});
row('two requests at once', get() + next, [200, 200],
    {echo: [{}, {query: 'next'}]});
row('two requests, one after the other', [get(), 1, next], [200, 200]);
row('three requests, cut anywhere',
    [get() + next.slice(0, 10), next.slice(10) + get().slice(0, -1), '\n'],
    [200, 200, 200]);
row('half-closed after the request', get(), [200], {half: true, open: false});
row('half-closed after two', get() + next, [200, 200],
    {half: true, open: false});

// --- Expectations and connections ---

row('100-continue', [post(`${length(3)}Expect: 100-continue\r\n`), 1, 'abc'],
    [100, 200], {echo: [{body: 'abc'}]});
row('100-continue with the body at once',
    post(`${length(3)}Expect: 100-continue\r\n`, 'abc'), [100, 200],
    {echo: [{body: 'abc'}]});
row('another expectation', post(`${length(3)}Expect: zap\r\n`, 'abc'), [417],
    still);
row('Connection: close', get('Connection: close\r\n') + next, [200],
    {open: false});
row('Connection: foo, close', get('Connection: foo, close\r\n') + next, [200],
    {open: false});
row('Connection: close in a second line',
    get('Connection: foo\r\nConnection: CLOSE\r\n') + next, [200],
    {open: false});

// --- What is not HTTP ---

row('bytes beyond ASCII', '\x80\x81\xff'.repeat(100), [400]);
row('a ClientHello',
    `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'\0'.repeat(500)}`, [400]);
row('CRLFCRLF in a body behind bare LF',
    'POST /echo HTTP/1.1\nHost: x\nContent-Length: 10\n\nab\r\n\r\ncdef',
    [400]);

// --- Smuggling ---

const hidden = `0\r\n\r\n${next}`;

row('CL.TE', post(length(hidden.length) + chunked, hidden), [400]);
row('TE.CL', post(chunked + length(3), `8\r\nSMUGGLED\r\n${hidden}`), [400]);
row('Transfer-Encoding in HTTP/1.0',
    `POST /echo HTTP/1.0\r\n${host}${chunked}\r\n${dechunked}`, [400]);
for (const value of ['xchunked', 'chunked, identity', 'identity', 'x',
    'chunked, chunked', 'chunked\x0b', '\x0bchunked', '"chunked"',
    '\tchunked', 'chunked\t', 'chunked;a', ''])
	row(`Transfer-Encoding: ${JSON.stringify(value)}`,
	    post(coded(value), hidden), [400]);
row('Transfer-Encoding: gzip, chunked', post(coded('gzip, chunked'), hidden),
    [501]);
row('Transfer-Encoding twice', post(chunked + chunked, hidden), [400]);
row('Transfer-Encoding twice, one of them unknown',
    post(coded('x') + chunked, hidden), [400]);
row('Transfer-Encoding twice, the first is chunked',
    post(chunked + coded('x'), hidden), [400]);
row('Transfer-Encoding with a blank before the colon',
    post('Transfer-Encoding : chunked\r\n', hidden), [400]);
row('Transfer-Encoding, folded', post('Transfer-Encoding:\r\n chunked\r\n',
    hidden), [400]);
row('Transfer-Encoding behind a blank',
    post(' Transfer-Encoding: chunked\r\n', hidden), [400]);
row('Transfer-Encoding behind a bare LF',
    post('X: x\nTransfer-Encoding: chunked\r\n', hidden), [400]);
row('Transfer-Encoding behind a bare CR',
    post('X: x\rTransfer-Encoding: chunked\r\n', hidden), [400]);
row('Transfer-Encoding in another case',
    post('tRANSFER-eNCODING: CHUNKED\r\n', dechunked) + next, [200, 200],
    {echo: [{body: 'abc'}, {query: 'next'}]});
row('Transfer_Encoding', post('Transfer_Encoding: chunked\r\n') + next,
    [200, 200], {echo: [{body: ''}, {query: 'next'}]});
for (const value of ['+3', '-1', '0x3', '3, 3', '3,', '3 3', '3.0', '"3"',
    '\t3', '3\t', '', '18446744073709551619', '9223372036854775808'])
	row(`Content-Length: ${JSON.stringify(value)}`,
	    post(length(value), 'abc') + next, [400]);
row('Content-Length: 3 and a blank', post('Content-Length: 3 \r\n', 'abc'),
    [200], {echo: [{body: 'abc'}]});
row('two lengths', post(length(3) + length(5), 'abc') + next, [400]);
row('the same length twice', post(length(3) + length(3), 'abc') + next, [400]);
row('Content-Length with a blank before the colon',
    post('Content-Length : 3\r\n', 'abc') + next, [400]);
row('Content-Length, folded', post('X: x\r\n Content-Length: 3\r\n', 'abc') +
    next, [400]);
row('0.CL: a body of OPTIONS *',
    `OPTIONS * HTTP/1.1\r\n${host}${length(next.length)}\r\n${next}`, [404],
    still);
row('CL.0: a body of HEAD',
    `HEAD /echo HTTP/1.1\r\n${host}${typed}${length(next.length)}\r\n` +
    next, [200],
    {head: true});
row('chunks of GET that are none, in a second segment',
    [`GET /echo HTTP/1.1\r\n${host}${typed}${chunked}\r\n`, next], [400]);
for (const [what, body] of Object.entries({
	'a size with 0x': '0x3\r\nabc\r\n0\r\n\r\n',
	'a blank behind a size': '3 \r\nabc\r\n0\r\n\r\n',
	'a blank before an extension': '3 ;a\r\nabc\r\n0\r\n\r\n',
	'a negative size': '-3\r\nabc\r\n0\r\n\r\n',
	'an empty size': '\r\nabc\r\n0\r\n\r\n',
	'a size of 17 digits': '00000000000000003\r\nabc\r\n0\r\n\r\n',
	'a size that wraps': '10000000000000003\r\nabc\r\n0\r\n\r\n',
	'a size of 2^63': '8000000000000000\r\nabc\r\n0\r\n\r\n',
	'a bare LF behind a size': '3\nabc\r\n0\r\n\r\n',
	'a bare CR behind a size': '3\rabc\r\n0\r\n\r\n',
	'a bare LF behind a chunk': '3\r\nabc\n0\r\n\r\n',
	'nothing behind a chunk': '3\r\nabc0\r\n\r\n',
	'a chunk that is longer': '3\r\nabcdef\r\n0\r\n\r\n',
	'LF in an extension': '3;a\nx\r\nabc\r\n0\r\n\r\n',
	'CR in an extension': '3;a\rx\r\nabc\r\n0\r\n\r\n',
	'an extension that is none': '3;\r\nabc\r\n0\r\n\r\n',
	'a bare LF as the last line': '3\r\nabc\r\n0\r\n\n',
	'a trailer that is none': '3\r\nabc\r\n0\r\nX\r\n\r\n',
	'a trailer with a length': '3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n',
}))
	row(`chunks: ${what}`, post(chunked, body) + next, [400]);
row('chunks: long extensions',
    post(chunked, `3;${'a'.repeat(17000)}\r\nabc\r\n0\r\n\r\n`), [413]);
row('chunks: many trailers', post(chunked,
    `0\r\n${fill(101, (i) => `h${i}: ${i}\r\n`)}\r\n`), [431]);

// --- Limits that are set, as tests/http/run sets them ---

const limits = {HEAD_MAX: 65536, HEAD_LINES_MAX: 300, TARGET_MAX: 60000};
const usual = rows.splice(0);

function headOf(size) {
	const rest = size - get('A: \r\n').length;

	return get(`A: ${'x'.repeat(rest)}\r\n`);
}

function targetOf(size) {
	return bare(`GET /echo?${'x'.repeat(size - '/echo?'.length)}`);
}

row('a head of HEAD_MAX', headOf(limits.HEAD_MAX), [200]);
row('a head of HEAD_MAX and one', headOf(limits.HEAD_MAX + 1), [431]);
row('a head of HEAD_MAX, in two segments', [headOf(limits.HEAD_MAX)
    .slice(0, 40000), headOf(limits.HEAD_MAX).slice(40000)], [200]);
row('HEAD_LINES_MAX fields',
    get(fill(limits.HEAD_LINES_MAX - 1, () => 'A: b\r\n')), [200]);
row('HEAD_LINES_MAX fields and one',
    get(fill(limits.HEAD_LINES_MAX, () => 'A: b\r\n')), [431]);
row('a target of TARGET_MAX', targetOf(limits.TARGET_MAX), [200]);
row('a target of TARGET_MAX and one', targetOf(limits.TARGET_MAX + 1), [414]);
row('a trailer of HEAD_MAX', post(chunked,
    `0\r\nA: ${'x'.repeat(limits.HEAD_MAX - 7)}\r\n\r\n`), [200]);
row('a trailer of HEAD_MAX and one', post(chunked,
    `0\r\nA: ${'x'.repeat(limits.HEAD_MAX - 6)}\r\n\r\n`), [431]);

module.exports = {usual, limited: rows};
