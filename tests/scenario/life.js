#!/usr/bin/env node
// How the processes of a server end, are exchanged and come back; run it by
// tests/scenario/life.
'use strict';
const assert = require('assert/strict');
const net = require('net');
const {end, isThere, patience, sanitized, sleep, start, story, tellAll, until} =
    require('./server');

const port = Number(process.env.PORT);
// --- The server ---

function begin(workers, settings = {}) {
	return start(workers, answers, {WORK_THREADS: '16', ...settings});
}

// --- Clients ---

let lastId = 0;

// A connection that sends one request after the other.  What was sent and not
// answered is lost, whatever the reason.
class Client {
	constructor() {
		this.socket = net.connect(port, '127.0.0.1');
		this.socket.setNoDelay(true);
		this.text = '';
		this.closed = false;
		this.opened = new Promise((resolve) => {
			this.socket.on('connect', () => resolve(null));
			this.socket.on('error', (error) => {
				this.error = error;
				resolve(error);
			});
		});
		this.socket.on('data', (part) => {
			this.text += part;
			this.look();
		});
		for (const event of ['end', 'error', 'close'])
			this.socket.on(event, () => {
				this.closed = true;
				this.look();
			});
	}

	look() {
		const answer = /^HTTP\/1.1 (\d+)[^]*?\r\n\r\n/.exec(this.text);

		if (this.resolve === undefined)
			return;
		if (answer !== null) {
			const length = Number(
			    /^content-length: (\d+)/im.exec(answer[0])?.[1] ?? 0);
			const size = answer[0].length + length;

			if (this.text.length >= size) {
				const body = this.text.slice(answer[0].length,
				    size);

				this.text = this.text.slice(size);
				this.settle({
					status: Number(answer[1]),
					last: /^connection: close/im
					    .test(answer[0]),
					json: body === '' ? {} :
					    JSON.parse(body),
				});
				return;
			}
		}
		if (this.closed)
			this.settle(null);
	}

	settle(value) {
		const {resolve} = this;

		this.resolve = undefined;
		resolve(value);
	}

	// null where the connection ends without an answer.
	request(text) {
		return new Promise((resolve) => {
			this.resolve = resolve;
			this.socket.write(text);
			this.look();
		});
	}

	async echo(ms = 0, fields = '') {
		const id = ++lastId;
		const answer = await this.request(
		    `GET /echo?id=${id}&ms=${ms} HTTP/1.1\r\nHost: x\r\n` +
		    `${fields}\r\n`);

		if (answer !== null && answer.status === 200)
			assert.equal(answer.json.id, id);
		return answer;
	}

	close() {
		this.socket.destroy();
	}
}

async function answers() {
	const client = new Client();

	if (await client.opened !== null)
		return false;
	const answer = await client.echo();

	client.close();
	return answer !== null && answer.status === 200;
}

// Sends requests until told to stop, or until nobody listens any more.
class Load {
	constructor() {
		this.answered = 0;
		this.lost = [];
		this.refused = 0;
		this.going = true;
		this.processes = new Set();
		this.clients = [];
	}

	note(kind, client, answer) {
		if (answer === null) {
			this.lost.push(`${kind}: ${client.error?.code ??
			    'closed'}, had ${JSON.stringify(client.text)}`);
			return;
		}
		assert.equal(answer.status, 200);
		this.answered++;
		this.processes.add(answer.json.process);
	}

	// False when nobody listens.
	async connect(kind, client) {
		const error = await client.opened;

		if (error === null)
			return true;
		if (error.code === 'ECONNREFUSED')
			this.refused++;
		else
			this.lost.push(`${kind}: connect: ${error.code}`);
		return false;
	}

	async keepAlive(pause, ms) {
		while (this.going) {
			const client = new Client();

			if (!await this.connect('kept', client))
				return;
			while (this.going && !client.closed) {
				const answer = await client.echo(ms);

				this.note('kept', client, answer);
				if (answer === null || answer.last)
					break;
				await sleep(Math.random() * pause);
			}
			client.close();
		}
	}

	async anew(pause) {
		while (this.going) {
			const client = new Client();

			if (!await this.connect('new', client))
				return;
			this.note('new', client,
			    await client.echo(0, 'Connection: close\r\n'));
			client.close();
			await sleep(Math.random() * pause);
		}
	}

	start() {
		this.clients = [
			...Array.from({length: 24}, () => this.keepAlive(20, 0)),
			...Array.from({length: 4}, () => this.keepAlive(5, 250)),
			...Array.from({length: 12}, () => this.anew(5)),
		];
		return this;
	}

