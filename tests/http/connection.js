// One connection: sends parts of bytes, tells what answers come back and
// whether it is still open then.
'use strict';
const net = require('net');

const pauseMs = 25; // between parts, which have to arrive one by one
const waitMs = 4000; // for an answer, or for the end

// The bytes of a body, and where it ends; null where there are not all of it.
function readChunks(text, at) {
	let body = '';

	for (;;) {
		const line = /^([0-9a-f]+)\r\n/.exec(text.slice(at));
		const size = parseInt(line?.[1], 16);

		if (line === null || text.length < at + line[0].length + size +
		    2)
			return null;
		at += line[0].length;
		body += text.slice(at, at + size);
		at += size + 2;
		if (size === 0)
			return {body, at};
	}
}

function readBody(text, at, status, fields, bodiless) {
	const length = Number(fields['content-length'] ?? 0);

	if (bodiless || status < 200 || status === 204 || status === 304)
		return {body: '', at};
	if (fields['transfer-encoding'] === 'chunked')
		return readChunks(text, at);
	if (text.length < at + length)
		return null;
	return {body: text.slice(at, at + length), at: at + length};
}

// The answers that are whole, and the text behind them.
function readAnswers(text, bodiless) {
	const answers = [];
	let at = 0;

	for (;;) {
		const end = text.indexOf('\r\n\r\n', at);
		const [first, ...lines] = text.slice(at, end).split('\r\n');
		const status = Number(/^HTTP\/1\.[01] ([0-9]{3}) /.exec(first)
		    ?.[1]);
		const fields = Object.fromEntries(lines.map((line) => {
			const [, name, value] = /^([^:]*): *(.*)$/.exec(line);

			return [name.toLowerCase(), value];
		}));
		const rest = end === -1 || isNaN(status) ? null :
		    readBody(text, end + 4, status, fields, bodiless);

		if (rest === null)
			return {answers, rest: text.slice(at)};
		answers.push({status, fields, body: rest.body});
		at = rest.at;
	}
}

function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

class Connection {
	constructor(port, bodiless = false) {
		this.text = '';
		this.closed = false;
		this.bodiless = bodiless;
		this.wake = () => {};
		this.socket = net.connect({port, host: '127.0.0.1',
		    allowHalfOpen: true});
		this.socket.setNoDelay(true);
		this.socket.on('data', (bytes) => {
			this.text += bytes.toString('latin1');
			this.wake();
		});
		for (const event of ['end', 'close', 'error'])
			this.socket.on(event, () => {
				this.closed = true;
				this.wake();
			});
	}

	get answers() {
		return readAnswers(this.text, this.bodiless).answers;
	}

	get rest() {
		return readAnswers(this.text, this.bodiless).rest;
	}

	// Waits until `done` says so, the server has closed, or `ms` are over.
	async until(done, ms = waitMs) {
		const end = performance.now() + ms;

		while (!done() && !this.closed) {
			const left = end - performance.now();

			if (left <= 0)
				return;
			await Promise.race([sleep(left),
			    new Promise((resolve) => {
				this.wake = resolve;
			})]);
		}
	}

	// Sends parts, one segment each.  A number waits for as many answers.
	async send(parts) {
		let first = true;

		for (const part of [parts].flat()) {
			if (typeof part === 'number') {
				await this.until(
				    () => this.answers.length >= part);
				continue;
			}
			if (!first)
				await sleep(pauseMs);
			first = false;
			if (!this.closed)
				this.socket.write(part, 'latin1');
		}
	}

	endSending() {
		this.socket.end();
	}

	drop() {
		this.socket.destroy();
	}
}

// Runs `work` on all items, a few at a time.
async function inParallel(items, n, work) {
	const rest = [...items];

	await Promise.all(Array.from({length: n}, async () => {
		while (rest.length > 0)
			await work(rest.shift());
	}));
}

module.exports = {Connection, inParallel, sleep, waitMs};
