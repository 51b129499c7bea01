#!/usr/bin/env node
// What becomes of sockets: how they end, who has gone, broadcasts, and those that
// are too slow.  The settings of the server are those of `run`.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const {until} = require('../scenario/server');
const {CLOSE, CONTINUATION, Client, PING, PONG, TEXT, closePayload, frame,
    guests, patience, runTests, sleep, test} = require('./client');

const TRY_LATER = 1013;

// The lines of the log about sockets at a path that have ended.
function lines(path) {
	return fs.readFileSync(process.env.SERVER_LOG, 'utf8').split('\n')
	    .filter((line) => line.includes(`"path":"${path}"`))
	    .map((line) => JSON.parse(line));
}

async function lineOf(path) {
	await until('a line of the log', () => lines(path).length > 0);
	return lines(path).at(-1);
}

// KiB of the worker.
function memory() {
	const pid = process.env.SERVER_PID;
	const [worker] = fs.readFileSync(`/proc/${pid}/task/${pid}/children`,
	    'utf8').split(' ');

	return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(
	    `/proc/${worker}/status`, 'utf8'))[1]);
}

// --- Ends that the handler chooses: section 7.4.1 ---

const ends = {
	return: [1000, ''],
	close: [4321, 'as you wish'],
	long: [4321, `${'0'.repeat(121)}ä`], // 123 bytes, not half a letter
	fail: [1011, ''],
	bytes: [1011, ''],
	memory: [1011, ''],
	expires: [4001, 'expired'],
};

test('the ends that a handler chooses', async (open) => {
	for (const [word, [code, reason]] of Object.entries(ends)) {
		const client = await open('/end');

		client.send(frame(TEXT, word));
		await client.expectClose(code, reason);
		client.send(frame(CLOSE, closePayload(code)));
		await client.expectEnd();
		client.drop();
		await until('its line', () => lines('/end')
		    .some((line) => line.close === code));
	}
	const failed = lines('/end').filter((line) =>
	    line.level === 'error').map((line) => line.reason);

	assert.deepEqual(failed, ['the handler failed without a reason',
		'end: a text to be sent is not UTF-8',
		'the call needs too much memory']);
});

test('a client that does not answer a Close is not waited for',
    async (open) => {
	const client = await open('/end');

	client.send(frame(TEXT, 'close'));
	await client.expectClose(4321);
	const began = performance.now();

	client.send(frame(TEXT, 'late'), frame(PING, 'late'));
	await client.expectEnd();
	const took = performance.now() - began;

	assert.ok(took > 300, `after ${took} ms already`);
});

test('what comes behind a Close of the server is read, not answered',
    async (open) => {
	const client = await open('/end');

	client.send(frame(TEXT, 'close'));
	await client.expectClose(4321);
	client.send(frame(TEXT, 'late'), frame(PING), frame(TEXT, 'x'.repeat(900)),
	    frame(CLOSE, closePayload(4321)));
	await client.expectEnd();
});

test('a Close comes behind the message that the handler is about',
    async (open) => {
	const client = await open('/slow');

	client.send(frame(TEXT, 'a'), frame(CLOSE, closePayload(1001)));
	await client.expect(TEXT, 'a');
	await client.expectClose(1001);
	await client.expectEnd();
	const line = await lineOf('/slow');

	assert.equal(line.status, 101);
	assert.equal(line.close, 1001);
	assert.equal(line.level, 'info');
});

test('so it does where the client has ended its side', async (open) => {
	const client = await open('/slow');

	client.send(frame(TEXT, 'a'), frame(CLOSE, closePayload(1000)));
	client.socket.end();
	await client.expect(TEXT, 'a');
	await client.expectClose(1000);
	await client.expectEnd();
});

test('a ping is answered while the handler is about something',
    async (open) => {
	const client = await open('/slow');

	client.send(frame(TEXT, 'a'), frame(PING, 'b'));
	await client.expect(PONG, 'b');
	await client.expect(TEXT, 'a');
	await client.close();
});

// --- Who has gone ---

test('those that go without a word leave nothing behind', async (open) => {
	const clients = await Promise.all(Array.from({length: 20}, () =>
	    open('/room')));

	assert.equal(await guests(), 20);
	for (const client of clients.slice(0, 10))
		client.socket.resetAndDestroy();
	for (const client of clients.slice(10))
		client.drop();
	await until('nobody is there', async () => await guests() === 0);
	assert.equal((await lineOf('/room')).close, 1006);
	assert.ok(lines('/room').every(({level}) => level === 'info'));
});

test('one that goes in the middle of a message leaves nothing behind',
    async (open) => {
	const client = await open('/room');

	client.send(frame(TEXT, 'a'.repeat(5000), {fin: false}),
	    frame(CONTINUATION, 'half', {length: 1000}));
	await sleep(50);
	client.drop();
	await until('nobody is there', async () => await guests() === 0);
});

test('a handler that goes on alone is told that it does', async (open) => {
	const client = await open('/slow'), n = lines('/slow').length;

	client.send(frame(TEXT, 'a'));
	await sleep(50);
	client.drop();
	await until('its line', () => lines('/slow').length > n);
	assert.equal(lines('/slow').at(-1).close, 1006);
	assert.ok(lines('/slow').at(-1).duration_us > 300000);
});

// --- Broadcasts ---

test('who is too slow is cut off, and all others get everything',
    async (open) => {
	const slow = await open('/room');
	const others = [await open('/room'), await open('/room')];
	const speaker = await open('/room');
	const size = 50000, many = 400;

	slow.socket.pause();
	for (let i = 0; i < many; i++) {
		const text = String(i).padStart(size, '0');

		speaker.send(frame(TEXT, text));
		for (const client of [speaker, ...others])
			await client.expect(TEXT, text);
	}
	slow.socket.resume();
	await slow.until('a Close', () =>
	    slow.frames.at(-1)?.opcode === CLOSE);
	const closing = slow.frames.pop();

	assert.equal(closing.payload.readUInt16BE(0), TRY_LATER);
	assert.equal(closing.payload.subarray(2).toString(), 'too slow');
	// What it had was whole and in its order.
	slow.frames.forEach((f, i) => assert.equal(Number(f.payload), i));
	assert.ok(slow.frames.length < many);
	slow.send(frame(CLOSE, closePayload(TRY_LATER)));
	slow.frames.length = 0;
	await slow.expectEnd();
	speaker.send(frame(TEXT, 'on'));
	await others[0].expect(TEXT, 'on');
});

test('one message larger than a queue may be is taken', async (open) => {
	const client = await open('/room');
	const text = 'x'.repeat(5000000);

	client.send(frame(TEXT, text));
	await client.expect(TEXT, text);
	await client.close();
});

test('what a handler sends waits for the client', async (open) => {
	const client = await open('/flood');
	const many = 2000, size = 10000;
	const before = memory();

	client.socket.pause();
	client.send(frame(TEXT, `${many} ${size}`));
	await sleep(300);
	assert.ok(memory() - before < 8000 * patience,
	    `${memory() - before} KiB more`);
	client.socket.resume();
	for (let i = 0; i < many; i++)
		await client.expect(TEXT, String(i).padStart(size, '0'));
	await client.expectClose(1000);
});

test('what a message takes goes with it', async (open) => {
	const client = await open('/hungry');

	for (let i = 0; i < 10; i++) {
		client.send(frame(TEXT, `${i}`));
		await client.expect(TEXT, `${i}`);
	}
	await client.close();
});

runTests(1);
