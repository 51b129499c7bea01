#!/usr/bin/env node
// Clients that speak TLS, and some that do not; run it by tests/scenario/tls.
'use strict';
const assert = require('assert/strict');
const {execFileSync} = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const tls = require('tls');
const {story, tellAll} = require('./story');

const directory = process.argv[2];
const port = Number(new URL(process.env.BASE_URL).port);
const deadlineMs = Number(process.env.HANDSHAKE_TIMEOUT_MS);
const patience = process.env.SERVER === 'asan' ? 4 : 1;

function file(name) {
	return fs.readFileSync(`${directory}/${name}`);
}

function sleep(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

function log() {
	return fs.readFileSync(process.env.SERVER_LOG, 'utf8');
}

async function until(what, condition, ms = 10000) {
	for (const end = Date.now() + ms * patience; !await condition();) {
		assert.ok(Date.now() < end, `not within ${ms} ms: ${what}`);
		await sleep(20);
	}
}

// --- Clients ---

function identity(name) {
	return {cert: file(`${name}.pem`), key: file(`${name}.key`)};
}

// Answers one after the other, taken off what comes.
class Client {
	constructor(options = {}) {
		this.parts = [];
		this.ended = false;
		this.sessions = [];
		this.socket = tls.connect({
			host: '127.0.0.1',
			port,
			servername: 'a.example',
			ca: file('ca.pem'),
			...options,
		});
		this.socket.setNoDelay(true);
		this.socket.on('session', (s) => this.sessions.push(s));
		this.socket.on('data', (part) => {
			this.parts.push(part);
			this.look();
		});
		for (const event of ['end', 'close', 'error'])
			this.socket.on(event, (error) => {
				this.error ??= error instanceof Error ?
				    error : undefined;
				this.ended = true;
				this.look();
			});
		this.agreed = new Promise((resolve, reject) => {
			this.socket.on('secureConnect', () => resolve(this));
			this.socket.on('error', reject);
			this.socket.on('close', () =>
			    reject(new Error('closed')));
		});
		this.agreed.catch(() => {});
	}

	look() {
		this.waiting?.();
	}

	// What has come and is not taken.
	get bytes() {
		if (this.parts.length !== 1)
			this.parts = [Buffer.concat(this.parts)];
		return this.parts[0];
	}

	// Resolves once the condition holds, or nothing more comes.
	async wait(condition) {
		while (!condition() && !this.ended)
			await new Promise((resolve) => {
				this.waiting = resolve;
			});
	}

	// The next answer: its status, head and body.
	async answer() {
		const end = () => this.bytes.indexOf('\r\n\r\n');

		await this.wait(() => end() >= 0);
		assert.ok(end() >= 0, `no answer: ${this.error}`);
		const head = this.bytes.subarray(0, end()).toString();
		const from = end() + 4;
		const length = Number(
		    /content-length: (\d+)/i.exec(head)?.[1] ?? 0);

		await this.wait(() => this.bytes.length >= from + length);
		assert.ok(this.bytes.length >= from + length, 'cut short');
		const body = this.bytes.subarray(from, from + length);

		this.parts = [this.bytes.subarray(from + length)];
		return {
			status: Number(head.split(' ')[1]),
			head,
			body,
			text: body.toString(),
		};
	}

	get(path) {
		this.socket.write(
		    `GET ${path} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
		return this.answer();
	}

	async met(path = '/open') {
		const {status, text} = await this.get(path);

		assert.equal(status, 200, text);
		return JSON.parse(text);
	}

	close() {
		this.socket.destroy();
	}
}

function connect(options) {
	return new Client(options).agreed;
}

async function refused(options, reason) {
	const client = new Client(options);

	// In TLS 1.3 the client is done before the server has seen its
	// certificate.
	await client.agreed.catch(() => {});
	client.socket.write('GET /open HTTP/1.1\r\nHost: a.example\r\n\r\n');
	await client.wait(() => false);
	assert.equal(client.bytes.length, 0, client.bytes.toString());
	assert.match(String(client.error), reason);
}

async function certificateOf(options) {
	const client = await connect(options);
	const raw = client.socket.getPeerX509Certificate();

	await client.met();
	client.close();
	return raw;
}

function fingerprint(name) {
	return new crypto.X509Certificate(file(`${name}.pem`)).fingerprint256;
}

// --- What is agreed on ---

for (const version of ['TLSv1.2', 'TLSv1.3']) {
	const only = {minVersion: version, maxVersion: version};

	story(`${version} with either kind of key`, async () => {
		const kinds = {ec: 'ecdsa_secp256r1_sha256',
		    rsa: 'rsa_pss_rsae_sha256'};

		for (const [name, sigalgs] of Object.entries(kinds)) {
			const client = await connect({...only, sigalgs});

			assert.equal(client.socket.getProtocol(), version);
			assert.equal(client.socket.getPeerX509Certificate()
			    .fingerprint256, fingerprint(name));
			await client.met();
			await client.met();
			client.close();
		}
	});

	story(`${version}: sessions go on at any worker`, async () => {
		const processes = new Set();
		let client = await connect(only);

		await client.met();
		await until('a session', () => client.sessions.length > 0);
		for (let i = 0; i < 200 && processes.size < 2; i++) {
			const session = client.sessions.at(-1) ??
			    client.socket.getSession();

			client.close();
			client = await connect({...only, session});
			assert.ok(client.socket.isSessionReused(), `${i}`);
			processes.add((await client.met()).process);
		}
		client.close();
		assert.equal(processes.size, 2);
	});

	story(`${version}: who has a certificate`, async () => {
		const client = await connect({...only,
		    ...identity('member')});
		const hex = fingerprint('member').replaceAll(':', '')
		    .toLowerCase();

		for (const path of ['/member', '/either', '/open'])
			assert.equal((await client.met(path)).fingerprint, hex);
		const session = client.sessions.at(-1);

		client.close();
		const again = await connect({...only, ...identity('member'),
		    session});

		assert.ok(again.socket.isSessionReused());
		assert.equal((await again.met('/member')).fingerprint, hex);
		again.close();
	});

	story(`${version}: who has none, or a foreign one`, async () => {
		const client = await connect(only);
		const answer = await client.get('/member');

		assert.equal(answer.status, 401);
		assert.match(answer.head,
		    /www-authenticate: ClientCertificate realm="TLS"/i);
		assert.equal((await client.met('/either')).fingerprint,
		    undefined);
		await client.met('/open');
		client.close();
		await refused({...only, ...identity('foreign')},
		    /unknown ca|ECONNRESET/i);
		await refused({...only, ...identity('strangers')},
		    /unknown ca|ECONNRESET/i);
	});
}

story('curl', async () => {
	for (const version of ['1.2', '1.3']) {
		const text = execFileSync('curl', ['-sS', '--cacert',
		    `${directory}/ca.pem`, '--resolve',
		    `x.c.example:${port}:127.0.0.1`, `--tlsv${version}`,
		    '--tls-max', version, '--cert', `${directory}/member.pem`,
		    '--key', `${directory}/member.key`,
		    `https://x.c.example:${port}/member`], {encoding: 'utf8'});

		assert.ok(JSON.parse(text).fingerprint);
	}
});

story('the host has its certificate', async () => {
	const names = {'a.example': 'ec', 'b.example': 'b', 'x.c.example': 'b'};
	const loose = {checkServerIdentity: () => undefined};

	for (const [servername, name] of Object.entries(names))
		assert.equal((await certificateOf({servername}))
		    .fingerprint256, fingerprint(name), servername);
	for (const servername of ['unknown.example', ''])
		assert.equal((await certificateOf({servername, ...loose}))
		    .fingerprint256, fingerprint('ec'), servername);
});

story('what is spoken is HTTP/1.1', async () => {
	const client = await connect({ALPNProtocols: ['h2', 'http/1.1']});

	assert.equal(client.socket.alpnProtocol, 'http/1.1');
	await client.met();
	client.close();
	await refused({ALPNProtocols: ['h2']}, /no application protocol/i);
});

story('versions of before are refused', () =>
    refused({minVersion: 'TLSv1', maxVersion: 'TLSv1.1',
	ciphers: 'DEFAULT@SECLEVEL=0'}, /version/i));

// --- Bytes ---

story('requests in one piece, in their order', async () => {
	const client = await connect();
	const text = 'GET /open HTTP/1.1\r\nHost: a\r\n\r\n' +
	    'GET /member HTTP/1.1\r\nHost: a\r\n\r\n';

	client.socket.write(text.repeat(200));
	for (let i = 0; i < 200; i++) {
		assert.equal((await client.answer()).status, 200);
		assert.equal((await client.answer()).status, 401);
	}
	client.close();
});

story('a request byte by byte', async () => {
	const client = await connect();

	for (const c of 'GET /open HTTP/1.1\r\nHost: a\r\n\r\n') {
		client.socket.write(c);
		await sleep(1);
	}
	assert.equal((await client.answer()).status, 200);
	client.close();
});

story('bodies of any size', async () => {
	const client = await connect();

	for (const size of [1, 16384, 16385, 100000, 1000000]) {
		const body = crypto.randomBytes(size);

		client.socket.write('POST /digest HTTP/1.1\r\nHost: a\r\n' +
		    'Content-Type: application/octet-stream\r\n' +
		    `Content-Length: ${size}\r\n\r\n`);
		client.socket.write(body);
		const {status, text} = await client.answer();

		assert.equal(status, 200, text);
		assert.equal(text, crypto.createHash('sha256').update(body)
		    .digest('hex'), `${size}`);
	}
	client.close();
});

story('a file, to a client that reads slowly', async () => {
	const client = await connect();

	for (let i = 0; i < 2; i++) {
		client.socket.pause();
		client.socket.write('GET /file HTTP/1.1\r\nHost: a\r\n\r\n');
		await sleep(300);
		client.socket.resume();
		const {status, body} = await client.answer();

		assert.equal(status, 200);
		assert.ok(body.equals(file('files/file')));
	}
	await client.met();
	client.close();
});

story('a stream, to a client that reads slowly', async () => {
	const client = await connect();
	const n = 100000;

	client.socket.pause();
	client.socket.write(`GET /ticks?n=${n} HTTP/1.1\r\nHost: a\r\n` +
	    'Connection: close\r\n\r\n');
	await sleep(500);
	client.socket.resume();
	await client.wait(() => false);
	assert.equal(client.error, undefined);
	const numbers = client.bytes.toString().match(/^\d+$/gm);

	assert.ok(numbers.includes(`${n - 1}`));
	assert.ok(numbers.filter((x, i) => i > 0).length >= n);
});

story('who ends in order gets the answer, and an end in order', async () => {
	const client = await connect();

	client.socket.end('GET /open HTTP/1.1\r\nHost: a.example\r\n' +
	    'Connection: close\r\n\r\n');
	assert.equal((await client.answer()).status, 200);
	await client.wait(() => false);
	assert.equal(client.error, undefined);
});

story('a request that is cut short is none', async () => {
	const before = log().split('"digest"').length;
	const client = await connect();

	client.socket.write('POST /digest HTTP/1.1\r\nHost: a\r\n' +
	    'Content-Type: application/octet-stream\r\n' +
	    'Content-Length: 10\r\n\r\n12345');
	await sleep(100);
	client.close();
	await until('it is logged', () =>
	    log().split('"digest"').length > before);
	const line = log().split('\n').filter((l) => l.includes('"digest"'))
	    .at(-1);

	assert.equal(JSON.parse(line).status, 499);
});

// openssl tells how the end was, node does not.
story('a connection that waits too long is ended in order', () => {
	const text = execFileSync('sh', ['-c', '{ printf "GET /open ' +
	    'HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"; sleep 4; } | openssl s_client ' +
	    '-quiet -verify_quiet -msg -connect "127.0.0.1:$1" 2>&1', 'sh',
	`${port}`], {encoding: 'utf8'});

	assert.match(text, /HTTP\/1.1 200/);
	assert.match(text, /<<< .*Alert .*\n.*01 00|close_notify/);
});

// --- Clients that do not agree ---

function send(bytes) {
	const socket = net.connect(port, '127.0.0.1');
	const began = Date.now();
	let got = Buffer.alloc(0);

	socket.on('data', (part) => { got = Buffer.concat([got, part]); });
	socket.on('error', () => {});
	socket.write(bytes);
	return new Promise((resolve) => {
		socket.on('close', () => resolve({got, ms: Date.now() - began}));
	});
}

// What a client says first.
function hello() {
	return new Promise((resolve) => {
		const server = net.createServer((socket) => {
			socket.once('data', (bytes) => {
				server.close();
				socket.destroy();
				resolve(bytes);
			});
		}).listen(0, '127.0.0.1', () => {
			tls.connect({port: server.address().port,
			    servername: 'a.example'}).on('error', () => {});
		});
	});
}

story('handshakes that take too long are ended', async () => {
	const first = await hello();
	const all = await Promise.all([send(''), send(first.subarray(0, 1)),
	    send(first.subarray(0, first.length - 1)), send(first)]);

	for (const [i, {got, ms}] of all.entries()) {
		assert.ok(ms >= deadlineMs - 100, `${i}: ${ms} ms`);
		assert.ok(ms < deadlineMs * 2 * patience, `${i}: ${ms} ms`);
		assert.equal(got.length > 0, i === 3);
	}
});

story('bytes that are no TLS are refused at once', async () => {
	const all = ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\x80\x05\x01\x03\x03\x00\x00\x00',
	    crypto.randomBytes(1000), '\x16\x03\x01\xff\xff\x01'];

	for (const bytes of all) {
		const {got, ms} = await send(Buffer.from(bytes, 'latin1'));

		assert.ok(ms < deadlineMs, `${ms} ms`);
		assert.ok(!got.includes('HTTP'), got.toString());
	}
	assert.ok(log().includes('http request'));
	const client = await connect();

	await client.met();
	client.close();
});

