// Requests that are meant to hurt.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const net = require('net');
const {sql, story} = require('./story');
const {api, base, call, expect, raw, user} = require('./client');

const {token} = user;
const capPerson = 262144;
const capLogin = 16384;
const quickMs = 2000;
const host = 'Host: x\r\n';
const close = 'Connection: close\r\n';

function padded(text, size) {
	return text + ' '.repeat(size - text.length);
}

function create(body) {
	return api('POST', '/persons', {token, body});
}

async function expectQuick(promise, status, code) {
	const answer = expect(await promise, status, code);

	assert.ok(answer.ms < quickMs, `${answer.call}: ${answer.ms} ms`);
}

// The number of answers in what a connection brought.
function countAnswers(text) {
	return text.split(/HTTP\/1\.1 [0-9]{3} /).length - 1;
}

function statusOf(text) {
	return Number(/^HTTP\/1\.1 ([0-9]{3}) /.exec(text)?.[1]);
}

story('a body of as many bytes as it may have, and one more', async () => {
	const person = '{"name":"x"}';
	const login = JSON.stringify({email: user.email,
	    password: user.password});

	expect(await create(padded(person, capPerson)), 201);
	expect(await create(padded(person, capPerson + 1)), 413,
	    'PAYLOAD_TOO_LARGE');
	expect(await api('POST', '/auth/login',
	    {body: padded(login, capLogin)}), 200);
	expect(await api('POST', '/auth/login',
	    {body: padded(login, capLogin + 1)}), 413, 'PAYLOAD_TOO_LARGE');
});

story('a body that is announced far too large is not waited for',
    async () => {
	const answer = await raw(`POST /api/v1/auth/login HTTP/1.1\r\n${host}` +
	    'Content-Type: application/json\r\n' +
	    'Content-Length: 1099511627776\r\n\r\n');

	assert.equal(statusOf(answer), 413, answer);
});

story('a head that is too large is refused, not cut off', async () => {
	const get = (n) => `GET /api/v1/persons HTTP/1.1\r\n${host}` +
	    Array.from({length: n}, (_, i) => `X-Field-${i}: x\r\n`).join('') +
	    `X-API-Key: ${user.key}\r\n${close}\r\n`;
	const refused = await raw(get(100));

	assert.equal(statusOf(await raw(get(97))), 200);
	assert.equal(statusOf(refused), 431);
	assert.match(refused, /"HEADERS_TOO_LARGE"/);
	for (const size of [8100, 16200, 17000, 100000])
		assert.equal(statusOf(await raw('GET /health HTTP/1.1\r\n' +
		    `${host}X-Long: ${'x'.repeat(size)}\r\n${close}\r\n`)),
		    size < 16384 ? 200 : 431, size);
	assert.equal(statusOf(await raw(`GET /${'y'.repeat(8000)}` +
	    ` HTTP/1.1\r\n${host}${close}\r\n`)), 404);
	assert.equal(statusOf(await raw(`GET /${'y'.repeat(8192)}` +
	    ` HTTP/1.1\r\n${host}${close}\r\n`)), 414);
});

story('deep nesting is refused at once', async () => {
	for (const body of ['['.repeat(200000), '{"a":'.repeat(50000),
	    `{"sizes":${'['.repeat(200000)}`,
	    `{"name":"x","sizes":${'{"a":'.repeat(500)}1${'}'.repeat(501)}`])
		await expectQuick(create(body), 400, 'MALFORMED_JSON');
});

story('a body full of faults is refused at once, with a few of them',
    async () => {
	const many = (make) => Array.from({length: 20000}, make);
	const bodies = [
		Object.fromEntries(many((_, i) => [`k${i}`, 1])),
		{name: 'x', interests: many(() => 1)},
		{name: 'x', interests: many((_, i) => `${i}`)},
		{name: 'x', sizes: Object.fromEntries(many((_, i) =>
		    [`k${i}`, 1]))},
	];

	for (const body of bodies) {
		const answer = create(body);

		await expectQuick(answer, 422, 'VALIDATION_ERROR');
		assert.ok((await answer).json.errors.length <= 16);
	}
	await expectQuick(create(`{"name":${'9'.repeat(250000)}}`), 422,
	    'VALIDATION_ERROR');
	await expectQuick(create(`{"name":"${'a'.repeat(250000)}"}`), 422,
	    'VALIDATION_ERROR');
});

story('no input becomes a header of an answer', async () => {
	const evil = 'Set-Cookie: evil=1';
	const requests = [
		`GET /api/v1/persons/1%0d%0a${evil.replace(/ /g, '%20')}` +
		    ` HTTP/1.1\r\n${host}`,
		`GET /api/v1/persons?cursor=a%0d%0a${evil.replace(/ /g,
		    '%20')} HTTP/1.1\r\n${host}`,
		...['\r', '\n', '\r\n', '\r\n ', '\0', '\u0085'].map((end) =>
		    `GET /health HTTP/1.1\r\n${host}` +
		    `X-Request-ID: a${end}${evil}\r\n`),
		...['\r', '\n', '\r\n '].map((end) =>
		    `OPTIONS /api/v1/persons HTTP/1.1\r\n${host}` +
		    'Origin: http://localhost:3000\r\n' +
		    'Access-Control-Request-Method: GET\r\n' +
		    `Access-Control-Request-Headers: a${end}${evil}\r\n`),
		...['\r', '\n', '\r\n '].map((end) =>
		    `GET /health HTTP/1.1\r\n${host}` +
		    `Origin: http://localhost:3000${end}${evil}\r\n`),
	];

	for (const request of requests) {
		const answer = await raw(`${request}${close}\r\n`);
		const [head] = answer.split('\r\n\r\n');

		assert.equal(countAnswers(answer), 1, request);
		assert.ok(!/^set-cookie/im.test(head) && !/evil/.test(head),
		    `${request}${answer}`);
		assert.notEqual(statusOf(answer), 500, answer);
	}
});

