#!/usr/bin/env node
// Answers that are sent item by item, and files; run it by
// tests/scenario/run streams.
'use strict';
const assert = require('assert/strict');
const {execFileSync} = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const net = require('net');
const path = require('path');
const {story, tellAll} = require('./story');
const {memory, openFiles} = require('./processes');

const base = new URL(process.env.BASE_URL);
const directory = process.env.STREAM_FILES;
const timeoutMs = Number(process.env.REQUEST_TIMEOUT_MS);
const mib = 1 << 20;

// Connections have room of their own beside the server's queue.
const aheadMax = 12 * mib;
// The sanitizers keep for a while what is freed.
const growthMax = process.env.SERVER === 'asan' ? Infinity : 8 * mib;

function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

// --- Clients ---

// What comes back, whole or not; the status is 0 where nothing does.
function get(where, {method = 'GET', headers = {}, agent = false} = {}) {
	return new Promise((resolve, reject) => {
		const request = http.request({host: base.hostname,
		    port: base.port, path: where, method, headers, agent},
		    (response) => {
			const parts = [];
			const end = () => resolve({
				status: response.statusCode,
				headers: response.headers,
				bytes: Buffer.concat(parts),
				text: Buffer.concat(parts).toString(),
				whole: response.complete,
			});

			response.on('data', (part) => parts.push(part));
			response.on('end', end);
			response.on('error', end);
		});

		request.on('error', reject);
		request.end();
	});
}

// A connection whose bytes are looked at as they are.
function connect(text) {
	const socket = net.connect(base.port, base.hostname);
	const parts = [];
	const c = {
		socket,
		text: () => Buffer.concat(parts).toString('latin1'),
		ended: new Promise((resolve) => {
			socket.on('error', (error) => resolve(error.code));
			socket.on('end', () => resolve('end'));
		}),
		until: (pattern) => until(() => pattern.test(c.text())),
	};

	socket.on('data', (part) => parts.push(part));
	socket.write(text);
	return c;
}

async function until(condition, ms = 5000) {
	for (const end = Date.now() + ms; !await condition();) {
		assert.ok(Date.now() < end, `${condition} never holds`);
		await sleep(20);
	}
}

async function state() {
	return JSON.parse((await get('/state')).text);
}

// How many streams have ended while `steps` were taken.
async function endedBy(steps, n = 1) {
	const before = (await state()).left;

	await steps();
	await until(async () => (await state()).left === before + n);
}

function file(name, bytes) {
	if (bytes !== undefined)
		fs.writeFileSync(path.join(directory, name), bytes,
		    {mode: 0o644});
	return `/file?path=${encodeURIComponent(name)}`;
}

const numbers = (n) => Array.from({length: n}, (_, i) => i + 1);
const host = 'Host: x\r\n';

// --- Framing ---

const framings = {
	'text/event-stream': (n) => `data: {"n":${n}}\n\n`,
	'application/jsonl': (n) => `{"n":${n}}\n`,
	'application/json-seq': (n) => `\x1e{"n":${n}}\n`,
};

story('a client gets the items in order, framed as it likes', async () => {
	for (const [type, frame] of Object.entries(framings)) {
		for (const n of [0, 1, 300]) {
			const answer = await get(`/ticks?n=${n}`,
			    {headers: {Accept: type}});

			assert.equal(answer.status, 200);
			assert.equal(answer.headers['content-type'], type);
			assert.equal(answer.headers['content-length'],
			    undefined);
			assert.equal(answer.headers['x-count'], `${n}`);
			assert.equal(answer.text,
			    numbers(n).map(frame).join(''));
			assert.ok(answer.whole);
		}
	}
	assert.equal((await get('/ticks', {headers: {Accept: 'image/png'}}))
	    .status, 406);
});

story('an event has all of its fields, and a line of data for each line',
    async () => {
	const answer = await get('/events');

	assert.equal(answer.text, 'event: greeting\nid: 7\nretry: 500\n' +
	    'data: one\ndata: two\ndata: three\n\n');
	assert.ok(!answer.whole, 'the event after it has a line break');
});

story('data that is a string is sent as it is', async () => {
	const answer = await get('/texts');

	assert.equal(answer.text, 'data: plain "text"\n\ndata: [DONE]\n\n');
	assert.ok(answer.whole);
});

story('an item is sent when it is there', async () => {
	const c = connect(`GET /ticks?n=3&pause=400 HTTP/1.1\r\n${host}\r\n`);

	await c.until(/data: \{"n":1\}\n\n\r\n$/);
	await c.until(/data: \{"n":2\}\n\n\r\n$/);
	await c.until(/\r\n0\r\n\r\n$/);
	c.socket.destroy();
});