	async stop() {
		this.going = false;
		await Promise.all(this.clients);
		return this;
	}

	// Everybody has found out that the server has gone.
	over() {
		return Promise.all(this.clients);
	}
}

function nothingIsLost(load) {
	assert.deepEqual(load.lost.slice(0, 5), [],
	    `${load.lost.length} of ${load.answered}`);
}

// --- Ends ---

for (const workers of [1, 2]) {
	story(`a server that ends under load, of ${workers}`, async () => {
		const s = await begin(workers);
		const load = new Load().start();

		await sleep(700);
		s.kill('SIGTERM');
		await load.over();
		nothingIsLost(load);
		assert.ok(load.answered > 300 / patience,
		    `only ${load.answered} answers`);
		assert.ok(load.refused > 0);
		assert.equal(await s.ended, 0);
	});
}

story('calls under way are answered, and waited for', async () => {
	const s = await begin(2);
	const client = new Client();
	const began = Date.now();
	const answer = client.echo(1500);

	await sleep(200);
	s.kill('SIGTERM');
	assert.equal((await answer).last, true);
	assert.equal(await s.ended, 0);
	assert.ok(Date.now() - began < 3500 * patience);
});

story('but not for ever: DRAIN_TIMEOUT_MS', async () => {
	const s = await begin(1, {DRAIN_TIMEOUT_MS: '500'});
	const client = new Client();
	const began = Date.now();
	const answer = client.echo(5000);

	await sleep(200);
	s.kill('SIGTERM');
	assert.equal(await answer, null);
	assert.ok(Date.now() - began < 2000 * patience);
	await s.ended;
	assert.equal(s.lines('the server has stopped').length, 1);
});

story('who waits for a request is let go soon', async () => {
	const s = await begin(1);
	const silent = new Client(), idle = new Client();

	assert.notEqual(await idle.echo(), null);
	await silent.opened;
	const began = Date.now();

	s.kill('SIGTERM');
	assert.equal(await s.ended, 0);
	assert.ok(Date.now() - began < 2500 * patience);
	assert.ok(idle.closed && idle.error === undefined);
	assert.ok(silent.closed && silent.error === undefined);
});

story('who asks in time is answered first', async () => {
	const s = await begin(1);
	const client = new Client();

	await client.echo();
	s.kill('SIGTERM');
	await sleep(400);
	assert.equal((await client.echo()).last, true);
	await s.ended;
});

story('every signal that ends a server does so in order', async () => {
	for (const signal of ['SIGINT', 'SIGQUIT']) {
		const s = await begin(2);
		const answer = new Client().echo(500);

		await sleep(100);
		s.kill(signal);
		assert.notEqual(await answer, null, signal);
		assert.equal(await s.ended, 0);
		await end();
	}
});

story('workers whose parent was killed leave', async () => {
	const s = await begin(2);
	const pids = s.workers();

	s.kill('SIGKILL');
	await until('they have gone', () => !pids.some(isThere));
	assert.equal(await answers(), false);
});

// --- Reloads ---

for (const workers of [1, 2]) {
	story(`reloads under load, of ${workers}`, async () => {
		const s = await begin(workers);
		const first = s.workers();
		const load = new Load().start();

		for (let i = 0; i < 5; i++) {
			await sleep(500);
			s.kill('SIGHUP');
		}
		await until('the last reload', () =>
		    s.lines('has reloaded').length >= 3, 10000);
		await sleep(300);
		await load.stop();
		nothingIsLost(load);
		assert.ok(load.answered > 1000 / patience,
		    `only ${load.answered} answers`);
		assert.ok(load.processes.size >= 3 * workers,
		    `${load.processes.size} processes`);
		await until('the first workers have gone', () =>
		    !s.workers().some((pid) => first.includes(pid)));
		await until('the others that drained too', () =>
		    s.workers().length === workers);
		assert.equal(s.lines('has died').length, 0, s.log());
	});
}

// The kernel wakes one worker for a connection: if that leaves just then, nobody
// else may come along for whom another one is woken.
story('one client after the other, while the server reloads', async () => {
	const s = await begin(2);

	for (let i = 1; i <= 10; i++) {
		s.kill('SIGHUP');
		for (const end = Date.now() + 300; Date.now() < end;) {
			const began = Date.now();

			assert.equal(await answers(), true);
			assert.ok(Date.now() - began < 1000 * patience,
			    `an answer took ${Date.now() - began} ms`);
			await sleep(Math.random() * 5);
		}
	}
	assert.ok(s.lines('has reloaded').length >= 3);
});

