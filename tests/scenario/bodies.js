// Bodies of every size, method and kind.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const net = require('net');
const path = require('path');
const {story} = require('./story');
const {base, raw} = require('./client');
const {memory, openFiles} = require('./processes');

const mib = 1 << 20;
const large = 64 * mib;
const onDisk = mib; // BODY_DISK_OFFLOAD
const growthMax = 8 * mib;
const answersIn = 1000; // milliseconds
const directory = process.env.BODY_DISK_PATH;
const host = 'Host: x\r\n';
const close = 'Connection: close\r\n';

const noise = crypto.randomBytes(mib);

// `size` bytes that are not the same everywhere.
function bytesOf(size) {
	const all = Buffer.alloc(size);

	for (let at = 0; at < size; at += mib) {
		noise.copy(all, at);
		if (at + 4 <= size)
			all.writeUInt32LE(at, at);
	}
	return all;
}

function hash(bytes) {
	return crypto.createHash('sha256').update(bytes).digest('hex');
}

function call(method, where, body, headers = {}) {
	return new Promise((resolve, reject) => {
		const request = http.request({host: base.hostname,
		    port: base.port, method, path: where,
		    headers: {'Content-Length': body.length, ...headers},
		    agent: false}, (response) => {
			const parts = [];

			response.on('data', (part) => parts.push(part));
			response.on('end', () => {
				const text = Buffer.concat(parts).toString();

				resolve({status: response.statusCode,
				    headers: response.headers,
				    json: text === '' ? undefined :
				    JSON.parse(text)});
			});
		});

		request.on('error', reject);
		request.end(body);
	});
}

function upload(bytes) {
	return call('PUT', '/upload', bytes,
	    {'Content-Type': 'application/octet-stream'});
}

// Files of bodies, which have no names.
function openBodies() {
	return openFiles('http_body');
}

// Nothing of any body is left.
async function expectNothingLeft() {
	for (let i = 0; i < 50 && openBodies() > 0; i++)
		await sleep(20);
	assert.equal(openBodies(), 0);
	assert.deepEqual(fs.readdirSync(directory), []);
}

function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

function statusOf(text) {
	return Number(/^HTTP\/1\.1 ([0-9]{3}) /.exec(text)?.[1]);
}

function bodyOf(text) {
	return JSON.parse(text.slice(text.lastIndexOf('\r\n\r\n') + 4));
}

// A connection, what comes back on it, and when it ends.
function connect() {
	const socket = net.connect(base.port, base.hostname);
	const parts = [];

	socket.on('data', (part) => parts.push(part));
	return {
		socket,
		text: () => Buffer.concat(parts).toString('latin1'),
		ended: new Promise((resolve) => {
			socket.on('error', (error) => resolve(error.code));
			socket.on('end', () => resolve('end'));
		}),
		until: async (pattern, text) => {
			for (let i = 0; i < 250; i++) {
				if (pattern.test(text()))
					return;
				await sleep(20);
			}
			assert.match(text(), pattern);
		},
	};
}

story('a large upload arrives whole, and not in memory', async () => {
	const bytes = bytesOf(large);
	let before, most = 0;

	assert.equal((await upload(bytesOf(4 * mib))).status, 200);
	before = memory();
	const watch = setInterval(() => {
		most = Math.max(most, memory());
	}, 5);
	const answer = await upload(bytes);

	clearInterval(watch);
	assert.equal(answer.status, 200);
	assert.equal(answer.json.bytes, large);
	assert.equal(answer.json.sha256, hash(bytes));
	assert.equal(answer.json.media, 'application/octet-stream');
	assert.equal(answer.json.on_disk, true);
	assert.ok(most > 0 && most - before < growthMax,
	    `${before} bytes of memory before, ${most} at most`);
	await expectNothingLeft();
});

story('a body is in memory up to a size, and in a file above', async () => {
	for (const size of [0, 1, 4096, 70000, onDisk, onDisk + 1]) {
		const bytes = bytesOf(size);
		const answer = await upload(bytes);

		assert.equal(answer.json.bytes, size);
		assert.equal(answer.json.sha256, hash(bytes));
		assert.equal(answer.json.on_disk, size > onDisk);
	}
	await expectNothingLeft();
});