story('the connection goes on behind a stream', async () => {
	const one = `GET /ticks?n=1 HTTP/1.1\r\n${host}\r\n`;
	const c = connect(one + one);

	await until(() => c.text().split('\r\n0\r\n\r\n').length === 3);
	c.socket.write(`GET /state HTTP/1.1\r\n${host}` +
	    'Connection: close\r\n\r\n');
	assert.equal(await c.ended, 'end');
	assert.equal(c.text().split('HTTP/1.1 200 ').length - 1, 3, c.text());
});

story('for HTTP/1.0 the connection\'s end is that of the stream', async () => {
	const c = connect(`GET /ticks?n=2&pause=100 HTTP/1.0\r\n${host}` +
	    'Connection: keep-alive\r\n\r\n');

	assert.equal(await c.ended, 'end');
	const [head, body] = c.text().split('\r\n\r\n');

	assert.match(head, /^HTTP\/1\.[01] 200 /);
	assert.match(head, /^Connection: close\r?$/im);
	assert.doesNotMatch(head, /Transfer-Encoding|Content-Length/i);
	assert.equal(body, 'data: {"n":1}\n\ndata: {"n":2}\n\n');
});

story('HEAD has the head of the stream only', async () => {
	const c = connect(`HEAD /ticks?n=1000000 HTTP/1.1\r\n${host}\r\n` +
	    `GET /state HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);

	assert.equal(await c.ended, 'end');
	const answers = c.text().split('\r\n\r\n');

	assert.match(answers[0], /Content-Type: text\/event-stream/);
	assert.match(answers[1], /^HTTP\/1\.1 200 /);
});

// --- Items and handlers that are at fault ---

story('an item that breaks its schema ends the stream', async () => {
	for (const type of Object.keys(framings)) {
		const answer = await get('/ticks?n=5&bad=3',
		    {headers: {Accept: type}});

		assert.equal(answer.status, 200);
		assert.equal(answer.text, framings[type](1) +
		    framings[type](2));
		assert.ok(!answer.whole, 'the client can tell');
	}
});

story('a stream that takes too much memory ends, and its call', async () => {
	await endedBy(async () => {
		const answer = await get(`/ticks?n=1000&waste=${mib}`);

		assert.ok(!answer.whole);
		assert.match(answer.text, /^data: \{"n":1\}\n\n/);
	});
});

story('a handler that fails before the beginning answers 500', async () => {
	const answer = await get('/failing');

	assert.equal(answer.status, 500);
	assert.equal(answer.headers['content-type'],
	    'application/problem+json');
});

// --- Readers ---

story('a slow reader holds its stream up, and nothing else', async () => {
	const n = 400, size = 100000;
	const before = {...await state(), memory: memory()};
	const c = connect(`GET /ticks?n=${n}&size=${size} HTTP/1.1\r\n${host}` +
	    'Connection: close\r\n\r\n');
	let got = 0;

	c.socket.removeAllListeners('data');
	c.socket.pause();
	await sleep(timeoutMs / 3);
	const sent = (await state()).sent - before.sent;

	assert.ok(sent > 0 && sent * size < aheadMax, `${sent} items`);
	assert.ok(memory() - before.memory < growthMax);
	c.socket.on('data', (part) => {
		got += part.length;
	});
	c.socket.resume();
	assert.equal(await c.ended, 'end');
	assert.ok(got > n * size);
	assert.equal((await state()).sent - before.sent, n);
});

story('a reader that takes nothing any more is cut off', async () => {
	await endedBy(async () => {
		const c = connect('GET /ticks?n=2000&size=100000 HTTP/1.1\r\n' +
		    `${host}\r\n`);

		c.socket.pause();
		await sleep(timeoutMs + 1000);
		c.socket.resume();
		await c.ended;
		assert.doesNotMatch(c.text().slice(-100), /\r\n0\r\n\r\n$/);
	});
});

story('a stream may last longer than a request', async () => {
	const pause = Math.ceil(timeoutMs * 0.7);
	const answer = await get(`/ticks?n=3&pause=${pause}`);

	assert.ok(answer.whole);
	assert.equal(answer.text, numbers(3)
	    .map(framings['text/event-stream']).join(''));
});

story('the handler learns that its reader has left', async () => {
	for (const query of ['n=2000&size=100000', 'n=100000&pause=20',
	    'n=5&pause=20000']) {
		await endedBy(async () => {
			const c = connect(`GET /ticks?${query} HTTP/1.1\r\n` +
			    `${host}\r\n`);

			await c.until(/"n":1/);
			c.socket.destroy();
		});
	}
});

story('many streams at once, and other calls beside them', async () => {
	const expected = numbers(5).map(framings['text/event-stream']).join('');
	const began = Date.now();
	const streams = Promise.all(numbers(150)
	    .map(() => get('/ticks?n=5&pause=200')));

	await sleep(300);
	assert.equal((await get('/state')).status, 200);
	assert.ok(Date.now() - began < 1000);
	for (const answer of await streams)
		assert.equal(answer.text, expected);
	assert.ok(Date.now() - began < 5000);
});

// --- Files ---

story('a file arrives byte for byte, and not by way of memory', async () => {
	const bytes = crypto.randomBytes(24 * mib);
	const before = memory();

	for (const size of [0, 1, 4096, 4097, bytes.length]) {
		const part = bytes.subarray(0, size);
		const where = file('bytes', part);
		const answer = await get(where);
		const head = await get(where, {method: 'HEAD'});

		assert.equal(answer.status, 200);
		assert.ok(answer.bytes.equals(part), `${size} bytes`);
		for (const {headers} of [answer, head]) {
			assert.equal(headers['content-length'], `${size}`);
			assert.equal(headers['content-disposition'],
			    'attachment');
			assert.equal(headers['content-type'],
			    'application/octet-stream');
		}
		assert.equal(head.bytes.length, 0);
		await until(() => openFiles(directory) === 0);
	}
	assert.ok(memory() - before < growthMax);
});

story('what is no file is no answer', async () => {
	execFileSync('mkfifo', [path.join(directory, 'pipe')]);
	file('outside', 'secret');
	fs.mkdirSync(path.join(directory, 'sub'));
	file('sub/inside', 'x');
	assert.equal((await get(file('sub/inside'))).text, 'x');
	for (const name of ['none', 'none/none', 'sub/inside/none', '', '.',
	    'sub', 'pipe', '/etc/passwd', `${directory}/sub/inside`,
	    '..', '../etc/passwd', 'sub/../outside', 'a'.repeat(1000)])
		assert.equal((await get(file(name))).status, 404, name);
	assert.equal(openFiles(directory), 0);
});

story('readers of a file that are slow or leave hold up nobody', async () => {
	const where = file('bytes', crypto.randomBytes(24 * mib));
	const readers = numbers(20).map(() => {
		const c = connect(`GET ${where} HTTP/1.1\r\n${host}\r\n`);

		c.socket.pause();
		return c;
	});

	await until(() => openFiles(directory) === 20);
	assert.equal((await get('/state')).status, 200);
	for (const c of readers)
		c.socket.destroy();
	await until(() => openFiles(directory) === 0);
});

story('a file that is replaced while it is sent stays what it was',
    async () => {
	const old = crypto.randomBytes(24 * mib);
	const where = file('bytes', old);
	const c = http.get({host: base.hostname, port: base.port, path: where,
	    agent: false});
	const parts = [];

	await new Promise((resolve) => c.on('response', (response) => {
		response.pause();
		fs.writeFileSync(path.join(directory, 'new'), 'new');
		fs.renameSync(path.join(directory, 'new'),
		    path.join(directory, 'bytes'));
		response.on('data', (part) => parts.push(part));
		response.on('end', resolve);
		response.resume();
	}));
	assert.ok(Buffer.concat(parts).equals(old));
	assert.equal((await get(where)).text, 'new');
});

story('a file that is shortened while it is sent breaks the answer off',
    async () => {
	const where = file('bytes', crypto.randomBytes(24 * mib));
	const c = connect(`GET ${where} HTTP/1.1\r\n${host}\r\n`);

	c.socket.pause();
	await until(() => openFiles(directory) > 0);
	fs.truncateSync(path.join(directory, 'bytes'), 10);
	c.socket.resume();
	await c.ended;
	assert.ok(c.text().length < 24 * mib);
	await until(() => openFiles(directory) === 0);
	assert.equal((await get('/state')).status, 200);
});

// --- Redirects ---

story('a redirect says where to go', async () => {
	const answer = await get('/moved?n=2');

	assert.equal(answer.status, 302);
	assert.equal(answer.headers.location, '/ticks?n=2');
	assert.equal((await get(answer.headers.location)).text,
	    numbers(2).map(framings['text/event-stream']).join(''));
});

// --- The end ---

story('a server that ends ends its streams', async () => {
	const streams = [get('/ticks?n=1000&pause=20'),
	    get('/ticks?n=5&pause=20000')];

	await sleep(200);
	process.kill(Number(process.env.SERVER_PID), 'SIGTERM');
	for (const answer of await Promise.all(streams)) {
		assert.equal(answer.status, 200);
		assert.match(answer.text, /^data: \{"n":1\}\n\n/);
		assert.ok(answer.whole);
	}
});

tellAll();