story('a connection outlives a reload until its next answer', async () => {
	const s = await begin(1);
	const [old] = s.workers();
	const client = new Client();

	await client.echo();
	s.kill('SIGHUP');
	await until('it has reloaded', () => s.lines('has reloaded').length > 0);
	await sleep(1500);
	const answer = await client.echo();

	assert.equal(answer.json.process, old);
	assert.equal(answer.last, true);
	await until('the old worker has gone', () => !isThere(old));
});

story('a server ends while old workers drain', async () => {
	const s = await begin(1);
	const [old] = s.workers();
	const answer = new Client().echo(2000);

	await sleep(100);
	s.kill('SIGHUP');
	await until('it has reloaded', () => s.lines('has reloaded').length > 0);
	s.kill('SIGTERM');
	assert.equal((await answer).json.process, old);
	assert.equal(await s.ended, 0);
	assert.ok(!isThere(old));
});

story('a worker that is told to leave by itself is replaced', async () => {
	const s = await begin(2);
	const load = new Load().start();

	for (let i = 0; i < 3; i++) {
		await sleep(300);
		process.kill(s.workers()[0], i % 2 ? 'SIGHUP' : 'SIGTERM');
	}
	await sleep(500);
	await load.stop();
	nothingIsLost(load);
	await until('both are there', () => s.workers().length === 2);
	assert.equal(s.lines('has died').length, 0);
	assert.equal(s.lines('begins in').length, 0);
});

// --- Deaths ---

const faults = {
	address: /ends by SIGSEGV at address 0x10$/,
	stack: /ends by SIGSEGV: the stack of a call is full \(128 KiB\)$/,
	abort: /ends by SIGABRT$/,
	call: /ends by SIGSYS, a sandbox violation: system call \d+ \(chroot\)$/,
};

for (const [kind, message] of Object.entries(faults)) {
	story(`a fault tells what it was: ${kind}`, async () => {
		// The sanitizers have words of their own.
		if (sanitized && kind !== 'call')
			return;
		const s = await begin(1);
		const [old] = s.workers();
		const client = new Client();

		assert.equal(await client.request(`POST /fault?kind=${kind} ` +
		    'HTTP/1.1\r\nHost: x\r\nX-Request-ID: the-fault\r\n' +
		    'Content-Length: 0\r\n\r\n'), null);
		await until('it answers again', answers);
		const [line] = s.lines('ends by');

		assert.match(line.message, message);
		assert.ok(line.message.startsWith(`worker 1 (process ${old})`));
		assert.equal(line.level, 'error');
		assert.equal(line.operation, 'fault');
		assert.equal(line.trace_id, 'the-fault');
		if (kind === 'address' || kind === 'stack')
			assert.match(line.code, /^life(\.so)?\+0x[0-9a-f]+$/);
		assert.equal(s.lines('has died of SIG').length, 1);
	});
}

story('an exit and a kill are told by the parent', async () => {
	const s = await begin(1);
	const [first] = s.workers();

	await new Client().request('POST /fault?kind=exit HTTP/1.1\r\n' +
	    'Host: x\r\nContent-Length: 0\r\n\r\n');
	await until('it answers again', answers);
	assert.equal(s.lines('has died')[0].message,
	    `worker 1 (process ${first}) has died with exit status 9`);

	const [second] = s.workers();

	process.kill(second, 'SIGKILL');
	await until('it is told', () => s.lines('has died').length === 2);
	assert.equal(s.lines('has died')[1].message,
	    `worker 1 (process ${second}) has died of SIGKILL`);
});

story('who dies again and again comes back ever later', async () => {
	const s = await begin(1);

	for (let i = 1; i <= 10; i++) {
		const [pid] = s.workers();

		process.kill(pid, 'SIGKILL');
		await until(`death ${i}`, () =>
		    s.lines('has died of SIGKILL').length === i &&
		    s.workers().length === 1 && s.workers()[0] !== pid);
		await until(`wait ${i}`, () => s.lines('begins in').length === i);
	}
	const waits = s.lines('begins in').map(({message}) =>
	    Number(/begins in (\d+) ms/.exec(message)[1]));

	assert.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 6400, 10000,
	    10000, 10000]);
	assert.equal(s.workers().length, 1);
	const began = Date.now();

	s.kill('SIGTERM');
	assert.equal(await s.ended, 0);
	assert.ok(Date.now() - began < 1000 * patience, 'it waits no longer');
});

story('the other worker answers meanwhile', async () => {
	const s = await begin(2);
	const [pid] = s.workers();

	process.kill(pid, 'SIGKILL');
	for (let i = 0; i < 20; i++)
		assert.equal(await answers(), true);
	await until('both are there', () => s.workers().length === 2);
});

tellAll();
