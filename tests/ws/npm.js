#!/usr/bin/env node
// The client that most programs of Node have (ws of npm): it and the server have
// to understand each other, compressed or not.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const {once} = require('events');
const WebSocket = require('ws');

const base = process.env.BASE_URL.replace('http', 'ws');
const sizes = [0, 1, 125, 126, 255, 256, 5000, 65535, 65536, 1000000];
let passed = 0, failed = 0;

async function open(path, perMessageDeflate, protocols = []) {
	const client = new WebSocket(base + path, protocols,
	    {perMessageDeflate, origin: 'http://other.example'});

	await once(client, 'open');
	return client;
}

async function close(client, code) {
	const closed = once(client, 'close');

	client.close(code, 'enough');
	const [got, reason] = await closed;

	assert.equal(got, code);
	assert.equal(reason.toString(), '');
}

async function echo(client, data) {
	const answer = once(client, 'message');

	client.send(data);
	const [got, isBinary] = await answer;

	assert.equal(isBinary, typeof data !== 'string');
	assert.ok(got.equals(Buffer.from(data)));
}

// What a client of each kind of compression says.
async function talk(deflate) {
	const client = await open('/echo', deflate);

	assert.equal(client.extensions.includes('permessage-deflate'),
	    deflate !== false);
	for (const n of sizes) {
		await echo(client, 'Grüße, '.repeat(n).slice(0, n));
		await echo(client, crypto.randomBytes(n));
	}
	const answer = once(client, 'message');

	client.send('in ', {fin: false, compress: true});
	client.ping('between');
	client.send('three ', {fin: false});
	client.send('fragments', {fin: true});
	const [pong] = await once(client, 'pong');

	assert.equal(pong.toString(), 'between');
	assert.equal((await answer)[0].toString(), 'in three fragments');
	await close(client, 4000);
}

const tests = {
	'without compression': () => talk(false),
	'with compression': () => talk({threshold: 0}),
	'as it is by itself': () => talk({}),
	'with small windows': () => talk({threshold: 0,
		clientMaxWindowBits: 9, serverMaxWindowBits: 10}),
	async 'a subprotocol'() {
		const client = await open('/spoken', false, ['x', 'chat.v1']);

		assert.equal(client.protocol, 'chat.v1');
		await close(client, 1000);
	},
	async 'a message that is too large'() {
		const client = await open('/small', false);

		client.send('x'.repeat(1001));
		const [code, reason] = await once(client, 'close');

		assert.equal(code, 1009);
		assert.match(reason.toString(), /too large/);
	},
	async 'a refusal'() {
		const client = await open('/guarded', false);
		const [code, reason] = await once(client, 'close');

		assert.equal(code, 4001);
		assert.equal(reason.toString(), 'Unauthorized');
	},
};

async function runAll() {
	for (const [name, run] of Object.entries(tests)) {
		try {
			await run();
			passed++;
		} catch (error) {
			console.log(`not ok: ${name}: ${error.stack}`);
			failed++;
		}
	}
	console.log(`${passed} passed, ${failed} failed, 0 skipped`);
	process.exit(failed === 0 ? 0 : 1);
}

runAll();