// --- New certificates ---

function reloads() {
	return log().split('the server has reloaded').length - 1;
}

async function reload() {
	const before = reloads();

	process.kill(Number(process.env.SERVER_PID), 'SIGHUP');
	await until('the server has reloaded', () => reloads() > before);
}

function install(name, ending, as) {
	fs.copyFileSync(`${directory}/${name}.${ending}`,
	    `${directory}/${as}.${ending}`);
}

story('certificates that are wrong do not take the place of good ones',
    async () => {
	const kept = file('ec.key');

	install('new', 'key', 'ec');
	process.kill(Number(process.env.SERVER_PID), 'SIGHUP');
	await until('it says why', () => /stay as they are: TLS_CERTIFICATES: .*ec.key: is not the key of .*ec.pem/
	    .test(log()));
	assert.equal((await certificateOf()).fingerprint256,
	    fingerprint('ec'));
	fs.writeFileSync(`${directory}/ec.key`, kept);
    });

story('new certificates while connections are open', async () => {
	const old = fingerprint('ec');
	const client = await connect(), idle = await connect();
	const body = crypto.randomBytes(1000);

	await idle.met();
	client.socket.write('POST /digest HTTP/1.1\r\nHost: a\r\n' +
	    'Content-Type: application/octet-stream\r\n' +
	    'Content-Length: 1000\r\n\r\n');
	client.socket.write(body.subarray(0, 500));
	install('new', 'pem', 'ec');
	install('new', 'key', 'ec');
	await reload();
	// The old workers may take some yet.
	await until('it is shown', async () =>
	    (await certificateOf()).fingerprint256 === fingerprint('new'));
	assert.notEqual(old, fingerprint('new'));
	client.socket.write(body.subarray(500));
	assert.equal((await client.answer()).text,
	    crypto.createHash('sha256').update(body).digest('hex'));
	const last = await idle.get('/open');

	assert.equal(last.status, 200);
	assert.match(last.head, /connection: close/i);
	await idle.wait(() => false);
	assert.equal(idle.error, undefined);
	client.close();
});

tellAll();