story('a client that leaves in the middle of its body leaves nothing',
    async () => {
	const before = memory();

	for (let i = 0; i < 5; i++) {
		const c = connect();

		c.socket.write('PUT /upload HTTP/1.1\r\n' + host +
		    `Content-Type: a/b\r\nContent-Length: ${large}\r\n\r\n`);
		c.socket.write(bytesOf(3 * mib));
		for (let j = 0; j < 50 && openBodies() === 0; j++)
			await sleep(20);
		assert.equal(openBodies(), 1);
		assert.deepEqual(fs.readdirSync(directory), []);
		c.socket.destroy();
		for (let j = 0; j < 50 && openBodies() > 0; j++)
			await sleep(20);
		await expectNothingLeft();
	}
	assert.ok(memory() - before < growthMax);
});

story('an operation has its own limit, or the usual one', async () => {
	const type = {'Content-Type': 'a/b'};
	const cases = [['/small', 100], ['/usual', 1000000]];

	for (const [where, limit] of cases) {
		const good = await call('POST', where, bytesOf(limit), type);
		const bad = await call('POST', where, bytesOf(limit + 1), type);

		assert.equal(good.status, 200);
		assert.equal(bad.status, 413);
		assert.equal(bad.json.code, 'PAYLOAD_TOO_LARGE');
		assert.equal(bad.headers.connection, 'close');
	}
});

story('a client that still sends learns that it is too much', async () => {
	const c = connect();
	const began = Date.now();

	// It reads when it has sent all.
	c.socket.pause();
	c.socket.write('POST /small HTTP/1.1\r\n' + host +
	    `Content-Type: a/b\r\nContent-Length: ${large}\r\n\r\n`);
	await new Promise((resolve) =>
	    c.socket.write(bytesOf(large), resolve));
	c.socket.resume();
	assert.equal(await c.ended, 'end');
	assert.equal(statusOf(c.text()), 413);
	assert.equal(bodyOf(c.text()).status, 413);
	assert.ok(Date.now() - began < 5000);
	await expectNothingLeft();
});

story('a body of any announced length is refused at once', async () => {
	for (const length of [mib, 1099511627776, '9223372036854775807']) {
		const c = connect();

		c.socket.write('POST /small HTTP/1.1\r\n' + host +
		    `Content-Type: a/b\r\nContent-Length: ${length}\r\n\r\n`);
		await c.until(/PAYLOAD_TOO_LARGE/, c.text);
		assert.equal(statusOf(c.text()), 413);
		c.socket.destroy();
	}
	await expectNothingLeft();
});

story('a client that asks for leave to send gets it, or the refusal',
    async () => {
	const ask = async (where, length) => {
		const c = connect();

		c.socket.write(`POST ${where} HTTP/1.1\r\n${host}${close}` +
		    'Content-Type: a/b\r\nExpect: 100-continue\r\n' +
		    `Content-Length: ${length}\r\n\r\n`);
		await c.until(/\r\n\r\n/, c.text);
		return c;
	};
	const good = await ask('/small', 3);

	assert.equal(good.text(), 'HTTP/1.1 100 Continue\r\n\r\n');
	good.socket.write('abc');
	assert.equal(await good.ended, 'end');
	assert.equal(statusOf(good.text().slice(25)), 200);
	assert.equal(bodyOf(good.text()).bytes, 3);

	const bad = await ask('/small', 1000);

	assert.equal(statusOf(bad.text()), 413);
	bad.socket.destroy();
});

story('GET and DELETE have a body where the contract says so', async () => {
	const json = {'Content-Type': 'application/json'};
	const body = JSON.stringify({a: ['x', 1]});

	for (const method of ['GET', 'DELETE']) {
		const answer = await call(method, '/search', body, json);

		assert.equal(answer.status, 200);
		assert.deepEqual(answer.json, {a: ['x', 1]});
	}
	assert.equal((await call('GET', '/search', '')).json, null);
	assert.equal((await call('DELETE', '/search', '')).status, 422);
	assert.equal((await call('GET', '/search', '{', json)).status, 400);
	assert.equal((await call('DELETE', '/search', bytesOf(1000001), json))
	    .status, 413);
	const long = '"' + 'x'.repeat(3 * mib) + '"';

	assert.equal((await call('GET', '/search', long, json)).json.length,
	    3 * mib);
	await expectNothingLeft();
});

