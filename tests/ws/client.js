// A client of WebSockets that says what it is told to, right or wrong: bytes on a
// TCP connection, and the frames that come back.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const net = require('net');
const tls = require('tls');
const zlib = require('zlib');

const {sleep} = require('../http/connection');

const sanitized = process.env.SERVER === 'asan';
const patience = sanitized ? 4 : 1;
const waitMs = 10000 * patience;

const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const deflateOffer = 'permessage-deflate; client_max_window_bits';

// The bytes of a frame as a client sends it; options make it another one.
function frame(opcode, payload = '', options = {}) {
	const {fin = true, rsv = 0, masked = true, form,
	    mask = crypto.randomBytes(4)} = options;
	const data = Buffer.from(payload);
	const n = options.length ?? data.length;
	const bytes = form ?? (n < 126 ? 0 : n < 65536 ? 2 : 8);
	const head = Buffer.alloc(2 + bytes);

	head[0] = (fin ? 0x80 : 0) | rsv << 4 | opcode;
	head[1] = (masked ? 0x80 : 0) | (bytes === 0 ? n : bytes === 2 ? 126 :
	    127);
	if (bytes === 2)
		head.writeUInt16BE(n, 2);
	else if (bytes === 8)
		head.writeBigUInt64BE(BigInt(n), 2);
	if (!masked)
		return Buffer.concat([head, data]);
	const under = Buffer.from(data);

	for (let i = 0; i < under.length; i++)
		under[i] ^= mask[i & 3];
	return Buffer.concat([head, mask, under]);
}

function closePayload(code, reason = '') {
	const head = Buffer.alloc(2);

	head.writeUInt16BE(code);
	return Buffer.concat([head, Buffer.from(reason)]);
}

// A message as RFC 7692 compresses it, section 7.2.1.
function deflated(payload, options = {}) {
	return zlib.deflateRawSync(payload, {
		finishFlush: zlib.constants.Z_SYNC_FLUSH, ...options,
	}).subarray(0, -4);
}

function inflated(payload) {
	return zlib.inflateRawSync(Buffer.concat([payload,
	    Buffer.from([0, 0, 0xff, 0xff])]),
	    {finishFlush: zlib.constants.Z_SYNC_FLUSH});
}

// How many bytes there have to be to know more of a frame, or all of it.
function sizeOf(bytes) {
	const n = bytes.length < 2 ? 0 : bytes[1] & 0x7f;
	const head = n === 127 ? 10 : n === 126 ? 4 : 2;

	if (bytes.length < head)
		return head;
	return head + (n === 127 ? Number(bytes.readBigUInt64BE(2)) :
	    n === 126 ? bytes.readUInt16BE(2) : n);
}

// The first frame, or null where it is not whole.
function parseFrame(bytes) {
	const size = sizeOf(bytes);

	if (bytes.length < size)
		return null;
	assert.equal(bytes[1] & 0x80, 0, 'a server masks nothing');
	const n = bytes[1] & 0x7f;

	return {fin: bytes[0] >= 0x80, rsv: bytes[0] >> 4 & 7,
		opcode: bytes[0] & 15, size, payload: bytes.subarray(
		n === 127 ? 10 : n === 126 ? 4 : 2, size)};
}

class Client {
	// Headers replace those of a right handshake; null leaves one out.  Options:
	// its method and version, what is sent right behind it, that it only begins,
	// and that it is over TLS.
	constructor(path, headers = {}, options = {}) {
		const {method = 'GET', version = '1.1'} = options;
		const lines = Object.entries({Host: 'x', Upgrade: 'websocket',
		    Connection: 'Upgrade', 'Sec-WebSocket-Key': key,
		    'Sec-WebSocket-Version': '13', ...headers})
		    .filter(([, value]) => value !== null)
		    .flatMap(([name, value]) => [value].flat()
		    .map((one) => `${name}: ${one}\r\n`));

		this.bytes = Buffer.alloc(0);
		this.parts = []; // what has come behind them, too little yet
		this.coming = 0;
		this.frames = [];
		this.head = null;
		this.ended = false; // the server has closed its side
		this.reset = false; // or all of it at once
		this.wake = () => {};
		this.socket = (options.secure ? tls : net).connect({
			host: '127.0.0.1', allowHalfOpen: true,
			port: new URL(process.env.BASE_URL).port,
			rejectUnauthorized: false,
		});
		this.socket.setNoDelay(true);
		this.socket.on('data', (bytes) => this.#take(bytes));
		this.socket.on('end', () => this.#end());
		this.socket.on('close', () => this.#end());
		this.socket.on('error', () => {
			this.reset = true;
			this.#end();
		});
		this.send(`${method} ${path} HTTP/${version}\r\n` +
		    lines.join(''));
		if (!options.begins)
			this.send('\r\n' + (options.behind ?? ''));
	}

	#end() {
		this.ended = true;
		this.wake();
	}

	#take(bytes) {
		this.parts.push(bytes);
		this.coming += bytes.length;
		if (this.status === 101 &&
		    this.bytes.length + this.coming < sizeOf(this.bytes))
			return;
		this.bytes = Buffer.concat([this.bytes, ...this.parts]);
		this.parts = [];
		this.coming = 0;
		if (this.head === null)
			this.#takeHead();
		for (let f; this.status === 101 &&
		    (f = parseFrame(this.bytes)) !== null;) {
			this.bytes = this.bytes.subarray(f.size);
			this.frames.push(f);
		}
		this.wake();
	}

	#takeHead() {
		const end = this.bytes.indexOf('\r\n\r\n');

		if (end === -1)
			return;
		const [first, ...lines] = this.bytes.subarray(0, end).toString()
		    .split('\r\n');

		this.bytes = this.bytes.subarray(end + 4);
		this.status = Number(first.split(' ')[1]);
		this.head = Object.fromEntries(lines.map((line) => {
			const [, name, value] = /^([^:]*): *(.*)$/.exec(line);

			return [name.toLowerCase(), value];
		}));
	}

