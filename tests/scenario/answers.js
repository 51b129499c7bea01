#!/usr/bin/env node
// Versions, parts and codings of answers; run it by
// tests/scenario/run streams.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const path = require('path');
const zlib = require('zlib');
const {story, tellAll} = require('./story');

const base = new URL(process.env.BASE_URL);
const directory = process.env.STREAM_FILES;
const mib = 1 << 20;

// --- Clients ---

function call(method, where, headers = {}, body) {
	return new Promise((resolve, reject) => {
		const request = http.request({host: base.hostname,
		    port: base.port, path: where, method, headers,
		    agent: false}, (response) => {
			const parts = [];

			response.on('data', (part) => parts.push(part));
			response.on('error', reject);
			response.on('end', () => resolve({
				status: response.statusCode,
				headers: response.headers,
				bytes: Buffer.concat(parts),
			}));
		});

		request.on('error', reject);
		request.end(body);
	});
}

const get = (where, headers) => call('GET', where, headers);
const head = (where, headers) => call('HEAD', where, headers);
const gzip = {'Accept-Encoding': 'gzip, deflate, br'};

function varies(answer) {
	return (answer.headers.vary ?? '').split(', ')
	    .includes('Accept-Encoding');
}

function digits(n) {
	return Buffer.from('0123456789'.repeat(Math.ceil(n / 10)).slice(0, n));
}

function file(name, bytes) {
	fs.writeFileSync(path.join(directory, name), bytes, {mode: 0o644});
	return `/file?path=${name}`;
}

// What GET and HEAD of the same have in common: all but these.
function common(answer) {
	const headers = {...answer.headers};

	delete headers['x-request-id'];
	delete headers.date;
	return headers;
}

// --- Versions ---

const note = {'Content-Type': 'application/json'};

function write(text, headers = {}) {
	return call('PUT', '/note', {...note, ...headers},
	    JSON.stringify({text}));
}

story('what has not changed is not sent again', async () => {
	const first = await get('/note?n=100');
	const tag = first.headers.etag;

	for (const method of ['GET', 'HEAD']) {
		const again = await call(method, '/note?n=100',
		    {'If-None-Match': `"other", W/${tag}`});

		assert.equal(again.status, 304);
		assert.equal(again.headers.etag, tag);
		assert.equal(again.headers['content-type'], undefined);
		assert.equal(again.headers['content-length'], undefined);
		assert.equal(again.bytes.length, 0);
	}
	assert.equal((await write('x')).status, 204);
	const changed = await get('/note?n=100', {'If-None-Match': tag});

	assert.equal(changed.status, 200);
	assert.notEqual(changed.headers.etag, tag);
});

story('of two who change the same version one has to read again', async () => {
	const tag = (await get('/note')).headers.etag;
	const results = await Promise.all([
	    write('mine', {'If-Match': tag}),
	    write('yours', {'If-Match': tag}),
	]);

	assert.deepEqual(results.map((r) => r.status).sort(), [204, 412]);
	assert.equal((await write('x', {'If-Match': 'W/"1"'})).status, 412);
	assert.equal((await write('x', {'If-None-Match': '*'})).status, 412);
	assert.equal((await write('x', {'If-Match': '*'})).status, 204);
});

