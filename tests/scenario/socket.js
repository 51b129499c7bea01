// A client of WebSockets (RFC 6455) that a story can have read slowly, or not at
// all.
'use strict';
const assert = require('assert/strict');
const crypto = require('crypto');
const net = require('net');

const CLOSE = 8, PING = 9, PONG = 10, TEXT = 1;

class Socket {
	// Connects to a path; `opened` is the status of the handshake.
	constructor(port, path, headers = {}) {
		this.messages = [];
		this.ignores = () => false;
		this.waiting = [];
		this.bytes = Buffer.alloc(0);
		this.parts = [];
		this.code = null; // of the close, 1006 without one
		this.reason = '';
		this.ended = new Promise((resolve) => { this.end = resolve; });
		this.opened = new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
		});
		this.opened.catch(() => {});
		this.connection = net.connect(port, '127.0.0.1');
		this.connection.setNoDelay(true);
		this.connection.on('data', (data) => this.take(data));
		this.connection.on('error', (error) => this.reject(error));
		this.connection.on('close', () => this.finish());
		this.connection.write([`GET ${path} HTTP/1.1`,
		    'Host: 127.0.0.1', 'Connection: Upgrade',
		    'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
		    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
		    ...Object.entries(headers).map(([n, v]) => `${n}: ${v}`),
		    '', ''].join('\r\n'));
	}

	take(data) {
		this.bytes = Buffer.concat([this.bytes, data]);
		if (!this.head) {
			const end = this.bytes.indexOf('\r\n\r\n');

			if (end < 0)
				return;
			this.head = this.bytes.toString('latin1', 0, end);
			this.bytes = this.bytes.subarray(end + 4);
			this.resolve(Number(this.head.split(' ')[1]));
		}
		while (this.takeFrame())
			;
	}

	takeFrame() {
		const b = this.bytes;

		if (b.length < 2)
			return false;
		let n = b[1] & 0x7f, at = 2;

		if (n === 126 || n === 127) {
			at += n === 126 ? 2 : 8;
			if (b.length < at)
				return false;
			n = n === 126 ? b.readUInt16BE(2) :
			    Number(b.readBigUInt64BE(2));
		}
		if (b.length < at + n)
			return false;
		this.bytes = b.subarray(at + n);
		this.takePayload(b[0] & 0xf, (b[0] & 0x80) !== 0,
		    b.subarray(at, at + n));
		return true;
	}

	takePayload(opcode, last, payload) {
		if (opcode === PING)
			this.frame(PONG, payload);
		else if (opcode === CLOSE)
			this.takeClose(payload);
		else if (opcode < CLOSE) {
			this.parts.push(payload);
			if (!last)
				return;
			const text = Buffer.concat(this.parts).toString();

			this.parts = [];
			this.takeMessage(JSON.parse(text));
		}
	}

	takeMessage(message) {
		if (this.ignores(message))
			return;
		this.messages.push(message);
		for (const wake of this.waiting.splice(0))
			wake();
	}

	takeClose(payload) {
		this.code = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
		this.reason = payload.toString('utf8', 2);
		this.frame(CLOSE, payload);
		this.connection.end();
	}

	finish() {
		this.reject(new Error('the connection was closed'));
		this.code ??= 1006;
		for (const wake of this.waiting.splice(0))
			wake();
		this.end(this.code);
	}

	frame(opcode, payload) {
		const mask = crypto.randomBytes(4);
		const head = payload.length < 126 ?
		    Buffer.from([0x80 | opcode, 0x80 | payload.length]) :
		    Buffer.from([0x80 | opcode, 0x80 | 126,
			payload.length >> 8, payload.length & 0xff]);

		assert.ok(payload.length < 65536);
		this.connection.write(Buffer.concat([head, mask,
		    Buffer.from(payload.map((v, i) => v ^ mask[i % 4]))]));
	}

	// An object as JSON, or a text as it is.
	send(what) {
		this.frame(TEXT, Buffer.from(typeof what === 'string' ? what :
		    JSON.stringify(what)));
	}

	// The first message, which is taken away, that fits.
	async next(fits = () => true, ms = 10000) {
		for (const end = Date.now() + ms;;) {
			const at = this.messages.findIndex(fits);

			if (at >= 0)
				return this.messages.splice(at, 1)[0];
			assert.equal(this.code, null, 'the socket is closed');
			assert.ok(Date.now() < end, 'no such message within ' +
			    `${ms} ms, but ${JSON.stringify(this.messages)}`);
			await new Promise((resolve) => {
				const timer = setTimeout(resolve, 100);

				this.waiting.push(() => {
					clearTimeout(timer);
					resolve();
				});
			});
		}
	}

	async ask(what, fits) {
		this.send(what);
		return await this.next(fits);
	}

	pause() {
		this.connection.pause();
	}

	// With a closing handshake, or without a word.
	close() {
		const payload = Buffer.alloc(2);

		payload.writeUInt16BE(1000);
		this.frame(CLOSE, payload);
	}

	cut() {
		this.connection.destroy();
	}
}

module.exports = {Socket};