	async until(what, done, ms = waitMs) {
		const end = performance.now() + ms;

		while (!done()) {
			const left = end - performance.now();

			assert.ok(left > 0, `not within ${ms} ms: ${what}`);
			await Promise.race([sleep(left),
			    new Promise((resolve) => {
				this.wake = resolve;
			})]);
		}
	}

	// The status of the answer to the handshake.
	async answer() {
		await this.until('an answer', () => this.head !== null ||
		    this.ended);
		return this.status;
	}

	async open() {
		assert.equal(await this.answer(), 101, this.bytes.toString());
		return this;
	}

	send(...parts) {
		if (!this.socket.destroyed)
			this.socket.write(Buffer.concat(parts.map((part) =>
			    Buffer.from(part, 'latin1'))));
	}

	async sendSlowly(bytes, pieces = 1) {
		for (let i = 0; i < bytes.length && !this.ended; i += pieces) {
			this.send(bytes.subarray(i, i + pieces));
			await new Promise(setImmediate);
		}
	}

	// The next frame, or null where the server has closed.
	async next(ms = waitMs) {
		await this.until('a frame', () => this.frames.length > 0 ||
		    this.ended, ms);
		return this.frames.shift() ?? null;
	}

	async expect(opcode, payload, rsv = 0) {
		const got = await this.next();

		assert.ok(got !== null, 'the server has closed');
		assert.ok(got.fin);
		if (got.opcode === CLOSE && opcode !== CLOSE)
			assert.fail(`closed: ${got.payload.readUInt16BE(0)} ` +
			    got.payload.subarray(2));
		assert.equal(got.opcode, opcode);
		assert.equal(got.rsv, rsv);
		if (payload !== undefined)
			assert.ok(got.payload.equals(Buffer.from(payload)),
			    `got ${got.payload.subarray(0, 60)}...`);
		return got;
	}

	// The server closes with a code, and then its side of the connection; null
	// stands for a Close without one.
	async expectClose(code, reason) {
		const got = await this.expect(CLOSE);

		assert.equal(got.payload.length < 2 ? null :
		    got.payload.readUInt16BE(0), code,
		    got.payload.subarray(2).toString());
		if (reason !== undefined)
			assert.equal(got.payload.subarray(2).toString(), reason);
	}

	async expectEnd(ms = waitMs) {
		await this.until('the end', () => this.ended, ms);
		assert.equal(this.frames.length, 0);
		assert.ok(!this.reset, 'the connection was reset');
	}

	// What a right client says and does when it has had enough.
	async close(code = 1000) {
		this.send(frame(CLOSE, closePayload(code)));
		await this.expectClose(code);
		await this.expectEnd();
		this.drop();
	}

	drop() {
		this.socket.destroy();
	}
}

// How many are in the room.
async function guests() {
	const c = new Client('/guests');

	await c.answer();
	await c.until('a body', () => c.bytes.length > 0);
	c.drop();
	return Number(c.bytes.toString());
}

// --- Tests ---

const tests = [];

function test(name, run) {
	tests.push({name, run});
}

// What opens clients, which all go with dropAll().
function opener() {
	const opened = [];
	const raw = (...args) => {
		opened.push(new Client(...args));
		return opened.at(-1);
	};
	const open = (...args) => raw(...args).open();

	open.raw = raw;
	open.dropAll = () => opened.forEach((client) => client.drop());
	return open;
}

async function runOne({name, run}) {
	const open = opener();

	try {
		await run(open);
		return true;
	} catch (error) {
		console.log(`not ok: ${name}: ${error.stack}`);
		return false;
	} finally {
		open.dropAll();
	}
}

// Some at a time; those that need the server for themselves come one by one.
async function runTests(lanes = 4) {
	let passed = 0, failed = 0;
	const rest = [...tests];

	await Promise.all(Array.from({length: lanes}, async () => {
		for (let one; (one = rest.shift()) !== undefined;) {
			if (await runOne(one))
				passed++;
			else
				failed++;
		}
	}));
	console.log(`${passed} passed, ${failed} failed, 0 skipped`);
	process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

module.exports = {BINARY, CLOSE, CONTINUATION, Client, PING, PONG, TEXT,
    closePayload, deflateOffer, deflated, frame, guests, guid, inflated, key,
    opener, patience, runTests, sleep, test};