story('a body of GET is no request, whatever piece it comes in',
    async () => {
	const head = (more) => `GET /search HTTP/1.1\r\n${host}${more}` +
	    'Content-Type: application/json\r\nContent-Length: 40\r\n\r\n';
	const hidden = '"GET /plain HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\n"'
	    .padEnd(40);
	const asked = hidden.replaceAll('\r\n', '  ').padEnd(40);
	const pieces = [head('') + asked, head('') + asked.slice(0, 7),
	    asked.slice(7), head(close), asked];
	const text = await raw([pieces[0] + pieces[1], pieces[2] + pieces[3],
	    pieces[4]]);

	assert.equal(text.split('HTTP/1.1 200 ').length - 1, 3, text);
	assert.equal(text.split('"GET /plain').length - 1, 3, text);
});

story('a body of GET that nobody takes is passed over', async () => {
	const inner = 'GET /plain HTTP/1.1\r\nHost: x\r\n\r\n';
	const answers = (text) => text.split('HTTP/1.1 ').length - 1;
	const ask = (length) => `GET /plain HTTP/1.1\r\n${host}` +
	    `Content-Length: ${length}\r\n\r\n`;
	const short = await raw([ask(inner.length), inner]);
	const long = await raw([ask(100000), inner]);

	assert.equal(answers(short), 1, short);
	assert.doesNotMatch(short, /Connection: close/);
	assert.equal(answers(long), 1, long);
	assert.match(long, /Connection: close/);
});

// A multipart body of a title and a file.
function formOf(bytes) {
	return Buffer.concat([Buffer.from('--b\r\n' +
	    'Content-Disposition: form-data; name="title"\r\n\r\nHello\r\n' +
	    '--b\r\nContent-Disposition: form-data; name="file"; ' +
	    'filename="../a b.png"\r\nContent-Type: image/png\r\n\r\n'), bytes,
	    Buffer.from('\r\n--b--\r\n')]);
}

const form = {'Content-Type': 'multipart/form-data; boundary=b'};

story('a file of a form is saved, from memory and from disk', async () => {
	for (const size of [0, 1000, 20 * mib]) {
		const bytes = bytesOf(size);
		const to = path.join(directory, 'saved');
		const send = () => call('POST', `/form?to=${to}`,
		    formOf(bytes), form);
		const answer = await send();

		assert.equal(answer.status, 200);
		assert.equal(answer.json.name, '../a b.png');
		assert.equal(answer.json.media, 'image/png');
		assert.equal(answer.json.bytes, size);
		assert.equal(answer.json.sha256, hash(bytes));
		assert.equal(answer.json.on_disk, size > onDisk);
		if (process.getuid() === 0)
			assert.equal(hash(fs.readFileSync(to)), hash(bytes));
		assert.equal((await send()).status, 500); // it is there
		fs.unlinkSync(to);
	}
	await expectNothingLeft();
});

story('a form that is at fault is refused with the part', async () => {
	const bad = await call('POST', '/form', formOf(noise).subarray(0, 500),
	    form);
	const empty = await call('POST', '/form', '--b--', form);

	assert.equal(bad.status, 400);
	assert.equal(bad.json.code, 'BAD_REQUEST');
	assert.match(bad.json.detail, /part 2, byte 500: the last boundary/);
	assert.equal(empty.status, 422);
	assert.equal(empty.json.errors[0].pointer, '/file');
});

story('uploads side by side keep nobody waiting', async () => {
	const bytes = bytesOf(16 * mib);
	const uploads = Promise.all(Array.from({length: 4},
	    () => upload(bytes)));
	let longest = 0, ended = false;

	uploads.finally(() => {
		ended = true;
	});
	while (!ended) {
		const began = Date.now();

		assert.equal((await call('GET', '/plain', '')).status, 200);
		longest = Math.max(longest, Date.now() - began);
		await sleep(10);
	}
	for (const answer of await uploads)
		assert.equal(answer.json.sha256, hash(bytes));
	assert.ok(longest < answersIn, `${longest} ms`);
	await expectNothingLeft();
});
