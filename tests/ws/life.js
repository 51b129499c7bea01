#!/usr/bin/env node
// What becomes of sockets in servers of other settings, and of servers that end.
// Run it by tests/scenario/life, as `run` does.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const {execFileSync} = require('child_process');
const fs = require('fs');
const path = require('path');
const {end, isThere, patience, start, story, tellAll, until} =
    require('../scenario/server');
const {CLOSE, Client, PING, PONG, TEXT, closePayload, frame, guests, opener,
    sleep} = require('./client');

const TRY_LATER = 1013, GOING_AWAY = 1001;
const port = Number(process.env.PORT);

process.env.BASE_URL = `http://127.0.0.1:${port}`;

// --- The server ---

async function answers() {
	try {
		const c = new Client('/guests');

		await c.answer();
		c.drop();
		return c.status === 200;
	} catch {
		return false;
	}
}

// A story with a server of its own settings, which has to end well.
function tell(name, settings, steps, hasBegun = answers) {
	story(name, async () => {
		const open = opener();
		const server = await start(1, hasBegun, settings);

		try {
			await steps(open, server);
		} finally {
			open.dropAll();
		}
		await end();
		assert.equal(await server.ended, 0);
		assert.doesNotMatch(server.log(),
		    /Sanitizer|runtime error:|has died|violation/);
	});
}

// The line of the log about a socket that has ended.
async function lineOf(server, path) {
	await until('a line of the log', () =>
	    server.lines(`"path":"${path}"`).length > 0);
	return server.lines(`"path":"${path}"`).at(-1);
}

// --- Pings: section 5.5.2 ---

tell('a client that is silent is asked whether it is there',
    {WS_PING_MS: '300', WS_PONG_TIMEOUT_MS: '500'}, async (open, server) => {
	const silent = await open('/room');
	const there = await open('/echo');
	const began = performance.now();

	await silent.expect(PING, '');
	assert.ok(performance.now() - began > 200, 'too early');
	for (let i = 0; i < 4; i++) {
		await there.expect(PING, '');
		there.send(frame(PONG));
	}
	await silent.until('the end', () => silent.ended, 3000 * patience);
	assert.equal((await lineOf(server, '/room')).close, 1006);
	assert.ok(!there.ended);
	there.frames.length = 0;
	// Whoever speaks need not be asked.
	for (let i = 0; i < 8; i++) {
		there.send(frame(TEXT, 'x'));
		await sleep(100);
	}
	const asked = there.frames.filter((f) => f.opcode === PING).length;

	assert.ok(asked <= 1, `${asked} pings`);
});

// --- Limits ---

tell('there are no more sockets than may be', {WS_SOCKETS_MAX: '3'},
    async (open) => {
	const three = [await open('/room'), await open('/room'),
		await open('/room')];
	const one = open.raw('/room');

	assert.equal(await one.answer(), 503);
	await three[0].close();
	await until('there is room again', async () => {
		const next = open.raw('/room');

		return await next.answer() === 101;
	});
});

tell('sockets are none of the calls under way', {CALLS_MAX: '2'},
    async (open) => {
	for (let i = 0; i < 5; i++)
		await open('/room');
	assert.equal(await guests(), 5);
});

// --- A server that ends ---

tell('who waits is told that the server ends', {}, async (open, server) => {
	const idle = await open('/room'), half = await open('/echo');
	const began = performance.now();

	half.send(frame(TEXT, 'a', {fin: false}));
	await sleep(50);
	server.kill('SIGTERM');
	for (const client of [idle, half]) {
		await client.expectClose(GOING_AWAY);
		client.send(frame(CLOSE, closePayload(GOING_AWAY)));
		await client.expectEnd();
		client.drop();
	}
	assert.equal(await server.ended, 0);
	assert.ok(performance.now() - began < 2500 * patience);
});