// Browsers take gzip and hand back the ETag that came with it.
story('what was read compressed can be changed', async () => {
	const read = await get('/note?n=5000', gzip);

	assert.equal(read.headers['content-encoding'], 'gzip');
	assert.match(read.headers.etag, /-gzip"$/);
	assert.equal((await get('/note?n=5000',
	    {...gzip, 'If-None-Match': read.headers.etag})).status, 304);
	assert.equal((await write('x', {'If-Match': read.headers.etag}))
	    .status, 204);
	assert.equal((await write('x', {'If-Match': read.headers.etag}))
	    .status, 412);
});

story('an ETag that the contract declares is made of the body', async () => {
	const tag = (await get('/made?n=5')).headers.etag;

	assert.match(tag, /^"[0-9a-f]{32}"$/);
	assert.equal((await get('/made?n=5')).headers.etag, tag);
	assert.notEqual((await get('/made?n=6')).headers.etag, tag);
	assert.equal((await head('/made?n=5')).headers.etag, tag);
	assert.equal((await get('/made?n=5', {'If-None-Match': tag})).status,
	    304);
	assert.equal((await get('/made?n=6', {'If-None-Match': tag})).status,
	    200);
});

// --- Codings ---

story('what is worth it is compressed for those who take it', async () => {
	for (const n of [990, 1001, 5000, 32768, 32769, 1000000]) {
		const plain = await get(`/plain?n=${n}`);
		const coded = await get(`/plain?n=${n}`, gzip);
		const length = Number(coded.headers['content-length']);

		assert.equal(plain.headers['content-encoding'], undefined);
		assert.ok(plain.bytes.equals(digits(n)));
		assert.equal(varies(plain), n > 1000);
		assert.equal(varies(coded), n > 1000);
		assert.equal(coded.bytes.length, length);
		if (n <= 1000) {
			assert.ok(coded.bytes.equals(digits(n)));
			continue;
		}
		assert.equal(coded.headers['content-encoding'], 'gzip');
		assert.ok(length < n / 5);
		assert.ok(zlib.gunzipSync(coded.bytes).equals(digits(n)));
	}
});

story('a client says what it takes', async () => {
	for (const value of ['', 'identity', 'br', 'gzip;q=0', '*;q=0'])
		assert.equal((await get('/plain?n=5000',
		    {'Accept-Encoding': value}))
		    .headers['content-encoding'], undefined);
	for (const value of ['gzip', '*', 'br, gzip;q=0.1', 'x-gzip'])
		assert.equal((await get('/plain?n=5000',
		    {'Accept-Encoding': value}))
		    .headers['content-encoding'], 'gzip');
});

story('HEAD has the headers of GET', async () => {
	const where = file('head', digits(5000));

	for (const [target, headers] of [['/plain?n=5000', {}],
	    ['/plain?n=5000', gzip], ['/plain?n=100000', gzip],
	    ['/note?n=5000', gzip], ['/made', {}], [where, {}]]) {
		const answer = await head(target, headers);

		assert.equal(answer.bytes.length, 0);
		assert.deepEqual(common(answer),
		    common(await get(target, headers)));
	}
});

// Threads do it; where they have enough to do, an answer stays as it is.
story('many large answers at once, and other calls beside them', async () => {
	const n = 4000000;
	const large = Array.from({length: 24},
	    () => get(`/plain?n=${n}`, gzip));
	let coded = 0;

	for (let i = 0; i < 20; i++)
		assert.equal((await get('/plain?n=10')).status, 200);
	for (const answer of await Promise.all(large)) {
		const isCoded = answer.headers['content-encoding'] === 'gzip';
		const bytes = isCoded ? zlib.gunzipSync(answer.bytes) :
		    answer.bytes;

		coded += isCoded;
		assert.equal(answer.status, 200);
		assert.ok(bytes.equals(digits(n)));
		assert.ok(varies(answer));
	}
	assert.ok(coded > 0);
});

story('a client that leaves while its answer is compressed', async () => {
	for (let i = 0; i < 20; i++) {
		const request = http.get({host: base.hostname, port: base.port,
		    path: '/plain?n=4000000', headers: gzip, agent: false});

		request.on('error', () => {});
		await new Promise((resolve) => setTimeout(resolve, 5 + i));
		request.destroy();
	}
	assert.equal((await get('/plain?n=10')).status, 200);
});

story('streams and pictures are left alone', async () => {
	const stream = await get('/ticks?n=500', gzip);
	const bytes = await get(file('noise', crypto.randomBytes(5000)), gzip);

	assert.equal(stream.headers['content-encoding'], undefined);
	assert.equal(bytes.headers['content-encoding'], undefined);
	assert.equal(bytes.bytes.length, 5000);
});

// --- Parts ---

story('a part of a file', async () => {
	const bytes = crypto.randomBytes(3 * mib);
	const where = file('part', bytes), n = bytes.length;
	const rows = [['0-0', 0, 1], ['0-99', 0, 100], ['100-', 100, n],
	    ['-10', n - 10, n], [`${n - 1}-`, n - 1, n], [`-${2 * n}`, 0, n],
	    [`1000000-${9 * n}`, 1000000, n], ['0-9,10-19', 0, 20],
	    ['4095-8192', 4095, 8193]];
	const whole = await get(where);

	assert.equal(whole.headers['accept-ranges'], 'bytes');
	for (const [range, first, end] of rows) {
		const answer = await get(where, {Range: `bytes=${range}`});

		assert.equal(answer.status, 206);
		assert.ok(answer.bytes.equals(bytes.subarray(first, end)));
		assert.equal(answer.headers['content-length'],
		    `${end - first}`);
		assert.equal(answer.headers['content-range'],
		    `bytes ${first}-${end - 1}/${n}`);
		assert.equal(answer.headers.etag, whole.headers.etag);
		assert.equal(answer.headers['content-disposition'],
		    'attachment');
	}
	for (const range of [`${n}-`, '-0', `${n + 5}-${n + 9}`]) {
		const answer = await get(where, {Range: `bytes=${range}`});

		assert.equal(answer.status, 416);
		assert.equal(answer.headers['content-range'], `bytes */${n}`);
		assert.equal(JSON.parse(answer.bytes).code,
		    'RANGE_NOT_SATISFIABLE');
	}
	for (const range of ['bytes=0-1,9-10', 'bytes=1-0', 'lines=0-1',
	    `bytes=${'0-,'.repeat(1000)}0-`]) {
		const answer = await get(where, {Range: range});

		assert.equal(answer.status, 200);
		assert.equal(answer.bytes.length, n);
	}
	assert.equal((await head(where, {Range: 'bytes=0-1'})).status, 200);
});

story('a part of bytes in memory, as they are', async () => {
	const answer = await get('/plain?n=5000',
	    {...gzip, Range: 'bytes=2-4'});

	assert.equal(answer.status, 206);
	assert.equal(answer.bytes.toString(), '234');
	assert.equal(answer.headers['content-encoding'], undefined);
	assert.equal(answer.headers['content-range'], 'bytes 2-4/5000');
	assert.ok(varies(answer));
	assert.equal((await get('/made', {Range: 'bytes=0-1'})).status, 200);
});

story('a download goes on only with the file that it began', async () => {
	const old = crypto.randomBytes(mib), other = crypto.randomBytes(mib);
	const where = file('resume', old);
	const {etag, 'last-modified': date} = (await get(where)).headers;

	for (const validator of [etag, date]) {
		const rest = await get(where,
		    {Range: 'bytes=1000-', 'If-Range': validator});

		assert.equal(rest.status, 206);
		assert.ok(rest.bytes.equals(old.subarray(1000)));
	}
	file('other', other);
	fs.utimesSync(path.join(directory, 'other'), 1, 1);
	fs.renameSync(path.join(directory, 'other'),
	    path.join(directory, 'resume'));
	for (const validator of [etag, date]) {
		const whole = await get(where,
		    {Range: 'bytes=1000-', 'If-Range': validator});

		assert.equal(whole.status, 200);
		assert.ok(whole.bytes.equals(other));
	}
	assert.equal((await get(where, {'If-Match': etag})).status, 412);
});

story('a file that has not changed is not sent again', async () => {
	const where = file('same', digits(100));
	const {headers} = await get(where);
	const times = {'If-Modified-Since': headers['last-modified']};

	assert.match(headers.etag, /^"[0-9a-f]{16}"$/);
	assert.equal((await get(where, {'If-None-Match': headers.etag}))
	    .status, 304);
	assert.equal((await get(where, times)).status, 304);
	fs.utimesSync(path.join(directory, 'same'), 1e9, 1e9);
	assert.equal((await get(where, {'If-None-Match': headers.etag}))
	    .status, 200);
	assert.equal((await get(where, {'If-Modified-Since':
	    'Sun, 09 Sep 2001 01:46:40 GMT'})).status, 304);
	assert.equal((await get(where, {'If-Modified-Since':
	    'Sunday, 09-Sep-01 01:46:39 GMT'})).status, 200);
	assert.equal((await get(where, {'If-Unmodified-Since':
	    'Sun Sep  9 01:46:39 2001'})).status, 412);
});

// No request may make the server send more than the file is long.
story('many parts at once are no way to multiply an answer', async () => {
	const where = file('many', crypto.randomBytes(mib));
	const ranges = Array.from({length: 1000}, (_, i) => `${i}-`).join(',');
	const answer = await get(where, {Range: `bytes=${ranges}`});

	assert.ok(answer.bytes.length <= mib);
});

tellAll();