story('a request can not be hidden in another', async () => {
	const inner = `DELETE /api/v1/persons/2 HTTP/1.1\r\n${host}` +
	    `X-API-Key: ${user.key}\r\n\r\n`;
	const post = 'POST /api/v1/auth/login HTTP/1.1\r\n' +
	    `${host}Content-Type: application/json\r\n`;
	const attacks = [
		[`${post}Content-Length: 5\r\nTransfer-Encoding: chunked` +
		    `\r\n\r\n0\r\n\r\n${inner}`],
		[`${post}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\r${inner}`],
		[`${post}Transfer-Encoding: chunked, identity\r\n\r\n` +
		    `0\r\n\r\n${inner}`],
		[`${post}Content-Length: 0\r\nContent-Length: ` +
		    `${inner.length}\r\n\r\n${inner}`],
		[`${post}Content-Length: +0\r\n\r\n${inner}`],
		[`GET /health HTTP/1.1\r\n${host}Content-Length: ` +
		    `${inner.length}\r\n\r\n`, inner],
		[`DELETE /api/v1/persons/999 HTTP/1.1\r\n${host}` +
		    `Content-Length: ${inner.length}\r\n\r\n`, inner],
		[`GET /health HTTP/1.1\r\n${host}Transfer-Encoding: chunked` +
		    '\r\n\r\n', `${inner.length.toString(16)}\r\n`, inner,
		    '\r\n0\r\n\r\n'],
	];

	for (const segments of attacks) {
		const answer = await raw(segments, 500);

		assert.equal(countAnswers(answer), 1,
		    `${segments.join('|')}${answer}`);
	}
	assert.equal(sql('SELECT count(*) FROM persons WHERE id = 2'), '1');
});

story('requests that are sent at once are answered in order', async () => {
	const get = (path, more = '') => `GET ${path} HTTP/1.1\r\n${host}` +
	    `X-API-Key: ${user.key}\r\n${more}\r\n`;
	const login = JSON.stringify({username: 'user', password: 'wrong one'});
	const post = `POST /api/v1/auth/login HTTP/1.1\r\n${host}` +
	    'Content-Type: application/json\r\n' +
	    `Content-Length: ${login.length}\r\n\r\n${login}`;
	const answer = await raw(get('/health') + post +
	    get('/api/v1/persons/1') + post + get('/nowhere', close));
	const statuses = [...answer.matchAll(/HTTP\/1\.1 ([0-9]{3}) /g)]
	    .map((match) => Number(match[1]));

	assert.deepEqual(statuses, [200, 401, 200, 401, 404]);
});

story('more bytes than were announced hold nobody up', async () => {
	const socket = net.connect(base.port, base.hostname);
	const closed = new Promise((resolve) => socket.on('close', resolve));

	socket.on('error', () => {});
	socket.resume();
	socket.write('POST /api/v1/auth/login HTTP/1.1\r\n' +
	    `${host}Content-Type: application/json\r\nContent-Length: 2\r\n` +
	    `\r\n{}${'x'.repeat(1000000)}`);
	for (let i = 0; i < 20; i++)
		await expectQuick(call('GET', '/health'), 200);
	await closed;
});

story('a request with two hosts, or none, is refused', async () => {
	for (const hosts of ['', 'Host: a\r\nHost: b\r\n',
	    'Hostile: a\r\n', 'Host: a b\r\n', 'Host: a/b\r\n'])
		assert.equal(statusOf(await raw('GET /health HTTP/1.1\r\n' +
		    `${hosts}${close}\r\n`)), 400, hosts);
});

story('clients that only begin to speak are in nobody\'s way', async () => {
	const slow = Array.from({length: 100}, () =>
	    raw('POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nCont', 1500));

	for (let i = 0; i < 20; i++)
		await expectQuick(call('GET', '/health'), 200);
	await Promise.all(slow);
});

story('clients that hang up leave nothing behind', async () => {
	const login = JSON.stringify({username: 'user', password: 'not it'});

	await Promise.all(Array.from({length: 10}, () =>
	    raw(`POST /api/v1/auth/login HTTP/1.1\r\n${host}` +
	    `Content-Type: application/json\r\nContent-Length: ` +
	    `${login.length}\r\n\r\n${login}`, 30)));
	expect(await api('GET', '/persons', {token}), 200);
	assert.equal(sql("SELECT count(*) FROM pg_stat_activity WHERE datname" +
	    " = current_database() AND state LIKE 'idle in transaction%'"),
	    '0');
});

story('what comes from outside stays on its line of the log', async () => {
	const forged = '","level":"error","x":"';

	await raw(`GET /api/v1/${forged} HTTP/1.1\r\n${host}${close}\r\n`);
	await raw(`GET /api/v1/a%0a{"level":"error"} HTTP/1.1\r\n${host}` +
	    `${close}X-Request-ID: ${forged}\r\n\r\n`);

	const lines = fs.readFileSync(process.env.SERVER_LOG, 'utf8')
	    .split('\n').filter((line) => line.startsWith('{'));

	for (const line of lines.map(JSON.parse))
		assert.equal(line.x, undefined);
	assert.ok(lines.length > 2);
});