tell('a message that has come is answered before', {},
    async (open, server) => {
	const client = await open('/slow');

	// The second waits for the first, and is taken as well.
	client.send(frame(TEXT, 'a'), frame(TEXT, 'b'));
	await sleep(100);
	server.kill('SIGTERM');
	await client.expect(TEXT, 'a');
	await client.expect(TEXT, 'b');
	await client.expectClose(GOING_AWAY);
	client.send(frame(CLOSE, closePayload(GOING_AWAY)));
	await client.expectEnd();
	client.drop();
	assert.equal(await server.ended, 0);
});

tell('one that comes too late is told so', {}, async (open, server) => {
	const client = open.raw('/room', {}, {begins: true});

	await sleep(100);
	server.kill('SIGTERM');
	await sleep(100);
	client.send('\r\n');
	await client.open();
	await client.expectClose(GOING_AWAY);
});

tell('a client that does not answer holds no server up',
    {WS_CLOSE_TIMEOUT_MS: '500'}, async (open, server) => {
	const client = await open('/room');

	server.kill('SIGTERM');
	await client.expectClose(GOING_AWAY);
	assert.equal(await server.ended, 0);
});

// Sends one message after the other, each until it is answered, on whatever
// socket there is; a reload may cost no more than another socket.
async function speak(done, say) {
	let client = null, sockets = 0, answered = 0;

	while (!done()) {
		if (client === null || client.ended) {
			client = new Client('/slow');
			await client.open();
			sockets++;
		}
		client.send(frame(TEXT, `${answered}`));
		const got = await client.next();

		if (got !== null && got.opcode === TEXT) {
			assert.equal(got.payload.toString(), `${answered}`);
			answered++;
			continue;
		}
		// Nothing else may happen than this.
		assert.ok(got !== null, 'lost without a word');
		assert.equal(got.payload.readUInt16BE(0), GOING_AWAY);
		client.send(frame(CLOSE, closePayload(GOING_AWAY)));
		await client.expectEnd();
		client.drop();
		client = null;
	}
	client?.drop();
	say(sockets, answered);
}

tell('a reload costs nobody more than another socket', {},
    async (open, server) => {
	const [before] = server.workers();
	let over = false, sockets = 0, answered = 0;
	const speakers = Array.from({length: 10}, () => speak(() => over,
	    (s, a) => {
		sockets += s;
		answered += a;
	}));

	await sleep(500);
	server.kill('SIGHUP');
	await until('the worker has changed', () => !isThere(before), 10000);
	await sleep(700);
	over = true;
	await Promise.all(speakers);
	assert.equal(sockets, 20);
	assert.ok(answered >= 20, `${answered} answers`);
});

// --- TLS ---

function certificate() {
	const files = ['key', 'pem'].map((name) =>
	    path.join(process.env.DIRECTORY, `tls.${name}`));

	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
		'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj',
		'/CN=localhost', '-keyout', files[0], '-out', files[1]],
	    {stdio: 'ignore'});
	for (const file of files)
		fs.chmodSync(file, 0o644);
	return `${files[1]}:${files[0]}`;
}

const secured = {secure: true};

async function answersSecurely() {
	try {
		const c = await new Client('/room', {}, secured).open();

		c.drop();
		return true;
	} catch {
		return false;
	}
}

tell('over TLS', {TLS_CERTIFICATES: certificate(), WS_QUEUE_MAX: '262144'},
    async (open) => {
	const slow = await open('/room', {}, secured);
	const client = await open('/room', {}, secured);
	const text = crypto.randomBytes(30000).toString('hex');

	slow.socket.pause();
	for (let i = 0; i < 200; i++) {
		client.send(frame(TEXT, `${i} ${text}`));
		await client.expect(TEXT, `${i} ${text}`);
	}
	slow.socket.resume();
	await slow.until('a Close', () =>
	    slow.frames.at(-1)?.opcode === CLOSE);
	assert.equal(slow.frames.at(-1).payload.readUInt16BE(0), TRY_LATER);
	slow.frames.slice(0, -1).forEach((f, i) =>
	    assert.equal(f.payload.toString(), `${i} ${text}`));
	await client.close();
}, answersSecurely);

tellAll();
